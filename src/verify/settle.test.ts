import { describe, expect, test } from 'vitest'
import { fakeDatabase, planOf, type TestRow } from '../../test/verify/tables.ts'
import { verifyTable } from './compare.ts'

const rows = (n: number, change: Readonly<Record<number, string | null>> = {}): TestRow[] =>
  Array.from({ length: n }, (_, i) => [String(i), i in change ? change[i] : `value ${i}`, null])

const SHAPES = [
  ['ordered', planOf({ key: ['id'], ordered: true })],
  ['keyed without order', planOf({ key: ['id'], ordered: false })],
] as const

describe.each(SHAPES)('a table in use, %s', (name, plan) => {
  /** Compares; each further look sees the next state of both sides, the last one again and again. */
  function verify(states: readonly (readonly [TestRow[], TestRow[]])[], settle: number) {
    let look = 0
    const at = (side: 0 | 1) => fakeDatabase(states[Math.min(look, states.length - 1)][side], plan)
    const lazy = (side: 0 | 1) => ({
      ...at(side),
      source: (...a: Parameters<ReturnType<typeof at>['source']>) => at(side).source(...a),
    })
    const again = async () => ({
      get source() {
        look++
        return lazy(0)
      },
      target: lazy(1),
      async [Symbol.asyncDispose]() {},
    })
    const input = { plan, source: fakeDatabase(states[0][0], plan), target: fakeDatabase(states[0][1], plan) }
    return verifyTable({ ...input, again, settle }, 'digest')
  }

  test('whose target follows its source is the same', async () => {
    const before = rows(50)
    const after = rows(50, { 7: 'new' })
    // The source has moved on; the target now holds what the source held at the first look.
    const v = await verify(
      [
        [after, before],
        [rows(50, { 7: 'newer' }), after],
      ],
      100,
    )
    expect(v).toMatchObject({ same: true, driftCount: 0 })
    expect(v.note).toContain('1 rows differed at first')
  })

  test('that differs for good is told so after that time', async () => {
    const began = performance.now()
    const v = await verify([[rows(50), rows(50, { 7: 'other' })]], 120)
    expect(performance.now() - began).toBeGreaterThan(100)
    expect(v.drift).toEqual([
      { key: '7', kind: 'differs', columns: [{ name: 'v', source: 'value 7', target: 'other' }] },
    ])
  })

  test('without a time to wait is read once more', async () => {
    const v = await verify(
      [
        [rows(50), rows(50, { 7: 'other', 9: null })],
        [rows(50), rows(50, { 9: null })],
      ],
      0,
    )
    expect(v.drift.map((d) => d.key)).toEqual(['9'])
    if (name === 'ordered') expect(v.kinds).toEqual({ missing: 0, extra: 0, different: 1 })
  })
})

test.each(SHAPES)('a target that follows some states behind is the same: %s', async (_, plan) => {
  let n = 0
  const state = (n: number) => rows(20, { 3: `state ${n}`, 5: n > 0 ? 'late' : null })
  const still = fakeDatabase(rows(20), plan)
  type Reads = Parameters<typeof still.source>
  const source = { ...still, source: (...a: Reads) => fakeDatabase(state(n++), plan).source(...a) }
  const target = { ...still, source: (...a: Reads) => fakeDatabase(state(Math.max(0, n - 4)), plan).source(...a) }
  const v = await verifyTable({ plan, source, target, settle: 600 }, 'digest')
  expect(v).toMatchObject({ same: true, driftCount: 0 })
})

test.each(SHAPES)('rows that never come to rest are told as such: %s', async (_, plan) => {
  let n = 0
  const restless = () => fakeDatabase(rows(20, { 3: `state ${n++}` }), plan)
  const still = fakeDatabase(rows(20), plan)
  const moving = { ...still, source: (...a: Parameters<typeof still.source>) => restless().source(...a) }
  const v = await verifyTable({ plan, source: still, target: moving, settle: 60 }, 'digest')
  expect(v).toMatchObject({ same: false, driftCount: 1, drift: [] })
  expect(v.note).toContain('1 rows changed whenever they were looked at, not decided: 3')
})

test('every row of a table that differs is told, in portions', async () => {
  const plan = SHAPES[0][1]
  const n = 22_000
  const other = rows(n).map(([id, v, j]): TestRow => [id, `${v}!`, j])
  const keys: string[] = []
  const listener = {
    row: (entry: { key: readonly { value: string | null }[] | null }) => void keys.push(entry.key?.[0].value ?? ''),
    restart() {},
  }
  const input = { plan, source: fakeDatabase(rows(n), plan), target: fakeDatabase(other, plan), listener }
  const v = await verifyTable(input, 'digest')
  expect(v).toMatchObject({ driftCount: n, sourceRows: n, targetRows: n })
  expect(keys).toEqual(rows(n).map(([id]) => id))
}, 20_000)
