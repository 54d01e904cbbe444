/** Both sides of a planned table as row sources of the same wire form. */
import type { Database, ReadOptions, RowSource } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { KeyRange } from '../core/key.ts'
import { carriedKey, rowPositions, type TablePlan, targetColumns } from '../core/plan.ts'
import type { StageContext } from '../transfer/context.ts'
import { plannedSource } from '../transfer/planned-source.ts'

/** Aim of a batch while verifying: large enough for the hash, small enough that both sides of every lane stay in memory. */
const BATCH = { bytes: 512 * 1024, rows: 65_536 } as const

/** How verification reads: batches of moderate size. */
export function readOptions(signal?: AbortSignal): ReadOptions {
  return { ...BATCH, signal }
}

/**
 * The columns of the target by which both sides are read in one order, and in ranges of the source: those that hold the source's key, or
 * null. Throws INTERNAL where a table that is called ordered does not hold it.
 */
function targetKey(plan: TablePlan): string[] | null {
  const at = carriedKey(plan)
  if (at === null && (!plan.ordered || plan.key === null)) return null
  const lost = plan.key?.find((_, i) => (at?.[i] ?? -1) < 0)
  if (at === null || lost !== undefined) {
    throw new NaruError('INTERNAL', `key column ${lost ?? plan.key?.join(', ')} is not among the columns copied`)
  }
  return at.map((i) => plan.columns[i].target.name)
}

/** Whether the target can be read by the source's key. */
export function keyedOnTarget(plan: TablePlan): boolean {
  return targetKey(plan) !== null
}

/** Where the fields are in a tuple that tell one row from the others, or null where only the whole row does. */
export function keyPositions(plan: TablePlan): number[] | null {
  return rowPositions(plan)
}

/** The source side of a table that is compared. */
export interface SourceSide {
  readonly plan: TablePlan
  readonly source: Database
  /** What mappings need. */
  readonly stages?: StageContext
}

/** The source table as rows of the target's form; `keyed` false leaves order and ranges to the engine. */
export function readSource({ plan, source, stages }: SourceSide, keyed = true): RowSource {
  return plannedSource(plan, source, { keyed, stages })
}

/** The target table as rows of the same wire form. */
export function readTarget(plan: TablePlan, db: Database, keyed = true): RowSource {
  return db.source(plan.target, targetColumns(plan), { key: keyed ? targetKey(plan) : null, where: plan.targetWhere })
}

/** Whether the target held rows of its own before: then rows that only the target has are no drift. */
export function appended(plan: TablePlan): boolean {
  return plan.action === 'append'
}

/** A range that is read in key order: a source that is one range as a whole gets open ends. */
export function orderedRange(range: KeyRange): KeyRange {
  return range.kind === 'all' ? { kind: 'key', after: null, upto: null } : range
}

/** What is said of a verification that was stopped. */
export const NOTHING_DONE = {
  hint: 'Run the same command again: it begins anew.',
  state: 'nothing was changed',
} as const

/** Rows read so far are not all rows once a signal has stopped the source: never to be taken for a difference. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new NaruError('STOPPED', 'verification was stopped before its end', NOTHING_DONE)
}
