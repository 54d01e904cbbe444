/**
 * Dates and times to wire form (`date_send`, `time_send`, `timetz_send`, `timestamp_send`): days and microseconds since 2000-01-01.
 * A timestamp's 64 bits are put together from units of 8192 µs (a day is 10,546,875 of them), so that every intermediate is an exact
 * double over PostgreSQL's whole range (4714-11-24 BC … 294276 AD) and no bigint is made.
 */
import { CellError, quoted, refuse } from './cell-error.ts'
import { daysFromCivil, daysInMonth } from './civil.ts'
import { twoDigits } from './digits.ts'
import { writeInt4, writeInt8 } from './whole.ts'
import type { ByteWriter } from './writer.ts'

/** 4714-11-24 BC, Julian day 0. */
const FIRST_DAY = -2451545
/** After 5874897-12-31. */
const DATE_END = 2145031949
/** After 294276-12-31. */
const TIMESTAMP_END = 106751983
/** Microseconds of a day. */
const DAY = 86400000000
/** Units of 8192 µs in a day. */
export const DAY_UNITS = 10546875

const pad = (v: number, width: number): string => String(v).padStart(width, '0')

/** The last date, whose day number is known: those of rows that lie together are often equal. It is a date of the calendar, or none. */
const known = { year: Number.NaN, month: 0, day: 0, days: 0 }

function checkedDays(y: number, m: number, d: number): number {
  if (d === known.day && m === known.month && y === known.year) return known.days
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) {
    throw new CellError(`'${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}' is no date of the calendar`)
  }
  known.days = daysFromCivil(y, m, d)
  known.year = y
  known.month = m
  known.day = d
  return known.days
}

/** `shown`: the text, or the year where there is none. */
function outside(shown: string | number, what: string): never {
  const value = typeof shown === 'string' ? quoted(shown) : `the year ${shown}`
  throw new CellError(`${value} is outside PostgreSQL's range of ${what}`)
}

function writeDays(w: ByteWriter, days: number, shown: string | number): void {
  if (days < FIRST_DAY || days >= DATE_END) outside(shown, 'dates')
  writeInt4(w, days)
}

/** One date field. The year is astronomical: 0 is 1 BC. Throws CellError on a day that is not in the calendar. */
export function writeDate(w: ByteWriter, y: number, m: number, d: number): void {
  writeDays(w, checkedDays(y, m, d), y)
}

/** `us` since midnight of the day; may lie outside of it where a zone was applied. */
function writeMoment(w: ByteWriter, days: number, us: number, shown: string | number): void {
  const day = us >= 0 && us < DAY ? days : days + Math.floor(us / DAY)
  if (day < FIRST_DAY || day >= TIMESTAMP_END) outside(shown, 'timestamps')
  const ofDay = us - (day - days) * DAY
  const units = (ofDay / 8192) | 0
  const total = day * DAY_UNITS + units
  const hi = Math.floor(total / 524288)
  writeInt8(w, hi, ((total - hi * 524288) << 13) | (ofDay - units * 8192))
}

/** Midnight as the signed high and the unsigned low half of a timestamp, for days within PostgreSQL's range of these. */
export function midnight(days: number): { readonly hi: number; readonly lo: number } {
  const total = days * DAY_UNITS
  const hi = Math.floor(total / 524288)
  return { hi, lo: (total - hi * 524288) * 8192 }
}

/**
 * One timestamp field, or timestamptz when the parts are UTC. The year is astronomical (0 is 1 BC), `us` counts microseconds within
 * the second. Throws CellError on parts that are no date or time of day.
 */
export function writeTimestamp(
  w: ByteWriter,
  y: number,
  m: number,
  d: number,
  h: number,
  mi: number,
  s: number,
  us: number,
): void {
  const days = checkedDays(y, m, d)
  if (!(h >= 0 && h < 24 && mi >= 0 && mi < 60 && s >= 0 && s < 60 && us >= 0 && us < 1e6)) {
    throw new CellError(`'${pad(h, 2)}:${pad(mi, 2)}:${pad(s, 2)}' is no time of day`)
  }
  writeMoment(w, days, ((h * 60 + mi) * 60 + s) * 1e6 + us, y)
}

