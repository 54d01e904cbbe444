/** Dates and times as binary parameters. */
import { CellError } from '../../core/encode.ts'
import type { ByteWriter } from '../../core/writer.ts'
import { beyondParts, isBeyond } from './beyond.ts'
import { checkDays, checkHigh, int32 } from './text-moment.ts'

/** Writes the value of a field [start, end). */
export type ParamWriter = (w: ByteWriter, b: Uint8Array, start: number, end: number) => void

const part = { year: 0, month: 0, day: 0 }

/** Days since 2000-01-01 → `part`. Source: https://howardhinnant.github.io/date_algorithms.html#civil_from_days */
function civil(days: number): void {
  const z = days + 730425
  const era = Math.floor(z / 146097)
  const doe = z - era * 146097
  const yoe = ((doe - ((doe / 1460) | 0) + ((doe / 36524) | 0) - ((doe / 146096) | 0)) / 365) | 0
  const doy = doe - (365 * yoe + ((yoe / 4) | 0) - ((yoe / 100) | 0))
  const mp = ((5 * doy + 2) / 153) | 0
  part.day = doy - (((153 * mp + 2) / 5) | 0) + 1
  part.month = mp < 10 ? mp + 3 : mp - 9
  part.year = yoe + era * 400 + (part.month <= 2 ? 1 : 0)
}

/** `part` with a time of day, as short as it can be. */
function moment(w: ByteWriter, us: number): void {
  w.ensure(12)
  const b = w.bytes
  const seconds = Math.floor(us / 1e6)
  const rest = us - seconds * 1e6
  let o = w.at
  b[o++] = rest > 0 ? 11 : us > 0 ? 7 : 4
  b[o++] = part.year
  b[o++] = part.year >> 8
  b[o++] = part.month
  b[o++] = part.day
  if (us > 0) {
    b[o++] = (seconds / 3600) | 0
    b[o++] = ((seconds / 60) | 0) % 60
    b[o++] = seconds % 60
  }
  if (rest > 0) o = b.writeUInt32LE(rest, o)
  w.at = o
}

/** A parameter of type DATE. */
export const date: ParamWriter = (w, b, start, end) => {
  const days = int32(b, start)
  if (isBeyond(days)) Object.assign(part, beyondParts(days))
  else {
    checkDays(days, b, start, end)
    civil(days)
  }
  moment(w, 0)
}

/** A parameter of type DATETIME. Microseconds in units of 8192, of which a day has a whole number: exact without a bigint. */
export const timestamp: ParamWriter = (w, b, start, end) => {
  const high = int32(b, start)
  const low = int32(b, start + 4)
  if (isBeyond(high)) {
    const { us, ...day } = beyondParts(high, low)
    Object.assign(part, day)
    moment(w, us)
    return
  }
  checkHigh(high, b, start, end)
  const units = high * 524288 + (low >>> 13)
  const days = Math.floor(units / 10546875)
  civil(days)
  if (part.year < 1 || part.year > 9999) checkHigh(0x7fffffff, b, start, end)
  moment(w, (units - days * 10546875) * 8192 + (low & 8191))
}

function time(w: ByteWriter, us: number): void {
  w.ensure(13)
  const b = w.bytes
  const size = Math.abs(us)
  const seconds = Math.floor(size / 1e6)
  const rest = size - seconds * 1e6
  const hours = Math.floor(seconds / 3600)
  if (hours > 838) throw new CellError(`a time of ${hours} hours is out of range: MySQL's TIME ends at 838:59:59`)
  let o = w.at
  b[o++] = rest > 0 ? 12 : 8
  b[o++] = us < 0 ? 1 : 0
  o = b.writeUInt32LE(Math.floor(hours / 24), o)
  b[o++] = hours % 24
  b[o++] = ((seconds / 60) | 0) % 60
  b[o++] = seconds % 60
  if (rest > 0) o = b.writeUInt32LE(rest, o)
  w.at = o
}

const micros = (b: Uint8Array, at: number): number => int32(b, at) * 4294967296 + (int32(b, at + 4) >>> 0)

/** A parameter of type TIME, from a time. */
export const clock: ParamWriter = (w, b, start) => time(w, micros(b, start))

/** A parameter of type TIME, from an interval. */
export const span: ParamWriter = (w, b, start) => {
  if (int32(b, start + 12) !== 0) throw new CellError('an interval with months is no time')
  time(w, micros(b, start) + int32(b, start + 8) * 86400e6)
}
