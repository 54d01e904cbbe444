import { describe, expect, test } from 'vitest'
import { fakeDatabase, planOf, type TestRow, wires } from '../../test/verify/tables.ts'
import type { CellReject, Database, RangeDigest, RowSource, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { KeyRange } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import { rowHasher } from '../core/row-text.ts'
import { skipRow } from '../core/wire.ts'
import { verifyTable } from './compare.ts'

const ordered = planOf({ key: ['id'], ordered: true })
const unordered = planOf({ key: ['id'], ordered: false })
const keyless = planOf({ key: null, ordered: false })

const rows = (n: number): TestRow[] => Array.from({ length: n }, (_, i) => [String(i), `value ${i}`, '{"a":1}'])
const changed = (n: number, id: number): TestRow[] =>
  rows(n).map((r) => (r[0] === String(id) ? [r[0], 'other', r[2]] : r))

interface Wish {
  /** Columns (by their source names) that cannot be digested. */
  readonly not?: readonly string[]
  readonly answer?: (digest: RangeDigest) => RangeDigest
}

interface Digesting extends Database {
  readonly asked: KeyRange[]
  readonly read: KeyRange[]
}

/** A database that digests its rows, and tells what it was asked. */
function digesting(content: readonly TestRow[], plan: TablePlan, wish: Wish = {}): Digesting {
  const inner = fakeDatabase(content, plan)
  const hash = (fields: readonly number[]) => rowHasher(wires, fields)
  const asked: KeyRange[] = []
  const read: KeyRange[] = []
  const source = (...args: Parameters<Database['source']>): RowSource => {
    const from = inner.source(...args)
    return {
      ...from,
      read(range, o) {
        read.push(range)
        return from.read(range, o)
      },
      async digest(range, fields) {
        asked.push(range)
        let digest: RangeDigest = { rows: 0, sum: 0n, complete: true }
        for await (const batch of from.read(range, { bytes: 1e6, rows: 1e6 })) {
          for (let i = 0, at = 0; i < batch.rows; i++, at = skipRow(batch.bytes, at)) {
            digest = { ...digest, rows: digest.rows + 1, sum: digest.sum + hash(fields)(batch.bytes, at) }
          }
          batch.release()
        }
        return wish.answer?.(digest) ?? digest
      },
    }
  }
  const canonicalText = (c: WireColumn) => (wish.not?.includes(c.name.replace(/^t_/, '')) ? null : 'sql')
  return { source, engine: { dialect: { canonicalText } }, asked, read } as unknown as Digesting
}

function byDigest(plan: TablePlan, source: Database, target: Database) {
  return verifyTable({ plan, source, target, by: 'digest' }, 'digest')
}

describe('digests that databases compute', () => {
  test.each([
    ['ordered', ordered],
    ['unordered', unordered],
    ['keyless', keyless],
  ] as const)('spare the reading of equal rows: %s', async (_, plan) => {
    const [source, target] = [digesting(rows(3000), plan), digesting(rows(3000), plan)]
    const v = await byDigest(plan, source, target)
    expect(v).toMatchObject({ same: true, sourceRows: 3000, targetRows: 3000, driftCount: 0 })
    expect(v.sourceDigest).toBe(v.targetDigest)
    expect(v.sourceDigest).not.toMatch(/^0*$/)
    expect(v.note).toBe('digests computed inside the databases')
    expect(source.asked.length).toBe(target.asked.length)
    expect([...source.read, ...target.read]).toEqual([])
  })

  test('lead to the rows that differ', async () => {
    const [source, target] = [digesting(rows(3000), ordered), digesting(changed(3000, 1500), ordered)]
    const v = await byDigest(ordered, source, target)
    expect(v.drift).toEqual([
      { key: '1500', kind: 'differs', columns: [{ name: 'v', source: 'value 1500', target: 'other' }] },
    ])
    expect(v).toMatchObject({ driftCount: 1, sourceRows: 3000, targetRows: 3000 })
    expect(v.sourceDigest).not.toBe(v.targetDigest)
    // The range, and the row once more.
    expect(target.read).toEqual([
      { kind: 'key', after: [997n], upto: [1994n] },
      { kind: 'key', after: [1499n], upto: [1500n] },
    ])
  })

  test('lead to rows that differ without order', async () => {
    const v = await byDigest(unordered, digesting(rows(300), unordered), digesting(changed(300, 7), unordered))
    expect(v.drift.map((d) => d.key)).toEqual(['7'])
  })

  test.each([
    ['is not complete', (d: RangeDigest) => ({ ...d, sum: 5n, complete: false })],
    [
      'is refused',
      () => {
        throw new NaruError('QUERY_FAILED', 'too long')
      },
    ],
  ])('prove nothing where one %s', async (_, answer) => {
    const source = digesting(rows(50), ordered, { answer })
    const v = await byDigest(ordered, source, digesting(changed(50, 7), ordered, { answer }))
    expect(v).toMatchObject({ same: false, driftCount: 1, sourceRows: 50, targetRows: 50 })
  })

  test('that differ over equal rows are no drift, and end as equal digests', async () => {
    const odd = digesting(rows(50), ordered, { answer: (d) => ({ ...d, sum: d.sum + 1n }) })
    const v = await byDigest(ordered, odd, digesting(rows(50), ordered))
    expect(v).toMatchObject({ same: true, driftCount: 0 })
    expect(v.sourceDigest).toBe(v.targetDigest)
  })

  test('do not hide that a connection is lost', async () => {
    const lost = digesting(rows(50), ordered, {
      answer: () => {
        throw new NaruError('CONNECTION_LOST', 'gone')
      },
    })
    await expect(byDigest(ordered, lost, digesting(rows(50), ordered))).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    })
  })

  test('are made here for a side that makes none', async () => {
    const target = digesting(rows(500), ordered)
    const v = await byDigest(ordered, fakeDatabase(rows(500), ordered), target)
    expect(v).toMatchObject({ same: true, sourceRows: 500, note: 'digests computed inside the databases' })
    expect(target.read).toEqual([])
    const other = await byDigest(ordered, fakeDatabase(changed(500, 3), ordered), target)
    expect(other.drift.map((d) => d.key)).toEqual(['3'])
  })

  test('do not hide a row that cannot be read', async () => {
    const reject: CellReject = { key: [7n], column: 'v', reason: 'no text', row: { v: 'x' } }
    const source = fakeDatabase(rows(10), ordered, { rejects: [reject] })
    expect(await byDigest(ordered, source, digesting(rows(10), ordered))).toMatchObject({ same: false, driftCount: 1 })
  })

  test.each([
    ['no key ties the columns that are left', keyless, ['j'], 'no key, and no database digests j'],
    ['the key is not among them', ordered, ['id'], 'no database digests the key'],
  ] as const)('are not asked for where %s', async (_, plan, not, why) => {
    const target = digesting(changed(50, 7), plan, { not })
    const v = await byDigest(plan, digesting(rows(50), plan, { not }), target)
    expect(v.same).toBe(false)
    expect(v.note).toBe(`all rows were read: ${why}`)
    expect(target.asked).toEqual([])
  })

  test('are for two databases', async () => {
    const v = await byDigest(ordered, fakeDatabase(rows(5), ordered), fakeDatabase(rows(5), ordered))
    expect(v).toMatchObject({ same: true, note: 'all rows were read: neither database computes digests' })
  })
})
