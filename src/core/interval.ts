/** PostgreSQL's interval (`interval_send`: int64 microseconds, int32 days, int32 months) and its ISO 8601 text, as `intervalstyle = iso_8601` prints it. */
import { CellError, quoted, refuse } from './cell-error.ts'
import { readInt32, readInt64, writeInt8Big } from './whole.ts'
import type { ByteWriter } from './writer.ts'

const HOUR = 3600000000n
const MINUTE = 60000000n
const SECOND = 1000000n
const MAX_MICROS = 0x7fffffffffffffffn
const MIN_MICROS = -0x8000000000000000n
const MAX_INT = 0x7fffffff
const MIN_INT = -0x80000000

/** One interval field. Throws CellError where a part is beyond its integer. */
export function writeInterval(w: ByteWriter, us: bigint, days: number, months: number): void {
  if ((days | 0) !== days || (months | 0) !== months || BigInt.asIntN(64, us) !== us) {
    throw new CellError(
      `an interval of ${months} months, ${days} days, ${us} microseconds is outside PostgreSQL's range`,
    )
  }
  writeInt8Big(w, us)
  w.int32(days)
  w.int32(months)
  // The field is one of 16 bytes: the length that writeInt8Big gave is 8.
  w.bytes[w.at - 17] = 16
}

const COUNT = '([+-]?\\d{1,20})'
const INTERVAL = new RegExp(
  `^P(?=.)(?:${COUNT}Y)?(?:${COUNT}M)?(?:${COUNT}W)?(?:${COUNT}D)?` +
    `(?:T(?=.)(?:${COUNT}H)?(?:${COUNT}M)?(?:${COUNT}(?:\\.(\\d+))?S)?)?$`,
)

/** Seconds with a fraction in microseconds; the sign of `-0.5` counts for the fraction too. */
function secondsOf(text: string, seconds = '0', fraction = ''): bigint {
  if (/[^0]/.test(fraction.slice(6))) throw new CellError(`${quoted(text)} is finer than a microsecond`)
  const us = BigInt(fraction.slice(0, 6).padEnd(6, '0'))
  return BigInt(seconds) * SECOND + (seconds.startsWith('-') ? -us : us)
}

/** interval from ISO 8601 (`P1Y2M3DT4H5M6.5S`, each part with a sign of its own), `infinity` or `-infinity` (PostgreSQL 17 on). */
export function encodeInterval(w: ByteWriter, text: string): void {
  if (text === 'infinity') writeInterval(w, MAX_MICROS, MAX_INT, MAX_INT)
  else if (text === '-infinity') writeInterval(w, MIN_MICROS, MIN_INT, MIN_INT)
  else encodeParts(w, text)
}

function encodeParts(w: ByteWriter, text: string): void {
  const match = INTERVAL.exec(text)
  if (match === null) refuse(text, 'ISO 8601 interval')
  const [, years = '0', months = '0', weeks = '0', days = '0', hours = '0', minutes = '0', seconds, fraction] = match
  const us = BigInt(hours) * HOUR + BigInt(minutes) * MINUTE + secondsOf(text, seconds, fraction)
  writeInterval(w, us, Number(weeks) * 7 + Number(days), Number(years) * 12 + Number(months))
}

const part = (count: number | bigint, unit: string): string => (Number(count) === 0 ? '' : `${count}${unit}`)

function secondsText(us: bigint): string {
  if (us === 0n) return ''
  const size = us < 0n ? -us : us
  const fraction = String(size % SECOND)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${us < 0n ? '-' : ''}${size / SECOND}${fraction === '' ? '' : `.${fraction}`}S`
}

/** An interval as ISO 8601; `PT0S` for none; `infinity` and `-infinity` for those of PostgreSQL 17. */
export function intervalText(bytes: Uint8Array, start: number): string {
  const us = readInt64(bytes, start)
  const days = readInt32(bytes, start + 8)
  const months = readInt32(bytes, start + 12)
  if (us === MAX_MICROS && days === MAX_INT && months === MAX_INT) return 'infinity'
  if (us === MIN_MICROS && days === MIN_INT && months === MIN_INT) return '-infinity'
  const date = part((months / 12) | 0, 'Y') + part(months % 12, 'M') + part(days, 'D')
  const time = part(us / HOUR, 'H') + part((us % HOUR) / MINUTE, 'M') + secondsText(us % MINUTE)
  return date + time === '' ? 'PT0S' : `P${date}${time === '' ? '' : `T${time}`}`
}
