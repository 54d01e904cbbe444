/** Fields of a CSV file → wire fields, one writer a column. What does not fit throws CellError. */
import { CellError, encoder, type FieldEncoder, isUtf8, writeBool, writeNumericAscii } from '../../core/encode.ts'
import { momentEncoder } from '../../core/encode-moment.ts'
import type { ColumnType } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import type { ByteWriter } from '../../core/writer.ts'
import type { Spelling } from './form.ts'
import { withoutGuard } from './guard.ts'
import { fromPostgres } from './postgres-text.ts'
import { isAsWritten } from './types.ts'

/** Writes the field of the bytes [start, end), quotes already gone. */
export type FieldWriter = (w: ByteWriter, bytes: Buffer, start: number, end: number) => void

/** `Buffer.toString` without its checks. Node has it on every Buffer; its types do not say so. */
type Sliced = Buffer & { utf8Slice(start: number, end: number): string }

function checkedText(bytes: Buffer, start: number, end: number): string {
  if (!isUtf8(bytes, start, end))
    throw new CellError(`text that is no UTF-8 (${bytes.toString('hex', start, Math.min(end, start + 24))})`)
  return (bytes as Sliced).utf8Slice(start, end)
}

/** The writer of a column, for fields as they are spelled. */
export function fieldWriter(wire: WireType, held?: ColumnType, spelling: Spelling = 'plain'): FieldWriter {
  const write = plainWriter(wire, held, spelling)
  return spelling === 'excel' ? unguarded(write) : write
}

/** What stands in the way of spreadsheets is taken off. */
function unguarded(write: FieldWriter): FieldWriter {
  return (w, bytes, start, end) => {
    const [from, to] = withoutGuard(bytes, start, end)
    write(w, bytes, from, to)
  }
}

function plainWriter(wire: WireType, held: ColumnType | undefined, spelling: Spelling): FieldWriter {
  const logical = held?.logical
  const written = held !== undefined && isAsWritten(held)
  const isArray = logical?.kind === 'array' || (wire.kind === 'array' && logical?.kind !== 'set')
  const respell = spelling === 'postgres' && !written ? fromPostgres(wire, isArray) : null
  if (respell !== null) return respelled(encoder(wire), respell)
  if (logical?.kind === 'bool' && INTEGERS.has(wire.kind)) return truthWriter(encoder(wire))
  if (logical?.kind === 'set' && wire.kind === 'array') return viaText(setEncoder(encoder(wire)))
  switch (wire.kind) {
    case 'text':
      return writeText
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return viaText(written ? momentEncoder(wire) : encoder(wire))
    case 'numeric':
      return (w, bytes, start, end) => writeNumericAscii(w, bytes, start, end, wire.scale)
    case 'bool':
      return writeBoolean
    case 'bytea':
      return hexWriter(encoder(wire))
    case 'uuid':
      return viaText(written ? spelledUuid(encoder(wire)) : encoder(wire))
    case 'time':
      return viaText(written ? momentEncoder(wire) : wire.beyond ? longTime(encoder(wire)) : encoder(wire))
    default:
      return viaText(encoder(wire))
  }
}

/** A value that PostgreSQL spells in its own way. */
function respelled(encode: FieldEncoder, respell: (text: string) => string): FieldWriter {
  return (w, bytes, start, end) => encode(w, respell(checkedText(bytes, start, end)))
}

function viaText(encode: FieldEncoder): FieldWriter {
  return (w, bytes, start, end) => encode(w, checkedText(bytes, start, end))
}

/** A uuid of SQLite may be 16 bytes. */
function spelledUuid(encode: FieldEncoder): FieldEncoder {
  return (w, text) => encode(w, /^X'[0-9a-f]{32}'$/.test(text) ? text.slice(2, -1) : text)
}

const writeText: FieldWriter = (w, bytes, start, end) => {
  if (!isUtf8(bytes, start, end)) checkedText(bytes, start, end)
  w.field(bytes, start, end)
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  '1': true,
  '0': false,
  t: true,
  f: false,
}

function truth(bytes: Buffer, start: number, end: number): boolean {
  const text = checkedText(bytes, start, end)
  const known = BOOLEANS[text.toLowerCase()]
  if (known === undefined) throw new CellError(`'${text}' is no boolean (true or false)`)
  return known
}

const writeBoolean: FieldWriter = (w, bytes, start, end) => writeBool(w, truth(bytes, start, end))

const INTEGERS: ReadonlySet<WireType['kind']> = new Set(['int2', 'int4', 'int8'])

/** Booleans for an engine that keeps them as integers (MySQL's tinyint(1)). */
function truthWriter(encode: FieldEncoder): FieldWriter {
  return (w, bytes, start, end) => encode(w, truth(bytes, start, end) ? '1' : '0')
}

/** A set's members between commas, for an engine that keeps it as an array. */
function setEncoder(encode: FieldEncoder): FieldEncoder {
  return (w, text) => encode(w, JSON.stringify(text === '' ? [] : text.split(',')))
}

/** Bytes are `\x` and hexadecimal digits. */
function hexWriter(encode: FieldEncoder): FieldWriter {
  return (w, bytes, start, end) => {
    if (bytes[start] !== 0x5c || bytes[start + 1] !== 0x78) {
      throw new CellError(`'${checkedText(bytes, start, Math.min(end, start + 40))}' is no \\x and hexadecimal digits`)
    }
    encode(w, bytes.toString('latin1', start + 2, end))
  }
}

/** Times outside of a day (MySQL's), as microseconds. */
function longTime(encode: FieldEncoder): FieldEncoder {
  return (w, value) => {
    const parts = /^(-?)(\d{2,7}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?$/.exec(value)
    if (parts === null) return encode(w, value)
    const [, sign, hours, minutes, seconds, fraction = ''] = parts
    const us = BigInt(
      ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6 + Number(fraction.padEnd(6, '0')),
    )
    w.int32(8)
    w.ensure(8)
    w.at = w.bytes.writeBigInt64BE(sign === '-' ? -us : us, w.at)
  }
}
