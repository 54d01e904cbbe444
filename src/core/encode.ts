/** Values → wire fields. Every function writes one whole field: int32 length and bytes. */
import { arrayEncoder } from './array.ts'
import { encodeBit, encodeBytea, encodeUuid } from './binary.ts'
import { encodeDate, encodeTime, encodeTimestamp, encodeTimestamptz, encodeTimetz } from './datetime.ts'
import { NaruError } from './error.ts'
import { encodeFloat4, encodeFloat8 } from './float.ts'
import { inetEncoder } from './inet.ts'
import { encodeInterval } from './interval.ts'
import { numericEncoder } from './numeric.ts'
import { encodeJson, encodeJsonb, encodeText } from './utf8.ts'
import { encodeBool, encodeInt2, encodeInt4, encodeInt8 } from './whole.ts'
import { ELEMENT_OID, type WireType } from './wire.ts'
import type { ByteWriter } from './writer.ts'

export { writeBit, writeUuidAscii } from './binary.ts'
export { CellError } from './cell-error.ts'
export { midnight, writeDate, writeTime, writeTimestamp } from './datetime.ts'
export { writeFloat4, writeFloat8 } from './float.ts'
export { writeInterval } from './interval.ts'
export { writeNumericAscii, writeNumericUint, writeNumericUint64 } from './numeric.ts'
export { isUtf8 } from './utf8.ts'
export { writeBool, writeInt2, writeInt4, writeInt8, writeInt8Big } from './whole.ts'

/** Writes the wire field of a text. Throws CellError on a text that is no value of the type; the row must then be taken back to its start. */
export type FieldEncoder = (w: ByteWriter, text: string) => void

const PLAIN: Readonly<Record<Exclude<WireType['kind'], 'numeric' | 'array'>, FieldEncoder>> = {
  bool: encodeBool,
  int2: encodeInt2,
  int4: encodeInt4,
  int8: encodeInt8,
  float4: encodeFloat4,
  float8: encodeFloat8,
  date: encodeDate,
  time: encodeTime,
  timetz: encodeTimetz,
  timestamp: encodeTimestamp,
  timestamptz: encodeTimestamptz,
  interval: encodeInterval,
  uuid: encodeUuid,
  inet: inetEncoder(false),
  cidr: inetEncoder(true),
  bytea: encodeBytea,
  json: encodeJson,
  jsonb: encodeJsonb,
  text: encodeText,
  bit: encodeBit,
  raw: encodeBytea,
}

/**
 * The encoder of canonical text (see decode.ts for the forms). Beyond the canonical forms only others that mean exactly the same are
 * read: leading zeros and `+`, ISO dates with `T`, any time zone offset, upper-case hexadecimal.
 * Throws UNSUPPORTED for an array whose elements have no object id of their own (arrays, raw).
 */
export function encoder(wire: WireType): FieldEncoder {
  if (wire.kind === 'numeric') return numericEncoder(wire.scale)
  if (wire.kind !== 'array') return PLAIN[wire.kind]
  const oid = ELEMENT_OID[wire.of.kind]
  if (oid === undefined) throw new NaruError('UNSUPPORTED', `arrays of ${wire.of.kind} have no wire form`)
  return arrayEncoder(oid, encoder(wire.of))
}
