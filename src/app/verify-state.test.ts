import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Database } from '../core/engine.ts'
import type { KeptPair, KeptPart } from '../verify/memory.ts'
import { openState } from './verify-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-state-'))
afterAll(() => rmSync(folder, { recursive: true }))

const database = (label: string) => ({ address: { label }, flavor: 'postgres', version: '15' }) as unknown as Database
const [source, target] = [database('a'), database('b')]
const open = (again: boolean) =>
  openState({
    folder,
    source,
    target,
    options: { continue: again },
    plans: [],
    by: 'stream',
    listed: false,
    warn: (message) => {
      throw new Error(message)
    },
  })

const session = { started: '2026-01-01T00:00:00Z', source: '0/1', target: null }
const pair = (id: bigint): KeptPair => ({
  key: [id, 'é', -0.5, new Uint8Array([0, 255]), null],
  source: new Uint8Array([1, Number(id)]),
  target: null,
  place: { after: null, targetBefore: 7 },
})
const part = (end: number, ...pairs: KeptPair[]): KeptPart => ({
  end,
  source: { rows: 3, sum: (1n << 128n) - 1n },
  target: { rows: 2, sum: 5n },
  unreadable: [
    [
      'source of 9',
      { side: 'source', key: '9', reject: { key: [9n], column: 'v', reason: 'no UTF-8', row: { v: null } } },
    ],
  ],
  unreadableCount: 1,
  moved: 1,
  restless: ['4'],
  pairs,
  notes: null,
})

test('parts come back as they were kept; rows of a part that never ended do not', () => {
  {
    using state = open(false)
    state.session(session)
    const table = state.table('orders')
    table?.keepCut({
      ranges: [
        { kind: 'key', after: null, upto: [5n] },
        { kind: 'key', after: [5n], upto: null },
      ],
      ofRanges: 9,
    })
    table?.keepPairs([pair(1n)])
    table?.keep(part(1, pair(2n)))
    table?.keepPairs([pair(3n)])
  }
  const [file] = readdirSync(folder)
  appendFileSync(join(folder, file), '{"t":"orders","part":{"end":2,"sou')
  {
    using state = open(true)
    expect(state.earlier).toEqual([session])
    state.session(session)
    const table = state.table('orders')
    expect(table?.cut).toEqual({
      ranges: [
        { kind: 'key', after: null, upto: [5n] },
        { kind: 'key', after: [5n], upto: null },
      ],
      ofRanges: 9,
    })
    expect(table?.parts).toEqual([part(1, pair(1n), pair(2n))])
    table?.keep(part(2, pair(4n)))
  }
  {
    using state = open(true)
    expect(state.table('orders')?.parts).toEqual([part(1, pair(1n), pair(2n)), part(2, pair(4n))])
    state.table('orders')?.restart()
    state.finish()
  }
  expect(readdirSync(folder)).toEqual([])
  expect(() => open(true)).toThrow('no comparison of these databases to continue')
})
