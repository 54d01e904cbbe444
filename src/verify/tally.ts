/** What comparing a table (or a range of it) has come to so far. */
import type { CellReject } from '../core/engine.ts'
import type { DriftRow } from '../core/report.ts'
import { driftOfReject, REPORTED } from './drift.ts'
import { addSums } from './sum.ts'

/** One side's rows and the sum of their hashes: equal sums and numbers mean equal rows. */
export interface SideTally {
  rows: number
  sum: bigint
}

export interface Tally {
  readonly source: SideTally
  readonly target: SideTally
  /** Rows that a side could not put into wire form, as drift; and how many there were. */
  readonly unreadable: DriftRow[]
  unreadableCount: number
}

/** An empty tally. */
export function newTally(): Tally {
  return { source: { rows: 0, sum: 0n }, target: { rows: 0, sum: 0n }, unreadable: [], unreadableCount: 0 }
}

/** Adds rows to one side. */
export function addRows(side: SideTally, rows: number, sum: bigint): void {
  side.rows += rows
  side.sum = addSums(side.sum, sum)
}

/** Adds another tally's sums, and rows it could not read, where both went over the same rows. */
export function addSumsOf(tally: Tally, other: Tally): void {
  for (const side of ['source', 'target'] as const) tally[side].sum = addSums(tally[side].sum, other[side].sum)
  tally.unreadable.push(...other.unreadable.slice(0, REPORTED - tally.unreadable.length))
  tally.unreadableCount += other.unreadableCount
}

/** Takes down a row that a side could not read; its presence alone makes the sums unequal to any other. */
export function unreadable(tally: Tally, side: 'source' | 'target'): (reject: CellReject) => void {
  return (reject) => {
    tally[side].rows++
    tally.unreadableCount++
    if (tally.unreadable.length < REPORTED) tally.unreadable.push(driftOfReject(side, reject))
  }
}

/** Whether both sides hold the same rows. */
export function tallySame(tally: Tally): boolean {
  const { source, target } = tally
  return tally.unreadableCount === 0 && source.rows === target.rows && source.sum === target.sum
}
