/**
 * Wire fields → canonical text, values, ASCII. Canonical text: bool `1`/`0`; integers plain; numeric plain digits, `NaN`, `Infinity`,
 * `-Infinity`; floats JavaScript's shortest (`1e+21`, `-0`); date `YYYY-MM-DD` (longer years, `0044-03-15 BC`, `infinity`);
 * timestamp `YYYY-MM-DD HH:MM:SS[.f]` without trailing zeros, timestamptz the same in UTC with `+00`; time `HH:MM:SS[.f]`, timetz with
 * `+HH:MM`; interval ISO 8601; uuid lower case; bytea and raw lower hex; bit `0101`; inet and cidr as PostgreSQL prints them; json as
 * stored; array = JSON array of the elements' canonical texts or null.
 */
import { arrayDecoder } from './array.ts'
import { appendBit, appendHex, appendUuid, hexText } from './binary.ts'
import { appendDate, appendTime, appendTimestamp, appendTimestamptz, appendTimetz } from './datetime-text.ts'
import { float4Text, float8Text, readFloat4, readFloat8 } from './float.ts'
import { inetText } from './inet.ts'
import { intervalText } from './interval.ts'
import type { KeyValue } from './key.ts'
import { appendNumeric } from './numeric.ts'
import { utf8Text } from './utf8.ts'
import { appendBool, appendInt2, appendInt4, appendInt8, readInt16, readInt32, readInt64 } from './whole.ts'
import type { WireKind, WireType } from './wire.ts'
import { ByteWriter } from './writer.ts'

/** One field's bytes [start, end) as canonical text. Throws CellError only for an array whose lower bound is not 1. */
export type FieldText = (bytes: Uint8Array, start: number, end: number) => string

/** Appends a field's canonical text to a writer, without its length. */
export type FieldAppender = (w: ByteWriter, bytes: Uint8Array, start: number, end: number) => void

/** Kinds whose text is ASCII and is written byte by byte: the hot ones. */
const APPEND: Readonly<Partial<Record<WireKind, FieldAppender>>> = {
  bool: appendBool,
  int2: appendInt2,
  int4: appendInt4,
  int8: appendInt8,
  numeric: appendNumeric,
  date: appendDate,
  time: appendTime,
  timetz: appendTimetz,
  timestamp: appendTimestamp,
  timestamptz: appendTimestamptz,
  uuid: appendUuid,
  bit: appendBit,
}

/** Kinds whose text is made as a string. */
const TEXT: Readonly<Partial<Record<WireKind, FieldText>>> = {
  int2: (bytes, start) => String(readInt16(bytes, start)),
  int4: (bytes, start) => String(readInt32(bytes, start)),
  float4: (bytes, start) => float4Text(readFloat4(bytes, start)),
  float8: (bytes, start) => float8Text(readFloat8(bytes, start)),
  interval: intervalText,
  inet: inetText,
  cidr: inetText,
  bytea: hexText,
  raw: hexText,
  json: utf8Text,
  jsonb: (bytes, start, end) => utf8Text(bytes, start + 1, end),
  text: utf8Text,
}

/** `Buffer.toString` without its checks, which cost as much as the rest. Node has it on every Buffer; its types do not say so. */
type Sliced = Buffer & { latin1Slice(start: number, end: number): string }

const scratch = new ByteWriter(256)

function viaScratch(append: FieldAppender): FieldText {
  return (bytes, start, end) => {
    scratch.at = 0
    append(scratch, bytes, start, end)
    return (scratch.bytes as Sliced).latin1Slice(0, scratch.at)
  }
}

/** Field → canonical text. */
export function decoder(wire: WireType): FieldText {
  if (wire.kind === 'array') return arrayDecoder(decoder(wire.of))
  return TEXT[wire.kind] ?? viaScratch(APPEND[wire.kind]!)
}

/** Field → value: integers as bigint, floats as number, bool as boolean, bytea as a copy of its bytes, everything else as canonical text. */
export function valueDecoder(wire: WireType): (bytes: Uint8Array, start: number, end: number) => KeyValue | boolean {
  switch (wire.kind) {
    case 'bool':
      return (bytes, start) => bytes[start] !== 0
    case 'int2':
      return (bytes, start) => BigInt(readInt16(bytes, start))
    case 'int4':
      return (bytes, start) => BigInt(readInt32(bytes, start))
    case 'int8':
      return readInt64
    case 'float4':
      return readFloat4
    case 'float8':
      return readFloat8
    case 'bytea':
      return (bytes, start, end) => new Uint8Array(bytes.subarray(start, end))
    default:
      return decoder(wire)
  }
}

/**
 * Field → canonical text as bytes at the end of `w`, for LOAD DATA, COPY text and CSV. Two kinds are given as they are on the wire, for
 * the caller to escape: text (json and jsonb too, the latter without its version byte) and bytea, whose raw bytes are appended, not hex.
 */
export function asciiWriter(wire: WireType): FieldAppender {
  switch (wire.kind) {
    case 'text':
    case 'json':
    case 'bytea':
      return (w, bytes, start, end) => w.raw(bytes, start, end)
    case 'jsonb':
      return (w, bytes, start, end) => w.raw(bytes, start + 1, end)
    case 'raw':
      return appendHex
    default:
      return APPEND[wire.kind] ?? viaString(decoder(wire))
  }
}

function viaString(text: FieldText): FieldAppender {
  return (w, bytes, start, end) => w.string(text(bytes, start, end))
}
