/** Values that a row function gave → wire fields. What does not fit exactly is refused, never bent. */
import { CellError, quoted } from '../core/cell-error.ts'
import {
  encoder,
  writeBool,
  writeFloat4,
  writeFloat8,
  writeInt2,
  writeInt4,
  writeInt8,
  writeInt8Big,
} from '../core/encode.ts'
import type { WireColumn } from '../core/engine.ts'
import type { WireType } from '../core/wire.ts'
import type { ByteWriter } from '../core/writer.ts'
import { stringifyExact } from './json-exact.ts'

/** Writes one value (never null or undefined) as a field. Throws CellError. */
export type ValueWriter = (w: ByteWriter, value: unknown) => void

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (value instanceof Date)
    return `the Date ${Number.isNaN(value.getTime()) ? 'that is invalid' : value.toISOString()}`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'object' || typeof value === 'function') return `a value of type ${typeof value}`
  return `${String(value)} (${typeof value})`
}

function unfit(value: unknown, what: string): never {
  throw new CellError(`${shown(value)} is no ${what}`)
}

/** The number as plain digits, without an exponent. Throws CellError for numbers that are not what they look like. */
function decimalText(value: number): string {
  if (!Number.isFinite(value)) unfit(value, 'decimal')
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new CellError(`${value} is beyond the integers that a number holds exactly: give a bigint or a string`)
  }
  const text = String(value)
  const [mantissa, exponent] = text.split('e-')
  if (exponent === undefined) return text === '-0' ? '0' : text
  const digits = mantissa.replace('-', '').replace('.', '')
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(Number(exponent) - 1)}${digits}`
}

/** Canonical text of a moment: UTC. */
function dateText(kind: 'date' | 'timestamp' | 'timestamptz', value: Date): string {
  if (Number.isNaN(value.getTime())) unfit(value, kind)
  const year = value.getUTCFullYear()
  if (year < 1 || year > 9999) unfit(value, `${kind} that a Date can give: use a string`)
  const [day, time] = value.toISOString().slice(0, -1).split('T')
  if (kind !== 'date') return `${day} ${time}${kind === 'timestamptz' ? '+00' : ''}`
  if (time !== '00:00:00.000') {
    throw new CellError(`${shown(value)} is no date: it has a time of day (UTC); give 'YYYY-MM-DD'`)
  }
  return day
}

/** Canonical text of a value of a type, for elements of arrays and everything without a writer of its own. Throws CellError. */
function valueText(wire: WireType, value: unknown): string {
  if (typeof value === 'string' && wire.kind !== 'json' && wire.kind !== 'jsonb') return value
  switch (wire.kind) {
    case 'bool':
      if (typeof value === 'boolean') return value ? '1' : '0'
      return value === 1 || value === 0 ? String(value) : unfit(value, 'boolean')
    case 'int2':
    case 'int4':
    case 'int8':
      if (typeof value === 'bigint') return String(value)
      if (typeof value !== 'number' || !Number.isInteger(value)) return unfit(value, 'integer')
      return decimalText(value)
    case 'numeric':
      if (typeof value === 'bigint') return String(value)
      return typeof value === 'number' ? decimalText(value) : unfit(value, 'decimal')
    case 'float4':
    case 'float8':
      return typeof value === 'number' ? String(value) : unfit(value, 'number')
    case 'text':
      if (typeof value === 'bigint') return String(value)
      return typeof value === 'number' ? decimalText(value) : unfit(value, 'text')
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return value instanceof Date ? dateText(wire.kind, value) : unfit(value, wire.kind)
    case 'bytea':
    case 'raw':
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : unfit(value, 'row of bytes')
    case 'json':
    case 'jsonb':
      return jsonText(value)
    case 'array':
      return JSON.stringify(arrayTexts(wire.of, value))
    default:
      return unfit(value, wire.kind)
  }
}

function arrayTexts(of: WireType, value: unknown): unknown[] {
  if (!Array.isArray(value)) return unfit(value, 'array')
  return value.map((v) =>
    v === null ? null : Array.isArray(v) && of.kind !== 'array' ? arrayTexts(of, v) : valueText(of, v),
  )
}

function jsonText(value: unknown): string {
  try {
    const text = stringifyExact(value)
    if (text !== undefined) return text
  } catch (error) {
    throw new CellError(`it cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return unfit(value, 'JSON')
}

/** Refuses texts that are longer than the column, or no member of its set. */
function checked(
  column: WireColumn,
  write: (w: ByteWriter, text: string) => void,
): (w: ByteWriter, text: string) => void {
  const { logical } = column.column.type
  if (logical.kind === 'enum') {
    const members = new Set(logical.values)
    return (w, text) => (members.has(text) ? write(w, text) : unfit(text, `member of ${column.name}`))
  }
  const max = logical.kind === 'text' ? logical.max : undefined
  if (max === undefined || column.wire.kind !== 'text') return write
  return (w, text) => {
    if (text.length > max && [...text].length > max) {
      throw new CellError(`${quoted(text)} is longer than ${max} characters`)
    }
    write(w, text)
  }
}

/** The writer of a column's values: numbers, bigint, strings (canonical texts), booleans, Date, bytes; for json whatever JSON can hold. */
export function valueWriter(column: WireColumn): ValueWriter {
  const { wire } = column
  const encode = checked(column, encoder(wire))
  const fallback: ValueWriter = (w, value) => encode(w, valueText(wire, value))
  switch (wire.kind) {
    case 'text':
      return (w, v) => (typeof v === 'string' ? encode(w, v) : fallback(w, v))
    case 'int2':
      return (w, v) => (typeof v === 'number' && v === (v << 16) >> 16 ? writeInt2(w, v) : fallback(w, v))
    case 'int4':
      return (w, v) => (typeof v === 'number' && v === (v | 0) ? writeInt4(w, v) : fallback(w, v))
    case 'int8':
      return (w, v) => {
        // Numbers are several times as fast to write as bigints.
        const number = typeof v === 'bigint' ? Number(v) : v
        if (typeof number === 'number' && Number.isSafeInteger(number)) writeSafe(w, number)
        else if (typeof v === 'bigint') writeInt8Big(w, v)
        else fallback(w, v)
      }
    case 'bool':
      return (w, v) => (typeof v === 'boolean' ? writeBool(w, v) : fallback(w, v))
    case 'float8':
      return (w, v) => (typeof v === 'number' ? writeFloat8(w, v) : fallback(w, v))
    case 'float4':
      return (w, v) => (typeof v === 'number' && fits32(v) ? writeFloat4(w, v) : fallback(w, v))
    case 'bytea':
    case 'raw':
      return (w, v) => (v instanceof Uint8Array ? w.field(v) : unfit(v, 'row of bytes'))
    default:
      return fallback
  }
}

function writeSafe(w: ByteWriter, v: number): void {
  const hi = Math.floor(v / 4294967296)
  writeInt8(w, hi, v - hi * 4294967296)
}

/** Whether the nearest float32 is neither infinite nor zero where the number is not. */
function fits32(v: number): boolean {
  const single = Math.fround(v)
  return Number.isFinite(single) === Number.isFinite(v) && (single === 0) === (v === 0)
}