/** One time field from microseconds since midnight, 24:00 included. Throws CellError beyond. */
export function writeTime(w: ByteWriter, us: number): void {
  if (!(us >= 0 && us <= DAY)) throw new CellError(`a time of ${us / 3600e6} hours is outside 00:00 … 24:00`)
  const hi = Math.floor(us / 4294967296)
  writeInt8(w, hi, us - hi * 4294967296)
}

/** Days of the `YYYY-MM-DD` at the head of a text, NaN when it is anything else. */
function quickDays(text: string): number {
  const y = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const m = twoDigits(text, 5)
  const d = twoDigits(text, 8)
  if (y < 1 || m < 1 || m > 12 || d < 1 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
  return d <= 28 || d <= daysInMonth(y, m) ? daysFromCivil(y, m, d) : Number.NaN
}

/** Microseconds of the `HH:MM:SS` at an offset, NaN when it is anything else or 24 hours and more. */
function quickTime(text: string, at: number): number {
  const h = twoDigits(text, at)
  const mi = twoDigits(text, at + 3)
  const s = twoDigits(text, at + 6)
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return Number.NaN
  return h >= 0 && h < 24 && mi >= 0 && mi < 60 && s >= 0 && s < 60 ? ((h * 60 + mi) * 60 + s) * 1e6 : Number.NaN
}

/** Microseconds of the fraction `.f` that fills [at, end), 0 when that is empty, NaN when it is anything else. */
function quickFraction(text: string, at: number, end: number): number {
  if (at === end) return 0
  if (text.charCodeAt(at) !== 46 || end - at < 2 || end - at > 7) return Number.NaN
  let us = 0
  for (let i = at + 1; i < at + 7; i++) {
    const digit = i < end ? text.charCodeAt(i) - 48 : 0
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    us = us * 10 + digit
  }
  return us
}

const DATE = '(\\d{4,7})-(\\d\\d)-(\\d\\d)'
const TIME = '(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d+))?)?'
const ZONE = '(Z|[+-]\\d\\d(?::?\\d\\d|:\\d\\d:\\d\\d)?)'
const DATE_TEXT = new RegExp(`^${DATE}( BC)?$`)
const TIME_TEXT = new RegExp(`^${TIME}${ZONE}?$`)
const MOMENT_TEXT = new RegExp(`^${DATE}(?:[ T]${TIME}${ZONE}?)?( BC)?$`)

function daysOf(text: string, year: string, month: string, day: string, bc: string | undefined): number {
  const y = Number(year)
  const days = checkedDays(bc === undefined ? y : 1 - y, Number(month), Number(day))
  return y === 0 ? refuse(text, 'date: there is no year 0') : days
}

/** Microseconds since midnight; 24:00:00 allowed. More than six digits of a second only when the further ones are zeros. */
function microsOf(text: string, h: string, mi: string, s = '0', fraction = ''): number {
  if (/[^0]/.test(fraction.slice(6))) throw new CellError(`${quoted(text)} is finer than a microsecond`)
  const us = ((Number(h) * 60 + Number(mi)) * 60 + Number(s)) * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'))
  return Number(mi) > 59 || Number(s) > 59 || us > DAY ? refuse(text, 'time of day') : us
}

/** Seconds east of UTC. */
function zoneOf(text: string, zone: string): number {
  if (zone === 'Z') return 0
  const [h, mi, s] = [zone.slice(1, 3), zone.slice(3).replaceAll(':', '').slice(0, 2), zone.slice(7, 9)].map(Number)
  if (h > 15 || mi > 59 || s > 59) refuse(text, 'time with a time zone')
  return (zone.startsWith('-') ? -1 : 1) * ((h * 60 + mi) * 60 + s)
}

/** date from `YYYY-MM-DD`, `… BC`, `infinity`, `-infinity`. */
export function encodeDate(w: ByteWriter, text: string): void {
  const quick = text.length === 10 ? quickDays(text) : Number.NaN
  if (!Number.isNaN(quick)) writeInt4(w, quick)
  else if (text === 'infinity') writeInt4(w, 0x7fffffff)
  else if (text === '-infinity') writeInt4(w, -0x80000000)
  else {
    const match = DATE_TEXT.exec(text)
    if (match === null) refuse(text, 'date')
    writeDays(w, daysOf(text, match[1], match[2], match[3], match[4]), text)
  }
}

/** The end of the seconds of a text in canonical form, −1 where the slow way must look. */
function quickEnd(text: string, zoned: boolean): number {
  if (text.length < 19 || (text.charCodeAt(10) !== 32 && text.charCodeAt(10) !== 84)) return -1
  if (!zoned) return text.length
  return text.endsWith('Z') ? text.length - 1 : text.endsWith('+00') ? text.length - 3 : -1
}

function encodeMoment(w: ByteWriter, text: string, zoned: boolean): void {
  const end = quickEnd(text, zoned)
  const quick = end < 19 ? Number.NaN : quickTime(text, 11) + quickFraction(text, 19, end)
  const days = Number.isNaN(quick) ? Number.NaN : quickDays(text)
  if (!Number.isNaN(days)) writeMoment(w, days, quick, text)
  else if (text === 'infinity') writeInt8(w, 0x7fffffff, -1)
  else if (text === '-infinity') writeInt8(w, -0x80000000, 0)
  else encodeMomentText(w, text, zoned)
}

/** Every form that is not the usual one. */
function encodeMomentText(w: ByteWriter, text: string, zoned: boolean): void {
  const match = MOMENT_TEXT.exec(text)
  if (match === null) refuse(text, 'timestamp')
  const [, y, m, d, h, mi, s, fraction, zone, bc] = match
  if (zoned && zone === undefined) refuse(text, 'timestamp with a time zone')
  if (!zoned && zone !== undefined) refuse(text, 'timestamp without a time zone')
  const us = h === undefined ? 0 : microsOf(text, h, mi, s, fraction)
  const east = zone === undefined ? 0 : zoneOf(text, zone)
  writeMoment(w, daysOf(text, y, m, d, bc), us - east * 1e6, text)
}

/** timestamp from `YYYY-MM-DD[ HH:MM[:SS[.f]]]` (also with `T`), `… BC`, `infinity`, `-infinity`. A zone is refused: it would be dropped. */
export function encodeTimestamp(w: ByteWriter, text: string): void {
  encodeMoment(w, text, false)
}

/** timestamptz from a timestamp with `+00`, `Z` or any other offset. A text without a zone is refused: it would be guessed. */
export function encodeTimestamptz(w: ByteWriter, text: string): void {
  encodeMoment(w, text, true)
}

/** time from `HH:MM[:SS[.f]]`, 24:00:00 included. */
export function encodeTime(w: ByteWriter, text: string): void {
  let us = quickTime(text, 0) + quickFraction(text, 8, text.length)
  if (Number.isNaN(us)) {
    const match = TIME_TEXT.exec(text)
    if (match === null || match[5] !== undefined) refuse(text, 'time of day')
    us = microsOf(text, match[1], match[2], match[3], match[4])
  }
  writeTime(w, us)
}

/** timetz from a time with an offset. On the wire the offset counts seconds west. */
export function encodeTimetz(w: ByteWriter, text: string): void {
  const match = TIME_TEXT.exec(text)
  if (match?.[5] === undefined) refuse(text, 'time with a time zone')
  const us = microsOf(text, match[1], match[2], match[3], match[4])
  const east = zoneOf(text, match[5])
  const hi = Math.floor(us / 4294967296)
  w.int32(12)
  w.int32(hi)
  w.int32(us - hi * 4294967296)
  w.int32(-east)
}
