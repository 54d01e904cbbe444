/** Integers and booleans in wire form (`int2send`, `int4send`, `int8send`, `boolsend`): a 64-bit integer is a signed high and an unsigned low half, never a bigint. */
import { CellError, quoted, refuse } from './cell-error.ts'
import { putInt64, putUint } from './digits.ts'
import type { ByteWriter } from './writer.ts'

/** One boolean field. */
export function writeBool(w: ByteWriter, v: boolean): void {
  w.ensure(5)
  const b = w.bytes
  let o = w.at
  b[o++] = 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = 1
  b[o++] = v ? 1 : 0
  w.at = o
}

/** One int2 field; `v` is an integer of −32768 … 32767. */
export function writeInt2(w: ByteWriter, v: number): void {
  w.ensure(6)
  const b = w.bytes
  let o = w.at
  b[o++] = 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = 2
  b[o++] = v >> 8
  b[o++] = v
  w.at = o
}

/** One int4 field; `v` is an integer of −2^31 … 2^31 − 1. */
export function writeInt4(w: ByteWriter, v: number): void {
  w.ensure(8)
  const b = w.bytes
  let o = w.at
  b[o++] = 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = 4
  b[o++] = v >> 24
  b[o++] = v >> 16
  b[o++] = v >> 8
  b[o++] = v
  w.at = o
}

/** One int8 field from its signed high and unsigned low half. */
export function writeInt8(w: ByteWriter, hi: number, lo: number): void {
  const h = hi | 0
  const l = lo | 0
  w.ensure(12)
  const b = w.bytes
  let o = w.at
  b[o++] = 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = 8
  b[o++] = h >> 24
  b[o++] = h >> 16
  b[o++] = h >> 8
  b[o++] = h
  b[o++] = l >> 24
  b[o++] = l >> 16
  b[o++] = l >> 8
  b[o++] = l
  w.at = o
}

/** One int8 field from a bigint. Throws CellError beyond 64 bits. */
export function writeInt8Big(w: ByteWriter, v: bigint): void {
  if (BigInt.asIntN(64, v) !== v) throw new CellError(`${quoted(String(v))} is outside the range of a 64-bit integer`)
  writeInt8(w, Number(v >> 32n), Number(v & 0xffffffffn))
}

/** The int16 at an offset. */
export function readInt16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) >> 16) | bytes[at + 1]
}

/** The int32 at an offset. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
}

/** The int64 at an offset as a bigint. */
export function readInt64(bytes: Uint8Array, at: number): bigint {
  const hi = readInt32(bytes, at)
  const lo = readInt32(bytes, at + 4) >>> 0
  return hi >= -0x200000 && hi < 0x200000 ? BigInt(hi * 4294967296 + lo) : (BigInt(hi) << 32n) | BigInt(lo)
}

function outside(text: string, bits: number): never {
  throw new CellError(`${quoted(text)} is outside the range of a ${bits}-bit integer`)
}

/** Value of the digits in [from, to), at most nine; negative when there is anything else. */
function nine(text: string, from: number, to: number): number {
  let v = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return -1
    v = (Math.imul(v, 10) + digit) | 0
  }
  return v
}

/** Where the digits begin: after a sign. Throws CellError when there are none. */
function digitsStart(text: string): number {
  const first = text.charCodeAt(0)
  const at = first === 45 || first === 43 ? 1 : 0
  return at === text.length ? refuse(text, 'integer') : at
}

/** A text of many digits without its leading zeros. Throws CellError when there is anything else in it, or too much for any integer. */
function shortened(text: string, from: number, bits: number): string {
  if (!/^\d+$/.test(text.slice(from))) refuse(text, 'integer')
  const digits = text.slice(from).replace(/^0+(?=\d)/, '')
  return digits.length > 19 ? outside(text, bits) : digits
}

