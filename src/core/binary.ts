/** uuid, bytea and bit strings: bytes in wire form, hexadecimal or binary digits in text. */
import { CellError, quoted, refuse } from './cell-error.ts'
import type { ByteWriter } from './writer.ts'

const HEX = Buffer.from('0123456789abcdef', 'latin1')
/** Value of an ASCII hexadecimal digit, 255 for any other byte. */
const NIBBLE = Uint8Array.from({ length: 256 }, (_, c) => {
  const v = Number.parseInt(String.fromCharCode(c), 16)
  return Number.isNaN(v) ? 255 : v
})

const viewOf = (bytes: Uint8Array, start: number, end: number): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)

/** One uuid field from 36 (with dashes in their places) or 32 ASCII hexadecimal digits. Throws CellError for anything else. */
export function writeUuidAscii(w: ByteWriter, source: Uint8Array, start: number, end: number): void {
  const dashed = end - start === 36
  if (!dashed && end - start !== 32) refuse(viewOf(source, start, end).toString(), 'uuid')
  w.ensure(20)
  const b = w.bytes
  let o = w.at
  b[o++] = 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = 16
  let bad = 0
  let at = start
  for (let i = 0; i < 16; i++) {
    if (dashed && (i === 4 || i === 6 || i === 8 || i === 10)) bad |= source[at++] ^ 45
    const high = NIBBLE[source[at++]]
    const low = NIBBLE[source[at++]]
    bad |= (high | low) & 0xf0
    b[o++] = (high << 4) | low
  }
  if (bad !== 0) refuse(viewOf(source, start, end).toString(), 'uuid')
  w.at = o
}

const scratch = Buffer.allocUnsafeSlow(160)

/** uuid from text. */
export function encodeUuid(w: ByteWriter, text: string): void {
  if (text.length > 36) refuse(text, 'uuid')
  writeUuidAscii(w, scratch, 0, scratch.write(text))
}

/** A uuid in lower case with dashes. */
export function appendUuid(w: ByteWriter, bytes: Uint8Array, start: number): void {
  w.ensure(36)
  const b = w.bytes
  let o = w.at
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) b[o++] = 45
    b[o++] = HEX[bytes[start + i] >> 4]
    b[o++] = HEX[bytes[start + i] & 15]
  }
  w.at = o
}

/** bytea from hexadecimal digits. */
export function encodeBytea(w: ByteWriter, text: string): void {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) refuse(text, 'row of hexadecimal bytes')
  w.int32(text.length / 2)
  w.ensure(text.length / 2)
  w.at += w.bytes.write(text, w.at, 'hex')
}

/** Bytes as lower-case hexadecimal digits. */
export function hexText(bytes: Uint8Array, start: number, end: number): string {
  return viewOf(bytes, start, end).toString('hex')
}

/** Bytes as lower-case hexadecimal ASCII. */
export function appendHex(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  w.ensure((end - start) * 2)
  const b = w.bytes
  let o = w.at
  for (let i = start; i < end; i++) {
    b[o++] = HEX[bytes[i] >> 4]
    b[o++] = HEX[bytes[i] & 15]
  }
  w.at = o
}

/**
 * One bit field of `length` bits out of MySQL's BIT: a big-endian number whose lowest bit is the last. On the wire (`varbit_send`)
 * the bits are left-aligned. Throws CellError when a bit above `length` is set.
 */
export function writeBit(w: ByteWriter, rightAligned: Uint8Array, start: number, end: number, length: number): void {
  const size = (length + 7) >> 3
  for (let i = start; i < end; i++) {
    const room = length - (end - 1 - i) * 8
    if (room < 8 && rightAligned[i] >> Math.max(room, 0) !== 0) {
      throw new CellError(`0x${hexText(rightAligned, start, end)} has more than ${length} bits`)
    }
  }
  const shift = size * 8 - length
  w.int32(4 + size)
  w.int32(length)
  w.ensure(size)
  const byteAt = (i: number): number => (i >= start && i < end ? rightAligned[i] : 0)
  for (let i = end - size; i < end; i++) {
    w.bytes[w.at++] = (byteAt(i) << shift) | (i + 1 < end ? byteAt(i + 1) >> (8 - shift) : 0)
  }
}

/** bit or varbit from `0101`. */
export function encodeBit(w: ByteWriter, text: string): void {
  if (!/^[01]*$/.test(text)) throw new CellError(`${quoted(text)} is no string of bits`)
  w.int32(4 + ((text.length + 7) >> 3))
  w.int32(text.length)
  for (let i = 0; i < text.length; i += 8) {
    w.ensure(1)
    w.bytes[w.at++] = Number.parseInt(text.slice(i, i + 8).padEnd(8, '0'), 2)
  }
}

/** A bit string as `0101`. */
export function appendBit(w: ByteWriter, bytes: Uint8Array, start: number): void {
  const length = (bytes[start] << 24) | (bytes[start + 1] << 16) | (bytes[start + 2] << 8) | bytes[start + 3]
  w.ensure(length)
  for (let i = 0; i < length; i++) w.bytes[w.at++] = 48 + ((bytes[start + 4 + (i >> 3)] >> (7 - (i & 7))) & 1)
}
