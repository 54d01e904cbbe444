/** Civil dates and day numbers in the proleptic Gregorian calendar, counted from PostgreSQL's epoch 2000-01-01. Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */

/** Days from 0000-03-01 to 2000-01-01. */
const EPOCH = 730425

/** Days since 2000-01-01 of a date in the proleptic Gregorian calendar; year 0 is 1 BC. `m` is 1..12; `d` is not checked. */
export function daysFromCivil(y: number, m: number, d: number): number {
  const year = (m <= 2 ? y - 1 : y) | 0
  const era = Math.floor(year / 400) | 0
  const yearOfEra = (year - era * 400) | 0
  const dayOfYear = (((m > 2 ? m - 3 : m + 9) * 153 + 2) / 5) | 0
  return era * 146097 + yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear + d - 1 - EPOCH
}

/** The date of a day number since 2000-01-01 (an int32, as on the wire); year 0 is 1 BC, −1 is 2 BC. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  // Every step is marked as an int32: this runs once per date of a copy.
  const z = (days + EPOCH) | 0
  const era = ((z >= 0 ? z : z - 146096) / 146097) | 0
  const dayOfEra = (z - era * 146097) | 0
  const leapDays = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36524) | 0) + ((dayOfEra / 146096) | 0)
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0
  const dayOfYear = (dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0))) | 0
  const mp = ((5 * dayOfYear + 2) / 153) | 0
  const month = mp < 10 ? mp + 3 : mp - 9
  const day = (dayOfYear - (((153 * mp + 2) / 5) | 0) + 1) | 0
  return { year: (yearOfEra + era * 400 + (month <= 2 ? 1 : 0)) | 0, month, day }
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days of a month, 1 … 12; the year is astronomical. */
export function daysInMonth(y: number, m: number): number {
  return m === 2 && y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 29 : MONTH_DAYS[m - 1]
}
