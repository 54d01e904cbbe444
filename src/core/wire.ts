/**
 * The wire form: rows as bytes in the tuple format of PostgreSQL's binary COPY (without its file header and trailer):
 * int16 field count, then per field int32 length (-1 = NULL) and the bytes that the type's `send` function gives, big-endian.
 * Source of the format: PostgreSQL documentation, COPY, "Binary Format", and the `*send`/`*recv` functions.
 */

/** How one column travels. `text` covers enum, citext, xml … whose binary form is their text. */
export type WireType =
  | {
      readonly kind:
        | 'bool'
        | 'int2'
        | 'int4'
        | 'int8'
        | 'float4'
        | 'float8'
        | 'timetz'
        | 'interval'
        | 'uuid'
        | 'inet'
        | 'cidr'
        | 'bytea'
        | 'json'
        | 'jsonb'
    }
  /**
   * `beyond`: the target also holds what PostgreSQL's type does not (MySQL: zero and partial dates, TIME outside of a day). A source of
   * the same engine then sends such values in a form that only that engine reads; for all others the flag means nothing.
   */
  | { readonly kind: 'date' | 'time' | 'timestamp' | 'timestamptz'; readonly beyond?: boolean }
  /** `fixed`: char(n), whose trailing blanks carry no meaning. */
  /** `spelled`: values of any storage class of SQLite's as they are; bytes as SQLite writes them, `X'00ff'`. */
  | { readonly kind: 'text'; readonly fixed?: boolean; readonly spelled?: true }
  /** `scale`: digits after the point that every value is sent with (its dscale); absent = as the value has. */
  | { readonly kind: 'numeric'; readonly scale?: number }
  /** int32 bit count, then the bits left-aligned. */
  | { readonly kind: 'bit'; readonly length?: number }
  /** One-dimensional (or empty) arrays of a built-in type. */
  | { readonly kind: 'array'; readonly of: WireType }
  /** PostgreSQL's own binary of a type that naru does not look into; only ever between two PostgreSQL. `native` is the type's name. */
  | { readonly kind: 'raw'; readonly native: string }

export type WireKind = WireType['kind']

/** Object ids of the built-in element types, as array headers carry them (pg_type.dat). */
export const ELEMENT_OID: Readonly<Partial<Record<WireKind, number>>> = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  json: 114,
  float4: 700,
  float8: 701,
  inet: 869,
  cidr: 650,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  bit: 1562,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
}

/** Offset just after the row that starts at `offset`. Assumes a whole row is there. */
export function skipRow(bytes: Uint8Array, offset: number): number {
  const fields = (bytes[offset] << 8) | bytes[offset + 1]
  let at = offset + 2
  for (let i = 0; i < fields; i++) {
    const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    at += length < 0 ? 4 : 4 + length
  }
  return at
}

/** Start offsets of all rows in `bytes`, followed by the end offset: rows + 1 numbers. */
export function rowOffsets(bytes: Uint8Array, rows: number): Uint32Array {
  const offsets = new Uint32Array(rows + 1)
  let at = 0
  for (let i = 0; i < rows; i++) {
    offsets[i] = at
    at = skipRow(bytes, at)
  }
  offsets[rows] = at
  return offsets
}

/** The fields of the row at `offset` as views on `bytes` (null = NULL). */
export function rowFields(bytes: Uint8Array, offset: number): (Uint8Array | null)[] {
  const count = (bytes[offset] << 8) | bytes[offset + 1]
  const fields: (Uint8Array | null)[] = new Array(count)
  let at = offset + 2
  for (let i = 0; i < count; i++) {
    const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    at += 4
    fields[i] = length < 0 ? null : bytes.subarray(at, at + length)
    if (length > 0) at += length
  }
  return fields
}
