/** Dates and times of the wire form as canonical text, written as ASCII without a string in between. */
import { civilFromDays } from './civil.ts'
import { DAY_UNITS } from './datetime.ts'
import { putFour, putFraction, putTwo, putUint } from './digits.ts'
import { readInt32 } from './whole.ts'
import type { ByteWriter } from './writer.ts'

const INFINITY = Buffer.from('infinity', 'latin1')
const MINUS_INFINITY = Buffer.from('-infinity', 'latin1')
/** A date with a 7-digit year, a time with a fraction, a zone and ` BC`. */
const ROOM = 48

function putDate(b: Uint8Array, at: number, year: number, month: number, day: number): number {
  const shown = year > 0 ? year : 1 - year
  let o = shown < 10000 ? putFour(b, at, shown) : putUint(b, at, shown)
  b[o++] = 45
  o = putTwo(b, o, month)
  b[o++] = 45
  return putTwo(b, o, day)
}

/** Microseconds ≥ 0 as `HH:MM:SS[.f]`. */
function putTime(b: Uint8Array, at: number, us: number): number {
  const seconds = Math.floor(us / 1e6)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  let o = hours < 100 ? putTwo(b, at, hours) : putUint(b, at, hours)
  b[o++] = 58
  o = putTwo(b, o, minutes - hours * 60)
  b[o++] = 58
  o = putTwo(b, o, seconds - minutes * 60)
  return putFraction(b, o, us - seconds * 1e6)
}

function putEra(b: Uint8Array, at: number, year: number): number {
  if (year > 0) return at
  b[at] = 32
  b[at + 1] = 66
  b[at + 2] = 67
  return at + 3
}

/** A date as `YYYY-MM-DD`, `… BC`, `infinity` or `-infinity`. */
export function appendDate(w: ByteWriter, bytes: Uint8Array, start: number): void {
  const days = readInt32(bytes, start)
  if (days === 0x7fffffff) w.raw(INFINITY)
  else if (days === -0x80000000) w.raw(MINUS_INFINITY)
  else {
    w.ensure(ROOM)
    const { year, month, day } = civilFromDays(days)
    w.at = putEra(w.bytes, putDate(w.bytes, w.at, year, month, day), year)
  }
}

function appendMoment(w: ByteWriter, bytes: Uint8Array, start: number, zoned: boolean): void {
  const hi = readInt32(bytes, start)
  const lo = readInt32(bytes, start + 4)
  if (hi === 0x7fffffff && lo === -1) w.raw(INFINITY)
  else if (hi === -0x80000000 && lo === 0) w.raw(MINUS_INFINITY)
  else putMoment(w, hi, lo, zoned)
}

function putMoment(w: ByteWriter, hi: number, lo: number, zoned: boolean): void {
  w.ensure(ROOM)
  const b = w.bytes
  // In units of 8192 µs, as it was put together in datetime.ts.
  const units = hi * 524288 + (lo >>> 13)
  const days = Math.floor(units / DAY_UNITS) | 0
  const { year, month, day } = civilFromDays(days)
  let o = putDate(b, w.at, year, month, day)
  b[o++] = 32
  o = putTime(b, o, (units - days * DAY_UNITS) * 8192 + (lo & 8191))
  if (zoned) {
    b[o++] = 43
    b[o++] = 48
    b[o++] = 48
  }
  w.at = putEra(b, o, year)
}

/** A timestamp as `YYYY-MM-DD HH:MM:SS[.f]`. */
export function appendTimestamp(w: ByteWriter, bytes: Uint8Array, start: number): void {
  appendMoment(w, bytes, start, false)
}

/** A timestamptz in UTC as `YYYY-MM-DD HH:MM:SS[.f]+00`. */
export function appendTimestamptz(w: ByteWriter, bytes: Uint8Array, start: number): void {
  appendMoment(w, bytes, start, true)
}

/** A time as `HH:MM:SS[.f]`; one outside of a day, which only a wire that goes `beyond` carries, with its sign and all its hours. */
export function appendTime(w: ByteWriter, bytes: Uint8Array, start: number): void {
  w.ensure(ROOM)
  const us = readInt32(bytes, start) * 4294967296 + (readInt32(bytes, start + 4) >>> 0)
  if (us < 0) w.bytes[w.at++] = 45
  w.at = putTime(w.bytes, w.at, Math.abs(us))
}

/** A timetz as `HH:MM:SS[.f]+HH:MM`, with seconds of the offset where it has any. */
export function appendTimetz(w: ByteWriter, bytes: Uint8Array, start: number): void {
  appendTime(w, bytes, start)
  const west = readInt32(bytes, start + 8)
  const size = Math.abs(west)
  w.ensure(ROOM)
  const b = w.bytes
  let o = w.at
  b[o++] = west > 0 ? 45 : 43
  o = putTwo(b, o, (size / 3600) | 0)
  b[o++] = 58
  o = putTwo(b, o, ((size / 60) | 0) % 60)
  if (size % 60 !== 0) {
    b[o++] = 58
    o = putTwo(b, o, size % 60)
  }
  w.at = o
}
