/** Text in wire form: its UTF-8 bytes. */
import { isUtf8 as isUtf8View } from 'node:buffer'
import { CellError, quoted } from './cell-error.ts'
import type { ByteWriter } from './writer.ts'

/** Whether bytes are strict UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  const short = end - start < 64 ? end : start
  while (at < short && bytes[at] < 0x80) at++
  return at === end || isUtf8View(bytes.subarray(at, end))
}

/** text from a string; NUL is written as it is. Throws CellError on a lone surrogate, which UTF-8 cannot carry. */
export function encodeText(w: ByteWriter, text: string): void {
  if (!text.isWellFormed()) throw new CellError(`${quoted(text)} holds half a character (a lone surrogate)`)
  w.text(text)
}

function checkJson(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw new CellError(`${quoted(text)} is no JSON`)
  }
}

/** json from text. */
export function encodeJson(w: ByteWriter, text: string): void {
  checkJson(text)
  encodeText(w, text)
}

/** jsonb from text: version byte 1, then the text (`jsonb_send`). */
export function encodeJsonb(w: ByteWriter, text: string): void {
  checkJson(text)
  const start = w.at
  w.int32(0)
  encodeText(w, text)
  // The inner length gives way to the version byte.
  const length = w.at - start - 8
  w.bytes.copyWithin(start + 5, start + 8, w.at)
  w.bytes[start + 4] = 1
  w.bytes.writeInt32BE(length + 1, start)
  w.at -= 3
}

/** `Buffer.toString` without its checks. Node has it on every Buffer; its types do not say so. */
type Sliced = Buffer & { utf8Slice(start: number, end: number): string }

/** Bytes as a string. */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  if (bytes instanceof Buffer) return (bytes as Sliced).utf8Slice(start, end)
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
}