function parseSmall(text: string, bits: 16 | 32): number {
  const from = digitsStart(text)
  const quick = text.length - from > 9 ? -1 : nine(text, from, text.length)
  const size = quick < 0 ? Number(shortened(text, from, bits)) : quick
  const v = text.charCodeAt(0) === 45 ? -size : size
  const limit = bits === 16 ? 0x8000 : 0x80000000
  return v < -limit || v >= limit ? outside(text, bits) : v
}

/** int2 from text. */
export function encodeInt2(w: ByteWriter, text: string): void {
  writeInt2(w, parseSmall(text, 16))
}

/** int4 from text. */
export function encodeInt4(w: ByteWriter, text: string): void {
  writeInt4(w, parseSmall(text, 32))
}

/** int8 from text, the whole range. */
export function encodeInt8(w: ByteWriter, text: string): void {
  const from = digitsStart(text)
  const length = text.length
  const negative = text.charCodeAt(0) === 45
  if (length - from > 15) {
    encodeLarge(w, text, from, negative)
    return
  }
  const split = length - from > 9 ? length - 9 : from
  const high = nine(text, from, split)
  const low = nine(text, split, length)
  if (high < 0 || low < 0) refuse(text, 'integer')
  const v = negative ? -(high * 1e9 + low) : high * 1e9 + low
  const hi = Math.floor(v / 4294967296)
  writeInt8(w, hi, v - hi * 4294967296)
}

/** (high · 10^9 + middle) · 10^9 + low, multiplied out in parts that stay below 2^53. */
function encodeLarge(w: ByteWriter, text: string, from: number, negative: boolean): void {
  const digits = from === 0 && text.length <= 19 ? text : shortened(text, from, 64)
  const split = Math.max(digits.length - 9, 0)
  const low = nine(digits, split, digits.length)
  const middle = nine(digits, Math.max(split - 9, 0), split)
  const high = nine(digits, 0, Math.max(split - 9, 0))
  if (low < 0 || middle < 0 || high < 0) refuse(text, 'integer')
  const factor = high * 1e9 + middle
  const upper = Math.floor(factor / 65536)
  const product = upper * 1e9
  const carry = Math.floor(product / 65536)
  const sum = (product - carry * 65536) * 65536 + (factor - upper * 65536) * 1e9 + low
  const over = Math.floor(sum / 4294967296)
  const hi = carry + over
  const lo = sum - over * 4294967296
  if (hi > 0x80000000 || (hi === 0x80000000 && (!negative || lo > 0))) outside(text, 64)
  if (!negative) writeInt8(w, hi, lo)
  else writeInt8(w, lo === 0 ? -hi : -hi - 1, 4294967296 - lo)
}

/** bool from `1` or `0`. */
export function encodeBool(w: ByteWriter, text: string): void {
  if (text !== '1' && text !== '0') refuse(text, 'boolean (1 or 0)')
  writeBool(w, text === '1')
}

/** bool as `1` or `0`. */
export function appendBool(w: ByteWriter, bytes: Uint8Array, start: number): void {
  w.ensure(1)
  w.bytes[w.at++] = bytes[start] === 0 ? 48 : 49
}

function appendSmall(w: ByteWriter, v: number): void {
  w.ensure(11)
  if (v < 0) w.bytes[w.at++] = 45
  w.at = putUint(w.bytes, w.at, v < 0 ? -v : v)
}

/** int2 as decimal digits. */
export function appendInt2(w: ByteWriter, bytes: Uint8Array, start: number): void {
  appendSmall(w, readInt16(bytes, start))
}

/** int4 as decimal digits. */
export function appendInt4(w: ByteWriter, bytes: Uint8Array, start: number): void {
  appendSmall(w, readInt32(bytes, start))
}

/** int8 as decimal digits, the whole range. */
export function appendInt8(w: ByteWriter, bytes: Uint8Array, start: number): void {
  w.ensure(20)
  w.at = putInt64(w.bytes, w.at, readInt32(bytes, start), readInt32(bytes, start + 4) >>> 0)
}
