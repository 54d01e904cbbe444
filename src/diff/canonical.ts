/** One text per meaning: equal values of the model have equal texts, whatever the order of their fields. */

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && !Array.isArray(value) && Object.values(value as object).every(isEmpty))

/** JSON with sorted keys; what is absent, false or empty is left out of objects, so that it equals what was never said. `''` is a value. */
export function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === undefined) return 'null'
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, v]) => !isEmpty(v))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}

/** Whether two values of the model mean the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' && typeof b !== 'object' && !isEmpty(a) && !isEmpty(b)) return false
  const [emptyA, emptyB] = [isEmpty(a), isEmpty(b)]
  return emptyA || emptyB ? emptyA === emptyB : canonical(a) === canonical(b)
}
