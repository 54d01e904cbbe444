/**
 * Dates that PostgreSQL's types cannot hold (zero, partial, not in the calendar), on their way from one MySQL to another. On the wire
 * they stand below the smallest date and timestamp of PostgreSQL and above -infinity, so that nobody else takes them for a value:
 * -(2^31 - 1) + year · 512 + month · 32 + day, for timestamps in the high half, with five more bits for the time of day.
 */

import { writeInt4, writeInt8 } from '../../core/encode.ts'
import type { ByteWriter } from '../../core/writer.ts'

const BASE = -0x7fffffff
/** Nothing of PostgreSQL's but -infinity lies below. */
const LIMIT = -1_900_000_000
const MINUS_INFINITY = -0x80000000

const packed = (y: number, m: number, d: number): number => y * 512 + m * 32 + d

/** A date field. */
export function writeBeyondDate(w: ByteWriter, y: number, m: number, d: number): void {
  writeInt4(w, BASE + packed(y, m, d))
}

/** A timestamp field; `us` since midnight. */
export function writeBeyondMoment(w: ByteWriter, y: number, m: number, d: number, us: number): void {
  const high = Math.floor(us / 4294967296)
  writeInt8(w, BASE + packed(y, m, d) * 32 + high, us - high * 4294967296)
}

/** Whether the first 32 bits of a date or timestamp field are of this form. */
export function isBeyond(high: number): boolean {
  return high < LIMIT && high !== MINUS_INFINITY
}

/** The parts of a date field, or with `low` of a timestamp field. */
export function beyondParts(high: number, low?: number): { year: number; month: number; day: number; us: number } {
  const n = high - BASE
  const p = low === undefined ? n : n >> 5
  const us = low === undefined ? 0 : (n & 31) * 4294967296 + (low >>> 0)
  return { year: p >> 9, month: (p >> 5) & 15, day: p & 31, us }
}

const two = (n: number): string => String(n).padStart(2, '0')

function dateText(p: number): string {
  return `${String(p >> 9).padStart(4, '0')}-${two((p >> 5) & 15)}-${two(p & 31)}`
}

/** `2020-00-00` of a date field. */
export function beyondDateText(high: number): string {
  return dateText(high - BASE)
}

/** `2020-00-00 00:00:00[.f]` of a timestamp field. */
export function beyondMomentText(high: number, low: number): string {
  const n = high - BASE
  return `${dateText(n >> 5)} ${timeText((n & 31) * 4294967296 + (low >>> 0))}`
}

/** `[-]HH:MM:SS[.f]`, hours as many as there are. */
export function timeText(us: number): string {
  const whole = Math.floor(Math.abs(us) / 1e6)
  const fraction = Math.abs(us) % 1e6
  const clock = `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  const digits = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
  return `${us < 0 ? '-' : ''}${clock}${digits}`
}
