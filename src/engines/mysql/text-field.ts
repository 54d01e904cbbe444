/** Wire fields → the fields of LOAD DATA's text, or of an INSERT's literals: chosen once a column. */

import { daysFromCivil } from '../../core/civil.ts'
import { asciiWriter, valueDecoder } from '../../core/decode.ts'
import { CellError } from '../../core/encode.ts'
import type { WireColumn } from '../../core/engine.ts'
import type { ColumnType } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { ByteWriter } from '../../core/writer.ts'
import { beyondDateText, beyondMomentText, isBeyond, timeText } from './beyond.ts'
import { fromEwkb } from './geometry.ts'

/** Appends the value of a wire field [start, end): text as UTF-8, numbers and dates in ASCII, bytes as they are. Not escaped. */
export type Appender = (w: ByteWriter, bytes: Uint8Array, start: number, end: number) => void

/** What of a column's value needs care when it is put into text. */
export interface TextField {
  /** `copied`: the wire's own bytes, from `skip` on; `built`: what `append` makes, which may need escaping; `safe`: never needs it. */
  readonly kind: 'copied' | 'built' | 'safe'
  readonly skip: number
  readonly append: Appender
  /** Holds bytes, not characters. */
  readonly binary: boolean
  readonly name: string
  /** The server would put a fresh number, the current moment or zero in place of NULL. */
  readonly refusesNull: boolean
}

/** The 32 bits at an offset. */
export const int32 = (b: Uint8Array, at: number): number =>
  (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]

function ascii(w: ByteWriter, text: string): void {
  w.ensure(text.length)
  w.at += w.bytes.write(text, w.at, 'latin1')
}

const plainDate = asciiWriter({ kind: 'date' })
const plainMoment = asciiWriter({ kind: 'timestamp' })

const FIRST_DAY = daysFromCivil(1, 1, 1)
const LAST_DAY = daysFromCivil(9999, 12, 31)
/** In units of 2^32 microseconds, rounded outwards by less than the two hours that such a unit has: the server judges the rest. */
const FIRST_HIGH = Math.floor((FIRST_DAY * 86400e6) / 4294967296)
const LAST_HIGH = Math.floor(((LAST_DAY + 1) * 86400e6 - 1) / 4294967296)

function outside(append: Appender, b: Uint8Array, start: number, end: number): CellError {
  const text = new ByteWriter(64)
  append(text, b, start, end)
  return new CellError(
    `'${text.bytes.toString('latin1', 0, text.at)}' is outside MySQL's dates, 0001-01-01 … 9999-12-31`,
  )
}

/** Throws CellError for a day that MySQL does not have; the field is for the reason. */
export function checkDays(days: number, b: Uint8Array, start: number, end: number): void {
  if (days < FIRST_DAY || days > LAST_DAY) throw outside(plainDate, b, start, end)
}

/** The same for the first half of a timestamp. */
export function checkHigh(high: number, b: Uint8Array, start: number, end: number): void {
  if (high < FIRST_HIGH || high > LAST_HIGH) throw outside(plainMoment, b, start, end)
}

const appendDate: Appender = (w, b, start, end) => {
  const days = int32(b, start)
  if (isBeyond(days)) {
    ascii(w, beyondDateText(days))
    return
  }
  checkDays(days, b, start, end)
  plainDate(w, b, start, end)
}

/** timestamptz too: its text without the zone, as the session is in UTC. */
const appendMoment: Appender = (w, b, start, end) => {
  const high = int32(b, start)
  if (isBeyond(high)) {
    ascii(w, beyondMomentText(high, int32(b, start + 4)))
    return
  }
  checkHigh(high, b, start, end)
  plainMoment(w, b, start, end)
}

const appendTime: Appender = (w, b, start) => {
  const us = int32(b, start) * 4294967296 + (int32(b, start + 4) >>> 0)
  ascii(w, timeText(us))
}

/** An interval of hours, minutes and seconds as a TIME; months have no such length. */
const appendSpan: Appender = (w, b, start) => {
  const us = int32(b, start) * 4294967296 + (int32(b, start + 4) >>> 0)
  if (int32(b, start + 12) !== 0) throw new CellError('an interval with months is no time')
  ascii(w, timeText(us + int32(b, start + 8) * 86400e6))
}

/** Throws CellError for a number that the server would guess a year from. */
export function checkYear(year: number): void {
  if (year !== 0 && (year < 1901 || year > 2155))
    throw new CellError(`${year} is out of range: a YEAR is 0 or 1901 … 2155`)
}

/** YEAR takes '0' for 2000: it is given four digits. */
const appendYear: Appender = (w, b, start) => {
  const year = ((b[start] << 24) >> 16) | b[start + 1]
  checkYear(year)
  ascii(w, String(year).padStart(4, '0'))
}

/** bit, left-aligned behind its count, → MySQL's right-aligned bytes. */
const appendBits: Appender = (w, b, start, end) => {
  const count = int32(b, start)
  let value = 0n
  for (let i = start + 4; i < end; i++) value = (value << 8n) | BigInt(b[i])
  value >>= BigInt((end - start - 4) * 8 - count)
  bitBytes(w, value, Math.max(1, (count + 7) >> 3))
}

function bitBytes(w: ByteWriter, value: bigint, size: number): void {
  w.ensure(size)
  for (let i = size - 1; i >= 0; i--) w.bytes[w.at++] = Number((value >> BigInt(i * 8)) & 255n)
}

