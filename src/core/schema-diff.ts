/** What a comparison of schemas found: plain data, as reports show it and `--format json` prints it. */
import type { Change, Step, Unplanned } from './change.ts'
import type { ObjectName, Schema } from './schema.ts'

/** One of the two states. */
export interface DiffSide {
  readonly label: string
  /** Where it came from: database, drizzle, sql, snapshot. */
  readonly kind: string
  readonly engine: string
  readonly flavor: string
  readonly version: string
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
