/** A seeded generator: the same values in every run. */

/** mulberry32: the same values in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below)
  }
}

/** A whole number of 0 … below − 1. */
export const random = generator(20240229)
/** `count` results of `make`. */
export const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))
/** Random decimal digits. */
export const digits = (count: number): string => times(count, () => random(10)).join('')
/** A random number below `below` in two digits. */
export const two = (below: number): string => String(random(below)).padStart(2, '0')
/** A minus or nothing. */
export const sign = (): string => (random(2) === 0 ? '' : '-')
/** Nothing, or a point and up to `most` digits. */
export const fraction = (most: number): string => (random(3) === 0 ? '' : `.${digits(1 + random(most))}`)
