/** `naru sync NAME`: rows of a transfer that drifted, or are missing, are written as the mapping makes them. */

import { severalConnections } from '../core/capabilities.ts'
import { disposables } from '../core/disposables.ts'
import type { Database } from '../core/engine.ts'
import { EXIT, NaruError } from '../core/error.ts'
import { parseKey } from '../core/key.ts'
import { carriedKey, type TablePlan } from '../core/plan.ts'
import type { SyncLedger, SyncRecord } from '../core/sync-ledger.ts'
import type { RowFunction } from '../transfer/context.ts'
import { type JointSource, jointSource } from '../transfer/joint-source.ts'
import type { Sync } from '../transfer/sync.ts'
import { comparedMapping } from '../verify/mapped.ts'
import { pagesByKey, pagesByParent } from '../verify/sync/pages.ts'
import { openSyncTable, type SyncFailure, type SyncTable } from '../verify/sync/table.ts'
import { openDatabase } from './open.ts'
import { countersAfter } from './repair/counters.ts'
import { openTarget } from './repair/session.ts'
import { openStages } from './stage.ts'
import { lockJob } from './sync/lock.ts'
import { numberRows } from './sync/numbers.ts'
import { parentPages } from './sync/parents.ts'
import { type Part, partOf } from './sync/part.ts'
import { runPages } from './sync/run.ts'
import { scopeOf } from './sync/scope.ts'
import { type Trend, trendOf } from './sync/trend.ts'
import { pageRows, type SyncContext } from './sync/work.ts'
import { makePlan } from './transfer.ts'
import { firstNumbers } from './transfer-numbers.ts'
import type { TransferSet } from './transfer-set.ts'

/** How a run goes. */
export interface SyncOptions {
  /** Looks and counts; writes nothing. */
  readonly dryRun?: boolean
  /** All rows, whatever the watermark and a run that was broken off. */
  readonly full?: boolean
}

/** What a run came to. */
export interface SyncReport extends SyncRecord {
  readonly dryRun: boolean
  /** Goes on with a run that was broken off. */
  readonly resumed: boolean
  readonly kinds: { readonly missing: number; readonly different: number; readonly extra: number }
  /** The first of the rows that could not be made or written. */
  readonly failures: readonly SyncFailure[]
  readonly trend: Trend
  readonly exit: number
}

/**
 * Runs a job once. Throws LOCK_TIMEOUT where it is running already, STOPPED between two chunks when the signal fires, REPAIR_LIMIT before the chunk
 * that would go beyond `limits.rows`, and what planning throws. Rows that could not be written are in the report.
 */
