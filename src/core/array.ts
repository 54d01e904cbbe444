/**
 * Arrays in wire form (`array_send`): int32 dimensions, int32 whether there are NULLs, int32 element oid, then per dimension int32 size
 * and int32 lower bound, then the elements as fields. The text is JSON: an array of the elements' canonical texts or null, nested for
 * more dimensions.
 */
import { CellError, quoted } from './cell-error.ts'
import { readInt32 } from './whole.ts'
import type { ByteWriter } from './writer.ts'

/** PostgreSQL's MAXDIM. */
const MAX_DIMENSIONS = 6

function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch {}
  throw new CellError(`${quoted(text)} is no JSON array`)
}

/** Sizes of the dimensions along the first elements; [] for an empty array. */
function dimensionsOf(value: readonly unknown[]): number[] {
  const sizes: number[] = []
  for (let level: unknown = value; Array.isArray(level); level = level[0]) sizes.push(level.length)
  return sizes.includes(0) ? [] : sizes
}

/** The elements in row order. Throws CellError unless all are texts or null and every level has its size. */
function flatten(text: string, value: unknown, sizes: readonly number[], level: number, out: (string | null)[]): void {
  if (level === sizes.length) {
    if (value !== null && typeof value !== 'string')
      throw new CellError(`${quoted(text)} holds an element that is no text`)
    out.push(value)
    return
  }
  if (!Array.isArray(value) || value.length !== sizes[level]) {
    throw new CellError(`${quoted(text)} has sub-arrays of different sizes`)
  }
  for (const element of value) flatten(text, element, sizes, level + 1, out)
}

/** Text → array field. `oid` is the element type's, `element` its encoder. After a CellError the writer stands where it stood. */
export function arrayEncoder(
  oid: number,
  element: (w: ByteWriter, text: string) => void,
): (w: ByteWriter, text: string) => void {
  return (w, text) => {
    const value = parsed(text)
    const sizes = dimensionsOf(value)
    if (sizes.length > MAX_DIMENSIONS) throw new CellError(`${quoted(text)} has more than ${MAX_DIMENSIONS} dimensions`)
    const elements: (string | null)[] = []
    if (sizes.length > 0) flatten(text, value, sizes, 0, elements)
    else if (value.length > 0) throw new CellError(`${quoted(text)} has an empty sub-array`)
    const start = w.at
    try {
      w.int32(0)
      w.int32(sizes.length)
      w.int32(elements.includes(null) ? 1 : 0)
      w.int32(oid)
      for (const size of sizes) {
        w.int32(size)
        w.int32(1)
      }
      for (const one of elements) one === null ? w.null() : element(w, one)
    } catch (error) {
      w.at = start
      throw error
    }
    w.bytes.writeInt32BE(w.at - start - 4, start)
  }
}

type Nested = string | null | Nested[]

/** Array field → JSON text. Throws CellError where a lower bound is not 1, which the text cannot say. */
export function arrayDecoder(
  element: (bytes: Uint8Array, start: number, end: number) => string,
): (bytes: Uint8Array, start: number, end: number) => string {
  return (bytes, start) => {
    const dimensions = readInt32(bytes, start)
    let at = start + 12 + dimensions * 8
    const level = (depth: number): Nested => {
      if (depth === dimensions) {
        const length = readInt32(bytes, at)
        at += 4
        if (length < 0) return null
        at += length
        return element(bytes, at - length, at)
      }
      const header = start + 12 + depth * 8
      const lower = readInt32(bytes, header + 4)
      if (lower !== 1)
        throw new CellError(`an array that begins at index ${lower} has no other form: only 1 can be carried`)
      return Array.from({ length: readInt32(bytes, header) }, () => level(depth + 1))
    }
    return JSON.stringify(dimensions === 0 ? [] : level(0))
  }
}
