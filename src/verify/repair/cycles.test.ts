import { expect, test } from 'vitest'
import { components } from './cycles.ts'

/** Whether one can be reached from another, by looking everywhere. */
function reach(of: (n: number) => readonly number[], from: number): Set<number> {
  const seen = new Set<number>()
  const open = [...of(from)]
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (seen.has(n)) continue
    seen.add(n)
    open.push(...of(n))
  }
  return seen
}

test('components are those that reach each other, each after what it waits for', () => {
  for (let run = 0; run < 300; run++) {
    const size = 1 + (run % 9)
    const all = Array.from({ length: size }, (_, i) => i)
    const links = all.map(() => all.filter(() => Math.random() < 1.4 / size))
    const of = (n: number) => links[n]
    const reached = all.map((n) => reach(of, n))
    const found = components(all, of)
    expect(found.flat().sort((a, b) => a - b)).toEqual(all)
    const place = new Map(found.flatMap((part, i) => part.map((n) => [n, i] as const)))
    for (const a of all) {
      for (const b of all) {
        const together = a === b || (reached[a].has(b) && reached[b].has(a))
        expect(place.get(a) === place.get(b), `${a} and ${b} of ${JSON.stringify(links)}`).toBe(together)
        if (links[a].includes(b)) expect(place.get(b)).toBeLessThanOrEqual(place.get(a) as number)
      }
    }
  }
})

test('a ring of 200,000 is one component, a chain of as many is 200,000', () => {
  const all = Array.from({ length: 200_000 }, (_, i) => i)
  expect(components(all, (n) => [(n + 1) % all.length])).toHaveLength(1)
  expect(components(all, (n) => (n + 1 < all.length ? [n + 1] : []))).toHaveLength(all.length)
})
