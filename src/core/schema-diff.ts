/** What a comparison of schemas found: plain data, as reports show it and `--format json` prints it. */
import type { Change, Step, Unplanned } from './change.ts'
import type { ObjectName, Schema, UnreadSchema } from './schema.ts'

/** One of the two states. */
export interface DiffSide {
  readonly label: string
  /** Where it came from: database, drizzle, sql, snapshot, revisions. */
  readonly kind: string
  readonly engine: string
  readonly flavor: string
  readonly version: string
  /** Schemas of that database that were not compared. */
  readonly unread?: readonly UnreadSchema[]
}

/** Something dropped and something added that may be one and the same under another name. Never taken for it without being told. */
export interface RenameCandidate {
  readonly of: 'table' | 'column'
  readonly table: ObjectName
  readonly column?: string
  readonly to: string
  /** What speaks for it: `same type`, `same place`, `same rows (1,204)` … */
  readonly evidence: readonly string[]
  /** What to give to `--rename`. */
  readonly rename: string
}

/** A rule of `--ignore`, and how many differences it hid. */
export interface IgnoredDifferences {
  readonly rule: string
  readonly count: number
}

export interface SchemaDiff {
  readonly from: DiffSide
  readonly to: DiffSide
  /** Both as they were compared: normalized, without what was left out. */
  readonly before: Schema
  readonly after: Schema
  /** What must change in `from` to become `to`. */
  readonly changes: readonly Change[]
  /** Statements in executable order; null between two engines. */
  readonly steps: readonly Step[] | null
  /** Differences that no statement can express. */
  readonly unplanned: readonly Unplanned[]
  /** Whether the steps may stand in one transaction where they say so. */
  readonly transactional: boolean
  readonly candidates: readonly RenameCandidate[]
  readonly ignored: readonly IgnoredDifferences[]
  /** What is not a difference of any object, and worth knowing. */
  readonly notes: readonly string[]
  /** Neither a change nor a difference that cannot be expressed. */
  readonly same: boolean
}

/** One property on which several states do not agree. */
export interface ManyRow {
  /** `table orders`, `view totals`. */
  readonly item: string
  /** column, index, foreign key …; empty: the item itself. */
  readonly part: string
  readonly name: string
  /** type, default …; empty: whether it is there at all. */
  readonly property: string
  /** One for each state; null: not there. */
  readonly values: readonly (string | null)[]
  /** Positions of the states that deviate. */
  readonly deviating: readonly number[]
  /** From what they deviate: the value that most states have, or the first state's where no value has the most. */
  readonly against: 'majority' | 'first'
}

/** Several states compared. */
export interface ManyDiff {
  readonly states: readonly DiffSide[]
  readonly rows: readonly ManyRow[]
  readonly ignored: readonly string[]
  readonly same: boolean
}
