/** Wire tuples → CSV lines, byte by byte. NULL is an empty field, an empty text is `""`, bytes are `\x` and hexadecimal digits. */
import { asciiWriter } from '../../core/decode.ts'
import type { WireType } from '../../core/wire.ts'
import type { ByteWriter } from '../../core/writer.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const LF = 0x0a
const CR = 0x0d
const HEX = Buffer.from('0123456789abcdef', 'latin1')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

type Append = (w: ByteWriter, bytes: Uint8Array, start: number, end: number) => void

/** Kinds whose text never holds a character that would need quotes. */
const SAFE: ReadonlySet<string> = new Set([
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
  'bit',
  'interval',
  'inet',
  'cidr',
])

/** Appends whole lines. */
export interface RowWriter {
  /** A field of each column of the file: the index of the tuple's field, or −1 for a column that stays empty. */
  rows(w: ByteWriter, bytes: Uint8Array, rows: number): void
}

/** A writer of tuples of these wires; `order` names for each column of the file the tuple's field, −1 = none. */
export function rowWriter(wires: readonly WireType[], order: readonly number[], delimiter: number): RowWriter {
  const append = wires.map((wire) => appender(wire, delimiter))
  const starts = new Int32Array(wires.length)
  const ends = new Int32Array(wires.length)
  return {
    rows(w, bytes, rows) {
      let at = 0
      for (let n = 0; n < rows; n++) {
        at = spans(bytes, at, starts, ends)
        for (let i = 0; i < order.length; i++) {
          const field = order[i]
          if (i > 0) byte(w, delimiter)
          if (field >= 0 && ends[field] >= 0) append[field](w, bytes, starts[field], ends[field])
        }
        byte(w, LF)
      }
    },
  }
}

/** Spans of the tuple's fields, end −1 for NULL; returns the offset after the tuple. */
function spans(bytes: Uint8Array, from: number, starts: Int32Array, ends: Int32Array): number {
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

function byte(w: ByteWriter, value: number): void {
  w.ensure(1)
  w.bytes[w.at++] = value
}

function appender(wire: WireType, delimiter: number): Append {
  if (wire.kind === 'bool') return (w, bytes, start) => w.raw(bytes[start] === 0 ? FALSE : TRUE)
  if (wire.kind === 'bytea') return appendHex
  if (SAFE.has(wire.kind)) return asciiWriter(wire)
  if (wire.kind === 'text' || wire.kind === 'json')
    return (w, bytes, start, end) => appendText(w, bytes, start, end, delimiter)
  const write = asciiWriter(wire)
  return (w, bytes, start, end) => {
    const from = w.at
    write(w, bytes, start, end)
    const text = w.bytes.subarray(from, w.at)
    if (plain(text, 0, text.length, delimiter)) return
    const copy = Buffer.from(text)
    w.at = from
    appendText(w, copy, 0, copy.length, delimiter)
  }
}

/** Whether a text needs no quotes: not empty, no delimiter, quote or line end, and no byte order mark that would be taken for the file's. */
function plain(bytes: Uint8Array, start: number, end: number, delimiter: number): boolean {
  if (start === end || (bytes[start] === 0xef && bytes[start + 1] === 0xbb)) return false
  for (let i = start; i < end; i++) {
    const c = bytes[i]
    if (c === delimiter || c === QUOTE || c === LF || c === CR) return false
  }
  return true
}

/** A text, in quotes where it needs them. */
export function appendText(
  w: ByteWriter,
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiter: number = COMMA,
): void {
  if (plain(bytes, start, end, delimiter)) {
    w.raw(bytes, start, end)
    return
  }
  w.ensure(2 * (end - start) + 2)
  const out = w.bytes
  let o = w.at
  out[o++] = QUOTE
  for (let i = start; i < end; i++) {
    const c = bytes[i]
    if (c === QUOTE) out[o++] = QUOTE
    out[o++] = c
  }
  out[o++] = QUOTE
  w.at = o
}

function appendHex(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
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
