/** What may be asked of a repair, what its plan says of itself, and what it comes to. */
import type { VerifyOptions } from './options.ts'
import type { RowResult } from './repair-ledger.ts'
import type { DriftEntry } from './report.ts'

/** Kinds of rows that differ, as options name them. */
export type RepairKind = 'missing' | 'different' | 'extra'

/**
 * Whose change a difference is. missed: the source has changed, the target has not; overwritten: the other way round; both; unknown: nothing
 * was remembered of the row.
 */
export type Attribution = 'missed' | 'overwritten' | 'both' | 'unknown'

/** What may be asked: tables, rows and comparison as for verify. */
export interface RepairOptions extends Omit<VerifyOptions, 'list' | 'certificate' | 'limit'> {
  /** Only these kinds of rows; all when absent. */
  readonly only?: readonly RepairKind[]
  /** Beside what the target has merely missed (and, where nothing is remembered, what is unknown): these too. */
  readonly include?: readonly Attribution[]
  /** More rows than this are refused, over all tables. */
  readonly maxRows?: number
  /** More than so many of a hundred rows of any table are refused. */
  readonly maxPercent?: number
  /** Rows that are shown; default 20. */
  readonly limit?: number
}

/** How a plan is carried out. */
export interface ApplyRepairOptions extends Pick<VerifyOptions, 'rate' | 'rowRate' | 'maxLag' | 'while'> {
  /** Default on: a table's own triggers fire as for any other program. */
  readonly triggers?: 'on' | 'off'
  /** Milliseconds to wait for a row that others hold; default 10,000. */
  readonly lockTimeout?: number
}

/** One end of a plan. */
export interface RepairSide {
  /** Without password. */
  readonly label: string
  readonly engine: string
  readonly version: string
}

/** One table of a plan. */
export interface RepairTable {
  readonly table: string
  readonly target: string
  /** Columns compared, as the source names them; the key's among them, null without a key. */
  readonly columns: readonly string[]
  readonly key: readonly string[] | null
  /** Rows of both sides when they were compared. */
  readonly sourceRows: number
  readonly targetRows: number
  readonly insert: number
  readonly update: number
  readonly delete: number
  /** Rows that a side could not read: they are left. */
  readonly unreadable: number
  /** Rows that differ and were not asked for. */
  readonly leftOut: number
  /** Rows that the target has changed itself, as is remembered: they are no part of the plan. */
  readonly heldBack: number
  /** By whose change they are, all rows that differ. */
  readonly who: Readonly<Record<Attribution, number>>
}

/** The first line of a plan. */
export interface RepairPlan {
  readonly naru: 'repair plan'
  readonly version: 1
  readonly id: string
  readonly made: string
  readonly from: RepairSide
  readonly to: RepairSide
  /** SHA-256 of the tables, columns and types of both sides, and how they are compared. */
  readonly schema: string
  /** What the comparison was asked for. */
  readonly options: RepairOptions
  readonly tables: readonly RepairTable[]
  /** Rows to be changed. */
  readonly planned: number
  readonly notes: readonly string[]
}

/** A row of a plan as its line holds it. Texts are for people; what is applied are the bytes, as base64 of wire tuples. */
export interface RepairRow {
  readonly n: number
  /** Place of its table in the plan's list. */
  readonly t: number
  readonly op: 'insert' | 'update' | 'delete'
  readonly key: DriftEntry['key']
  readonly cells: DriftEntry['columns']
  /** Places of the columns that are written. */
  readonly set: readonly number[]
  readonly who: Attribution
  readonly s: string | null
  readonly d: string | null
}

/** A row that was left. */
export interface LeftRow {
  readonly n: number
  readonly table: string
  readonly op: RepairRow['op']
  readonly key: string
  readonly result: RowResult
  readonly why: string
}

/** What a repair, or its undoing, came to. */
export interface RepairReport {
  readonly id: string
  /** The repair that was taken back. */
  readonly undoes: string | null
  readonly from: string
  readonly to: string
  readonly started: string
  readonly finished: string
  /** It went on where an earlier process had stopped. */
  readonly resumed: boolean
  /** planned = repaired + changed + refused + failed. */
  readonly planned: number
  readonly repaired: number
  /** Of these the rows that were inserted, updated, deleted. */
  readonly written: { readonly insert: number; readonly update: number; readonly delete: number }
  /** Changed meanwhile; `equal` of them are as they shall be. */
  readonly changed: number
  readonly equal: number
  readonly refused: number
  readonly failed: number
  /** Rows that were looked at again afterwards, and of these the ones that differ. */
  readonly verified: number
  readonly differing: number
  /** The first rows that were left. */
  readonly left: readonly LeftRow[]
  readonly counters: readonly string[]
  readonly notes: readonly string[]
  readonly exit: 0 | 1
}
