/** A row to be changed on the target, and what became of it. */
import type { RowResult } from '../../core/repair-ledger.ts'

type RowOp = 'insert' | 'update' | 'delete'

/** One row's change, in the wire form in which both sides are compared. */
export interface RowChange {
  /** Names the row among others: its number in a plan. */
  readonly n: number
  readonly op: RowOp
  /** What the target must hold for the row to be changed; null for an insert. */
  readonly before: Uint8Array | null
  /** What it shall hold; null for a delete. */
  readonly after: Uint8Array | null
  /** Places of the columns that an update writes; all others stay. */
  readonly set: readonly number[]
}

/** A row of the plan. */
export interface PlannedRow {
  /** Place of its table in the repair's list. */
  readonly table: number
  readonly change: RowChange
}

/** What a row of the plan holds. */
export function bytesOf({ change }: PlannedRow): number {
  return (change.before?.length ?? 0) + (change.after?.length ?? 0)
}

/** What became of a change. `deferred`: another row stands in the way, and may be gone later. */
export interface Changed {
  readonly change: RowChange
  readonly result: 'written' | RowResult
  /** The reason where it was not simply written. */
  readonly why: string
  /** The whole row before and after, in the target's own form; null where there was or is none. */
  readonly image: { readonly before: Uint8Array | null; readonly after: Uint8Array | null }
}

/** A change that was not carried out. */
export function left(change: RowChange, result: RowResult, why: string): Changed {
  return { change, result, why, image: { before: null, after: null } }
}

/** A change that the source does not ask for any more. */
export function withdrawn(change: RowChange): Changed {
  return left(change, 'changed', 'the row of the source has changed since')
}
