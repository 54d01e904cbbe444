/** Carrying out a plan that was reviewed: what has changed since is left, and the rows that were touched are compared again. */

import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { ApplyRepairOptions, RepairPlan, RepairReport } from '../../core/repair.ts'
import type { RepairLedger, RepairRecord } from '../../core/repair-ledger.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import type { Account } from '../../verify/repair/account.ts'
import { carryOut } from '../../verify/repair/carry-out.ts'
import type { CarryOutInput } from '../../verify/repair/carry-out-input.ts'
import type { PlannedRow } from '../../verify/repair/change.ts'
import { changedSince } from '../../verify/repair/source-look.ts'
import { facing } from '../facing.ts'
import { openDatabase } from '../open.ts'
import { schemaHash } from '../remember.ts'
import { type Held, openThrottle, pauseNotes } from '../throttle.ts'
import { comparedTables } from '../verify.ts'
import { countersAfter } from './counters.ts'
import { lookAgain } from './look-again.ts'
import { planRows, readPlan } from './plan-file.ts'
import { changeOf } from './plan-rows.ts'
import { reportOf } from './report.ts'
import { type Changers, changersOf, openTarget, storedTables } from './session.ts'

export interface ApplyRepairContext {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

/**
 * Applies the plan in a file, or goes on with it where it was begun. Throws PLAN_INVALID, SCHEMA_CHANGED before anything is changed, STOPPED,
 * CONNECTION_LOST with what is done so far kept. Rows that could not be mended are in the report, not thrown.
 */
export async function applyPlan(
  file: string,
  from: Address,
  against: Address,
  options: ApplyRepairOptions,
  context: ApplyRepairContext,
): Promise<RepairReport> {
  const to = facing(from, against)
  const plan = await readPlan(file)
  refuseOthers(plan, from, to)
  await using source = await openDatabase(from, { role: 'source' })
  await using target = await openTarget(to, options)
  const { only: _o, include: _i, maxRows: _r, maxPercent: _p, limit: _l, ...asked } = plan.options
  const { plans } = await comparedTables({ from, to, source, target }, asked)
  if (schemaHash(plans) !== plan.schema) throw schemaChanged(plan)
  const ledger = target.repairs?.()
  if (ledger === undefined) throw new NaruError('INTERNAL', 'a target without a memory of repairs was opened')
  await ledger.prepare()
  const all = await ledger.list()
  const known = all.find((r) => r.id === plan.id)
  if (all.some((r) => r.undoes === plan.id)) throw undone(plan)
  if (known === undefined) await ledger.begin(newRecord(plan, target, plans))
  await using changers = changersOf(target, plans, source.engine.dialect.rawValue, options)
  const { reporter, signal } = context
  await using held = await openThrottle({ from, to, source, target }, options, context)
  reporter.report({
    type: 'run',
    run: plan.id,
    resumed: known !== undefined,
    tables: plan.tables.length,
    rows: plan.planned,
  })
  const account = await kept(ledger, plan.id, {
    repair: plan.id,
    ledger,
    rows: () => changesOf(file),
    changer: (t) => changers.of(t),
    ready: pacing(held),
    look: async (t, changes) => changedSince(await changers.table(t), source, changes),
    done: (t, changed) => {
      const written = changed.filter((c) => c.result === 'written').length
      const table = plan.tables[t].table
      reporter.report({
        type: 'chunk',
        table,
        read: changed.length,
        written,
        rejected: changed.length - written,
        bytes: 0,
      })
    },
    quiet: options.triggers === 'off',
    chunkBytes: plan.options.chunkBytes,
    signal,
  })
  const report = await closing({
    file,
    plan,
    plans,
    source,
    target,
    changers,
    account,
    known,
    context,
    held,
    schema: to.schema,
  })
  await ledger.update(plan.id, { state: 'done', finished: report.finished, summary: JSON.stringify(report) })
  reporter.report({ type: 'end', run: plan.id, verdict: report.exit === 0 ? 'done' : 'differs', exit: report.exit })
  return report
}

/** What rows are waited for with, chunk by chunk. */
export function pacing({ throttle }: Held): CarryOutInput['ready'] {
  if (throttle === null) return undefined
  const pace = throttle.pace()
  return async (rows, bytes) => {
    await pace.ready()
    await throttle.gate()
    pace.charge(rows, bytes)
  }
}

/** Carries out; where that breaks off, the record says so if it still can. */
export async function kept(ledger: RepairLedger, id: string, input: CarryOutInput): Promise<Account> {
  try {
    return await carryOut(input)
  } catch (error) {
    await ledger.update(id, { state: 'stopped' }).catch(() => {})
    throw error
  }
}

function newRecord(plan: RepairPlan, target: Database, plans: readonly TablePlan[]): RepairRecord {
  return {
    id: plan.id,
    started: new Date().toISOString(),
    source: plan.from.label,
    target: plan.to.label,
    undoes: null,
    state: 'applying',
    header: storedTables(target, plans),
    finished: null,
    summary: null,
  }
}

async function* changesOf(file: string): AsyncGenerator<PlannedRow> {
  for await (const row of planRows(file)) yield { table: row.t, change: changeOf(row) }
}

interface Closing {
  readonly file: string
  readonly plan: RepairPlan
  readonly plans: readonly TablePlan[]
  readonly source: Database
  readonly target: Database
  readonly changers: Changers
  readonly account: Account
  readonly known: RepairRecord | undefined
  readonly context: ApplyRepairContext
  readonly held: Held
  readonly schema: SchemaChoice | undefined
}

async function closing(c: Closing): Promise<RepairReport> {
  const { plan, plans, account, known } = c
  const inserted = account.byOp.insert > 0 ? plans.filter((_, t) => plan.tables[t].insert > 0) : []
  const counters = await countersAfter(c.target, c.schema, inserted)
  const seen = await lookAgain({ ...c, rows: () => planRows(c.file) })
  return reportOf({
    id: plan.id,
    undoes: null,
    from: plan.from.label,
    to: plan.to.label,
    started: known?.started ?? plan.made,
    resumed: known !== undefined,
    planned: plan.planned,
    account,
    unreadable: plan.tables.reduce((n, t) => n + t.unreadable, 0),
    heldBack: plan.tables.reduce((n, t) => n + t.heldBack, 0),
    counters,
    ...seen,
    notes: [...seen.notes, ...c.held.notes, ...pauseNotes(c.held.throttle)],
  })
}

function refuseOthers(plan: RepairPlan, from: Address, to: Address): void {
  const other =
    plan.from.label !== from.label
      ? [plan.from.label, from.label]
      : plan.to.label !== to.label
        ? [plan.to.label, to.label]
        : null
  if (other === null) return
  throw new NaruError('PLAN_INVALID', `the plan was made for ${other[0]}, not for ${other[1]}`, {
    hint: 'Name the databases as they were named when the plan was made.',
    state: 'nothing was changed',
  })
}

function undone(plan: RepairPlan): NaruError {
  return new NaruError('PLAN_INVALID', `the repair ${plan.id} was taken back`, {
    why: 'what a plan saw is not there any more once it was carried out and undone',
    state: 'nothing was changed',
  })
}

function schemaChanged(plan: RepairPlan): NaruError {
  return new NaruError('SCHEMA_CHANGED', `the tables are not what they were when the plan ${plan.id} was made`, {
    why: 'columns or types of a side have changed since',
    hint: 'Make a new plan: naru repair FROM TO --plan FILE.',
    state: 'nothing was changed',
  })
}
