/** Begins a copy or takes up an unfinished one: the plan, the run's record, and what is done already. */
import { planCopy, unsettled } from '../copy/plan.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { Ledger, RunRecord } from '../core/ledger.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan, TablePlan } from '../core/plan.ts'
import { describeTarget } from './folder.ts'
import { openDatabase } from './open.ts'
import { bindingOptions, checkOptions, checkSchema, newRunId, parsePlan, serializePlan, unfinished } from './resume.ts'

export interface Session {
  readonly from: Address
  readonly to: Address
  readonly options: CopyOptions
  readonly source: Database
  readonly target: Database
  readonly ledger: Ledger
  readonly reporter: Reporter
  readonly plan: CopyPlan
  readonly run: string
  readonly started: string
  readonly resumed: boolean
  /** Where the source stood when its rows were read; null until they are, or where it does not say. */
  position?: string | null
  readonly notes: string[]
}

type Ends = Pick<Session, 'from' | 'to' | 'options' | 'source' | 'target' | 'reporter'>

/** Throws UNSETTLED_FINDINGS (the plan in its details), OPTIONS_CHANGED, SCHEMA_CHANGED, TABLE_EXISTS before anything is changed. */
export async function beginSession(ends: Ends): Promise<Session> {
  const ledger = ends.target.ledger()
  const open = unfinished(await ledger.runs(), ends.source.address.label, ends.target.address.label)
  const stored = open === undefined ? null : parsePlan(open.summary)
  if (open !== undefined && stored !== null) {
    if (!ends.options.restart) return resume(ends, ledger, open, stored)
    await abandon(ends, ledger, open, stored)
  }
  return start(ends, ledger)
}

async function resume(ends: Ends, ledger: Ledger, run: RunRecord, plan: CopyPlan): Promise<Session> {
  const options = ends.options
  checkOptions(run, options)
  const now = await planCopy({ ...ends, options: { ...options, ifExists: 'drop' }, counting: false })
  checkSchema(run, now.hash)
  const session = { ...ends, ledger, plan, run: run.id, started: run.started, resumed: true, notes: [] as string[] }
  session.notes.push(
    `continued the unfinished copy ${run.id} of ${run.started}; the first snapshot of the source is gone, so rows that changed meanwhile show in the verification`,
  )
  for (const name of options.redo ?? []) await redoTable(session, tableNamed(plan, name))
  return session
}

async function start(ends: Ends, ledger: Ledger): Promise<Session> {
  const redo = ends.options.redo ?? []
  const options: CopyOptions = redo.length > 0 ? { ...ends.options, tables: redo, ifExists: 'truncate' } : ends.options
  const plan = await planCopy({
    ...ends,
    options,
    counting: true,
    notes: false,
    parallel: ends.source.can.inProcess ? undefined : () => openDatabase(ends.from, { role: 'source' }),
    report: ends.reporter,
  })
  const open = unsettled(plan)
  if (open.length > 0) throw findingsError(plan, open.length)
  const now = new Date()
  const run = newRunId(now, plan.from.label, plan.to.label)
  await ledger.prepare()
  await ledger.begin({
    id: run,
    started: now.toISOString(),
    source: ends.source.address.label,
    target: ends.target.address.label,
    options: bindingOptions(ends.options),
    schemaHash: plan.hash,
    state: 'copying',
    finished: null,
    summary: serializePlan(plan),
  })
  const session = { ...ends, options, ledger, plan, run, started: now.toISOString(), resumed: false, notes: [] }
  await describeTarget(session)
  return session
}

function findingsError(plan: CopyPlan, count: number): NaruError {
  return new NaruError('UNSETTLED_FINDINGS', `${count} ${count === 1 ? 'finding is' : 'findings are'} not settled`, {
    why: 'values in the source would be refused or changed by the target',
    state: 'nothing was changed on the target',
    details: { plan },
  })
}

/** --restart: what the unfinished run made goes; what was there before it stays. */
async function abandon(ends: Ends, ledger: Ledger, run: RunRecord, plan: CopyPlan): Promise<void> {
  const appended = plan.tables.filter((t) => t.action === 'append').map((t) => t.label)
  if (appended.length > 0) {
    throw new NaruError('USAGE', '--restart cannot take back rows that were appended to existing tables', {
      why: `${appended.join(', ')} held rows before; which of them this copy brought is not known any more`,
      hint: 'Run without --restart to continue, or mend the tables by hand and run `naru clean` on the target.',
      state: 'nothing was changed',
    })
  }
  const ddl = ends.target.engine.dialect.ddl
  for (const t of plan.tables.toReversed()) {
    if (t.action !== 'truncate') await ends.target.execute(ddl.drop(t.target.name))
  }
  await ledger.forget(run.id)
  await ledger.update(run.id, { state: 'abandoned', finished: new Date().toISOString(), summary: null })
}

function tableNamed(plan: CopyPlan, name: string): TablePlan {
  const found = plan.tables.find((t) => t.label === name || t.source.name.name === name)
  if (found) return found
  throw new NaruError('TABLE_MISSING', `--redo ${name}: this copy has no such table`, { state: 'nothing was changed' })
}

async function redoTable(session: Session, table: TablePlan): Promise<void> {
  await session.ledger.forget(session.run, table.label)
  const created = (await session.ledger.steps(session.run)).some((step) => step !== '--before')
  if (created) await session.target.execute(session.target.engine.dialect.ddl.truncate(table.target.name))
}
