/** Which part of one side is which part of the other. */

/** Positions on both sides; null: no counterpart. */
export interface Match {
  readonly from: number | null
  readonly to: number | null
}

/** Keys in order of trust: parts pair where the first key is equal, what is left where the second is, and so on; null never pairs. */
export type MatchKey<T> = (item: T) => string | null

/**
 * Pairs what belongs together, each item once, the earlier of several equal ones first. What is left on the from side comes first, then
 * pairs and what is left on the to side in the order of `to`. `first`: positions of `from` that come before others with the same key.
 */
export function matchItems<T>(
  from: readonly T[],
  to: readonly T[],
  keys: readonly MatchKey<T>[],
  first: (at: number) => boolean = () => false,
): Match[] {
  const places = from.map((_, i) => i)
  const order = [...places.filter(first), ...places.filter((i) => !first(i))]
  const partner = new Map<number, number>()
  const taken = new Set<number>()
  for (const key of keys) {
    const waiting = new Map<string, number[]>()
    for (const i of order) {
      const text = taken.has(i) ? null : key(from[i])
      if (text !== null) waiting.set(text, [...(waiting.get(text) ?? []), i])
    }
    to.forEach((item, j) => {
      const text = partner.has(j) || waiting.size === 0 ? null : key(item)
      const i = text === null ? undefined : waiting.get(text)?.shift()
      if (i === undefined) return
      partner.set(j, i)
      taken.add(i)
    })
  }
  const gone = from.flatMap((_, i) => (taken.has(i) ? [] : [{ from: i, to: null }]))
  return [...gone, ...to.map((_, j) => ({ from: partner.get(j) ?? null, to: j }))]
}
