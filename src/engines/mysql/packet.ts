/**
 * Values inside rows of the binary protocol: where each ends, and its canonical text.
 * Source: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html
 */
import { timeText } from './beyond.ts'
import type { Field } from './driver.ts'
import { toEwkb } from './geometry.ts'
import { fieldKind, fixedSize, TYPE, UNSIGNED } from './protocol.ts'

/** Where the bytes of the last length-encoded value read by `lengthAt` begin. */
export let dataAt = 0

/** The length of a length-encoded value; `dataAt` is then the place of its first byte. */
export function lengthAt(b: Buffer, at: number): number {
  const first = b[at]
  if (first < 251) {
    dataAt = at + 1
    return first
  }
  if (first === 252) {
    dataAt = at + 3
    return b[at + 1] | (b[at + 2] << 8)
  }
  if (first === 253) {
    dataAt = at + 4
    return b[at + 1] | (b[at + 2] << 8) | (b[at + 3] << 16)
  }
  dataAt = at + 9
  return b.readUInt32LE(at + 1) + b.readUInt32LE(at + 5) * 4294967296
}

/** A signed or unsigned integer of up to 32 bits. */
export function smallInt(b: Buffer, at: number, size: 1 | 2 | 4, unsigned: boolean): number {
  if (size === 1) return unsigned ? b[at] : (b[at] << 24) >> 24
  if (size === 2) return unsigned ? b[at] | (b[at + 1] << 8) : ((b[at + 1] << 24) >> 16) | b[at]
  const v = b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)
  return unsigned ? v >>> 0 : v
}

/** A date and time of day; what is not sent is 0. */
export interface Moment {
  year: number
  month: number
  day: number
  /** Microseconds since midnight. */
  us: number
}

/** The last one read by `momentAt`: one for all, so that none is made per value. */
export const moment: Moment = { year: 0, month: 0, day: 0, us: 0 }

/** Reads into `moment`; the offset after it. */
export function momentAt(b: Buffer, at: number): number {
  const length = b[at]
  moment.year = length > 0 ? b[at + 1] | (b[at + 2] << 8) : 0
  moment.month = length > 0 ? b[at + 3] : 0
  moment.day = length > 0 ? b[at + 4] : 0
  moment.us = length > 4 ? ((b[at + 5] * 60 + b[at + 6]) * 60 + b[at + 7]) * 1e6 : 0
  if (length > 7) moment.us += b[at + 8] | (b[at + 9] << 8) | (b[at + 10] << 16) | (b[at + 11] << 24)
  return at + 1 + length
}

/** A TIME in microseconds, negative below zero. */
export function timeAt(b: Buffer, at: number): number {
  const length = b[at]
  if (length === 0) return 0
  const days = b.readUInt32LE(at + 2)
  let us = (((days * 24 + b[at + 6]) * 60 + b[at + 7]) * 60 + b[at + 8]) * 1e6
  if (length > 8) us += b.readUInt32LE(at + 9)
  return b[at + 1] === 1 ? -us : us
}

/** The offset after a value. */
export type Skip = (b: Buffer, at: number) => number

const skipLength: Skip = (b, at) => {
  const length = lengthAt(b, at)
  return dataAt + length
}

const skipShort: Skip = (b, at) => at + 1 + b[at]

/** How a column's values are passed over. */
export function skipper(field: Field): Skip {
  const kind = fieldKind(field)
  if (kind === 'moment' || kind === 'time') return skipShort
  if (kind !== 'int' && kind !== 'float') return skipLength
  const size = fixedSize(field.columnType)
  return (_, at) => at + size
}

/** The canonical text of a value. */
export type ValueText = (b: Buffer, at: number) => string

const pad = (n: number, width: number): string => String(n).padStart(width, '0')

/** TIMESTAMPs are moments in UTC: the session's zone is pinned. */
function momentText(field: Field): ValueText {
  const zone = field.columnType === TYPE.timestamp ? '+00' : ''
  const date = field.columnType === TYPE.date || field.columnType === TYPE.newdate
  return (b, at) => {
    momentAt(b, at)
    const day = `${pad(moment.year, 4)}-${pad(moment.month, 2)}-${pad(moment.day, 2)}`
    return date ? day : `${day} ${timeText(moment.us)}${zone}`
  }
}

function intText(field: Field): ValueText {
  const size = fixedSize(field.columnType)
  const unsigned = (field.flags & UNSIGNED) !== 0
  if (size === 8) return (b, at) => String(unsigned ? b.readBigUInt64LE(at) : b.readBigInt64LE(at))
  return (b, at) => String(smallInt(b, at, size, unsigned))
}

function floatText(field: Field): ValueText {
  const read = (b: Buffer, at: number) => (field.columnType === TYPE.float ? b.readFloatLE(at) : b.readDoubleLE(at))
  return (b, at) => {
    const v = read(b, at)
    return Object.is(v, -0) ? '-0' : String(v)
  }
}

function bitsText(b: Buffer, start: number, end: number, length: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += pad(Number(b[i].toString(2)), 8)
  return text.padStart(length, '0').slice(text.length > length ? text.length - length : 0)
}

/** The text form of a column's values: decimals and texts as they are, bytes in hexadecimal. */
export function valueText(field: Field): ValueText {
  const kind = fieldKind(field)
  const slice =
    (make: (b: Buffer, start: number, end: number) => string): ValueText =>
    (b, at) => {
      const length = lengthAt(b, at)
      return make(b, dataAt, dataAt + length)
    }
  switch (kind) {
    case 'int':
      return intText(field)
    case 'float':
      return floatText(field)
    case 'moment':
      return momentText(field)
    case 'time':
      return (b, at) => timeText(timeAt(b, at))
    case 'bits':
      return slice((b, start, end) => bitsText(b, start, end, field.columnLength))
    case 'bytes':
      return slice((b, start, end) => b.toString('hex', start, end))
    case 'geometry':
      return slice((b, start, end) => toEwkb(b.subarray(start, end)).toString('hex'))
    default:
      return slice((b, start, end) => b.toString('utf8', start, end))
  }
}
