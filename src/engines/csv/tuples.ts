/** Tuples of the wire form taken apart, for whoever writes their fields as text. */
import type { ByteWriter } from '../../core/writer.ts'

export const LF = 0x0a
export const TRUE = Buffer.from('true')
export const FALSE = Buffer.from('false')
const HEX = Buffer.from('0123456789abcdef', 'latin1')

/** Appends the text of the field at [start, end). */
export type Append = (w: ByteWriter, bytes: Uint8Array, start: number, end: number) => void

/** Appends whole lines. */
export interface RowWriter {
  rows(w: ByteWriter, bytes: Uint8Array, rows: number): void
}

/** Kinds whose text is never empty (bits may be) and never holds a character that would need quotes. */
export const SAFE: ReadonlySet<string> = new Set([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'uuid',
  'interval',
  'inet',
  'cidr',
])

/** Spans of the tuple's fields, end −1 for NULL; returns the offset after the tuple. */
export function spans(bytes: Uint8Array, from: number, starts: Int32Array, ends: Int32Array): number {
  let at = from + 2
  for (let i = 0; i < starts.length; i++) {
    const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    at += 4
    starts[i] = at
    ends[i] = length < 0 ? -1 : at + length
    if (length > 0) at += length
  }
  return at
}

export function byte(w: ByteWriter, value: number): void {
  w.ensure(1)
  w.bytes[w.at++] = value
}

/** `\x` and hexadecimal digits. */
export function appendHex(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  w.ensure(2 + 2 * (end - start))
  const out = w.bytes
  let o = w.at
  out[o++] = 0x5c
  out[o++] = 0x78
  for (let i = start; i < end; i++) {
    out[o++] = HEX[bytes[i] >> 4]
    out[o++] = HEX[bytes[i] & 15]
  }
  w.at = o
}
