import { expect, test } from 'vitest'
import { lagOf } from './lag.ts'

test('the furthest of all primaries counts, whatever the column is called', () => {
  expect(lagOf([{ Seconds_Behind_Master: 3n }, { Seconds_Behind_Master: 8n }])).toEqual({ kind: 'seconds', seconds: 8 })
  expect(lagOf([{ Seconds_Behind_Source: 0n }])).toEqual({ kind: 'seconds', seconds: 0 })
  expect(lagOf([{ Seconds_Behind_Source: 1n }, { Seconds_Behind_Source: null }]).kind).toBe('stopped')
  expect(lagOf([]).kind).toBe('none')
})
