import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakeDatabase, planOf, type TestRow } from '../../test/verify/tables.ts'
import type { TablePlan } from '../core/plan.ts'
import { verifyTable } from './compare.ts'

const rows = (n: number): TestRow[] =>
  Array.from({ length: n }, (_, i) => [String(i * 2), `value ${i}`, '{"a":1,"b":2}'])

/** Rows with one of them changed, or taken away by null. */
function changed(from: readonly TestRow[], id: string, change: (row: TestRow) => TestRow | null): TestRow[] {
  return from.map((r) => (r[0] === id ? change(r) : r)).filter((r) => r !== null)
}

const PLANS: readonly (readonly [string, TablePlan])[] = [
  ['ordered', planOf({ key: ['id'], ordered: true })],
  ['keyed without order', planOf({ key: ['id'], ordered: false })],
  ['keyless', planOf({ key: null, ordered: false })],
]

describe.each(PLANS)('a table that is %s', (name, plan) => {
  const verify = (source: readonly TestRow[], target: readonly TestRow[], p = plan) =>
    verifyTable({ plan: p, source: fakeDatabase(source, p), target: fakeDatabase(target, p) }, 'digest')

  test('is the same as itself', async () => {
    const v = await verify(rows(5000), rows(5000))
    expect(v).toMatchObject({ same: true, sourceRows: 5000, targetRows: 5000, driftCount: 0, drift: [] })
    expect(v.sourceDigest).toBe(v.targetDigest)
    expect(v.sourceDigest).toMatch(/^[0-9a-f]{32}$/)
  })

  test('is the same when only the order of keys in a JSON text differs', async () => {
    const other = changed(rows(50), '20', ([id, v]) => [id, v, '{"b": 2, "a": 1}'])
    const v = await verify(rows(50), other)
    expect(v.same).toBe(true)
    expect(v.sourceDigest).toBe(v.targetDigest)
  })

  test('gives up digests where bytes alone tell, and finds the same', async () => {
    const change = changed(rows(3000), '2468', ([id, v]) => [id, v, '{"a":1,"b":3}'])
    const other = changed(change, '40', ([id, v]) => [id, v, '{ "b": 2, "a": 1 }'])
    const input = { plan, source: fakeDatabase(rows(3000), plan), target: fakeDatabase(other, plan) }
    const [hashed, bytes] = [
      await verifyTable(input, 'digest'),
      await verifyTable({ ...input, digests: false }, 'digest'),
    ]
    expect({ ...bytes, ms: 0, sourceDigest: '', targetDigest: '' }).toEqual({
      ...hashed,
      ms: 0,
      sourceDigest: '',
      targetDigest: '',
    })
    expect(bytes.same).toBe(false)
    expect([bytes.sourceDigest === null, bytes.targetDigest === null]).toEqual([plan.ordered, plan.ordered])
  })

  test('misses a row', async () => {
    const v = await verify(
      rows(3000),
      changed(rows(3000), '2468', () => null),
    )
    expect(v).toMatchObject({ same: false, driftCount: 1, sourceRows: 3000, targetRows: 2999 })
    expect(v.drift[0].kind).toBe('missing on target')
    expect(v.drift[0].key).toBe(name === 'keyless' ? '(no key)' : '2468')
    expect(v.sourceDigest).not.toBe(v.targetDigest)
  })

  test('has a row too many', async () => {
    const v = await verify(rows(300), [...rows(300), ['601', 'new', null]])
    expect(v.driftCount).toBe(1)
    expect(v.drift[0].kind).toBe('extra on target')
  })

  test('has a value changed', async () => {
    const v = await verify(
      rows(3000),
      changed(rows(3000), '4000', ([id, , j]) => [id, null, j]),
    )
    expect(v.same).toBe(false)
    if (name === 'keyless') {
      expect(v.drift.map((d) => d.kind)).toEqual(['missing on target', 'extra on target'])
      return
    }
    expect(v.driftCount).toBe(1)
    const columns = [{ name: 'v', source: 'value 2000', target: null }]
    expect(v.drift).toEqual([{ key: '4000', kind: 'differs', columns }])
  })

  test('counts all rows and names a hundred', async () => {
    const other = rows(700).map(([id, v, j]): TestRow => [id, `${v}!`, j])
    const v = await verify(rows(700), other)
    // Without a key nothing says that two rows are one row before and after.
    expect(v.driftCount).toBe(name === 'keyless' ? 1400 : 700)
    expect(v.drift).toHaveLength(100)
  })

  test('lets an appended target keep what it had', async () => {
    const append = { ...plan, action: 'append' } as const
    const target: TestRow[] = [['-5', 'before', null], ...rows(100), ['5000', 'before too', null]]
    expect(await verify(rows(100), target, append)).toMatchObject({ same: true, driftCount: 0 })
    const less = changed(target, '100', () => null)
    expect(await verify(rows(100), less, append)).toMatchObject({ same: false, driftCount: 1 })
  })

  test('finds what was done to it, whatever it was', async () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 60 }).map(String), fc.constantFrom('', 'a', null), fc.constant(null))
    const table = fc.uniqueArray(row, { selector: (r) => r[0], maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(table, table, async (a, b) => {
        const byId = (x: TestRow, y: TestRow) => Number(x[0]) - Number(y[0])
        const source = a.toSorted(byId)
        const target = b.toSorted(byId)
        const v = await verify(source, target)
        expect(v.same).toBe(JSON.stringify(source) === JSON.stringify(target))
        if (name !== 'keyless') expect(v.driftCount).toBe(driftOf(source, target))
      }),
      { numRuns: 150 },
    )
  })
})

