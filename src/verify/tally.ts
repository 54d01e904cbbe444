/** What comparing a table (or a range of it) has come to so far. */
import type { CellReject } from '../core/engine.ts'
import { displayKey } from '../core/key.ts'
import { addSums } from '../core/sum.ts'

/** One side's rows and the sum of their hashes: equal sums and numbers mean equal rows. */
export interface SideTally {
  rows: number
  sum: bigint
}

/** A row that a side could not put into wire form. */
export interface Unreadable {
  readonly side: 'source' | 'target'
  /** The key for people. */
  readonly key: string
  readonly reject: CellReject
}

export interface Tally {
  /** Whether every row is hashed, so that the sums are digests. Where rows are compared byte by byte, nothing else needs it. */
  readonly hashed: boolean
  readonly source: SideTally
  readonly target: SideTally
  /** Rows that could not be read, each once however often its range is, by side and key; and how many there were. */
  readonly unreadable: Map<string, Unreadable>
  unreadableCount: number
}

/** Rows that could not be read and are kept; the rest is counted. */
const KEPT = 10_000

/** Nothing counted yet. */
export function newTally(hashed = true): Tally {
  return {
    hashed,
    source: { rows: 0, sum: 0n },
    target: { rows: 0, sum: 0n },
    unreadable: new Map(),
    unreadableCount: 0,
  }
}

/** Adds rows to a side. */
export function addRows(side: SideTally, rows: number, sum: bigint): void {
  side.rows += rows
  if (sum !== 0n) side.sum = addSums(side.sum, sum)
}

/** Adds another tally's sums, and rows it could not read, where both went over the same rows. */
export function addSumsOf(tally: Tally, other: Tally): void {
  for (const side of ['source', 'target'] as const) tally[side].sum = addSums(tally[side].sum, other[side].sum)
  for (const [id, row] of other.unreadable) tally.unreadable.set(id, row)
  tally.unreadableCount += other.unreadableCount
}

/** Takes down a row that a side could not read; its presence alone makes the sums unequal to any other. */
export function unreadable(tally: Tally, side: 'source' | 'target'): (reject: CellReject) => void {
  return (reject) => {
    const key = displayKey(reject.key)
    const id = reject.key === null ? `${side} ${tally.unreadableCount}` : `${side} of ${key}`
    if (tally.unreadable.has(id)) return
    tally[side].rows++
    tally.unreadableCount++
    if (tally.unreadable.size < KEPT) tally.unreadable.set(id, { side, key, reject })
  }
}

/** Whether both sides hold the same rows. */
export function tallySame(tally: Tally): boolean {
  const { source, target } = tally
  return tally.unreadableCount === 0 && source.rows === target.rows && source.sum === target.sum
}
