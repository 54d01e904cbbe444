/**
 * Dates and times as SQLite's users store them in text: `YYYY-MM-DD`, with a time after `T` or a blank, seconds and a fraction if they
 * like, `Z` or an offset (the forms of https://www.sqlite.org/lang_datefunc.html). Read by hand: this is the hot path of every date column.
 */
import { civilFromDays, daysFromCivil } from './civil.ts'

/** The parts of a moment. `timed` false: a date alone. `zoned`: it had Z or an offset, and the parts are UTC. */
export interface Moment {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  /** Microseconds. */
  micro: number
  timed: boolean
  zoned: boolean
}

/** An empty moment to read into. */
export function newMoment(): Moment {
  return { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, micro: 0, timed: false, zoned: false }
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysIn(year: number, month: number): number {
  if (month !== 2) return DAYS[month - 1]
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Two digits at `i`, or −1. */
function two(text: string, i: number): number {
  const a = text.charCodeAt(i) - 48
  const b = text.charCodeAt(i + 1) - 48
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1
}

/** Reads `text` into `m`. False where it is no date or time of these forms, or has digits beyond the microsecond. */
export function readInto(text: string, m: Moment): boolean {
  const high = two(text, 0)
  const low = two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  if (high < 0 || low < 0 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false
  const year = high * 100 + low
  if (year === 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false
  m.year = year
  m.month = month
  m.day = day
  m.hour = 0
  m.minute = 0
  m.second = 0
  m.micro = 0
  m.zoned = false
  m.timed = text.length > 10
  if (!m.timed) return true
  const gap = text.charCodeAt(10)
  return (gap === 32 || gap === 84 || gap === 116) && readTimeInto(text, 11, m)
}

/** Reads `HH:MM[:SS[.f]][zone]` from `at` to the end of the text. */
export function readTimeInto(text: string, at: number, m: Moment): boolean {
  const hour = two(text, at)
  const minute = two(text, at + 3)
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text.charCodeAt(at + 2) !== 58) return false
  m.hour = hour
  m.minute = minute
  m.second = 0
  m.micro = 0
  m.zoned = false
  let i = at + 5
  if (text.charCodeAt(i) === 58) {
    const second = two(text, i + 1)
    if (second < 0 || second > 59) return false
    m.second = second
    i += 3
    if (text.charCodeAt(i) === 46) {
      i = readFraction(text, i + 1, m)
      if (i < 0) return false
    }
  }
  return i === text.length || readZone(text, i, m)
}

/** Index after the digits, or −1 where there are none or one beyond the sixth is not 0. */
function readFraction(text: string, from: number, m: Moment): number {
  let i = from
  let micro = 0
  for (; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) break
    if (i - from < 6) micro = micro * 10 + digit
    else if (digit !== 0) return -1
  }
  if (i === from) return -1
  for (let n = i - from; n < 6; n++) micro *= 10
  m.micro = micro
  return i
}

/** Z, ±HH:MM, ±HHMM or ±HH at the end, with or without a blank before it. */
function readZone(text: string, from: number, m: Moment): boolean {
  let i = from
  if (text.charCodeAt(i) === 32) i++
  const sign = text.charCodeAt(i)
  m.zoned = true
  if (sign === 90 || sign === 122) return i + 1 === text.length
  if (sign !== 43 && sign !== 45) return false
  const hours = two(text, i + 1)
  const colon = text.charCodeAt(i + 3) === 58 ? 1 : 0
  const bare = i + 3 === text.length
  const minutes = bare ? 0 : two(text, i + 3 + colon)
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return false
  if (!bare && i + 5 + colon !== text.length) return false
  shift(m, (sign === 43 ? -1 : 1) * (hours * 60 + minutes))
  return true
}

function shift(m: Moment, minutes: number): void {
  if (minutes === 0) return
  const total = m.hour * 60 + m.minute + minutes
  const days = Math.floor(total / 1440)
  const rest = total - days * 1440
  m.hour = Math.floor(rest / 60)
  m.minute = rest % 60
  if (days === 0 || m.year === 0) return
  const date = civilFromDays(daysFromCivil(m.year, m.month, m.day) + days)
  m.year = date.year
  m.month = date.month
  m.day = date.day
}

/** The moment that a text tells, or null. */
export function readMoment(text: string): Moment | null {
  const m = newMoment()
  return readInto(text, m) ? m : null
}
