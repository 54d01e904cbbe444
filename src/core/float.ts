/** IEEE floats in wire form (`float4send`, `float8send`) and as JavaScript's shortest text. */
import { CellError, quoted, refuse } from './cell-error.ts'
import type { ByteWriter } from './writer.ts'

const double = new Float64Array(1)
const doubleBytes = new Uint8Array(double.buffer)
const single = new Float32Array(1)
const singleBits = new Int32Array(single.buffer)

/** One float8 field; every NaN is PostgreSQL's NaN. */
export function writeFloat8(w: ByteWriter, v: number): void {
  w.ensure(12)
  const b = w.bytes
  let o = w.at
  b[o++] = 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = 8
  // A NaN out of another buffer may carry any payload: equal values must be equal bytes.
  double[0] = Number.isNaN(v) ? Number.NaN : v
  for (let i = 7; i >= 0; i--) b[o++] = doubleBytes[i]
  w.at = o
}

/** One float4 field: the nearest float32 of `v`. */
export function writeFloat4(w: ByteWriter, v: number): void {
  w.int32(4)
  single[0] = v
  w.int32(Number.isNaN(v) ? 0x7fc00000 : singleBits[0])
}

/** The float8 at an offset. */
export function readFloat8(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) doubleBytes[7 - i] = bytes[at + i]
  return double[0]
}

/** The float4 at an offset, as the double of the same value. */
export function readFloat4(bytes: Uint8Array, at: number): number {
  singleBits[0] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
  return single[0]
}

const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

function parseFloatText(text: string, round: (v: number) => number, bits: number): number {
  if (text === 'NaN') return Number.NaN
  if (text === 'Infinity') return Number.POSITIVE_INFINITY
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY
  if (!FLOAT.test(text)) refuse(text, 'number')
  const v = round(Number(text))
  if (!Number.isFinite(v)) throw new CellError(`${quoted(text)} is too large for a ${bits}-bit float`)
  if (v === 0 && /^[+-]?[0.]*[1-9]/.test(text))
    throw new CellError(`${quoted(text)} is too small for a ${bits}-bit float`)
  return v
}

/** float4 from text. */
export function encodeFloat4(w: ByteWriter, text: string): void {
  writeFloat4(w, parseFloatText(text, Math.fround, 32))
}

/** float8 from text. */
export function encodeFloat8(w: ByteWriter, text: string): void {
  writeFloat8(w, parseFloatText(text, Number, 64))
}

/** JavaScript's shortest text, with the sign of zero kept. */
export function float8Text(v: number): string {
  return v === 0 && 1 / v < 0 ? '-0' : String(v)
}

/** `v` rounded to so many significant digits (exactly between two candidates the even one is taken, as PostgreSQL does), and the next above. */
function besides(v: number, count: number): number[] {
  // A double of 24 significant bits: the 30 digits that follow tell an exact half from anything else.
  const [mantissa, exponent] = v.toExponential(count + 30).split('e')
  const all = mantissa.replace('.', '')
  const digits = BigInt(all.slice(0, count))
  const rest = all.slice(count)
  const half = `5${'0'.repeat(30)}`
  const up = rest > half || (rest === half && digits % 2n === 1n)
  const nearest = up ? digits + 1n : digits
  return [nearest, nearest + 1n].map((n) => Number(`${n}e${Number(exponent) - count + 1}`))
}

/**
 * The shortest decimal text that reads back as the same float32, in JavaScript's notation, with the digits that PostgreSQL prints:
 * of the texts strictly between the middles to both neighbours. Up to 6 digits always survive in a normal float32 and 9 always
 * suffice, so only 6 … 9 are tried; subnormals have fewer bits and begin at 1. At a power of two there is more room above than
 * below: there the next candidate above may fit where the nearest does not.
 */
export function float4Text(v: number): string {
  if (v === 0 || !Number.isFinite(v) || (Number.isInteger(v) && Math.abs(v) < 16777216)) return float8Text(v)
  const size = Math.abs(v)
  single[0] = size
  const bits = singleBits[0]
  singleBits[0] = bits - 1
  const low = (single[0] + size) / 2
  singleBits[0] = bits + 1
  // Infinity for the greatest float32, whose text is not in doubt.
  const high = (size + single[0]) / 2
  const inside = (candidate: number): boolean => candidate > low && candidate < high
  for (let count = bits < 0x800000 ? 1 : 6; count <= 9; count++) {
    const quick = Number(size.toPrecision(count))
    const exact = quick === size || Number(size.toPrecision(count + 1)) !== size
    const candidates = exact && (bits & 0x7fffff) !== 0 ? [quick] : besides(size, count)
    const found = candidates.find(inside)
    if (found !== undefined) return String(v < 0 ? -found : found)
  }
  return String(v)
}
