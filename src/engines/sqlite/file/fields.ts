/**
 * Values of records → wire fields, without a JavaScript value between where the file's bytes are nearly the wire's. All else goes through the writers
 * that rows of node:sqlite take (encode.ts): there is one answer to what a value may be sent as.
 */
import { writeDate, writeTimestamp } from '../../../core/encode.ts'
import type { WireColumn } from '../../../core/engine.ts'
import { copyUtf8 } from '../../../core/utf8-copy.ts'
import { writeInt8 } from '../../../core/whole.ts'
import type { ByteWriter } from '../../../core/writer.ts'
import { moment, readClock, readDay } from '../ascii-moment.ts'
import type { CellWriter } from '../cell.ts'
import { lengthOf } from './record.ts'
import { cellAt, FLOAT, INT64, type Numbers, smallInt } from './value.ts'

/** Writes the value of a serial type that begins at `at` as one field, or throws CellError. */
export type StoredWriter = (w: ByteWriter, b: Buffer, type: number, at: number) => void

/** The writer of a column. `any`: what writes each of its values as node:sqlite gives them. */
export function storedWriter({ wire }: WireColumn, any: CellWriter, numbers: Numbers): StoredWriter {
  const long: StoredWriter = (w, b, type, at) => any(w, cellAt(b, type, at, numbers))
  switch (wire.kind) {
    case 'int8':
      return wholeWriter(long)
    case 'float8':
      return doubleWriter(long)
    case 'text':
      return wire.spelled ? long : textWriter(long)
    case 'date':
      return dayWriter(long)
    case 'timestamp':
    case 'timestamptz':
      return momentWriter(long)
    default:
      return long
  }
}

/** The values of the column when it is the rowid, which records do not hold. */
export function rowidWriter(any: CellWriter, numbers: Numbers): (w: ByteWriter, rowid: number) => void {
  return (w, rowid) => any(w, numbers.bigints ? BigInt(rowid) : rowid)
}

function wholeWriter(long: StoredWriter): StoredWriter {
  return (w, b, type, at) => {
    if (type === 0) w.null()
    else if (type < INT64 || type === 8 || type === 9) {
      const v = smallInt(b, type, at)
      writeInt8(w, Math.floor(v / 4294967296), v)
    } else long(w, b, type, at)
  }
}

function doubleWriter(long: StoredWriter): StoredWriter {
  return (w, b, type, at) => {
    if (type === 0) w.null()
    else if (type === FLOAT) w.field(b, at, at + 8)
    else long(w, b, type, at)
  }
}

function textWriter(long: StoredWriter): StoredWriter {
  return (w, b, type, at) => {
    if (type === 0) w.null()
    else if (type < 13 || (type & 1) === 0 || !copyUtf8(w, b, at, at + lengthOf(type))) long(w, b, type, at)
  }
}

/** Serial types of texts of ten and of nineteen bytes. */
const [TEN, NINETEEN] = [33, 51]
const [BLANK, T] = [0x20, 0x54]

function dayWriter(long: StoredWriter): StoredWriter {
  return (w, b, type, at) => {
    if (type === 0) w.null()
    else if (type === TEN && readDay(b, at)) writeDate(w, moment.year, moment.month, moment.day)
    else long(w, b, type, at)
  }
}

function momentWriter(long: StoredWriter): StoredWriter {
  return (w, b, type, at) => {
    if (type === 0) w.null()
    else if (
      type === NINETEEN &&
      (b[at + 10] === BLANK || b[at + 10] === T) &&
      readDay(b, at) &&
      readClock(b, at + 11)
    ) {
      const { year, month, day, hour, minute, second } = moment
      writeTimestamp(w, year, month, day, hour, minute, second, 0)
    } else long(w, b, type, at)
  }
}
