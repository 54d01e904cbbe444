/** Dates and times as SQLite's users spell them → wire fields: more forms than the canonical one. */
import { CellError } from './cell-error.ts'
import { writeDate, writeTime, writeTimestamp } from './datetime.ts'
import { encoder, type FieldEncoder } from './encode.ts'
import { newMoment, readInto, readTimeInto } from './moment.ts'
import { writeInt8Big } from './whole.ts'
import type { WireType } from './wire.ts'
import type { ByteWriter } from './writer.ts'

type MomentWire = Extract<WireType, { kind: 'date' | 'timestamp' | 'timestamptz' | 'time' }>

/**
 * The encoder of a date, a time or a timestamp: ISO forms by hand, everything else (BC, infinity, long years) by the canonical one.
 * Throws CellError.
 */
export function momentEncoder(wire: MomentWire): FieldEncoder {
  const quick = { date: quickDate, timestamp: quickTimestamp, timestamptz: quickTimestamp, time: quickTime }[wire.kind]
  const text = wire.kind === 'time' && wire.beyond ? longTime(encoder(wire)) : encoder(wire)
  return (w, value) => {
    if (!quick(w, value)) text(w, value)
  }
}

const m = newMoment()

/** Hours beyond a day and below zero (MySQL's TIME), as microseconds. */
function longTime(text: FieldEncoder): FieldEncoder {
  return (w, value) => {
    const parts = /^(-?)(\d{1,7}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?$/.exec(value)
    if (parts === null) return text(w, value)
    const [, sign, hours, minutes, seconds = '0', fraction = ''] = parts
    const us = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6 + Number(fraction.padEnd(6, '0'))
    writeInt8Big(w, BigInt(sign === '-' ? -us : us))
  }
}

/** A date with a time is a date only at midnight. */
function quickDate(w: ByteWriter, text: string): boolean {
  if (!readInto(text, m)) return false
  if (m.timed && m.hour + m.minute + m.second + m.micro > 0) {
    throw new CellError(`'${text}' has a time of day, which a date would lose`)
  }
  writeDate(w, m.year, m.month, m.day)
  return true
}

/** Moments with Z or an offset become UTC; without one they are UTC by SQLite's convention (CURRENT_TIMESTAMP). */
function quickTimestamp(w: ByteWriter, text: string): boolean {
  if (!readInto(text, m)) return false
  writeTimestamp(w, m.year, m.month, m.day, m.hour, m.minute, m.second, m.micro)
  return true
}

function quickTime(w: ByteWriter, text: string): boolean {
  m.year = 0
  if (!readTimeInto(text, 0, m) || m.zoned) return false
  writeTime(w, ((m.hour * 60 + m.minute) * 60 + m.second) * 1e6 + m.micro)
  return true
}
