/**
 * SQLite's values → wire fields. A writer is chosen once per column; each value is looked at for itself, since a column may hold any
 * storage class. What does not fit throws CellError and the row is rejected; nothing is changed on the way.
 */
import {
  CellError,
  encoder,
  type FieldEncoder,
  isUtf8,
  writeBool,
  writeFloat8,
  writeInt2,
  writeInt4,
  writeInt8,
  writeInt8Big,
} from '../../core/encode.ts'
import { momentEncoder } from '../../core/encode-moment.ts'
import type { WireType } from '../../core/wire.ts'
import type { ByteWriter } from '../../core/writer.ts'
import { type Cell, type CellWriter, InvalidText } from './cell.ts'
import { exactWriter } from './exact.ts'
import { writeScaled } from './scaled.ts'
import type { Affinity } from './types.ts'

/** Bytes as text has them. */
export const SPELLED_BYTES = /^X'(?:[0-9a-f]{2})*'$/

type Other = Exclude<Cell, null | string>

/** The writer of a column. `affinity` is that of its declared type. */
export function cellWriter(wire: WireType, affinity: Affinity): CellWriter {
  switch (wire.kind) {
    case 'bool':
      return boolWriter
    case 'int2':
      return intWriter(writeInt2, 16, encoder(wire))
    case 'int4':
      return intWriter(writeInt4, 32, encoder(wire))
    case 'int8':
      return int8Writer(encoder(wire))
    case 'float4':
    case 'float8':
      return floatWriter(wire.kind === 'float4', encoder(wire))
    case 'numeric':
      return numericWriter(wire.scale, encoder(wire))
    case 'text':
      return wire.spelled ? spelledWriter : textWriter
    case 'bytea':
      return bytesWriter
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return textOnly(momentEncoder(wire), wire.kind)
    case 'json':
    case 'jsonb':
    case 'uuid':
      return wire.kind === 'uuid' ? uuidWriter(encoder(wire)) : jsonWriter(encoder(wire))
    case 'raw':
      return exactWriter(affinity)
    default:
      return textOnly(encoder(wire), wire.kind)
  }
}

/** A value for people. */
export function shown(value: Other | string): string {
  if (value instanceof InvalidText) return `text with invalid UTF-8 (${hex(value.bytes)})`
  if (value instanceof Uint8Array) return `a blob of ${value.length} bytes`
  return typeof value === 'string' ? `'${value}'` : `the number ${value}`
}

function hex(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 24)).toString('hex')
  return bytes.length > 24 ? `${text}…` : text
}

function unfit(value: Other, what: string): never {
  throw new CellError(`${shown(value)} is no ${what}`)
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  '1': true,
  '0': false,
  true: true,
  false: false,
  t: true,
  f: false,
}

const boolWriter: CellWriter = (w, value) => {
  if (value === null) return w.null()
  if (value === 1 || value === 1n) return writeBool(w, true)
  if (value === 0 || value === 0n) return writeBool(w, false)
  const known = typeof value === 'string' ? BOOLEANS[value.toLowerCase()] : undefined
  if (known === undefined) throw new CellError(`${shown(value)} is no boolean (1 or 0)`)
  writeBool(w, known)
}

function intWriter(write: (w: ByteWriter, v: number) => void, bits: 16 | 32, text: FieldEncoder): CellWriter {
  const limit = 2 ** (bits - 1)
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value === 'string') return text(w, value)
    const v = typeof value === 'bigint' ? Number(value) : value
    if (typeof v !== 'number' || !Number.isInteger(v)) return unfit(value, 'integer')
    if (v < -limit || v >= limit) throw new CellError(`'${value}' is outside the range of a ${bits}-bit integer`)
    write(w, v)
  }
}

function int8Writer(text: FieldEncoder): CellWriter {
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value === 'number' && Number.isInteger(value)) {
      if (!Number.isSafeInteger(value)) return writeInt8Big(w, BigInt(value))
      const hi = Math.floor(value / 4294967296)
      return writeInt8(w, hi, value - hi * 4294967296)
    }
    if (typeof value === 'bigint') return writeInt8Big(w, value)
    if (typeof value === 'string') return text(w, value)
    unfit(value, 'integer')
  }
}

function floatWriter(single: boolean, text: FieldEncoder): CellWriter {
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value === 'string') return text(w, value)
    const v = typeof value === 'bigint' ? Number(value) : value
    if (typeof v !== 'number') return unfit(value, 'number')
    if (typeof value === 'bigint' && BigInt(v) !== value)
      throw new CellError(`${value} has more digits than a float keeps`)
    if (!single) return writeFloat8(w, v)
    if (Math.fround(v) !== v) throw new CellError(`${v} has more digits than a 32-bit float keeps`)
    text(w, String(v))
  }
}

/** Numbers as their shortest decimal text; `scale` cuts zeros only. */
function numericWriter(scale: number | undefined, text: FieldEncoder): CellWriter {
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value === 'number') {
      if (scale === undefined || !writeScaled(w, value, scale)) text(w, Object.is(value, -0) ? '0' : String(value))
      return
    }
    if (typeof value === 'string') return text(w, value)
    if (typeof value === 'bigint') return text(w, value.toString())
    unfit(value, 'number')
  }
}

/** Numbers as their text; bytes that are UTF-8 are taken for the text that they spell. */
const textWriter: CellWriter = (w, value) => {
  if (value === null) return w.null()
  if (typeof value === 'string') return w.text(value)
  if (typeof value === 'number' || typeof value === 'bigint') return w.text(String(value))
  if (value instanceof Uint8Array && isUtf8(value, 0, value.length)) return w.field(value)
  unfit(value, 'text')
}

/** Bytes as SQLite writes them; a text that would be taken for such is refused. */
const spelledWriter: CellWriter = (w, value) => {
  if (value instanceof Uint8Array) return w.text(`X'${Buffer.from(value).toString('hex')}'`)
  if (typeof value === 'string' && SPELLED_BYTES.test(value))
    throw new CellError(`the text ${value} would come back as bytes`)
  textWriter(w, value)
}

/** Text in a column of bytes is its UTF-8 bytes, or whatever stands in place of them. */
const bytesWriter: CellWriter = (w, value) => {
  if (value === null) return w.null()
  if (value instanceof Uint8Array) return w.field(value)
  if (typeof value === 'string') return w.text(value)
  if (value instanceof InvalidText && value.encoding === 'UTF-8') return w.field(value.bytes)
  unfit(value, 'sequence of bytes')
}

/** A uuid as text or as 16 bytes. */
function uuidWriter(text: FieldEncoder): CellWriter {
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value === 'string') return text(w, value)
    if (value instanceof Uint8Array && value.length === 16) return w.field(value)
    unfit(value, 'uuid')
  }
}

function jsonWriter(text: FieldEncoder): CellWriter {
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value === 'string') return text(w, value)
    if (typeof value === 'number' || typeof value === 'bigint') return text(w, String(value))
    unfit(value, 'JSON text')
  }
}

function textOnly(text: FieldEncoder, what: string): CellWriter {
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value !== 'string') return unfit(value, what)
    text(w, value)
  }
}
