/** Wire fields → parameters of the binary protocol, for MariaDB's bulk INSERT: chosen once a column. Little-endian, as the protocol is. */
import { valueDecoder } from '../../core/decode.ts'
import { CellError } from '../../core/encode.ts'
import type { WireColumn } from '../../core/engine.ts'
import type { ColumnType } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { ByteWriter } from '../../core/writer.ts'
import { beyondParts, isBeyond } from './beyond.ts'
import { TYPE } from './protocol.ts'
import { checkDays, checkHigh, checkYear, int32, type TextField } from './text-field.ts'

/** Writes the value of a field [start, end). */
type ParamWriter = (w: ByteWriter, b: Uint8Array, start: number, end: number) => void

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

const part = { year: 0, month: 0, day: 0 }

/** Days since 2000-01-01 → `part`. Source: https://howardhinnant.github.io/date_algorithms.html#civil_from_days */
function civil(days: number): void {
  const z = days + 730425
  const era = Math.floor(z / 146097)
  const doe = z - era * 146097
  const yoe = ((doe - ((doe / 1460) | 0) + ((doe / 36524) | 0) - ((doe / 146096) | 0)) / 365) | 0
  const doy = doe - (365 * yoe + ((yoe / 4) | 0) - ((yoe / 100) | 0))
  const mp = ((5 * doy + 2) / 153) | 0
  part.day = doy - (((153 * mp + 2) / 5) | 0) + 1
  part.month = mp < 10 ? mp + 3 : mp - 9
  part.year = yoe + era * 400 + (part.month <= 2 ? 1 : 0)
}

/** `part` with a time of day, as short as it can be. */
function moment(w: ByteWriter, us: number): void {
  w.ensure(12)
  const b = w.bytes
  const seconds = Math.floor(us / 1e6)
  const rest = us - seconds * 1e6
  let o = w.at
  b[o++] = rest > 0 ? 11 : us > 0 ? 7 : 4
  b[o++] = part.year
  b[o++] = part.year >> 8
  b[o++] = part.month
  b[o++] = part.day
  if (us > 0) {
    b[o++] = (seconds / 3600) | 0
    b[o++] = ((seconds / 60) | 0) % 60
    b[o++] = seconds % 60
  }
  if (rest > 0) o = b.writeUInt32LE(rest, o)
  w.at = o
}

const date: ParamWriter = (w, b, start, end) => {
  const days = int32(b, start)
  if (isBeyond(days)) Object.assign(part, beyondParts(days))
  else {
    checkDays(days, b, start, end)
    civil(days)
  }
  moment(w, 0)
}

/** Microseconds in units of 8192, of which a day has a whole number: exact without a bigint. */
const timestamp: ParamWriter = (w, b, start, end) => {
  const high = int32(b, start)
  const low = int32(b, start + 4)
  if (isBeyond(high)) {
    const { us, ...day } = beyondParts(high, low)
    Object.assign(part, day)
    moment(w, us)
    return
  }
  checkHigh(high, b, start, end)
  const units = high * 524288 + (low >>> 13)
  const days = Math.floor(units / 10546875)
  civil(days)
  if (part.year < 1 || part.year > 9999) checkHigh(0x7fffffff, b, start, end)
  moment(w, (units - days * 10546875) * 8192 + (low & 8191))
}

function time(w: ByteWriter, us: number): void {
  w.ensure(13)
  const b = w.bytes
  const size = Math.abs(us)
  const seconds = Math.floor(size / 1e6)
  const rest = size - seconds * 1e6
  const hours = Math.floor(seconds / 3600)
  if (hours > 838) throw new CellError(`a time of ${hours} hours is out of range: MySQL's TIME ends at 838:59:59`)
  let o = w.at
  b[o++] = rest > 0 ? 12 : 8
  b[o++] = us < 0 ? 1 : 0
  o = b.writeUInt32LE(Math.floor(hours / 24), o)
  b[o++] = hours % 24
  b[o++] = ((seconds / 60) | 0) % 60
  b[o++] = seconds % 60
  if (rest > 0) o = b.writeUInt32LE(rest, o)
  w.at = o
}

const micros = (b: Uint8Array, at: number): number => int32(b, at) * 4294967296 + (int32(b, at + 4) >>> 0)

const clock: ParamWriter = (w, b, start) => time(w, micros(b, start))

const span: ParamWriter = (w, b, start) => {
  if (int32(b, start + 12) !== 0) throw new CellError('an interval with months is no time')
  time(w, micros(b, start) + int32(b, start + 8) * 86400e6)
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
