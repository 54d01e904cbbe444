/** Keys of look-ups out of tuples: equal values are equal bytes, also where a type has several spellings of one value. */
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import type { Tuple } from './tuple.ts'

/** Reads the key of a tuple into `bytes` [start, end), good until the next `read`; false where a part of it is NULL. */
export interface KeyReader {
  bytes: Uint8Array
  start: number
  end: number
  read(t: Tuple): boolean
}

/** Copies a field's bytes [start, end) in the form in which equal values are equal. */
type Form = (w: ByteWriter, bytes: Uint8Array, start: number, end: number) => void

/** char(n): trailing blanks carry no meaning. */
const trimmed: Form = (w, bytes, start, end) => {
  let stop = end
  while (stop > start && bytes[stop - 1] === 0x20) stop--
  w.raw(bytes, start, stop)
}

/** numeric: 1.0 and 1.00 differ in the digits that they show (bytes 6 and 7) alone. */
const unscaled: Form = (w, bytes, start, end) => {
  w.raw(bytes, start, start + 6)
  w.raw(bytes, start + 8, end)
}

/** -0 is 0. */
const unsigned: Form = (w, bytes, start, end) => {
  const at = w.at
  w.raw(bytes, start, end)
  for (let i = at + 1; i < w.at; i++) if (w.bytes[i] !== 0) return
  if (w.bytes[at] === 0x80) w.bytes[at] = 0
}

function formOf(wire: WireType): Form | null {
  if (wire.kind === 'text' && wire.fixed) return trimmed
  if (wire.kind === 'numeric') return unscaled
  return wire.kind === 'float4' || wire.kind === 'float8' ? unsigned : null
}

/** The reader of keys made of these fields, of these types. */
export function keyReader(fields: readonly number[], wires: readonly WireType[]): KeyReader {
  const forms = wires.map(formOf)
  return fields.length === 1 && forms[0] === null ? plainKey(fields[0]) : gatheredKey(fields, forms)
}

/** One field as it is: a view on the tuple. */
function plainKey(field: number): KeyReader {
  return {
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    read(t) {
      this.bytes = t.bytes
      this.start = t.at[field] + 4
      this.end = t.at[field + 1]
      return !t.isNull(field)
    },
  }
}

/** Several fields, each with its length, so that ('ab', 'c') is not ('a', 'bc'). */
function gatheredKey(fields: readonly number[], forms: readonly (Form | null)[]): KeyReader {
  const w = new ByteWriter(64)
  return {
    bytes: w.bytes,
    start: 0,
    end: 0,
    read(t) {
      w.at = 0
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i]
        if (t.isNull(field)) return false
        const began = w.at
        w.int32(0)
        const form = forms[i]
        if (form === null) w.raw(t.bytes, t.at[field] + 4, t.at[field + 1])
        else form(w, t.bytes, t.at[field] + 4, t.at[field + 1])
        w.bytes.writeInt32BE(w.at - began - 4, began)
      }
      this.bytes = w.bytes
      this.end = w.at
      return true
    },
  }
}
