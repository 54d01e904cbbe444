/** Decimal digits as ASCII, written straight into a buffer. The caller has made room; every function returns the offset after the last byte. */

function countDigits(v: number): number {
  if (v < 10000) return v < 100 ? (v < 10 ? 1 : 2) : v < 1000 ? 3 : 4
  if (v < 1000000) return v < 100000 ? 5 : 6
  return v < 10000000 ? 7 : v < 100000000 ? 8 : 9
}

/** `width` (≤ 9) digits of an integer below 10^width, with leading zeros. */
export function putPadded(b: Uint8Array, at: number, v: number, width: number): number {
  let rest = v | 0
  for (let o = at + width - 1; o >= at; o--) {
    const q = (rest / 10) | 0
    b[o] = 48 + rest - q * 10
    rest = q
  }
  return at + width
}

/** Two digits of an integer below 100. */
export function putTwo(b: Uint8Array, at: number, v: number): number {
  const tens = (v / 10) | 0
  b[at] = 48 + tens
  b[at + 1] = 48 + v - tens * 10
  return at + 2
}

/** Four digits of an integer below 10,000. */
export function putFour(b: Uint8Array, at: number, v: number): number {
  const high = (v / 100) | 0
  return putTwo(b, putTwo(b, at, high), v - high * 100)
}

/** An integer 0 ≤ v < 2^53 without leading zeros: at most 16 bytes. */
export function putUint(b: Uint8Array, at: number, v: number): number {
  if (v < 1e9) return putPadded(b, at, v, countDigits(v))
  const high = Math.floor(v / 1e9)
  return putPadded(b, putUint(b, at, high), v - high * 1e9, 9)
}

/**
 * An unsigned 64-bit integer given as two unsigned halves: at most 20 bytes. Long division by 10^9 over 16-bit limbs, so that
 * every intermediate stays below 2^53.
 */
function putUint64(b: Uint8Array, at: number, hi: number, lo: number): number {
  if (hi < 0x200000) return putUint(b, at, hi * 4294967296 + lo)
  let q = Math.floor(hi / 1e9)
  let t = (hi - q * 1e9) * 65536 + (lo >>> 16)
  let d = Math.floor(t / 1e9)
  q = q * 65536 + d
  t = (t - d * 1e9) * 65536 + (lo & 0xffff)
  d = Math.floor(t / 1e9)
  return putPadded(b, putUint(b, at, q * 65536 + d), t - d * 1e9, 9)
}

/** A signed 64-bit integer given as its signed high and unsigned low half: at most 20 bytes. */
export function putInt64(b: Uint8Array, at: number, hi: number, lo: number): number {
  if (hi >= 0) return putUint64(b, at, hi, lo)
  b[at] = 45
  const low = -lo >>> 0
  return putUint64(b, at + 1, (low === 0 ? -hi : ~hi) >>> 0, low)
}

/** A fraction of a second, 0 ≤ us < 10^6, as `.5` without trailing zeros; nothing for 0. At most 7 bytes. */
export function putFraction(b: Uint8Array, at: number, us: number): number {
  if (us === 0) return at
  b[at] = 46
  let end = putPadded(b, at + 1, us, 6)
  while (b[end - 1] === 48) end--
  return end
}

/** Value of two ASCII digits in a string, negative when they are none. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1e6
}
