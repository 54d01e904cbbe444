/** `naru check --db --revert`: the statements that make a live database what its revisions say. */
import type { DriftReversal } from '../../core/drift.ts'
import { changeLines } from '../apply/difference.ts'
import { headedSql } from '../diff-sql.ts'
import { plural } from '../format.ts'
import { type DriftOptions, driftLines, driftOf } from './drift.ts'
import { chosenObjects } from './drift-choice.ts'
import { partOf } from './drift-part.ts'
import { onlyTarget, type RevisionsSetup } from './setup.ts'

export interface RevertOptions extends DriftOptions {
  /** Globs on names of tables and other objects; none: everything that drifted. */
  readonly objects?: readonly string[]
}

/** Writes nothing and runs nothing. Throws USAGE for a glob that means nothing that drifted, and what driftOf throws. */
export async function revertDrift(setup: RevisionsSetup, o: RevertOptions = {}): Promise<DriftReversal> {
  const address = await onlyTarget(setup)
  const drift = await driftOf(setup, address, o)
  const lines = driftLines(drift)
  if (lines.length === 0) return { database: address.label, lines, statements: 0, sql: null, exit: 0 }
  const part = partOf(drift, drift.difference, chosenObjects(drift.difference.changes, o.objects ?? []))
  const { steps, unplanned } = part.plan
  const told = changeLines({ before: part.from, changes: part.changes })
  const head = [
    `${address.label}: ${plural(steps.length, 'statement')} against ${plural(told.length, 'difference')} from what its revisions made`,
    ...told.map((line) => `taken back: ${line}`),
    ...unplanned.map((u) => `NOT IN THIS SCRIPT: ${u.object}: ${u.why}`),
  ]
  const engine = drift.actual.engine
  const sql = headedSql(head, steps, { engine, transactional: drift.how.can.transactionalDdl })
  return { database: address.label, lines, statements: steps.length, sql, exit: 1 }
}
