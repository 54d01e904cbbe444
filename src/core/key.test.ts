/** Ranges of whole numbers. */
import { expect, test } from 'vitest'
import { evenCuts } from './key.ts'

/** A sequence that is the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

test('even cuts make ranges that no more rows than asked for fit into, as wide as one another', () => {
  const next = random(7)
  for (let i = 0; i < 2000; i++) {
    const low = BigInt(Math.floor((next() - 0.5) * 1e6)) * (i % 3 === 0 ? 2n ** 40n : 1n)
    const high = low + BigInt(Math.floor(next() * 1e6))
    const rows = 1 + Math.floor(next() * 5e5)
    const cuts = evenCuts(low, high, { rows, total: 1e6 })
    expect(cuts).not.toBeNull()
    const ends = [low - 1n, ...(cuts ?? []), high]
    const widths = ends.slice(1).map((end, n) => end - ends[n])
    expect(widths.every((w) => w > 0n && w <= BigInt(rows))).toBe(true)
    const sorted = widths.toSorted((a, b) => Number(a - b))
    expect(sorted[sorted.length - 1] - sorted[0]).toBeLessThanOrEqual(1n)
  }
})

test('keys with more gaps than rows are not cut by their numbers', () => {
  expect(evenCuts(1n, 2000n, { rows: 100, total: 1000 })).toHaveLength(19)
  expect(evenCuts(1n, 2001n, { rows: 100, total: 1000 })).toBeNull()
  expect(evenCuts(5n, 5n, { rows: 100, total: 1 })).toEqual([])
  expect(evenCuts(-9223372036854775808n, 9223372036854775807n, { rows: 1, total: 5e6 })).toBeNull()
})
