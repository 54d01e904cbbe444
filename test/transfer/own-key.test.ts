/** Who gives a row its key: the mapping, its function, or naru. */
import { expect, test } from 'vitest'
import type { Bound } from '../../src/transfer/bind.ts'
import { numbersAfresh } from '../../src/transfer/id-map.ts'

const id = { name: 'id', type: { logical: { kind: 'int', bits: 64 }, native: 'bigint' }, nullable: false, identity: {} }
const target = { name: { name: 't' }, columns: [id], primaryKey: { name: 'p', columns: ['id'] } }
const bound = (transfer: object) => ({ transfer: { columns: {}, sets: [], ...transfer }, target }) as unknown as Bound

test('naru numbers rows whose key neither columns nor the function give', () => {
  expect(numbersAfresh(bound({}))).toBe(true)
  expect(numbersAfresh(bound({ row: () => null }))).toBe(true)
  expect(numbersAfresh(bound({ columns: { id: 'no' } }))).toBe(false)
  expect(numbersAfresh(bound({ row: () => ({ id: 1n }), sets: ['id'] }))).toBe(false)
})