function driftOf(a: readonly TestRow[], b: readonly TestRow[]): number {
  const left = new Map(a.map((r) => [r[0], JSON.stringify(r)]))
  const right = new Map(b.map((r) => [r[0], JSON.stringify(r)]))
  return [...new Set([...left.keys(), ...right.keys()])].filter((id) => left.get(id) !== right.get(id)).length
}

describe('comparing', () => {
  const plan = planOf({ key: ['id'], ordered: true })

  test('sees rows that occur twice on one side only', async () => {
    const keyless = planOf({ key: null, ordered: false })
    const one: TestRow[] = [
      ['1', 'a', null],
      ['1', 'a', null],
      ['2', 'b', null],
    ]
    const two: TestRow[] = [
      ['1', 'a', null],
      ['2', 'b', null],
      ['2', 'b', null],
    ]
    const input = { plan: keyless, source: fakeDatabase(one, keyless), target: fakeDatabase(two, keyless) }
    expect((await verifyTable(input, 'digest')).same).toBe(false)
  })

  test('goes on without order where the order is not what was promised', async () => {
    const mixed = [...rows(400)].sort((a, b) => a[0].localeCompare(b[0]))
    const target = fakeDatabase(
      changed(mixed, '300', () => null),
      plan,
    )
    const v = await verifyTable({ plan, source: fakeDatabase(rows(400), plan), target }, 'digest')
    expect(v).toMatchObject({ driftCount: 1, same: false })
    expect(v.note).toContain('without order')
  })

  test("trusts no order of texts but the databases' own", async () => {
    const texts = planOf({ key: ['v'], ordered: true })
    const list = (...keys: string[]) => keys.map((k): TestRow => [String(k.charCodeAt(0)), k, null])
    const source = fakeDatabase(list('a', 'b', 'C', 'd'), texts)
    const v = await verifyTable({ plan: texts, source, target: fakeDatabase(list('a', 'C', 'd'), texts) }, 'digest')
    expect(v.drift).toEqual([{ key: "'b'", kind: 'missing on target' }])
    expect(v).toMatchObject({ same: false, driftCount: 1 })
    const other = fakeDatabase([...list('a', 'b'), ['67', 'C', '[1]'], ...list('d')], texts)
    const w = await verifyTable({ plan: texts, source, target: other }, 'digest')
    expect(w.drift).toMatchObject([
      { key: "'C'", kind: 'differs', columns: [{ name: 'j', source: null, target: '[1]' }] },
    ])
  })

  test('does not count a row that was only on its way', async () => {
    const late = changed(rows(100), '50', () => null)
    const input = { plan, source: fakeDatabase(rows(100), plan), target: fakeDatabase(late, plan) }
    let closed = 0
    const again = async () => ({
      source: fakeDatabase(rows(100), plan),
      target: fakeDatabase(rows(100), plan),
      async [Symbol.asyncDispose]() {
        closed++
      },
    })
    const v = await verifyTable({ ...input, again }, 'digest')
    expect(v).toMatchObject({ same: true, driftCount: 0, drift: [] })
    expect(v.note).toContain('1 rows differed at first')
    expect(closed).toBe(1)
  })

  test('counts a row that a side cannot read', async () => {
    const reject = { key: [7n], column: 'v', reason: 'no date', row: { v: '0000-00-00' } }
    const source = fakeDatabase(rows(10), plan, { rejects: [reject] })
    const v = await verifyTable({ plan, source, target: fakeDatabase(rows(10), plan) }, 'digest')
    expect(v).toMatchObject({ same: false, driftCount: 1, sourceRows: 11, targetRows: 10 })
    expect(v.drift[0].columns).toEqual([{ name: 'v', source: '0000-00-00 (no date)', target: null }])
  })

  test('shortens long values in what it tells', async () => {
    const long = (end: string): TestRow[] => [['1', 'x'.repeat(5000) + end, null]]
    const input = { plan, source: fakeDatabase(long('a'), plan), target: fakeDatabase(long('b'), plan) }
    const v = await verifyTable(input, 'digest')
    expect(v.driftCount).toBe(1)
    expect(v.drift[0].columns?.[0].source?.length).toBeLessThan(600)
    expect(v.drift[0].columns?.[0].source).toContain('(5001 characters)')
  })

  test('by count knows numbers only', async () => {
    const other = changed(rows(10), '4', ([id]) => [id, 'other', null])
    const input = { plan, source: fakeDatabase(rows(10), plan), target: fakeDatabase(other, plan) }
    const v = await verifyTable(input, 'count')
    expect(v).toMatchObject({ how: 'count', same: true, sourceDigest: null, targetDigest: null })
    const fewer = { ...input, target: fakeDatabase(other.slice(1), plan) }
    expect(await verifyTable(fewer, 'count')).toMatchObject({
      same: false,
      driftCount: 1,
      sourceRows: 10,
      targetRows: 9,
    })
  })

  test('compares only the ranges it is given', async () => {
    const other = changed(
      changed(rows(100), '20', () => null),
      '150',
      () => null,
    )
    const ranges = [{ kind: 'key', after: [100n], upto: null }] as const
    const input = { plan, source: fakeDatabase(rows(100), plan), target: fakeDatabase(other, plan), ranges }
    const v = await verifyTable(input, 'digest')
    expect(v.drift.map((d) => d.key)).toEqual(['150'])
  })

  test('that is stopped is no difference', async () => {
    const signal = AbortSignal.abort()
    const input = { plan, source: fakeDatabase(rows(10), plan), target: fakeDatabase(rows(10), plan), signal }
    await expect(verifyTable(input, 'digest')).rejects.toMatchObject({ code: 'STOPPED' })
  })
})
