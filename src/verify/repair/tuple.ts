/** Cutting and joining wire rows. */
import { ByteWriter } from '../../core/writer.ts'
import { spans } from '../tuple-key.ts'

/** A row of some fields of another one, in the order given. */
export function pick(bytes: Uint8Array, at: number, positions: readonly number[]): Uint8Array {
  const all = spans(bytes, at)
  const w = new ByteWriter(64)
  w.int16(positions.length)
  for (const p of positions) {
    const { start, end } = all[p]
    if (start < 0) w.null()
    else w.field(bytes, start, end)
  }
  return w.bytes.slice(0, w.at)
}

/** A row with NULL in some of its fields. */
export function withNulls(row: Uint8Array, positions: ReadonlySet<number>): Uint8Array {
  if (positions.size === 0) return row
  const all = spans(row, 0)
  const w = new ByteWriter(row.length)
  w.int16(all.length)
  for (const [i, { start, end }] of all.entries()) {
    if (start < 0 || positions.has(i)) w.null()
    else w.field(row, start, end)
  }
  return w.bytes.slice(0, w.at)
}

/** A row with some of its fields taken from another one. */
export function withFieldsOf(row: Uint8Array, other: Uint8Array, positions: readonly number[]): Uint8Array {
  if (positions.length === 0) return row
  const [own, theirs] = [spans(row, 0), spans(other, 0)]
  const w = new ByteWriter(row.length + other.length)
  w.int16(own.length)
  for (const i of own.keys()) {
    const [bytes, { start, end }] = positions.includes(i) ? [other, theirs[i]] : [row, own[i]]
    if (start < 0) w.null()
    else w.field(bytes, start, end)
  }
  return w.bytes.slice(0, w.at)
}

/** Whether two rows are the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** Positions of fields whose bytes differ. */
export function differingFields(a: Uint8Array, b: Uint8Array): number[] {
  const [left, right] = [spans(a, 0), spans(b, 0)]
  return left.flatMap((l, i) => {
    const r = right[i]
    if (l.start < 0 || r.start < 0) return l.start === r.start ? [] : [i]
    return sameBytes(a.subarray(l.start, l.end), b.subarray(r.start, r.end)) ? [] : [i]
  })
}

/** A copy of the row that starts at `at` and ends before `end`. */
export function copyRow(bytes: Uint8Array, at: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, at, end)
}

/** Whether positions are those of all fields, in their order. */
export function isWhole(positions: readonly number[], fields: number): boolean {
  return positions.length === fields && positions.every((p, i) => p === i)
}
