/** Wire fields → values for SQLite's parameters. Chosen once per column, by wire type and the column's affinity. */
import type { SQLInputValue } from 'node:sqlite'
import { CellError } from '../../core/cell-error.ts'
import { decoder, type FieldText } from '../../core/decode.ts'
import { isUtf8 } from '../../core/encode.ts'
import { readFloat4, readFloat8 } from '../../core/float.ts'
import { readInt16, readInt32, readInt64 } from '../../core/whole.ts'
import type { WireType } from '../../core/wire.ts'
import type { InvalidText } from './cell.ts'
import { SPELLED_BYTES } from './encode.ts'
import { readExact } from './exact.ts'
import type { Affinity } from './types.ts'

/** What is bound; text that is no UTF-8 needs a statement of its own. */
type Bound = SQLInputValue | InvalidText

/** One field's bytes [start, end) as the value to store. Throws CellError for what SQLite would change. */
export type FieldBinder = (bytes: Uint8Array, start: number, end: number) => Bound

/** The binder of a column. Where a column converts nothing, whole numbers are bound as bigints: a number would be stored as a real. */
export function fieldBinder(wire: WireType, affinity: Affinity): FieldBinder {
  const exact = affinity === 'blob' || affinity === 'text'
  switch (wire.kind) {
    case 'bool':
      return exact ? (bytes, start) => BigInt(bytes[start]) : (bytes, start) => bytes[start]
    case 'int2':
      return exact ? (bytes, start) => BigInt(readInt16(bytes, start)) : readInt16
    case 'int4':
      return exact ? (bytes, start) => BigInt(readInt32(bytes, start)) : readInt32
    case 'int8':
      return exact ? readInt64 : bindInt8
    case 'float4':
      return floatBinder(readFloat4, affinity)
    case 'float8':
      return floatBinder(readFloat8, affinity)
    case 'numeric':
      return affinity === 'text' ? decoder(wire) : numericBinder(decoder(wire), exact)
    case 'text':
      if (wire.spelled) return spelled(decoder(wire))
      return wire.fixed ? trimmed(decoder(wire)) : decoder(wire)
    case 'bytea':
      return (bytes, start, end) => bytes.subarray(start, end)
    case 'timestamptz':
      return zoned(decoder(wire))
    case 'raw':
      return (bytes, start, end) => readExact(bytes, start, end, (from, to) => isUtf8(bytes, from, to))
    default:
      return decoder(wire)
  }
}

/** Bytes that stand as SQLite writes them are bytes again. */
function spelled(text: FieldText): FieldBinder {
  return (bytes, start, end) => {
    const value = text(bytes, start, end)
    return bytes[start] === 0x58 && SPELLED_BYTES.test(value) ? Buffer.from(value.slice(2, -1), 'hex') : value
  }
}

function bindInt8(bytes: Uint8Array, start: number): number | bigint {
  const hi = readInt32(bytes, start)
  if (hi < -0x200000 || hi >= 0x200000) return readInt64(bytes, start)
  return hi * 4294967296 + (readInt32(bytes, start + 4) >>> 0)
}

/** SQLite turns NaN into NULL, and −0 into 0 wherever it may store a whole real as an integer. */
function floatBinder(read: (bytes: Uint8Array, start: number) => number, affinity: Affinity): FieldBinder {
  const keepsSign = affinity === 'blob' || affinity === 'text'
  return (bytes, start) => {
    const value = read(bytes, start)
    if (Number.isNaN(value)) throw new CellError('SQLite has no NaN: it would become NULL')
    if (!keepsSign && Object.is(value, -0))
      throw new CellError('SQLite has no −0 in a column of numbers: it would become 0')
    return value
  }
}

/** Digits that a double keeps whatever they are. */
const SAFE_DIGITS = 15
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

/** Decimals as doubles, or as integers where they are whole; what neither keeps is refused. */
function numericBinder(text: FieldText, exact: boolean): FieldBinder {
  return (bytes, start, end) => {
    const value = text(bytes, start, end)
    const number = Number(value)
    if (!Number.isFinite(number)) return nonFinite(value)
    const whole = !value.includes('.') || /\.0*$/.test(value)
    if (whole && (exact || !Number.isSafeInteger(number))) {
      const big = BigInt(value.split('.')[0])
      if (big >= INT64.min && big <= INT64.max) return big
    }
    if (value.length > SAFE_DIGITS && digits(value) > SAFE_DIGITS && !sameNumber(number, value)) {
      throw new CellError(`'${value}' has more digits than SQLite keeps in a column of numbers`)
    }
    return number
  }
}

function nonFinite(value: string): Bound {
  if (value === 'NaN') throw new CellError('SQLite has no NaN in a column of numbers')
  return value === 'Infinity' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
}

function digits(value: string): number {
  return value.replace(/^-?0*\.?0*/, '').replace('.', '').length
}

/** Whether the double's shortest text has the same digits. */
function sameNumber(number: number, value: string): boolean {
  const plain = value.includes('.') ? value.replace(/0+$/, '').replace(/\.$/, '') : value
  return String(number) === plain
}

function trimmed(text: FieldText): FieldBinder {
  return (bytes, start, end) => {
    let last = end
    while (last > start && bytes[last - 1] === 0x20) last--
    return text(bytes, start, last)
  }
}

/** `+00` as `+00:00`, which SQLite's own functions and everybody else read. */
function zoned(text: FieldText): FieldBinder {
  return (bytes, start, end) => {
    const value = text(bytes, start, end)
    return value.endsWith('+00') ? `${value}:00` : value
  }
}