export async function runSync(
  job: Sync,
  set: TransferSet,
  options: SyncOptions,
  context: SyncContext,
): Promise<SyncReport> {
  const began = performance.now()
  await using stack = disposables()
  stack.use(await lockJob(job.name, set.target.address))
  const sources: Database[] = []
  for (const s of set.sources) sources.push(stack.use(await openDatabase(s.address, { role: 'source' })))
  const target = stack.use(await openTarget(set.target.address, {}))
  const sql = target.engine.dialect.mend
  const ledger = target.syncs?.()
  if (sql === undefined || ledger === undefined) throw new NaruError('INTERNAL', 'a target without jobs was opened')
  const open = { sources, target }
  const plan = await makePlan(set, open, { counting: false, notes: false, options: {} }, context.reporter)
  const dryRun = options.dryRun ?? false
  if (!dryRun) {
    await ledger.prepare()
    // Who holds the lock knows that no other run is under way.
    for (const r of await ledger.list(job.name))
      if (r.state === 'running') await ledger.update({ ...r, state: 'stopped' })
    await target.ledger().prepare({ idMaps: true })
  }
  const known = await ledger.list(job.name)
  const [first] = plan.tables.filter((t) => t.label === job.transfer)
  const part = await partOf({ job, plan: first, source: sources[first.origin ?? 0], known, options })
  const own = plan.tables.filter((t) => belongs(t, job))
  const maps = plan.tables.filter((t) => t.label.startsWith('keys of '))
  const setup = { now: new Date().toISOString(), counters: await firstNumbers(target, plan.tables) }
  const opened = openStages({ to: set.target.address, tables: plan.tables, stages: setup }, target)
  stack.defer(() => opened.close())
  const stages = { ...opened, functions: functionsOf(set) }
  if (!dryRun) {
    await makeMaps(target, maps)
    const numbered = maps.filter((m) => m.label === `keys of ${job.transfer}`).map(part.narrow)
    await numberRows({ plan, maps: numbered, sources, target, stages, begin: sql.begin })
  }
  const source = sources[first.origin ?? 0]
  const reader = severalConnections(target.can)
    ? stack.use(await openDatabase(set.target.address, { role: 'source' }))
    : target
  const plans = own.map(comparedMapping)
  const raw = source.engine.dialect.rawValue
  const tables: SyncTable[] = []
  for (const p of plans) tables.push(stack.use(await openSyncTable(p, { target, reader, raw })))
  const from = set.sources[first.origin ?? 0].address
  const readBy = job.scope === undefined ? plans.map(part.narrow) : plans
  const joint = jointSource(readBy, source, stages)
  const reopened = async () =>
    severalConnections(source.can) ? stack.use(await openDatabase(from, { role: 'source' })) : source
  let second: Promise<JointSource> | null = null
  const rows = pageRows(job)
  const scope = job.scope === undefined ? null : scopeOf(job.name, job.scope, transferOf(job, set), own[0])
  const beyond = looksBeyond(job, plans, part)
  const { cursor } = part.record
  const parents = { job: job.name, plans: own, source, target: reader, rows, cursor, changed: part.changed, beyond }
  const pages =
    scope === null
      ? pagesByKey(joint, { rows, after: parseKey(cursor), beyond })
      : pagesByParent(joint, parentPages({ ...parents, scope }))
  const found = await runPages({
    job,
    target,
    ledger,
    source: joint,
    again: () => (second ??= reopened().then((db) => jointSource(readBy, db, stages))),
    tables,
    pages,
    record: part.record,
    resumed: part.resumed,
    scoped: scope !== null,
    dryRun,
    parallel: { source: severalConnections(source.can), target: severalConnections(target.can) },
    context,
    sql,
    began,
  })
  const done = await close(found.record, dryRun ? null : ledger)
  if (!dryRun) await countersAfter(target, set.target.address.schema, own)
  const exit = done.failed > 0 || (dryRun && done.due > 0) ? EXIT.differences : EXIT.done
  const { kinds, failures } = found
  const trend = trendOf([done, ...known.filter((r) => r.id !== done.id)])
  return { ...done, dryRun, resumed: part.resumed, kinds, failures, trend, exit }
}

/** Whether rows that no mapping makes are looked for: not where only some rows are read, for all others would seem to be such. */
function looksBeyond(job: Sync, plans: readonly TablePlan[], part: Part): boolean {
  if (!job.repair?.includes('extra')) return false
  if (job.scope !== undefined) return true
  if (part.changed !== undefined) return false
  for (const plan of plans) {
    if (plan.ordered && carriedKey(plan) !== null) continue
    throw new NaruError('CONFIG_INVALID', `${plan.label}: rows that no mapping makes cannot be found here`, {
      why: 'the key of the source is not the key of the target, in one order',
      hint: "Give the job a scope, or leave 'extra' out of repair; naru verify names such rows.",
      state: 'nothing was changed',
    })
  }
  return true
}

/** Ends a run. */
async function close(record: SyncRecord, ledger: SyncLedger | null): Promise<SyncRecord> {
  // Rows that failed are read again by the next run.
  const watermark = record.failed > 0 ? record.since : record.watermark
  const done: SyncRecord = { ...record, watermark, state: 'done', finished: new Date().toISOString() }
  await ledger?.update(done)
  return done
}

function transferOf(job: Sync, set: TransferSet) {
  const found = set.transfers.find((t) => t.name === job.transfer)
  if (found === undefined) throw new NaruError('INTERNAL', `${job.transfer} is not among its set`)
  return found
}

function belongs(t: TablePlan, job: Sync): boolean {
  return t.label === job.transfer || t.label.startsWith(`${job.transfer} → `)
}

/** Functions are at hand in this process. */
function functionsOf(set: TransferSet) {
  return async (call: { readonly transfer: string }) => {
    const found = set.transfers.find((t) => t.name === call.transfer)
    if (found?.row === undefined)
      throw new NaruError('ROW_FUNCTION', `the transfer ${call.transfer} has no row function`)
    return { run: found.row as unknown as RowFunction, into: [found.to, ...found.into] }
  }
}

async function makeMaps(target: Database, maps: readonly TablePlan[]): Promise<void> {
  for (const map of maps) {
    if (map.action !== 'create') continue
    const { table, indexes, constraints } = target.engine.dialect.ddl
    for (const step of [table, indexes, constraints].flatMap((made) => made(map.target))) await target.execute(step.sql)
  }
}
