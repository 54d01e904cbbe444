import { describe, expect, test } from 'vitest'
import { encodeAll, fakeDatabase, planOf, type TestRow, wires } from '../../test/verify/tables.ts'
import { type TupleHasher, tupleHasher } from '../core/digest.ts'
import type { Key } from '../core/key.ts'
import type { Mark, UnitRecord } from '../core/ledger.ts'
import type { TablePlan } from '../core/plan.ts'
import { sumText } from '../core/sum.ts'
import { readBack, readbackTasks } from './readback.ts'

const ROWS: readonly TestRow[] = Array.from({ length: 1000 }, (_, i) => [
  String(i),
  `v${i}`,
  i % 3 === 0 ? null : '[1]',
])

function streamed(hasher: TupleHasher, bytes: Uint8Array, rows: number): string {
  const digest = hasher.stream()
  digest.add(bytes, rows)
  return digest.end()
}

/** Units of 400 rows, chunks of 1, 90, 180 … rows, as a copy would have left them. */
function copied(plan: TablePlan): { units: UnitRecord[]; marks: Mark[] } {
  const hasher = tupleHasher(wires)
  const units: UnitRecord[] = []
  const marks: Mark[] = []
  let after: Key | null = null
  for (let from = 0, n = 0; from < ROWS.length; from += 400, n++) {
    const upto: Key | null = from + 400 >= ROWS.length ? null : [BigInt(from + 399)]
    const range = plan.key === null ? ({ kind: 'all' } as const) : ({ kind: 'key', after, upto } as const)
    units.push({ run: 'r', unit: `0.${n}`, table: 'a', position: n, range, whole: plan.key === null })
    after = upto
    const own = ROWS.slice(from, from + 400)
    let seq = 0
    for (let at = 0, size = 1; at < own.length; at += size, size = Math.max(90, seq * 90)) {
      const chunk = own.slice(at, at + size)
      const bytes = encodeAll(chunk)
      const digest = plan.ordered ? streamed(hasher, bytes, chunk.length) : sumText(hasher.sum(bytes, chunk.length))
      const counts = { read: chunk.length + 1, written: chunk.length, rejected: 1, filtered: 0, merged: 0 }
      marks.push({ run: 'r', unit: `0.${n}`, seq: ++seq, after: [0n], ...counts, digest, done: false })
    }
    const none = {
      read: 2,
      written: 0,
      rejected: 2,
      filtered: 0,
      merged: 0,
      digest: streamed(hasher, new Uint8Array(0), 0),
    }
    marks.push({ run: 'r', unit: `0.${n}`, seq: ++seq, after: null, ...none, done: true })
  }
  return { units, marks: marks.toReversed() }
}

async function check(plan: TablePlan, target: readonly TestRow[]) {
  return readBack({ plan, target: fakeDatabase(target, plan), ...copied(plan) })
}

const without = (id: string) => ROWS.filter((r) => r[0] !== id)
const with_ = (id: string, v: string) => ROWS.map((r): TestRow => (r[0] === id ? [id, v, r[2]] : r))

describe.each([
  ['ordered', planOf({ key: ['id'], ordered: true })],
  ['keyed without order', planOf({ key: ['id'], ordered: false })],
  ['keyless', planOf({ key: null, ordered: false })],
])('reading back a table that is %s', (_, plan) => {
  test('proves what was written, rejects left out', async () => {
    const back = await check(plan, ROWS)
    expect(back).toMatchObject({ same: true, rows: 1000, badUnits: [] })
    expect(back.digest).toBe(back.expected)
  })

  test.each([
    ['a missing row', without('500')],
    ['a missing last row', without('999')],
    ['a row too many', [...ROWS, ['2000', 'x', null]] as TestRow[]],
    ['a changed value', with_('700', 'other')],
    ['a doubled row', [...ROWS.slice(0, 10), ROWS[9], ...ROWS.slice(10)]],
    ['nothing at all', []],
  ])('sees %s', async (__, target) => {
    const back = await check(plan, target)
    expect(back.same).toBe(false)
    expect(back.digest).not.toBe(back.expected)
    expect(back.rows).toBe(target.length)
  })
})

describe('reading back', () => {
  const ordered = planOf({ key: ['id'], ordered: true })

  test('names the units that differ', async () => {
    expect((await check(ordered, with_('700', 'other'))).badUnits).toEqual(['0.1'])
    expect((await check(ordered, [])).badUnits).toEqual(['0.0', '0.1', '0.2'])
  })

  test('sees rows in another order where the order is promised', async () => {
    const swapped = [...ROWS.slice(0, 5), ROWS[6], ROWS[5], ...ROWS.slice(7)]
    expect((await check(ordered, swapped)).same).toBe(false)
    expect((await check(planOf({ key: ['id'], ordered: false }), swapped)).same).toBe(true)
  })

  test('is refused where no digests were kept', async () => {
    const { units, marks } = copied(ordered)
    const bare = marks.map((m) => ({ ...m, digest: '' }))
    const input = { plan: ordered, target: fakeDatabase(ROWS, ordered), units, marks: bare }
    await expect(readbackTasks(input)).rejects.toMatchObject({ code: 'OPTIONS_CHANGED' })
  })

  test('that is stopped is no difference', async () => {
    const input = { plan: ordered, target: fakeDatabase(ROWS, ordered), ...copied(ordered) }
    await expect(readBack({ ...input, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'STOPPED' })
  })

  test('takes what a database cannot give in wire form for a difference', async () => {
    const reject = { key: [1n], column: 'v', reason: 'unreadable', row: { v: '?' } }
    for (const plan of [ordered, planOf({ key: null, ordered: false })]) {
      const target = fakeDatabase(without('1'), plan, { rejects: [reject] })
      expect((await readBack({ plan, target, ...copied(plan) })).same).toBe(false)
    }
  })
})