const boolBits: Appender = (w, b, start) => bitBytes(w, BigInt(b[start]), 1)

/** Numbers into BIT: as bytes, for the server takes digits there for characters. */
function numberBits(wire: WireType): Appender {
  const text = asciiWriter(wire)
  return (w, b, start, end) => {
    const began = w.at
    text(w, b, start, end)
    const digits = w.bytes.toString('latin1', began, w.at)
    w.at = began
    if (!/^\d{1,20}$/.test(digits)) throw new CellError(`'${digits}' is no bit string`)
    bitBytes(w, BigInt(digits), 8)
  }
}

/** '0101' into BIT. */
const textBits: Appender = (w, b, start, end) => {
  const digits = Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('latin1')
  if (!/^[01]{1,64}$/.test(digits)) throw new CellError(`'${digits.slice(0, 48)}' is no bit string`)
  bitBytes(w, BigInt(`0b${digits}`), (digits.length + 7) >> 3)
}

/** Labels are matched without case and trailing blanks by the server; here only as they are written. */
function labelled(values: readonly string[], set: boolean): Appender {
  const labels = values.map((v) => Buffer.from(v))
  const known = (b: Uint8Array, start: number, end: number): boolean =>
    labels.some((l) => l.length === end - start && l.compare(b, start, end) === 0)
  const check = (b: Uint8Array, start: number, end: number): void => {
    if (known(b, start, end)) return
    const text = Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('utf8')
    throw new CellError(`'${text.slice(0, 48)}' is none of the labels of the ${set ? 'set' : 'enum'}`)
  }
  return (w, b, start, end) => {
    if (!set) check(b, start, end)
    else for (let at = start; at < end; ) at = nextLabel(b, at, end, check)
    w.raw(b, start, end)
  }
}

function nextLabel(
  b: Uint8Array,
  start: number,
  end: number,
  check: (b: Uint8Array, s: number, e: number) => void,
): number {
  let at = start
  while (at < end && b[at] !== 44) at++
  check(b, start, at)
  return at + 1
}

/** The zone of `2020-01-01 00:00:00+00`, which a TIMESTAMP's text carries, is left out: MariaDB does not read it. */
const zonelessText: Appender = (w, b, start, end) => {
  const utc = end - start > 19 && b[end - 3] === 43 && b[end - 2] === 48 && b[end - 1] === 48
  w.raw(b, start, utc ? end - 3 : end)
}

/** A float32 as the double that it is: its shortest text may lie above the largest float32, and is refused then. */
function appendFloat(wire: WireType, flavor: 'mysql' | 'mariadb'): Appender {
  const value = valueDecoder(wire)
  return (w, b, start, end) => {
    const v = value(b, start, end) as number
    if (Object.is(v, -0) && flavor === 'mariadb') throw new CellError('MariaDB stores -0 as 0')
    ascii(w, Object.is(v, -0) ? '-0' : String(v))
  }
}

const geometryBytes: Appender = (w, b, start, end) => {
  w.raw(fromEwkb(b.subarray(start, end)))
}

function bitsAppender(wire: WireType): Appender {
  if (wire.kind === 'bit') return appendBits
  if (wire.kind === 'bool') return boolBits
  if (wire.kind === 'text') return textBits
  return wire.kind === 'bytea' ? asciiWriter(wire) : numberBits(wire)
}

/** `native`: what the target's column is. */
function appenderFor({ logical, native }: ColumnType, wire: WireType, flavor: 'mysql' | 'mariadb'): Appender {
  if (logical.kind === 'bits') return bitsAppender(wire)
  if (logical.kind === 'geometry' && wire.kind === 'bytea') return geometryBytes
  if ((logical.kind === 'enum' || logical.kind === 'set') && wire.kind === 'text')
    return labelled(logical.values, logical.kind === 'set')
  if (/^year/i.test(native) && wire.kind === 'int2') return appendYear
  if (logical.kind === 'timestamp' && wire.kind === 'text') return zonelessText
  if (wire.kind === 'float4' || wire.kind === 'float8') return appendFloat(wire, flavor)
  if (wire.kind === 'date') return appendDate
  if (wire.kind === 'timestamp' || (wire.kind === 'timestamptz' && logical.kind === 'timestamp')) return appendMoment
  if (wire.kind === 'time') return appendTime
  if (wire.kind === 'interval' && logical.kind === 'time') return appendSpan
  return asciiWriter(wire)
}

const SAFE = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'uuid',
  'inet',
  'cidr',
  'bit',
  'raw',
])
const COPIED = new Set(['text', 'json', 'jsonb', 'bytea'])

/** How a column's values are written. */
export function textField(column: WireColumn, flavor: 'mysql' | 'mariadb'): TextField {
  const { wire } = column
  const { logical } = column.column.type
  const binary = logical.kind === 'bits' || wire.kind === 'bytea'
  const append = appenderFor(column.column.type, wire, flavor)
  const own =
    logical.kind === 'bits' ||
    logical.kind === 'geometry' ||
    logical.kind === 'enum' ||
    logical.kind === 'set' ||
    logical.kind === 'timestamp'
  const copied = COPIED.has(wire.kind) && !own
  return {
    kind: copied ? 'copied' : SAFE.has(wire.kind) && !binary ? 'safe' : 'built',
    skip: wire.kind === 'jsonb' ? 1 : 0,
    append,
    binary,
    name: column.name,
    refusesNull: !column.column.nullable || column.column.identity !== undefined,
  }
}
