import { expect, test } from 'vitest'
import { choose, missChance, rangeRows, sampleReport, sampleRows } from './sample.ts'

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i)

test('percentages and numbers of rows', () => {
  expect(sampleRows('1%', 2_000_000)).toBe(20_000)
  expect(sampleRows('0.5%', 1001)).toBe(6)
  expect(sampleRows('5000', 100)).toBe(5000)
  expect(sampleRows('some', 100)).toBeNull()
  expect(rangeRows(20_000, 2_000_000)).toBe(400)
  expect(rangeRows(50, 900)).toBeNull()
  expect(rangeRows(5000, 5000)).toBeNull()
})

test('one range of every run of neighbours, the same ones for the same seed', () => {
  const chosen = choose(numbers(1000), 20, 7, 'orders')
  expect(chosen.map((n) => Math.floor(n / 50))).toEqual(numbers(20))
  expect(choose(numbers(1000), 20, 7, 'orders')).toEqual(chosen)
  expect(choose(numbers(1000), 20, 8, 'orders')).not.toEqual(chosen)
  expect(choose(numbers(1000), 20, 7, 'items')).not.toEqual(chosen)
  expect(choose(numbers(3), 20, 7, 'a')).toEqual([0, 1, 2])
})

test('any range is as likely as any other', () => {
  const met = numbers(40).map(() => 0)
  for (const seed of numbers(4000)) for (const n of choose(numbers(40), 4, seed, 't')) met[n]++
  // 400 expected each; six standard deviations.
  for (const n of met) expect(Math.abs(n - 400)).toBeLessThan(6 * Math.sqrt(400 * 0.9))
})

/** Chance of missing, by the definition: of each run one range is taken. */
function chanceOf(bad: readonly number[], all: number, ranges: number): number {
  const run = all / ranges
  return numbers(ranges).reduce((p, i) => p * (1 - bad.filter((b) => Math.floor(b / run) === i).length / run), 1)
}

function subsets(all: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]]
  return numbers(all - from).flatMap((i) => subsets(all, size - 1, from + i + 1).map((rest) => [from + i, ...rest]))
}

test.each([1, 2, 3, 4, 5, 7])(
  'the chance of missing %i bad ranges is the greatest of all places they may lie in',
  (bad) => {
    const worst = Math.max(...subsets(12, bad).map((places) => chanceOf(places, 12, 3)))
    expect(missChance(3, 12, bad)).toBeCloseTo(worst, 12)
  },
)

test('what is stated follows from ranges', () => {
  const report = sampleReport({ text: '1%', seed: 1 }, 20, 2000, { source: 2_000_000, target: 2_000_000 })
  expect(report.missed.ranges).toBe(2)
  expect(report.missed.chance).toBeCloseTo(0.99 ** 2, 12)
  expect(missChance(20, 2000, report.bound.ranges)).toBeLessThanOrEqual(0.05)
  expect(missChance(20, 2000, report.bound.ranges - 1)).toBeGreaterThan(0.05)
  expect(missChance(5, 5, 1)).toBe(0)
})
