/** Keys inside wire rows: their values, their order, and their bytes as a tuple of their own. */
import { decoder, valueDecoder } from '../core/decode.ts'
import type { Dialect } from '../core/engine.ts'
import type { KeyValue } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import { keyPositions } from './side.ts'

/** What comparison needs to know of a table's key. */
export interface TupleKey {
  readonly wires: readonly WireType[]
  /** Whether `compare` is every database's order. Texts and uuids may come in an order that both sides share and we do not know. */
  readonly sure: boolean
  /** The key of the row that starts at `offset`, in terms that both sides understand as ends of a range. */
  values(bytes: Uint8Array, offset: number): KeyValue[]
  /** Order of two rows by key, as databases sort the types that plans call ordered; NaN where only the database knows it. */
  compare(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number): number
  /** The key's fields as a tuple; the view is good until the next call. */
  tuple(bytes: Uint8Array, offset: number): Uint8Array
}

/** How an engine reads its own raw fields. */
export type RawValue = Dialect['rawValue']

/** The key of a planned table, or null without one. */
export function tupleKey(plan: TablePlan, raw?: RawValue): TupleKey | null {
  const positions = keyPositions(plan)
  if (positions === null) return null
  const columns = positions.map((p) => plan.columns[p])
  const wires = columns.map((c) => c.wire)
  const values = wires.map((wire) => keyDecoder(wire, raw))
  const numbers = columns.map(
    (c) => c.wire.kind === 'raw' && raw !== undefined && NUMBERS.has(c.source.type.logical.kind),
  )
  const orders = wires.map((wire, i) => (numbers[i] ? byNumber(values[i]) : fieldOrder(wire)))
  const own = new ByteWriter(256)
  return {
    wires,
    sure: wires.every((w, i) => SURE.has(w.kind) || numbers[i]),
    values: (bytes, offset) =>
      fieldsAt(bytes, offset, positions).map((f, i) => (f.start < 0 ? null : values[i](bytes, f.start, f.end))),
    compare(a, aOffset, b, bOffset) {
      const left = fieldsAt(a, aOffset, positions)
      const right = fieldsAt(b, bOffset, positions)
      for (let i = 0; i < left.length; i++) {
        const order = compareFields(a, left[i], b, right[i], orders[i])
        if (order !== 0) return order
      }
      return 0
    },
    tuple(bytes, offset) {
      own.at = 0
      own.int16(positions.length)
      for (const f of fieldsAt(bytes, offset, positions)) {
        if (f.start < 0) own.null()
        else own.field(bytes, f.start, f.end)
      }
      return own.bytes.subarray(0, own.at)
    },
  }
}

const SURE: ReadonlySet<WireType['kind']> = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'bytea',
])

/** Types whose raw values are numbers as a rule. */
const NUMBERS: ReadonlySet<string> = new Set(['int', 'decimal', 'float', 'bool'])

/** Where a field's bytes are; start −1 for NULL. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** All fields of the row at `offset`. */
export function spans(bytes: Uint8Array, offset: number): Span[] {
  const count = (bytes[offset] << 8) | bytes[offset + 1]
  const found: Span[] = new Array(count)
  let at = offset + 2
  for (let i = 0; i < count; i++) {
    const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    at += 4
    found[i] = length < 0 ? { start: -1, end: -1 } : { start: at, end: at + length }
    if (length > 0) at += length
  }
  return found
}

function fieldsAt(bytes: Uint8Array, offset: number, positions: readonly number[]): Span[] {
  const all = spans(bytes, offset)
  return positions.map((p) => all[p])
}

/** Reads one field of a key. Integers that travel as numeric (bigint unsigned) stay integers: a server would compare their text as a float. */
export function keyDecoder(wire: WireType, raw: RawValue): (bytes: Uint8Array, start: number, end: number) => KeyValue {
  if (wire.kind === 'raw' && raw !== undefined) {
    return (bytes, start, end) => raw(wire.native, bytes.subarray(start, end))
  }
  const decode = valueDecoder(wire)
  return (bytes, start, end) => {
    const value = decode(bytes, start, end)
    if (typeof value === 'boolean') return value ? 1n : 0n
    if (wire.kind === 'numeric' && typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value)
    return value
  }
}

/** Raw values that are numbers; whatever else a column holds is sorted by the database alone. */
function byNumber(value: (bytes: Uint8Array, start: number, end: number) => KeyValue): FieldOrder {
  return (a, left, b, right) => {
    const [x, y] = [value(a, left.start, left.end), value(b, right.start, right.end)]
    const plain = (v: KeyValue): v is bigint | number => typeof v === 'bigint' || typeof v === 'number'
    if (!plain(x) || !plain(y)) return Number.NaN
    return x < y ? -1 : x > y ? 1 : 0
  }
}

/** Order of two values in tuples. */
export type FieldOrder = (a: Uint8Array, aSpan: Span, b: Uint8Array, bSpan: Span) => number

function compareFields(a: Uint8Array, left: Span, b: Uint8Array, right: Span, order: FieldOrder): number {
  if (left.start < 0 || right.start < 0) return Number(right.start < 0) - Number(left.start < 0)
  return order(a, left, b, right)
}

/** Unsigned bytes, the shorter first where one begins with the other. */
const byBytes: FieldOrder = (a, left, b, right) =>
  Buffer.compare(a.subarray(left.start, left.end), b.subarray(right.start, right.end))

/** Big-endian two's complement of equal length: only the first byte carries the sign. */
const bySigned: FieldOrder = (a, left, b, right) => {
  const high = ((a[left.start] << 24) >> 24) - ((b[right.start] << 24) >> 24)
  return high !== 0 ? high : byBytes(a, left, b, right)
}

/** How values of a form are sorted. */
export function fieldOrder(wire: WireType): FieldOrder {
  switch (wire.kind) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return bySigned
    case 'float4':
    case 'float8':
    case 'numeric': {
      const text = decoder(wire)
      return (a, left, b, right) => compareDecimals(text(a, left.start, left.end), text(b, right.start, right.end))
    }
    case 'text':
      return wire.fixed ? byTrimmed : byBytes
    default:
      return byBytes
  }
}

const byTrimmed: FieldOrder = (a, left, b, right) => byBytes(a, trimmed(a, left), b, trimmed(b, right))

function trimmed(bytes: Uint8Array, span: Span): Span {
  let end = span.end
  while (end > span.start && bytes[end - 1] === 0x20) end--
  return { start: span.start, end }
}

const SPECIAL: Readonly<Record<string, number>> = { '-Infinity': -1, Infinity: 1, NaN: 2 }

/** Order of two canonical decimal or float texts; NaN is greatest, as in PostgreSQL. */
export function compareDecimals(a: string, b: string): number {
  if (a in SPECIAL || b in SPECIAL) return (SPECIAL[a] ?? 0) - (SPECIAL[b] ?? 0)
  const left = parts(a)
  const right = parts(b)
  const scale = Math.max(left.scale, right.scale)
  const x = left.digits * 10n ** BigInt(scale - left.scale)
  const y = right.digits * 10n ** BigInt(scale - right.scale)
  return x < y ? -1 : x > y ? 1 : 0
}

function parts(text: string): { digits: bigint; scale: number } {
  const [mantissa, exponent = '0'] = text.split('e')
  const [whole, fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}
