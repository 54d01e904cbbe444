/** Texts, bytes, JSON, bits and geometries of the binary protocol → wire fields. All texts arrive as UTF-8: the session says so. */
import { CellError, encoder, isUtf8, writeBit, writeUuidAscii } from '../../core/encode.ts'
import { copyUtf8 } from '../../core/utf8-copy.ts'
import type { WireType } from '../../core/wire.ts'
import type { FieldWriter } from './encode-plain.ts'
import { toEwkb } from './geometry.ts'
import { dataAt, lengthAt } from './packet.ts'

function invalid(b: Buffer, start: number, end: number): CellError {
  const shown = b.toString('latin1', start, Math.min(end, start + 24)).replace(/[^\x20-\x7e]/g, '·')
  return new CellError(`'${shown}${end - start > 24 ? '…' : ''}' holds bytes that are not UTF-8`)
}

const copyText: FieldWriter = (w, b, at) => {
  const length = lengthAt(b, at)
  const end = dataAt + length
  if (!copyUtf8(w, b, dataAt, end)) throw invalid(b, dataAt, end)
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
