/** Reports as JSON: the facts themselves, exact. */

/** Integers beyond 2^53 become decimal texts, bytes hexadecimal ones; `ms` are whole milliseconds. */
function exact(this: unknown, key: string, value: unknown): unknown {
  if (key === 'ms' && typeof value === 'number') return Math.round(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return value
}

/** JSON on one line, for events. */
export function compactJson(value: unknown): string {
  return JSON.stringify(value, exact)
}

/** JSON for files, indented. `kind` says what it is: run, verify, plan. */
export function reportJson(kind: string, value: object): string {
  return `${JSON.stringify({ naru: kind, ...value }, exact, 2)}\n`
}
