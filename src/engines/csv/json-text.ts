/** Strings of JSON in bytes: out of their escapes, and into them. */
import type { ByteWriter } from '../../core/writer.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const HEX = Buffer.from('0123456789abcdef', 'latin1')

/** The bytes of a string with escapes, given without its quotes; null where they mean no text (half of a surrogate pair, no escape). */
export function jsonText(bytes: Buffer, start: number, end: number): Buffer | null {
  try {
    const text = JSON.parse(`"${bytes.toString('utf8', start, end)}"`) as string
    return text.isWellFormed() ? Buffer.from(text, 'utf8') : null
  } catch {
    return null
  }
}

/** Escapes of one letter. */
const SHORT: Readonly<Record<number, number>> = { 8: 0x62, 9: 0x74, 10: 0x6e, 12: 0x66, 13: 0x72 }

/** Appends a text as a JSON string. */
export function appendJsonText(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  w.ensure(6 * (end - start) + 2)
  const out = w.bytes
  let o = w.at
  out[o++] = QUOTE
  for (let i = start; i < end; i++) {
    const c = bytes[i]
    if (c >= 0x20 && c !== QUOTE && c !== BACKSLASH) {
      out[o++] = c
      continue
    }
    out[o++] = BACKSLASH
    if (c === QUOTE || c === BACKSLASH) out[o++] = c
    else if (SHORT[c] !== undefined) out[o++] = SHORT[c]
    else {
      out[o++] = 0x75
      out[o++] = 0x30
      out[o++] = 0x30
      out[o++] = HEX[c >> 4]
      out[o++] = HEX[c & 15]
    }
  }
  out[o++] = QUOTE
  w.at = o
}

const WRAPPER = '{"$text":'

/**
 * Appends JSON as it stands; text that cannot stand in a line (line ends between its parts, a lone `null`, which would be NULL, something
 * that is no JSON or looks like the wrapper) goes as `{"$text":"…"}`.
 */
export function appendJson(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  if (standsInLine(text)) {
    w.raw(bytes, start, end)
    return
  }
  w.raw(Buffer.from(WRAPPER))
  appendJsonText(w, bytes, start, end)
  w.raw(Buffer.from('}'))
}

function standsInLine(text: Buffer): boolean {
  if (text.includes(10) || text.includes(13)) return false
  if (/^\s*(null\s*$|\{\s*"\$text")/.test(text.toString('latin1', 0, 64))) return false
  try {
    JSON.parse(text.toString('utf8'))
    return true
  } catch {
    return false
  }
}

/** The text inside the wrapper; null for what is not wrapped. */
export function unwrapped(bytes: Buffer, start: number, end: number): Buffer | null {
  if (bytes[start] !== 0x7b || bytes.toString('latin1', start, start + WRAPPER.length) !== WRAPPER) return null
  return jsonText(bytes, start + WRAPPER.length + 1, end - 2)
}
