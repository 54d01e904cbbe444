/** Bytes that should be UTF-8: checked, and copied into text fields in one go. */
import { isUtf8 } from './utf8.ts'
import type { ByteWriter } from './writer.ts'

/** Up to here the bytes are copied and looked at eight at a time, which is quicker than two calls into native code. */
const SHORT = 160
/** The high bits of four bytes: any of them set, and the text is more than ASCII. */
const HIGH = 0x80808080

let source: Uint8Array = new Uint8Array(0)
let sourceView = new DataView(source.buffer)
let target: Uint8Array = source
let targetView = sourceView

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Makes `sourceView` that of `b`. Buffers seldom change: their views are kept. */
function view(b: Uint8Array): void {
  if (b === source) return
  source = b
  sourceView = viewOf(b)
}

/** Copies short bytes; true when all are ASCII. */
function copyShort(out: Uint8Array, o: number, b: Uint8Array, start: number, end: number): boolean {
  view(b)
  if (out !== target) {
    target = out
    targetView = viewOf(out)
  }
  let high = 0
  let at = start
  let to = o
  for (; at + 8 <= end; at += 8, to += 8) {
    const four = sourceView.getInt32(at, true)
    const more = sourceView.getInt32(at + 4, true)
    high |= four | more
    targetView.setInt32(to, four, true)
    targetView.setInt32(to + 4, more, true)
  }
  if (at + 4 <= end) {
    const four = sourceView.getInt32(at, true)
    high |= four
    targetView.setInt32(to, four, true)
    at += 4
    to += 4
  }
  for (; at < end; at++, to++) {
    const c = b[at]
    high |= c
    out[to] = c
  }
  return (high & HIGH) === 0
}

/** Whether the text that was looked at last has U+00C0 … U+00FF in it. */
let latin = false

/**
 * Strict UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF (Unicode, table 3-7). The bytes are those that were copied last;
 * ASCII between other characters is passed over four bytes at a time, too.
 */
function isShortUtf8(b: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; ) {
    const c = b[i]
    if (c < 0x80) i += i + 4 <= end && (sourceView.getInt32(i, true) & HIGH) === 0 ? 4 : 1
    else if (c < 0xe0) {
      if (c === 0xc3) latin = true
      if (c < 0xc2 || i + 1 >= end || (b[i + 1] & 0xc0) !== 0x80) return false
      i += 2
    } else if (c < 0xf0) {
      if (i + 2 >= end || (b[i + 1] & 0xc0) !== 0x80 || (b[i + 2] & 0xc0) !== 0x80) return false
      if ((c === 0xe0 && b[i + 1] < 0xa0) || (c === 0xed && b[i + 1] > 0x9f)) return false
      i += 3
    } else {
      if (c > 0xf4 || i + 3 >= end) return false
      if ((b[i + 1] & 0xc0) !== 0x80 || (b[i + 2] & 0xc0) !== 0x80 || (b[i + 3] & 0xc0) !== 0x80) return false
      if ((c === 0xf0 && b[i + 1] < 0x90) || (c === 0xf4 && b[i + 1] > 0x8f)) return false
      i += 4
    }
  }
  return true
}

/** Writes the bytes [start, end) as a text field. False, and nothing written, where they are not strict UTF-8. */
export function copyUtf8(w: ByteWriter, b: Buffer, start: number, end: number): boolean {
  const length = end - start
  w.ensure(length + 4)
  const out = w.bytes
  let o = w.at
  out[o++] = length >> 24
  out[o++] = length >> 16
  out[o++] = length >> 8
  out[o++] = length
  if (length > SHORT) {
    if (!isUtf8(b, start, end)) return false
    b.copy(out, o, start, end)
  } else if (!copyShort(out, o, b, start, end) && !isShortUtf8(b, start, end)) return false
  w.at = o + length
  return true
}

/** UTF-8 without a NUL: `latin` where U+00C0 … U+00FF may be in it. Null for all else. */
export function isPlainUtf8(b: Uint8Array, start: number, end: number): 'plain' | 'latin' | null {
  view(b)
  let high = 0
  let nul = 0
  let at = start
  for (; at + 4 <= end; at += 4) {
    const four = sourceView.getInt32(at, true)
    high |= four
    // A byte of zero is the only one that borrows and has no high bit of its own.
    nul |= (four - 0x01010101) & ~four
  }
  for (; at < end; at++) {
    high |= b[at]
    if (b[at] === 0) return null
  }
  if ((nul & HIGH) !== 0) return null
  if ((high & HIGH) === 0) return 'plain'
  if (end - start > SHORT) return isUtf8(b, start, end) ? 'latin' : null
  latin = false
  if (!isShortUtf8(b, start, end)) return null
  return latin ? 'latin' : 'plain'
}
