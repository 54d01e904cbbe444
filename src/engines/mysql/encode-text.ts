/** Texts, bytes, JSON, bits and geometries of the binary protocol → wire fields. All texts arrive as UTF-8: the session says so. */
import { CellError, encoder, isUtf8, writeBit, writeUuidAscii } from '../../core/encode.ts'
import type { WireType } from '../../core/wire.ts'
import type { ByteWriter } from '../../core/writer.ts'
import type { FieldWriter } from './encode-plain.ts'
import { toEwkb } from './geometry.ts'
import { dataAt, lengthAt } from './packet.ts'

/** Up to here the bytes are copied and looked at four at a time, which is quicker than two calls into native code. */
const SHORT = 160
/** The high bits of four bytes: any of them set, and the text is more than ASCII. */
const HIGH = 0x80808080

let source: Uint8Array = new Uint8Array(0)
let sourceView = new DataView(source.buffer)
let target: Uint8Array = source
let targetView = sourceView

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Copies short bytes; true when all are ASCII. The buffers seldom change: their views are kept. */
function copyShort(out: Uint8Array, o: number, b: Uint8Array, start: number, end: number): boolean {
  if (b !== source) {
    source = b
    sourceView = viewOf(b)
  }
  if (out !== target) {
    target = out
    targetView = viewOf(out)
  }
  let high = 0
  let at = start
  let to = o
  for (; at + 4 <= end; at += 4, to += 4) {
    const four = sourceView.getInt32(at, true)
    high |= four
    targetView.setInt32(to, four, true)
  }
  for (; at < end; at++, to++) {
    const c = b[at]
    high |= c
    out[to] = c
  }
  return (high & HIGH) === 0
}

function invalid(b: Buffer, start: number, end: number): CellError {
  const shown = b.toString('latin1', start, Math.min(end, start + 24)).replace(/[^\x20-\x7e]/g, '·')
  return new CellError(`'${shown}${end - start > 24 ? '…' : ''}' holds bytes that are not UTF-8`)
}

/** Writes bytes as a field, checked to be UTF-8. */
function utf8Field(w: ByteWriter, b: Buffer, start: number, end: number): void {
  const length = end - start
  w.ensure(length + 4)
  const out = w.bytes
  let o = w.at
  out[o++] = length >> 24
  out[o++] = length >> 16
  out[o++] = length >> 8
  out[o++] = length
  if (length > SHORT) {
    if (!isUtf8(b, start, end)) throw invalid(b, start, end)
    b.copy(out, o, start, end)
  } else if (!copyShort(out, o, b, start, end) && !isShortUtf8(b, start, end)) throw invalid(b, start, end)
  w.at = o + length
}

/**
 * Strict UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF (Unicode, table 3-7). The bytes are those that were copied last;
 * ASCII between other characters is passed over four bytes at a time, too.
 */
function isShortUtf8(b: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; ) {
    const c = b[i]
    if (c < 0x80) i += i + 4 <= end && (sourceView.getInt32(i, true) & HIGH) === 0 ? 4 : 1
    else if (c < 0xe0) {
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

const copyText: FieldWriter = (w, b, at) => {
  const length = lengthAt(b, at)
  const end = dataAt + length
  utf8Field(w, b, dataAt, end)
  return end
}

const copyBytes: FieldWriter = (w, b, at) => {
  const length = lengthAt(b, at)
  const end = dataAt + length
  w.field(b, dataAt, end)
  return end
}

/** JSON that the database holds for valid, with jsonb's version byte in front. */
const copyJsonb: FieldWriter = (w, b, at) => {
  const length = lengthAt(b, at)
  const start = dataAt
  if (!isUtf8(b, start, start + length)) throw invalid(b, start, start + length)
  w.int32(length + 1)
  w.ensure(length + 1)
  w.bytes[w.at++] = 1
  w.raw(b, start, start + length)
  return start + length
}

const uuidFromText: FieldWriter = (w, b, at) => {
  const length = lengthAt(b, at)
  const end = dataAt + length
  writeUuidAscii(w, b, dataAt, end)
  return end
}

const uuidFromBytes: FieldWriter = (w, b, at) => {
  const length = lengthAt(b, at)
  if (length !== 16) throw new CellError(`${length} bytes are no uuid`)
  w.field(b, dataAt, dataAt + 16)
  return dataAt + 16
}

/** Through the canonical text: strict, and slow enough for what is rare. */
function viaText(wire: WireType, edit?: (text: string) => string): FieldWriter {
  const encode = encoder(wire)
  return (w, b, at) => {
    const length = lengthAt(b, at)
    const end = dataAt + length
    if (!isUtf8(b, dataAt, end)) throw invalid(b, dataAt, end)
    const text = b.toString('utf8', dataAt, end)
    encode(w, edit === undefined ? text : edit(text))
    return end
  }
}

/** A SET's labels as an array of texts. */
const setToArray = (text: string): string => JSON.stringify(text === '' ? [] : text.split(','))

/** `json`: the database vouches for the JSON. `set`: labels with commas between. */
export function textWriter(wire: WireType, o: { readonly json: boolean; readonly set: boolean }): FieldWriter {
  switch (wire.kind) {
    case 'text':
      return copyText
    case 'bytea':
      return copyBytes
    case 'uuid':
      return uuidFromText
    case 'json':
      return o.json ? copyText : viaText(wire)
    case 'jsonb':
      return o.json ? copyJsonb : viaText(wire)
    case 'array':
      return viaText(wire, o.set ? setToArray : undefined)
    default:
      return viaText(wire)
  }
}

/** Binary strings; as text or JSON only where they are UTF-8. */
export function bytesWriter(wire: WireType): FieldWriter | null {
  switch (wire.kind) {
    case 'bytea':
      return copyBytes
    case 'text':
      return copyText
    case 'uuid':
      return uuidFromBytes
    case 'json':
    case 'jsonb':
      return viaText(wire)
    default:
      return null
  }
}

/** BIT(n): n bits, right-aligned in their bytes. */
export function bitsWriter(wire: WireType, bits: number): FieldWriter | null {
  if (wire.kind === 'bytea') return copyBytes
  if (wire.kind !== 'bit') return null
  const size = wire.length ?? bits
  return (w, b, at) => {
    const length = lengthAt(b, at)
    const end = dataAt + length
    writeBit(w, b, dataAt, end, size)
    return end
  }
}

/** Geometries as EWKB. */
export function geometryWriter(wire: WireType): FieldWriter | null {
  if (wire.kind !== 'bytea') return null
  return (w, b, at) => {
    const length = lengthAt(b, at)
    const end = dataAt + length
    w.field(toEwkb(b.subarray(dataAt, end)))
    return end
  }
}
