/** Dates and times of wire fields as the text that MySQL reads, or refused where it would bend them. */
import { daysFromCivil } from '../../core/civil.ts'
import { asciiWriter } from '../../core/decode.ts'
import { CellError } from '../../core/encode.ts'
import { ByteWriter } from '../../core/writer.ts'
import { beyondDateText, beyondMomentText, isBeyond, timeText } from './beyond.ts'

/** Appends the value of a wire field [start, end): text as UTF-8, numbers and dates in ASCII, bytes as they are. Not escaped. */
export type Appender = (w: ByteWriter, bytes: Uint8Array, start: number, end: number) => void

/** The 32 bits at an offset. */
export const int32 = (b: Uint8Array, at: number): number =>
  (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]

/** Appends ASCII. */
export function ascii(w: ByteWriter, text: string): void {
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

/** A date as `YYYY-MM-DD`. */
export const appendDate: Appender = (w, b, start, end) => {
  const days = int32(b, start)
  if (isBeyond(days)) {
    ascii(w, beyondDateText(days))
    return
  }
  checkDays(days, b, start, end)
  plainDate(w, b, start, end)
}

/** timestamptz too: its text without the zone, as the session is in UTC. */
export const appendMoment: Appender = (w, b, start, end) => {
  const high = int32(b, start)
  if (isBeyond(high)) {
    ascii(w, beyondMomentText(high, int32(b, start + 4)))
    return
  }
  checkHigh(high, b, start, end)
  plainMoment(w, b, start, end)
}

/** A time as `[-]HH:MM:SS[.f]`. */
export const appendTime: Appender = (w, b, start) => {
  const us = int32(b, start) * 4294967296 + (int32(b, start + 4) >>> 0)
  ascii(w, timeText(us))
}

/** An interval of hours, minutes and seconds as a TIME; months have no such length. */
export const appendSpan: Appender = (w, b, start) => {
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
export const appendYear: Appender = (w, b, start) => {
  const year = ((b[start] << 24) >> 16) | b[start + 1]
  checkYear(year)
  ascii(w, String(year).padStart(4, '0'))
}
