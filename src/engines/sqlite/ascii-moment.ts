/** Dates and times in ASCII, read from bytes: `YYYY-MM-DD` and `HH:MM:SS`, what nearly all of them are spelled like. */
import { daysInMonth } from '../../core/civil.ts'

/** What was read last; parts that were not read are left as they were. */
export const moment = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 }

/** The value of a digit by its character; others count so much that no number with them is in bounds. */
const DIGIT = Uint16Array.from({ length: 256 }, (_, code) => (code >= 0x30 && code <= 0x39 ? code - 0x30 : 0x4000))
const [DASH, COLON] = [0x2d, 0x3a]

/** Reads the ten bytes of a day of the years 1 to 9999. False where they are none. */
export function readDay(b: Uint8Array, at: number): boolean {
  const century = DIGIT[b[at]] * 10 + DIGIT[b[at + 1]]
  const ofCentury = DIGIT[b[at + 2]] * 10 + DIGIT[b[at + 3]]
  const month = DIGIT[b[at + 5]] * 10 + DIGIT[b[at + 6]]
  const day = DIGIT[b[at + 8]] * 10 + DIGIT[b[at + 9]]
  if (century > 99 || ofCentury > 99 || century + ofCentury === 0 || month === 0 || month > 12) return false
  const year = century * 100 + ofCentury
  if (day === 0 || (day > 28 && day > daysInMonth(year, month)) || b[at + 4] !== DASH || b[at + 7] !== DASH)
    return false
  moment.year = year
  moment.month = month
  moment.day = day
  return true
}

/** Reads the eight bytes of a time of day. False where they are none. */
export function readClock(b: Uint8Array, at: number): boolean {
  const hour = DIGIT[b[at]] * 10 + DIGIT[b[at + 1]]
  const minute = DIGIT[b[at + 3]] * 10 + DIGIT[b[at + 4]]
  const second = DIGIT[b[at + 6]] * 10 + DIGIT[b[at + 7]]
  if (hour > 23 || minute > 59 || second > 59 || b[at + 2] !== COLON || b[at + 5] !== COLON) return false
  moment.hour = hour
  moment.minute = minute
  moment.second = second
  return true
}
