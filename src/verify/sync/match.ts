/** Rows of a chunk beside those that the target has: equal bytes are equal rows, and most rows are equal. */
import { readInt16, readInt32 } from '../../core/whole.ts'
import { skipRow, type WireType } from '../../core/wire.ts'

/** Whole tuples, one after the other. */
export interface Tuples {
  readonly bytes: Uint8Array
  readonly rows: number
}

/** Where a row lies. */
export interface Span {
  readonly at: number
  readonly end: number
}

/** What is not the same bytes on both sides. `row`: the place of the expected row among all. */
export type Mismatch =
  | { readonly kind: 'missing'; readonly row: number; readonly expected: Span; readonly held: null }
  | { readonly kind: 'different'; readonly row: number; readonly expected: Span; readonly held: Span }
  | { readonly kind: 'extra'; readonly row: -1; readonly expected: null; readonly held: Span }

/** Rows whose key is one integer, each greater than the one before. */
export interface NumberedTuples extends Tuples {
  /** Where each row begins, and where the last one ends. */
  readonly starts: Int32Array
  readonly numbers: Float64Array
}

/** Bytes of an integer on the wire; 0 for any other type. */
function width(wire: WireType): number {
  return { int2: 2, int4: 4, int8: 8 }[wire.kind as string] ?? 0
}

/** Reads the number of the row that starts at an offset; NaN where it has none, or one beyond what a number holds exactly. */
export type NumberReader = (bytes: Uint8Array, at: number) => number

/** The reader of a key that is one integer field; null for any other key. */
export function numberReader(positions: readonly number[], wires: readonly WireType[]): NumberReader | null {
  const [position] = positions
  if (positions.length !== 1 || width(wires[position]) === 0) return null
  return (bytes, row) => {
    let at = row + 2
    for (let i = 0; i < position; i++) {
      const length = readInt32(bytes, at)
      at += length < 0 ? 4 : 4 + length
    }
    switch (readInt32(bytes, at)) {
      case 2:
        return readInt16(bytes, at + 4)
      case 4:
        return readInt32(bytes, at + 4)
      case 8: {
        const number = readInt32(bytes, at + 4) * 4294967296 + (readInt32(bytes, at + 8) >>> 0)
        return Number.isSafeInteger(number) ? number : Number.NaN
      }
      default:
        return Number.NaN
    }
  }
}

/** The rows by their numbers; null where these do not rise from row to row. */
export function numbered({ bytes, rows }: Tuples, read: NumberReader): NumberedTuples | null {
  const starts = new Int32Array(rows + 1)
  const numbers = new Float64Array(rows)
  for (let i = 0, at = 0; i < rows; i++) {
    const number = read(bytes, at)
    if (!(number > (i === 0 ? Number.NEGATIVE_INFINITY : numbers[i - 1]))) return null
    numbers[i] = number
    at = skipRow(bytes, at)
    starts[i + 1] = at
  }
  return { bytes, rows, starts, numbers }
}

/** Rows that are compared at once at most. */
const STRIDE = 64

/** Both sides in the order of their numbers. */
export function matchNumbered(expected: NumberedTuples, held: Tuples, read: NumberReader): Mismatch[] {
  const { starts, numbers, rows } = expected
  const left = asBuffer(expected.bytes)
  const right = asBuffer(held.bytes)
  const same = (i: number, n: number, at: number) => {
    const end = at + starts[i + n] - starts[i]
    return end <= right.length && left.compare(right, at, end, starts[i], starts[i + n]) === 0
  }
  const found: Mismatch[] = []
  let i = 0
  let at = 0
  for (let n = STRIDE; i < rows && at < right.length; ) {
    n = Math.min(n, rows - i)
    if (same(i, n, at)) {
      at += starts[i + n] - starts[i]
      i += n
      n = STRIDE
      continue
    }
    if (n > 1) {
      n >>= 1
      continue
    }
    const number = read(right, at)
    if (!(number <= numbers[i])) found.push(missing(starts, i++))
    else {
      const span = { at, end: skipRow(right, at) }
      at = span.end
      if (number < numbers[i]) found.push({ kind: 'extra', row: -1, expected: null, held: span })
      else {
        found.push({ kind: 'different', row: i, expected: { at: starts[i], end: starts[i + 1] }, held: span })
        i++
      }
    }
  }
  while (i < rows) found.push(missing(starts, i++))
  while (at < right.length) {
    const span = { at, end: skipRow(right, at) }
    found.push({ kind: 'extra', row: -1, expected: null, held: span })
    at = span.end
  }
  return found
}

function missing(starts: Int32Array, row: number): Mismatch {
  return { kind: 'missing', row, expected: { at: starts[row], end: starts[row + 1] }, held: null }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Spans of rows, in order. */
export function* spansOf({ bytes, rows }: Tuples): Generator<Span> {
  for (let i = 0, at = 0; i < rows; i++) {
    const end = skipRow(bytes, at)
    yield { at, end }
    at = end
  }
}

/**
 * Both sides by the ids of their keys, whatever their order. `twice` is told of expected rows whose key another one before them has: they
 * are left out.
 */
export function matchById<Id>(
  expected: Tuples,
  held: Tuples,
  id: (bytes: Uint8Array, span: Span) => Id,
  twice: (span: Span) => void,
): Mismatch[] {
  const have = new Map<Id, Span>()
  for (const span of spansOf(held)) have.set(id(held.bytes, span), span)
  const [left, right] = [asBuffer(expected.bytes), asBuffer(held.bytes)]
  const seen = new Set<Id>()
  const found: Mismatch[] = []
  let row = -1
  for (const span of spansOf(expected)) {
    row++
    const of = id(expected.bytes, span)
    if (seen.has(of)) {
      twice(span)
      continue
    }
    seen.add(of)
    const other = have.get(of)
    if (other === undefined) found.push({ kind: 'missing', row, expected: span, held: null })
    else if (left.compare(right, other.at, other.end, span.at, span.end) !== 0) {
      found.push({ kind: 'different', row, expected: span, held: other })
    }
  }
  for (const [of, span] of have) if (!seen.has(of)) found.push({ kind: 'extra', row: -1, expected: null, held: span })
  return found
}
