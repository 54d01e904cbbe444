/**
 * PostgreSQL's numeric in wire form (`numeric_send`): int16 number of base-10000 digits, weight of the first, sign, dscale, then the
 * digits, stripped of zeros at both ends. Limits: 131,072 decimal digits before the point and 16,383 after it.
 */
import { CellError, quoted, refuse } from './cell-error.ts'
import { putFour, putPadded } from './digits.ts'
import { readInt16 } from './whole.ts'
import type { ByteWriter } from './writer.ts'

const NEGATIVE = 0x4000
const NAN = 0xc000
const PLUS_INFINITY = 0xd000
const MINUS_INFINITY = 0xf000
/** What `numeric_send` gives as dscale of an infinity: bits of its short header. */
const INFINITY_DSCALE = 32
const MAX_WHOLE = 131072
const MAX_FRACTION = 16383

const ZERO = 48
const MINUS = 45
const PLUS = 43
const POINT = 46

const textOf = (source: Uint8Array, start: number, end: number): string =>
  Buffer.from(source.buffer, source.byteOffset + start, end - start).toString()

/** The header in front of `groups` base-10000 digits that are already in place behind it. */
function header(w: ByteWriter, groups: number, weight: number, sign: number, dscale: number): void {
  const b = w.bytes
  let o = w.at
  const length = 8 + groups * 2
  b[o++] = length >> 24
  b[o++] = length >> 16
  b[o++] = length >> 8
  b[o++] = length
  b[o++] = groups >> 8
  b[o++] = groups
  b[o++] = weight >> 8
  b[o++] = weight
  b[o++] = sign >> 8
  b[o++] = sign
  b[o++] = dscale >> 8
  b[o++] = dscale
  w.at = o + groups * 2
}

/** Digits [whole, wholeEnd) before and [frac, fracEnd) after the point, leading zeros of the former stripped, as one field. */
function place(
  w: ByteWriter,
  source: Uint8Array,
  sign: number,
  whole: number,
  wholeEnd: number,
  frac: number,
  fracEnd: number,
  dscale: number,
): void {
  const wholeGroups = (wholeEnd - whole + 3) >> 2
  w.ensure(12 + 2 * (wholeGroups + ((fracEnd - frac + 3) >> 2)))
  const b = w.bytes
  const first = w.at + 12
  let o = first
  let used = first
  let weight = wholeGroups - 1
  let at = whole
  for (let stop = wholeEnd - weight * 4; at < wholeEnd; stop += 4) {
    let group = 0
    while (at < stop) group = group * 10 + source[at++] - ZERO
    b[o++] = group >> 8
    b[o++] = group
    if (group !== 0) used = o
  }
  for (at = frac; at < fracEnd; ) {
    let group = 0
    for (let stop = at + 4; at < stop; at++) group = group * 10 + (at < fracEnd ? source[at] - ZERO : 0)
    if (group === 0 && o === first) {
      weight--
      continue
    }
    b[o++] = group >> 8
    b[o++] = group
    if (group !== 0) used = o
  }
  if (used === first) header(w, 0, 0, 0, dscale)
  else header(w, (used - first) >> 1, weight, sign, dscale)
}

