import { expect, test } from 'vitest'
import { predict, rehearsalOf } from './rehearsal.ts'

function table(name: string, rows: number, ms: number, kept = 0) {
  const none = { rejected: 0, filtered: 0, merged: 0, verification: null, closes: true }
  return { ...none, table: name, target: name, read: rows, written: rows - kept, kept, bytes: rows * 100, ms }
}

function run(id: string, tables: ReturnType<typeof table>[], data: number, resumed = false) {
  const times = [
    { phase: 'schema', ms: 100 },
    { phase: 'data', ms: data },
    { phase: 'indexes', ms: 1000 },
  ]
  const made = rehearsalOf('legacy', { run: id, started: '', resumed, times, jobs: 2, tables })
  if (made === null) throw new Error('no rehearsal')
  return made
}

test('only whole runs foretell, and the others say what they were', () => {
  const sampled = { ...table('x', 10, 1), sample: { of: 100, needed: 3 } }
  expect(run('a', [table('x', 10, 1)], 1)).toMatchObject({ full: true })
  expect(run('a', [table('x', 10, 1)], 1).part).toBe(undefined)
  expect(run('a', [table('x', 10, 1)], 1, true)).toMatchObject({ full: false, part: 'continued' })
  expect(run('a', [sampled], 1)).toMatchObject({ full: false, part: 'sample' })
  expect(run('a', [table('x', 10, 1, 4)], 1)).toMatchObject({ full: false, part: 'kept' })
  expect(run('a', [table('x', 0, 1)], 1)).toMatchObject({ full: false, part: 'empty' })
})

test('rates are those of the lanes', () => {
  const [t] = run('a', [table('x', 5000, 2000)], 2000).tables
  expect(t).toMatchObject({ rows: 5000, rowsPerSecond: 2500, bytesPerSecond: 250_000 })
})

test('a single run gives no range; as many rows take as long', () => {
  const one = run('a', [table('x', 1000, 3000), table('y', 3000, 1000)], 2000)
  const now = new Map([
    ['x', 1000],
    ['y', 3000],
  ])
  expect(predict([one], now)).toEqual({ ms: 3100, range: null, runs: 1, rows: 4000, unknown: [] })
})

test('rows of a slow table weigh more, and lanes beside each other stay so', () => {
  const one = run('a', [table('x', 1000, 3000), table('y', 3000, 1000)], 2000)
  // 3,000 ms more of lane work of 4,000, on lanes that did two at a time: 1,500 ms; indexes grow with 5,000 of 4,000 rows.
  expect(
    predict(
      [one],
      new Map([
        ['x', 2000],
        ['y', 3000],
      ]),
    )?.ms,
  ).toBeCloseTo(100 + 3500 + 1250)
})

test('several runs give their median and their ends; kept and continued runs do not count', () => {
  const of = (id: string, ms: number) => run(id, [table('x', 1000, ms)], ms)
  const kept = run('k', [table('x', 1000, 5, 1000)], 5)
  const resumed = run('r', [table('x', 1000, 5)], 5, true)
  const found = predict([of('a', 1000), of('b', 3000), of('c', 1500), kept, resumed], new Map([['x', 1000]]))
  expect(found).toMatchObject({ ms: 2600, range: [2100, 4100], runs: 3 })
  expect(predict([kept, resumed], new Map([['x', 1000]]))).toBeNull()
})

test('a table that was never moved goes at the mean rate, and is named', () => {
  const found = predict(
    [run('a', [table('x', 1000, 2000)], 2000)],
    new Map([
      ['x', 1000],
      ['new', 500],
    ]),
  )
  expect(found?.unknown).toEqual(['new'])
  expect(found?.ms).toBeCloseTo(100 + 3000 + 1500)
})
