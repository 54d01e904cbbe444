/**
 * MySQL stores a geometry as its SRID (four bytes, little-endian) and WKB. EWKB, as PostGIS reads it, is WKB whose first type carries a
 * flag and the SRID. The bytes of the shape are the same in both.
 */
import { CellError } from '../../core/encode.ts'

const HAS_SRID = 0x20000000

/** MySQL's form → EWKB; without a SRID plain WKB. */
export function toEwkb(stored: Uint8Array): Buffer {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
  if (bytes.length < 9 || bytes[4] !== 1) throw new CellError('a geometry that is no little-endian WKB')
  const srid = bytes.readUInt32LE(0)
  if (srid === 0) return bytes.subarray(4)
  const head = Buffer.allocUnsafe(9)
  head[0] = 1
  head.writeUInt32LE((bytes.readUInt32LE(5) | HAS_SRID) >>> 0, 1)
  head.writeUInt32LE(srid, 5)
  return Buffer.concat([head, bytes.subarray(9)])
}

/** EWKB (little-endian, without Z and M) → MySQL's form. Throws CellError for any other. */
export function fromEwkb(ewkb: Uint8Array): Buffer {
  const bytes = Buffer.from(ewkb.buffer, ewkb.byteOffset, ewkb.byteLength)
  if (bytes.length < 5 || bytes[0] !== 1) throw new CellError('a geometry that is no little-endian WKB')
  const type = bytes.readUInt32LE(1)
  const plain = (type & ~HAS_SRID) >>> 0
  if (plain > 7) throw new CellError('MySQL holds no geometry with Z or M')
  const sridAt = (type & HAS_SRID) !== 0
  const head = Buffer.allocUnsafe(9)
  head.writeUInt32LE(sridAt ? bytes.readUInt32LE(5) : 0, 0)
  head[4] = 1
  head.writeUInt32LE(plain, 5)
  return Buffer.concat([head, bytes.subarray(sridAt ? 9 : 5)])
}
