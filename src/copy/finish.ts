/** What comes before and after the rows: tables first; then indexes, constraints, foreign keys, counters and statistics. */

import type { DdlStep } from '../core/engine.ts'
import { type CopyPlan, isMade, type TablePlan } from '../core/plan.ts'
import type { FailedStep } from '../core/report.ts'
import type { Table } from '../core/schema.ts'
import { stepName } from '../core/schema.ts'
import { orphanSamples } from './orphans.ts'
import { runSteps, type StepRun } from './steps.ts'

/** Tables that this run makes itself, as they shall be on the target. */
export function createdTables(plan: CopyPlan): Table[] {
  return plan.tables.filter(isMade).map((t) => t.target)
}

/** Drops what is to be dropped, empties what is to be emptied, makes types and tables. */
export async function makeTables(r: StepRun, plan: CopyPlan): Promise<void> {
  const ddl = r.connections[0].engine.dialect.ddl
  const steps: DdlStep[] = []
  for (const t of plan.tables.toReversed()) {
    const name = t.target.name
    if (t.action === 'drop and create') {
      steps.push({ sql: ddl.drop(name), why: '--if-exists drop', object: `drop ${stepName(name)}` })
    }
    if (t.action === 'truncate' && t.refresh === undefined) {
      const sql = (await r.connections[0].emptying?.(name)) ?? ddl.truncate(name)
      steps.push({ sql, why: '--if-exists truncate', object: `truncate ${stepName(name)}` })
    }
  }
  const tables = createdTables(plan)
  if (tables.length > 0) steps.push(...ddl.before(plan.schema), ...tables.flatMap((t) => ddl.table(t)))
  await runSteps(r, steps, { tolerate: false })
}

/** Indexes, constraints, foreign keys and statistics of the tables that this run made. Failures are gathered, orphans named. */
export async function finishTables(
  r: StepRun,
  plan: CopyPlan,
  phase: <T>(name: string, work: () => Promise<T>) => Promise<T>,
): Promise<FailedStep[]> {
  const ddl = r.connections[0].engine.dialect.ddl
  const made = plan.tables.filter(isMade)
  const stepsOf = (steps: (t: Table) => readonly DdlStep[]) =>
    made.flatMap((t) => ofRows(steps(t.target), rowsArriving(t)))
  const run = (steps: readonly DdlStep[]) => runSteps(r, steps, { tolerate: true })
  const failed: FailedStep[] = []
  failed.push(...(await phase('indexes', () => run(stepsOf(ddl.indexes)))))
  failed.push(...(await phase('constraints', () => run(stepsOf(ddl.constraints)))))
  const all = stepsOf(ddl.foreignKeys)
  // Adding takes a moment, checking the rows takes time: checks come last, side by side.
  const keys = [...all.filter((k) => k.validates === undefined), ...all.filter((k) => k.validates !== undefined)]
  const failedKeys = await phase('foreign keys', () => run(keys))
  failed.push(...(await Promise.all(failedKeys.map((f) => withOrphans(r, keys, f)))))
  return failed
}

/** Counters from the source's counter. Runs for existing tables too; a counter only ever goes up there. */
export async function setCounters(r: StepRun, tables: readonly TablePlan[]): Promise<FailedStep[]> {
  const ddl = r.connections[0].engine.dialect.ddl
  const steps = tables.flatMap((t) => (t.target.counter ? ddl.counter(t.target, t.target.counter.next) : []))
  return runSteps(r, steps, { tolerate: true })
}

/** Statistics for the planner of the target. */
export async function analyze(r: StepRun, tables: readonly TablePlan[]): Promise<FailedStep[]> {
  const ddl = r.connections[0].engine.dialect.ddl
  return runSteps(
    r,
    tables.flatMap((t) => ofRows(ddl.after(t.target), rowsArriving(t))),
    { tolerate: true },
  )
}

const rowsArriving = (t: TablePlan): number => t.rows - t.filtered

/** Steps with the work that so many rows make of them. */
function ofRows(steps: readonly DdlStep[], rows: number): DdlStep[] {
  return steps.map((s) => ({ ...s, work: (s.work ?? 1) * rows }))
}

async function withOrphans(r: StepRun, steps: readonly DdlStep[], failed: FailedStep): Promise<FailedStep> {
  const validates = steps.find((s) => s.object === failed.object)?.validates
  if (validates === undefined) return failed
  const samples = await orphanSamples(r.connections[0], validates.table, validates.foreignKey, [])
  return { ...failed, samples }
}