/** `1e5` and the like as plain digits; null when it is no such form or far beyond every limit. */
function plainDigits(text: string): string | null {
  const match = /^([+-]?)(\d*)\.?(\d*)[eE]([+-]?\d{1,7})$/.exec(text)
  if (match === null || match[2] + match[3] === '') return null
  const [, sign, whole, fraction] = match
  const exponent = Number(match[4])
  if (Math.abs(exponent) > MAX_WHOLE + MAX_FRACTION + text.length) return null
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** NaN, infinities and exponents; throws CellError for everything else. */
function writeOther(w: ByteWriter, source: Uint8Array, start: number, end: number, scale: number | undefined): void {
  const text = textOf(source, start, end)
  const special = text === 'NaN' ? NAN : text === 'Infinity' ? PLUS_INFINITY : text === '-Infinity' ? MINUS_INFINITY : 0
  if (special !== 0) {
    w.ensure(12)
    header(w, 0, 0, special, special === NAN ? 0 : INFINITY_DSCALE)
    return
  }
  const plain = plainDigits(text)
  if (plain === null) refuse(text, 'decimal number')
  writeNumericAscii(w, Buffer.from(plain, 'latin1'), 0, plain.length, scale)
}

function isDigit(c: number): boolean {
  return c >= ZERO && c <= 57
}

/** The end of the fraction cut to `scale` digits. Throws CellError when a digit other than 0 would be lost. */
function cut(source: Uint8Array, start: number, frac: number, end: number, scale: number): number {
  for (let at = frac + scale; at < end; at++) {
    if (source[at] === ZERO) continue
    throw new CellError(`${quoted(textOf(source, start, end))} has more than ${scale} digits after the point`)
  }
  return frac + scale
}

/**
 * One numeric field from ASCII: `-12.50`, `NaN`, `Infinity`, `-Infinity`, `1e-20`. With `scale` every value gets that many digits
 * after the point: zeros are added or dropped. Throws CellError when other digits would be lost, on any other text, and beyond
 * PostgreSQL's limits.
 */
export function writeNumericAscii(w: ByteWriter, source: Uint8Array, start: number, end: number, scale?: number): void {
  let at = start
  const first = source[start]
  if (start < end && (first === MINUS || first === PLUS)) at++
  let whole = at
  while (at < end && isDigit(source[at])) at++
  const wholeEnd = at
  if (at < end && source[at] === POINT) at++
  const frac = at
  while (at < end && isDigit(source[at])) at++
  if (at !== end || (wholeEnd === whole && at === frac)) {
    writeOther(w, source, start, end, scale)
    return
  }
  while (whole < wholeEnd && source[whole] === ZERO) whole++
  let fracEnd = end
  if (scale !== undefined && end - frac > scale) fracEnd = cut(source, start, frac, end, scale)
  const dscale = scale ?? fracEnd - frac
  if (wholeEnd - whole > MAX_WHOLE || dscale > MAX_FRACTION) {
    throw new CellError(`${quoted(textOf(source, start, end))} has more digits than PostgreSQL's numeric holds`)
  }
  place(w, source, first === MINUS ? NEGATIVE : 0, whole, wholeEnd, frac, fracEnd, dscale)
}

const groups = new Uint16Array(5)

/** One numeric field (dscale 0) from an unsigned 64-bit integer given as two unsigned halves. */
export function writeNumericUint64(w: ByteWriter, hi: number, lo: number): void {
  // Divided by 10^8 over 16-bit limbs: every intermediate stays below 2^53, the quotient below 2^38.
  const upper = Math.floor(hi / 1e8)
  let t = (hi - upper * 1e8) * 65536 + (lo >>> 16)
  const middle = Math.floor(t / 1e8)
  t = (t - middle * 1e8) * 65536 + (lo & 0xffff)
  const lower = Math.floor(t / 1e8)
  const high = (upper * 65536 + middle) * 65536 + lower
  const low = t - lower * 1e8
  const top = Math.floor(high / 1e8)
  const rest = high - top * 1e8
  groups[0] = top
  groups[1] = rest / 10000
  groups[2] = rest % 10000
  groups[3] = low / 10000
  groups[4] = low % 10000
  let from = 0
  let to = 5
  while (from < 5 && groups[from] === 0) from++
  while (to > from && groups[to - 1] === 0) to--
  w.ensure(22)
  let o = w.at + 12
  for (let i = from; i < to; i++) {
    w.bytes[o++] = groups[i] >> 8
    w.bytes[o++] = groups[i]
  }
  header(w, to - from, to === from ? 0 : 4 - from, 0, 0)
}

/** One numeric field (dscale 0) from a bigint ≥ 0. */
export function writeNumericUint(w: ByteWriter, v: bigint): void {
  if (v >= 0n && v <= 0xffffffffffffffffn) {
    writeNumericUint64(w, Number(v >> 32n), Number(v & 0xffffffffn))
  } else {
    const text = Buffer.from(String(v), 'latin1')
    writeNumericAscii(w, text, 0, text.length)
  }
}

let scratch = Buffer.allocUnsafeSlow(256)

/** Text → numeric field; as `writeNumericAscii`. */
export function numericEncoder(scale: number | undefined): (w: ByteWriter, text: string) => void {
  return (w, text) => {
    if (text.length * 3 > scratch.length) scratch = Buffer.allocUnsafeSlow(text.length * 3)
    writeNumericAscii(w, scratch, 0, scratch.write(text), scale)
  }
}

const SPECIAL: Readonly<Record<number, string>> = {
  [NAN]: 'NaN',
  [PLUS_INFINITY]: 'Infinity',
  [MINUS_INFINITY]: '-Infinity',
}

/** A numeric as plain digits with its dscale, `NaN`, `Infinity` or `-Infinity`. */
export function appendNumeric(w: ByteWriter, bytes: Uint8Array, start: number): void {
  const count = readInt16(bytes, start) & 0xffff
  const weight = readInt16(bytes, start + 2)
  const sign = readInt16(bytes, start + 4) & 0xffff
  const dscale = readInt16(bytes, start + 6)
  if (sign > NEGATIVE) {
    w.raw(Buffer.from(SPECIAL[sign] ?? 'NaN', 'latin1'))
    return
  }
  w.ensure(12 + Math.max(weight, 0) * 4 + dscale)
  const b = w.bytes
  let o = w.at
  if (sign === NEGATIVE) b[o++] = MINUS
  const from = start + 8
  const group = (i: number): number => (i >= 0 && i < count ? readInt16(bytes, from + i * 2) : 0)
  o = weight < 0 ? putPadded(b, o, 0, 1) : leading(b, o, group(0))
  for (let i = 1; i <= weight; i++) o = putFour(b, o, group(i))
  if (dscale > 0) {
    b[o++] = POINT
    const end = o + dscale
    for (let i = weight + 1; o < end; i++) o = putFour(b, o, group(i))
    o = end
  }
  w.at = o
}

/** The first base-10000 digit without leading zeros. */
function leading(b: Uint8Array, at: number, group: number): number {
  return putPadded(b, at, group, group < 10 ? 1 : group < 100 ? 2 : group < 1000 ? 3 : 4)
}
