/** The rows of a copy, phase by phase: those that others look up or point at come first. */
import type { Effort } from '../copy/outcome.ts'
import { runUnits } from '../copy/schedule.ts'
import { pendingTasks, type UnitTask } from '../copy/units.ts'
import type { TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import { removeExtras } from './copy-extras.ts'
import { refreshMerged } from './copy-merged.ts'
import { movingRows } from './copy-sample.ts'
import type { WorkLane } from './lane-work.ts'
import type { LookupLoader } from './lookups.ts'
import type { Session } from './session.ts'

/** How the rows of a run are copied. */
export interface RowsOptions {
  readonly signal: AbortSignal | undefined
  /** Called with tables that later phases look up in, as soon as their rows are there. */
  indexEarly(tables: readonly TablePlan[]): Promise<void>
  /** Called when the last units are under way. */
  ending(): void
}

/** What its phases share. */
export interface PhaseOptions extends RowsOptions {
  readonly stop: Int32Array
  readonly lookups: LookupLoader
}

/** Rows that others look up or point at are there before these begin. */
export async function phaseByPhase(
  session: Session,
  tasks: readonly UnitTask[],
  lanes: readonly WorkLane[],
  o: PhaseOptions,
): Promise<Effort> {
  const { stop, signal } = o
  const phaseOf = (task: UnitTask) => session.plan.tables[task.table].phase ?? 0
  const efforts: Effort[] = []
  const order = [...new Set(session.plan.tables.map((t) => t.phase ?? 0))].sort((a, b) => a - b)
  for (const phase of order) {
    if (Atomics.load(stop, 0) !== 0) break
    o.lookups.forget() // a phase may have filled their tables
    const labels = session.plan.tables.filter((t) => (t.phase ?? 0) === phase).map((t) => t.label)
    const own = tasks.filter((task) => phaseOf(task) === phase)
    await session.files?.move(movingTables(session, own), signal)
    await once(session, `before phase ${phase}`, () => session.hooks?.before(labels))
    await refreshMerged(session, phase)
    const ending = phase === order.at(-1) ? o.ending : undefined
    efforts.push(await schedule(session, await unmarked(session, own), lanes, { stop, ending }))
    if (Atomics.load(stop, 0) === 0) await removeExtras(session, phase)
    const rest = await emptied(session, own)
    if (rest.length > 0 && Atomics.load(stop, 0) === 0) efforts.push(await schedule(session, rest, lanes, { stop }))
    if (Atomics.load(stop, 0) === 0) await o.indexEarly(lookedUpLater(session.plan.tables, phase))
    if (Atomics.load(stop, 0) === 0) await once(session, `after phase ${phase}`, () => session.hooks?.after(labels))
  }
  return addEfforts(efforts)
}

/** Without the units of merged tables that have just been kept; the others know which of their rows are written. */
async function unmarked(session: Session, own: readonly UnitTask[]): Promise<readonly UnitTask[]> {
  const merged = (task: UnitTask) => session.plan.tables[task.table].refresh?.merged
  if (!own.some(merged)) return own
  const done = new Set((await session.ledger.marks(session.run)).flatMap((m) => (m.done ? [m.unit] : [])))
  const mergeOf = ({ table }: UnitTask) => session.merging?.get(session.plan.tables[table].label)
  return own
    .filter((task) => !done.has(task.unit.unit))
    .map((task) => ({ ...task, ...(mergeOf(task) && { merge: mergeOf(task) }) }))
}

/** Tables of these units; of a sample with what is taken of them. */
function movingTables({ plan, sample }: Session, tasks: readonly UnitTask[]): TablePlan[] {
  return [...Map.groupBy(tasks, (task) => task.table)].map(([index, own]) => ({
    ...plan.tables[index],
    ...(sample !== undefined && { taken: own.map((task) => task.unit.range) }),
  }))
}

/** Tables of a phase that later ones look up in. */
function lookedUpLater(tables: readonly TablePlan[], phase: number): TablePlan[] {
  const later = tables.filter((t) => (t.phase ?? 0) > phase).flatMap((t) => t.stage?.lookups ?? [])
  const names = new Set(later.map((l) => displayName(l.table.name)))
  return tables.filter((t) => (t.phase ?? 0) === phase && names.has(displayName(t.target.name)))
}

/** Units that were compared and emptied, and are to be copied now that all of their phase are. */
async function emptied(session: Session, own: readonly UnitTask[]): Promise<UnitTask[]> {
  const waiting = own.filter((t) => t.seq === 0 && session.plan.tables[t.table].refresh?.emptyFirst && !t.unit.whole)
  if (waiting.length === 0) return []
  const units = waiting.map((t) => t.unit)
  return pendingTasks(units, await session.ledger.marks(session.run)).filter((t) => t.seq > 0)
}

function addEfforts(efforts: readonly Effort[]): Effort {
  const all = new Map<string, { bytes: number; ms: number }>()
  for (const [table, e] of efforts.flatMap((effort) => [...effort])) {
    const known = all.get(table) ?? { bytes: 0, ms: 0 }
    all.set(table, { bytes: known.bytes + e.bytes, ms: known.ms + e.ms })
  }
  return all
}

/** Work of a hook that a run which was killed does not do again. */
export async function once(session: Session, step: string, work: () => Promise<void> | undefined): Promise<void> {
  if (session.hooks === undefined || (await session.ledger.steps(session.run)).includes(step)) return
  await work()
  await session.ledger.stepDone(session.run, step)
}

async function schedule(
  session: Session,
  tasks: readonly UnitTask[],
  lanes: readonly WorkLane[],
  { stop, ending }: { readonly stop: Int32Array; readonly ending?: (() => void) | undefined },
): Promise<Effort> {
  let unfinished = tasks.length
  const effort = new Map<string, { bytes: number; ms: number }>()
  const left = new Map<number, number>()
  for (const task of tasks) left.set(task.table, (left.get(task.table) ?? 0) + 1)
  await runUnits({
    lanes,
    tasks,
    stopping: () => Atomics.load(stop, 0) !== 0,
    stop: () => Atomics.store(stop, 0, 1),
    finished(task, outcome) {
      const plan = session.plan.tables[task.table]
      const table = plan.label
      const known = effort.get(table) ?? { bytes: 0, ms: 0 }
      effort.set(table, { bytes: known.bytes + outcome.bytes, ms: known.ms + outcome.ms })
      if (--unfinished < lanes.length) ending?.()
      const rest = (left.get(task.table) ?? 1) - (outcome.done ? 1 : 0)
      left.set(task.table, rest)
      if (rest === 0) session.reporter.report({ type: 'table', table, rows: movingRows(session, plan), state: 'end' })
    },
  })
  return effort
}
