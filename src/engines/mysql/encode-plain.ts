/** Numbers of the binary protocol → wire fields. Every writer returns the offset after its value. */
import {
  CellError,
  writeBool,
  writeFloat4,
  writeFloat8,
  writeInt2,
  writeInt4,
  writeInt8,
  writeNumericAscii,
  writeNumericUint,
  writeNumericUint64,
} from '../../core/encode.ts'
import type { WireType } from '../../core/wire.ts'
import type { ByteWriter } from '../../core/writer.ts'
import type { Field } from './driver.ts'
import { dataAt, lengthAt, smallInt } from './packet.ts'
import { fixedSize, TYPE, UNSIGNED } from './protocol.ts'

/** Writes the value at an offset as one wire field; the offset after the value. Throws CellError where the value does not fit. */
export type FieldWriter = (w: ByteWriter, b: Buffer, at: number) => number

type SmallWriter = (w: ByteWriter, v: number) => void

function ranged(bits: number, write: SmallWriter): SmallWriter {
  const limit = 2 ** (bits - 1)
  return (w, v) => {
    if (v < -limit || v >= limit) throw new CellError(`${v} is outside the range of a ${bits}-bit integer`)
    write(w, v)
  }
}

const toInt8: SmallWriter = (w, v) => writeInt8(w, v < 0 ? -1 : 0, v)

const toBool: SmallWriter = (w, v) => {
  if (v !== 0 && v !== 1) throw new CellError(`${v} is neither 0 nor 1`)
  writeBool(w, v === 1)
}

const toNumeric: SmallWriter = (w, v) => {
  if (v >= 0) return writeNumericUint64(w, 0, v)
  const digits = Buffer.from(String(v), 'latin1')
  writeNumericAscii(w, digits, 0, digits.length)
}

/** How integers of up to 32 bits are written; `bits`: what the source type needs. */
function smallWriter(wire: WireType, bits: number): SmallWriter | null {
  switch (wire.kind) {
    case 'int2':
      return bits <= 16 ? writeInt2 : ranged(16, writeInt2)
    case 'int4':
      return bits <= 32 ? writeInt4 : ranged(32, writeInt4)
    case 'int8':
      return toInt8
    case 'bool':
      return toBool
    case 'numeric':
      return wire.scale === undefined || wire.scale === 0 ? toNumeric : null
    case 'float4':
      return (w, v) => writeFloat4(w, v)
    case 'float8':
      return (w, v) => writeFloat8(w, v)
    default:
      return null
  }
}

function bigWriter(wire: WireType, unsigned: boolean): FieldWriter | null {
  if (wire.kind === 'int8' && !unsigned) {
    return (w, b, at) => {
      writeInt8(w, smallInt(b, at + 4, 4, false), smallInt(b, at, 4, false))
      return at + 8
    }
  }
  if (wire.kind === 'int8') return bigUnsigned
  if (wire.kind !== 'numeric' || !unsigned || (wire.scale ?? 0) !== 0) return null
  return (w, b, at) => {
    writeNumericUint64(w, smallInt(b, at + 4, 4, true), smallInt(b, at, 4, true))
    return at + 8
  }
}

const bigUnsigned: FieldWriter = (w, b, at) => {
  const high = smallInt(b, at + 4, 4, false)
  if (high < 0) throw new CellError(`${b.readBigUInt64LE(at)} is outside the range of a 64-bit integer`)
  writeInt8(w, high, smallInt(b, at, 4, false))
  return at + 8
}

/** Integers; null where the wire form has no quick way. */
export function intWriter(field: Field, wire: WireType): FieldWriter | null {
  const size = fixedSize(field.columnType)
  const unsigned = (field.flags & UNSIGNED) !== 0
  if (size === 8) return bigWriter(wire, unsigned)
  // YEAR says unsigned and never needs the sixteenth bit.
  const bits = field.columnType === TYPE.year ? 16 : size * 8 + (unsigned ? 1 : 0)
  const write = smallWriter(wire, field.columnType === TYPE.int24 ? bits - 8 : bits)
  if (write === null) return null
  if (size === 4 && unsigned) {
    return (w, b, at) => {
      write(w, (b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)) >>> 0)
      return at + 4
    }
  }
  return (w, b, at) => {
    write(w, smallInt(b, at, size, unsigned))
    return at + size
  }
}

/** Floats of either size to floats of either size. */
export function floatWriter(field: Field, wire: WireType): FieldWriter | null {
  if (wire.kind !== 'float4' && wire.kind !== 'float8') return null
  const write = wire.kind === 'float4' ? writeFloat4 : writeFloat8
  if (field.columnType === TYPE.float) {
    return (w, b, at) => {
      write(w, b.readFloatLE(at))
      return at + 4
    }
  }
  if (wire.kind === 'float8') return turnDouble
  return (w, b, at) => {
    writeFloat4(w, b.readDoubleLE(at))
    return at + 8
  }
}

/** A double has the same eight bytes on both wires, in the other order. */
const turnDouble: FieldWriter = (w, b, at) => {
  // An exponent of ones: a NaN among these has one form only.
  if ((b[at + 7] & 0x7f) === 0x7f && (b[at + 6] & 0xf0) === 0xf0) writeFloat8(w, b.readDoubleLE(at))
  else writeInt8(w, smallInt(b, at + 4, 4, false), smallInt(b, at, 4, false))
  return at + 8
}

/** Decimals to numeric. */
export function decimalWriter(wire: WireType): FieldWriter | null {
  if (wire.kind !== 'numeric') return null
  const { scale } = wire
  return (w, b, at) => {
    const length = lengthAt(b, at)
    const end = dataAt + length
    writeNumericAscii(w, b, dataAt, end, scale)
    return end
  }
}

/** Bits as a number. */
export function bitsToNumber(wire: WireType): FieldWriter | null {
  if (wire.kind !== 'numeric' && wire.kind !== 'int8' && wire.kind !== 'bool') return null
  return (w, b, at) => {
    const length = lengthAt(b, at)
    let v = 0n
    for (let i = dataAt; i < dataAt + length; i++) v = (v << 8n) | BigInt(b[i])
    const end = dataAt + length
    if (wire.kind === 'numeric') writeNumericUint(w, v)
    else if (wire.kind === 'bool') toBool(w, Number(v))
    else if (v > 0x7fffffffffffffffn) throw new CellError(`${v} is outside the range of a 64-bit integer`)
    else writeInt8(w, Number(v >> 32n), Number(v & 0xffffffffn))
    return end
  }
}
