/** Wire fields → parameters of the binary protocol, for MariaDB's bulk INSERT: chosen once a column. Little-endian, as the protocol is. */
import { valueDecoder } from '../../core/decode.ts'
import { CellError } from '../../core/encode.ts'
import type { WireColumn } from '../../core/engine.ts'
import type { ColumnType } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { ByteWriter } from '../../core/writer.ts'
import { clock, date, type ParamWriter, span, timestamp } from './param-moment.ts'
import { TYPE } from './protocol.ts'
import type { TextField } from './text-field.ts'
import { checkYear } from './text-moment.ts'

/** A parameter's protocol type and its values. */
export interface ParamField {
  readonly type: number
  readonly unsigned: boolean
  readonly write: ParamWriter
}

/** A length in the protocol's own coding. */
function length(w: ByteWriter, n: number): void {
  w.ensure(9)
  const b = w.bytes
  if (n < 251) b[w.at++] = n
  else if (n < 65536) {
    b[w.at++] = 252
    b[w.at++] = n
    b[w.at++] = n >> 8
  } else if (n < 16777216) {
    b[w.at++] = 253
    b[w.at++] = n
    b[w.at++] = n >> 8
    b[w.at++] = n >> 16
  } else {
    b[w.at++] = 254
    w.at = b.writeBigUInt64LE(BigInt(n), w.at)
  }
}

/** The bytes of a field in turn: big-endian there, little-endian here. */
function reversed(size: 2 | 4 | 8): ParamWriter {
  return (w, b, start) => {
    w.ensure(size)
    const out = w.bytes
    let o = w.at
    for (let i = start + size - 1; i >= start; i--) out[o++] = b[i]
    w.at = o
  }
}

const flag: ParamWriter = (w, b, start) => {
  w.ensure(1)
  w.bytes[w.at++] = b[start]
}

const year: ParamWriter = (w, b, start) => {
  checkYear(((b[start] << 24) >> 16) | b[start + 1])
  reversed(2)(w, b, start, start + 2)
}

function float(wire: WireType): ParamWriter {
  const value = valueDecoder(wire)
  const size = wire.kind === 'float4' ? 4 : 8
  const copy = reversed(size)
  return (w, b, start, end) => {
    const v = value(b, start, end) as number
    if (!Number.isFinite(v)) throw new CellError(`MySQL has no number ${v}`)
    if (Object.is(v, -0)) throw new CellError('MariaDB stores -0 as 0')
    copy(w, b, start, end)
  }
}

const int16 = (b: Uint8Array, at: number): number => ((b[at] << 24) >> 16) | b[at + 1]
const NAN = 0xc000

/** numeric without digits after the point, into an integer column of 64 bits: base-10000 digits, most of them few enough for a double. */
function wholeNumeric(unsigned: boolean): ParamWriter {
  return (w, b, start) => {
    const count = int16(b, start)
    const weight = int16(b, start + 2)
    const sign = int16(b, start + 4) & 0xffff
    if (sign >= NAN || count > weight + 1) throw new CellError('a number that is no integer')
    w.ensure(8)
    if (weight < 3) {
      let v = 0
      for (let i = 0; i <= weight; i++) v = v * 10000 + (i < count ? int16(b, start + 8 + i * 2) : 0)
      if (sign !== 0 && unsigned && v !== 0) throw new CellError(`-${v} is out of range`)
      if (sign !== 0) v = -v
      const high = Math.floor(v / 4294967296)
      w.at = w.bytes.writeInt32LE(high, w.bytes.writeUInt32LE(v - high * 4294967296, w.at))
      return
    }
    let v = 0n
    for (let i = 0; i <= weight; i++) v = v * 10000n + (i < count ? BigInt(int16(b, start + 8 + i * 2)) : 0n)
    if (sign !== 0) v = -v
    if ((unsigned ? BigInt.asUintN(64, v) : BigInt.asIntN(64, v)) !== v) throw new CellError(`${v} is out of range`)
    w.at = w.bytes.writeBigUInt64LE(BigInt.asUintN(64, v), w.at)
  }
}

const scratch = new ByteWriter(4096)

/** A string of what LOAD DATA would be given, without its escapes. */
function string(field: TextField): ParamWriter {
  if (field.kind === 'copied') {
    return (w, b, start, end) => {
      const from = start + field.skip
      length(w, end - from)
      w.raw(b, from, end)
    }
  }
  return (w, b, start, end) => {
    scratch.at = 0
    field.append(scratch, b, start, end)
    length(w, scratch.at)
    w.raw(scratch.bytes, 0, scratch.at)
  }
}

const param = (type: number, write: ParamWriter, unsigned = false): ParamField => ({ type, write, unsigned })

function numberParam({ logical, native }: ColumnType, wire: WireType): ParamField | null {
  if (logical.kind === 'bits') return null
  switch (wire.kind) {
    case 'bool':
      return param(TYPE.tiny, flag)
    case 'int2':
      return param(TYPE.short, /^year/i.test(native) ? year : reversed(2))
    case 'int4':
      return param(TYPE.long, reversed(4))
    case 'int8':
      return param(TYPE.longlong, reversed(8))
    case 'float4':
      return param(TYPE.float, float(wire))
    case 'float8':
      return param(TYPE.double, float(wire))
    case 'numeric': {
      const unsigned = logical.kind === 'int' && logical.unsigned === true
      return logical.kind === 'int' && wire.scale === 0 ? param(TYPE.longlong, wholeNumeric(unsigned), unsigned) : null
    }
    default:
      return null
  }
}

function momentParam({ logical }: ColumnType, wire: WireType): ParamField | null {
  if (logical.kind === 'date' && wire.kind === 'date') return param(TYPE.date, date)
  if (logical.kind === 'timestamp' && wire.kind === 'date') return param(TYPE.date, date)
  if (logical.kind === 'timestamp' && (wire.kind === 'timestamp' || wire.kind === 'timestamptz')) {
    return param(TYPE.datetime, timestamp)
  }
  if (logical.kind !== 'time') return null
  if (wire.kind === 'time') return param(TYPE.time, clock)
  return wire.kind === 'interval' ? param(TYPE.time, span) : null
}

/** The parameter of a column; what has no binary form of its own goes as a string. */
export function paramField(column: WireColumn, text: TextField): ParamField {
  const { type } = column.column
  return (
    numberParam(type, column.wire) ??
    momentParam(type, column.wire) ??
    param(text.binary ? TYPE.blob : TYPE.string, string(text))
  )
}
