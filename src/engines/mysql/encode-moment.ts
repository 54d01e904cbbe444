/** Dates and times of the binary protocol → wire fields. */
import { daysFromCivil } from '../../core/civil.ts'
import { CellError, midnight, writeDate, writeInt8, writeInterval, writeTime } from '../../core/encode.ts'
import type { WireType } from '../../core/wire.ts'
import { timeText, writeBeyondDate, writeBeyondMoment } from './beyond.ts'
import type { FieldWriter } from './encode-plain.ts'
import { moment, momentAt, timeAt } from './packet.ts'

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Not a day of the calendar, or of the year 0 that PostgreSQL counts as 1 BC. */
function isBroken(): boolean {
  const { year, month, day } = moment
  if (year === 0 || month === 0 || month > 12 || day === 0) return true
  if (day <= 28) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day > (month === 2 && !leap ? 28 : DAYS[month - 1])
}

const two = (n: number): string => String(n).padStart(2, '0')

function brokenDate(): CellError {
  const { year, month, day } = moment
  const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  const zero = year === 0 && month === 0 && day === 0
  return new CellError(
    `'${text}' is ${zero ? 'a zero date' : month === 0 || day === 0 ? 'a partial date' : 'no date of the calendar'}`,
  )
}

const writeDay: FieldWriter = (w, b, at) => {
  const end = momentAt(b, at)
  if (isBroken()) throw brokenDate()
  if (moment.us !== 0) throw new CellError(`a time of day (${timeText(moment.us)}) would be lost in a date`)
  writeDate(w, moment.year, moment.month, moment.day)
  return end
}

const writeAnyDay: FieldWriter = (w, b, at) => {
  const end = momentAt(b, at)
  if (!isBroken()) return writeDay(w, b, at)
  writeBeyondDate(w, moment.year, moment.month, moment.day)
  return end
}

/** Neighbours of a column mostly share their date: its midnight is kept, and the time of day added to that. */
function wholeMoment(beyond: boolean): FieldWriter {
  let known = -1
  let hi = 0
  let lo = 0
  return (w, b, at) => {
    const end = momentAt(b, at)
    const { year, month, day, us } = moment
    const date = (year << 16) | (month << 8) | day
    if (date !== known) {
      if (isBroken()) {
        if (!beyond) throw brokenDate()
        writeBeyondMoment(w, year, month, day, us)
        return end
      }
      ;({ hi, lo } = midnight(daysFromCivil(year, month, day)))
      known = date
    }
    if (us >= 86400e6) throw new CellError(`'${timeText(us)}' is no time of day`)
    // Of the sum, which is exact, the writer takes the low 32 bits.
    const low = lo + us
    writeInt8(w, hi + Math.floor(low / 4294967296), low)
    return end
  }
}

const writeTimeOfMoment: FieldWriter = (w, b, at) => {
  const end = momentAt(b, at)
  writeTime(w, moment.us)
  return end
}

/** DATE, DATETIME, TIMESTAMP. A DATETIME sent as timestamptz is taken for UTC. */
export function momentWriter(wire: WireType): FieldWriter | null {
  if (wire.kind === 'date') return wire.beyond ? writeAnyDay : writeDay
  if (wire.kind === 'time') return writeTimeOfMoment
  if (wire.kind !== 'timestamp' && wire.kind !== 'timestamptz') return null
  return wholeMoment(wire.beyond === true)
}

/** TIME: up to 838 hours and below zero; only within a day where the target holds no more. */
export function timeWriter(wire: WireType): FieldWriter | null {
  if (wire.kind === 'interval') {
    return (w, b, at) => {
      writeInterval(w, BigInt(timeAt(b, at)), 0, 0)
      return at + 1 + b[at]
    }
  }
  if (wire.kind !== 'time') return null
  const { beyond } = wire
  return (w, b, at) => {
    const us = timeAt(b, at)
    if (us >= 0 && us <= 86400e6) writeTime(w, us)
    else if (beyond) writeInt8(w, Math.floor(us / 4294967296), us - Math.floor(us / 4294967296) * 4294967296)
    else throw new CellError(`'${timeText(us)}' is no time of day`)
    return at + 1 + b[at]
  }
}
