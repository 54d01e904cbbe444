/**
 * A table piece by piece: neighbouring ranges are put together so that one piece takes about a second, whatever the server. Between two
 * pieces a comparison can pause, and what is done can be written down.
 */
import { type KeyRange, serializeKey } from '../core/key.ts'
import { orderedRange } from './side.ts'

/** What a piece is to take, in milliseconds. */
const AIM_MS = 1000
/** A piece grows and shrinks by no more than this at a time. */
const STEP = 4

/** Ranges of a table that are compared together; they touch each other. */
export interface Piece {
  readonly ranges: readonly KeyRange[]
  /** Position behind the last of them among all ranges. */
  readonly end: number
}

export interface PieceOptions {
  /** Position of the first range; those before are done. */
  readonly from?: number
  /** Ranges of the first piece, and of any. */
  readonly first: number
  readonly most: number
  /** Milliseconds; only differences count. */
  readonly now?: () => number
}

/** Goes through the ranges in order. */
export async function eachPiece(
  ranges: readonly KeyRange[],
  o: PieceOptions,
  work: (piece: Piece) => Promise<void>,
): Promise<void> {
  const now = o.now ?? (() => performance.now())
  let size = o.first
  for (let at = o.from ?? 0; at < ranges.length; ) {
    const end = touching(ranges, at, Math.min(ranges.length, at + size))
    const began = now()
    await work({ ranges: ranges.slice(at, end), end })
    const factor = Math.min(STEP, Math.max(1 / STEP, AIM_MS / Math.max(1, now() - began)))
    size = Math.max(1, Math.min(o.most, Math.round((end - at) * factor)))
    at = end
  }
}

/** One range of several that touch each other. */
export function together(ranges: readonly KeyRange[]): KeyRange {
  if (ranges.length === 1) return orderedRange(ranges[0])
  const [first, last] = [orderedRange(ranges[0]), orderedRange(ranges[ranges.length - 1])]
  const ends = first.kind === 'key' && last.kind === 'key' ? { after: first.after, upto: last.upto } : null
  return { kind: 'key', after: ends?.after ?? null, upto: ends?.upto ?? null }
}

/** The position up to which ranges begin where the one before ends. */
function touching(ranges: readonly KeyRange[], at: number, most: number): number {
  let end = at + 1
  while (end < most && touch(ranges[end - 1], ranges[end])) end++
  return end
}

function touch(a: KeyRange, b: KeyRange): boolean {
  return a.kind === 'key' && b.kind === 'key' && a.upto !== null && serializeKey(a.upto) === serializeKey(b.after)
}
