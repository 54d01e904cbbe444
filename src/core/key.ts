/** Keys and key ranges. Values stay exact: integers are bigint, bytes are bytes; nothing goes through JSON numbers. */

/** One column of a key in the source's own terms: integers as bigint; decimals, dates, times, uuids and text as canonical text; floats as number; binary as bytes. */
export type KeyValue = bigint | number | string | Uint8Array | null

export type Key = readonly KeyValue[]

/**
 * A frozen part of one table. `key`: rows with after < key ≤ upto (null = open end), in key order; with `only` (`serializeKeys`) none but
 * those of these keys.
 * `physical`: an engine's own address range [from, to) (ctid blocks, rowids). `all`: the whole table as one stream.
 */
export type KeyRange =
  | { readonly kind: 'key'; readonly after: Key | null; readonly upto: Key | null; readonly only?: string }
  | { readonly kind: 'physical'; readonly from: string; readonly to: string | null }
  | { readonly kind: 'all' }

/**
 * The last values of all ranges but one that cut a unique key of whole numbers, from `low` to `high`, into equally wide ones: n numbers
 * hold no more than n rows. Null where there are more gaps than rows.
 * @param total rows in all, counted or estimated
 */
export function evenCuts(
  low: bigint,
  high: bigint,
  o: { readonly rows: number; readonly total: number },
): bigint[] | null {
  const span = high - low + 1n
  if (span > BigInt(Math.ceil(o.total)) * 2n) return null
  const rows = BigInt(o.rows)
  const ranges = (span + rows - 1n) / rows
  return Array.from({ length: Math.max(0, Number(ranges) - 1) }, (_, i) => low - 1n + (span * BigInt(i + 1)) / ranges)
}

const isInt64 = (n: bigint): boolean => n >= -(2n ** 63n) && n < 2n ** 63n

/**
 * Whole numbers from `low` to `high`, in any engine's SQL: by BETWEEN, which costs MariaDB less a row than two comparisons, a fifth of what
 * it takes to read one. Beyond signed 64 bits by two: old versions of MySQL take the bounds of BETWEEN for signed.
 */
export function betweenSql(column: string, low: bigint, high: bigint): string {
  if (isInt64(low) && isInt64(high)) return `${column} BETWEEN ${low} AND ${high}`
  return `${column} >= ${low} AND ${column} <= ${high}`
}

type Tagged = null | { n: string } | { f: string } | { s: string } | { b: string }

function tag(value: KeyValue): Tagged {
  if (value === null) return null
  if (typeof value === 'bigint') return { n: value.toString() }
  if (typeof value === 'number') return { f: Object.is(value, -0) ? '-0' : String(value) }
  if (typeof value === 'string') return { s: value }
  return { b: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
}

function untag(value: Tagged): KeyValue {
  if (value === null) return null
  if ('n' in value) return BigInt(value.n)
  if ('f' in value) return Number(value.f)
  if ('s' in value) return value.s
  return new Uint8Array(Buffer.from(value.b, 'base64'))
}

/** A key as JSON text that `parseKey` reads back exactly. */
export function serializeKey(key: Key | null): string {
  return JSON.stringify(key === null ? null : key.map(tag))
}

/** The inverse of `serializeKey`. */
export function parseKey(text: string): Key | null {
  const raw = JSON.parse(text) as Tagged[] | null
  return raw === null ? null : raw.map(untag)
}

/** Serialized keys as one text: many keys take little memory that way. */
export function serializeKeys(keys: readonly string[]): string {
  return `[${keys.join(',')}]`
}

/** The keys that a range is limited to; null: it is not. */
export function listedKeys(range: KeyRange): Key[] | null {
  if (range.kind !== 'key' || range.only === undefined) return null
  return (JSON.parse(range.only) as Tagged[][]).map((key) => key.map(untag))
}

/** A range as JSON text that `parseRange` reads back exactly. */
export function serializeRange(range: KeyRange): string {
  if (range.kind !== 'key') return JSON.stringify(range)
  const { only } = range
  const ends = { after: range.after?.map(tag) ?? null, upto: range.upto?.map(tag) ?? null }
  return JSON.stringify({ kind: 'key', ...ends, ...(only !== undefined && { only }) })
}

/** The inverse of `serializeRange`. */
export function parseRange(text: string): KeyRange {
  const raw = JSON.parse(text) as KeyRange & { after?: Tagged[] | null; upto?: Tagged[] | null }
  if (raw.kind !== 'key') return raw
  const ends = raw as unknown as { after: Tagged[] | null; upto: Tagged[] | null }
  const { only } = raw
  return {
    kind: 'key',
    after: ends.after?.map(untag) ?? null,
    upto: ends.upto?.map(untag) ?? null,
    ...(only !== undefined && { only }),
  }
}

/** A key for people: `42` or `(7, 'kim')`; bytes as hex. */
export function displayKey(key: Key | null): string {
  if (key === null) return '(no key)'
  const parts = key.map((v) => {
    if (v === null) return 'NULL'
    if (typeof v === 'string') return `'${v}'`
    if (v instanceof Uint8Array) return `0x${Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('hex')}`
    return String(v)
  })
  return parts.length === 1 ? parts[0] : `(${parts.join(', ')})`
}
