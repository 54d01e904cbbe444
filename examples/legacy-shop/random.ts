/** Numbers that look random and are the same on every machine: mulberry32 (public domain, Tommy Ettinger 2017). */
export interface Random {
  /** An integer from 0 to `below` − 1. */
  below(below: number): number
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** True once in `n` calls on average. */
  once(n: number): boolean
  pick<T>(list: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** A generator that always yields the same row of numbers for a seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit)
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    once: (n) => below(n) === 0,
    pick: (list) => list[below(list.length)],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}
