/** Both sides of a planned table as row sources of the same wire form. */
import type { Database, ReadOptions, RowSource } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { KeyRange } from '../core/key.ts'
import { sourceColumns, type TablePlan, targetColumns } from '../core/plan.ts'

/** Aim of a batch while verifying: large enough for the hash, small enough that both sides of every lane stay in memory. */
const BATCH = { bytes: 512 * 1024, rows: 65_536 } as const

/** How verification reads: batches of moderate size. */
export function readOptions(signal?: AbortSignal): ReadOptions {
  return { ...BATCH, signal }
}

/** The source's key columns under their names on the target, or null without a key. */
function targetKey(plan: TablePlan): string[] | null {
  if (plan.key === null) return null
  return plan.key.map((name) => {
    const column = plan.columns.find((c) => c.source.name === name)
    if (column === undefined) throw new NaruError('INTERNAL', `key column ${name} is not among the columns copied`)
    return column.target.name
  })
}

/** Where the key's fields are in a tuple, or null without a key. */
export function keyPositions(plan: TablePlan): number[] | null {
  if (plan.key === null) return null
  return plan.key.map((name) => plan.columns.findIndex((c) => c.source.name === name))
}

/** The source table as rows; `keyed` false leaves order and ranges to the engine. */
export function readSource(plan: TablePlan, db: Database, keyed = true): RowSource {
  return db.source(plan.source, sourceColumns(plan), { key: keyed ? plan.key : null, where: plan.where })
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
