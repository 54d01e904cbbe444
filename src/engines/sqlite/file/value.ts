/** Values of records by their serial types (https://www.sqlite.org/fileformat2.html §2.1), as node:sqlite would give them. */
import { isUtf8 } from '../../../core/encode.ts'
import { readInt16, readInt32, readInt64 } from '../../../core/whole.ts'
import { type Cell, InvalidText } from '../cell.ts'
import { lengthOf } from './record.ts'

export const INT64 = 6
export const FLOAT = 7

/** The value of serial types 1–5, 8 and 9. */
export function smallInt(b: Uint8Array, type: number, at: number): number {
  switch (type) {
    case 8:
      return 0
    case 9:
      return 1
    case 1:
      return (b[at] << 24) >> 24
    case 2:
      return readInt16(b, at)
    case 3:
      return ((b[at] << 24) >> 8) | (b[at + 1] << 8) | b[at + 2]
    case 4:
      return readInt32(b, at)
    default:
      return readInt16(b, at) * 4294967296 + (readInt32(b, at + 2) >>> 0)
  }
}

/** How numbers of a column are told. */
export interface Numbers {
  /** REAL columns keep whole numbers as integers and read them as reals. */
  readonly real: boolean
  /** Integers are to be bigints, so that 1 is told from 1.0. */
  readonly bigints: boolean
}

/** A value. Bytes are those of `b` itself. */
export function cellAt(b: Buffer, type: number, at: number, { real, bigints }: Numbers): Cell {
  if (type === 0) return null
  if (type >= 12) return (type & 1) === 0 ? b.subarray(at, at + lengthOf(type)) : textAt(b, at, at + lengthOf(type))
  if (type === FLOAT) return b.readDoubleBE(at)
  if (type === INT64) {
    const v = readInt64(b, at)
    const n = Number(v)
    return real || (!bigints && Number.isSafeInteger(n)) ? n : v
  }
  const v = smallInt(b, type, at)
  return bigints && !real ? BigInt(v) : v
}

function textAt(b: Buffer, start: number, end: number): string | InvalidText {
  if (isUtf8(b, start, end)) return b.toString('utf8', start, end)
  return new InvalidText(Uint8Array.prototype.slice.call(b, start, end))
}
