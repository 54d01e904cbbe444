/**
 * The exact form between two SQLite files: one letter for the storage class, then the value. i: int64, big-endian; f: float64,
 * big-endian; t: text as UTF-8 (or whatever bytes it is made of); b: blob. Nothing depends on declared types.
 */
import { CellError } from '../../core/cell-error.ts'
import { isUtf8 } from '../../core/encode.ts'
import type { KeyValue } from '../../core/key.ts'
import type { ByteWriter } from '../../core/writer.ts'
import { type Cell, type CellWriter, InvalidText } from './cell.ts'
import type { Affinity } from './types.ts'

const INTEGER = 0x69
const FLOAT = 0x66
const TEXT = 0x74
const BLOB = 0x62

const double = new DataView(new ArrayBuffer(8))

/**
 * Writer of exact fields. JavaScript has one number type, so the affinity says which class a whole number is: REAL columns hold
 * only reals, INTEGER and NUMERIC ones turn whole reals into integers. Columns without affinity must be read with bigints.
 */
export function exactWriter(affinity: Affinity): CellWriter {
  return (w, value) => {
    if (value === null) return w.null()
    if (typeof value === 'string') return tagged(w, TEXT, Buffer.from(value, 'utf8'))
    if (typeof value === 'bigint') return writeInteger(w, value)
    if (typeof value === 'number') {
      const whole = affinity !== 'real' && affinity !== 'blob' && Number.isSafeInteger(value) && !Object.is(value, -0)
      return whole ? writeInteger(w, BigInt(value)) : writeReal(w, value)
    }
    if (value instanceof InvalidText) return tagged(w, TEXT, value.bytes)
    tagged(w, BLOB, value)
  }
}

function tagged(w: ByteWriter, tag: number, bytes: Uint8Array): void {
  w.int32(bytes.length + 1)
  w.ensure(1)
  w.bytes[w.at++] = tag
  w.raw(bytes)
}

function eight(w: ByteWriter, tag: number): void {
  tagged(w, tag, new Uint8Array(double.buffer))
}

function writeInteger(w: ByteWriter, value: bigint): void {
  double.setBigInt64(0, value)
  eight(w, INTEGER)
}

function writeReal(w: ByteWriter, value: number): void {
  double.setFloat64(0, value)
  eight(w, FLOAT)
}

/** The value of an exact field; text that is no UTF-8 as InvalidText. */
export function readExact(
  bytes: Uint8Array,
  start: number,
  end: number,
  isText: (from: number, to: number) => boolean,
): Cell {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start)
  switch (bytes[start]) {
    case INTEGER:
      return view.getBigInt64(1)
    case FLOAT:
      return view.getFloat64(1)
    case TEXT:
      if (!isText(start + 1, end)) return new InvalidText(bytes.slice(start + 1, end))
      return Buffer.from(bytes.buffer, bytes.byteOffset + start + 1, end - start - 1).toString('utf8')
    case BLOB:
      return bytes.slice(start + 1, end)
    default:
      throw new CellError('this field is not in SQLite’s exact form')
  }
}

/** The value of an exact field for people: texts that are no UTF-8 as bytes. */
export function exactValue(field: Uint8Array): KeyValue {
  const cell = readExact(field, 0, field.length, (from, to) => isUtf8(field, from, to))
  return cell instanceof InvalidText ? cell.bytes : cell
}
