/** `naru sync NAME`: rows of a transfer that drifted, or are missing, are written as the mapping makes them. */

import { disposables } from '../core/disposables.ts'
import type { Database } from '../core/engine.ts'
import { EXIT, NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import { parseKey, serializeKey } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import type { SyncLedger, SyncRecord } from '../core/sync-ledger.ts'
import type { RowFunction } from '../transfer/context.ts'
import type { Sync } from '../transfer/sync.ts'
import { comparedMapping } from '../verify/mapped.ts'
import { writeChunk } from '../verify/sync/chunk.ts'
import { openSyncTable, type SyncFailure, type SyncTable, type TableWork } from '../verify/sync/table.ts'
import { openDatabase } from './open.ts'
import { countersAfter } from './repair/counters.ts'
import { openTarget } from './repair/session.ts'
import { openStages } from './stage.ts'
import { lockJob } from './sync/lock.ts'
import { numberRows } from './sync/numbers.ts'
import { type Part, partOf } from './sync/part.ts'
import { type Trend, trendOf } from './sync/trend.ts'
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

export interface SyncContext {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
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

const CHUNK = 1000
/** Failures that are named. */
const NAMED = 100

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
    await target.ledger().prepare({ idMaps: true })
  }
  const known = await ledger.list(job.name)
  const [first] = plan.tables.filter((t) => t.label === job.transfer)
  const part = await partOf({ job, plan: first, source: sources[first.origin ?? 0], known, options })
  const narrowed = plan.tables.filter((t) => belongs(t, job)).map(part.narrow)
  const maps = plan.tables.filter((t) => t.label.startsWith('keys of '))
  const setup = { now: new Date().toISOString(), counters: await firstNumbers(target, plan.tables) }
  const opened = openStages({ to: set.target.address, tables: plan.tables, stages: setup }, target)
  stack.defer(() => opened.close())
  const stages = { ...opened, functions: functionsOf(set) }
  if (!dryRun) await makeMaps(target, maps)
  if (!dryRun) {
    const own = maps.filter((m) => m.label === `keys of ${job.transfer}`).map(part.narrow)
    await numberRows({ plan, maps: own, sources, target, stages, begin: sql.begin })
  }
  const tables: SyncTable[] = []
  for (const t of narrowed.sort((a, b) => (a.phase ?? 0) - (b.phase ?? 0))) {
    const source = sources[t.origin ?? 0]
    const raw = source.engine.dialect.rawValue
    tables.push(stack.use(await openSyncTable(comparedMapping(t), { source, target, stages, raw })))
  }
  const work: Work = { job, target, ledger, tables, part, dryRun, context, sql, began: performance.now() }
  const found = await run(work)
  if (!dryRun) await countersAfter(target, set.target.address.schema, narrowed)
  return { ...found, trend: trendOf([found, ...known.filter((r) => r.id !== found.id)]) }
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

interface Work {
  readonly job: Sync
  readonly target: Database
  readonly ledger: SyncLedger
  readonly tables: readonly SyncTable[]
  readonly part: Part
  readonly dryRun: boolean
  readonly context: SyncContext
  readonly sql: Parameters<typeof writeChunk>[0]['sql']
  readonly began: number
}

async function run(w: Work): Promise<Omit<SyncReport, 'trend'>> {
  const { job, part, dryRun, context } = w
  let record = part.record
  const kinds = { missing: 0, different: 0, extra: 0 }
  const failures: SyncFailure[] = []
  if (!dryRun && !part.resumed) await w.ledger.begin(record)
  const seconds = () => part.record.seconds + (performance.now() - w.began) / 1000
  const repair = new Set(job.repair ?? (['missing', 'different'] as const))
  const rows = job.chunk ?? CHUNK
  for (const rest of part.from(await w.tables[0].source.split({ rows }))) {
    if (context.signal?.aborted) await stop(w, { ...record, seconds: seconds() })
    const work: TableWork[] = []
    for (const table of w.tables) work.push(await table.look(rest, { repair, rows, due: (d) => isDue(job, d, kinds) }))
    const due = work.reduce((n, t) => n + t.changes.length, 0)
    const refused = work.flatMap((t) => t.failures)
    const next = (written: number, failed: number): SyncRecord => ({
      ...record,
      cursor: rest.kind === 'key' ? serializeKey(rest.upto ?? parseKey(record.cursor)) : record.cursor,
      looked: record.looked + work[0].read,
      due: record.due + due,
      written: record.written + written,
      failed: record.failed + failed,
      seconds: seconds(),
    })
    const most = job.limits?.rows
    if (!dryRun && most !== undefined && record.written + due > most)
      await limited(w, { ...record, seconds: seconds() }, most)
    if (dryRun || due === 0) {
      record = next(0, refused.length)
      if (!dryRun) await w.ledger.update(record)
      failures.push(...refused)
    } else {
      const outcome = await writeChunk({
        target: w.target,
        sql: w.sql,
        work,
        record: (o) => w.ledger.update(next(o.written, refused.length + o.failures.length)),
      })
      failures.push(...refused, ...outcome.failures)
      record = next(outcome.written, refused.length + outcome.failures.length)
    }
    failures.length = Math.min(failures.length, NAMED)
    context.reporter.report({ type: 'compared', table: job.name, rows: work[0].read, earlier: false })
  }
  // Rows that failed are read again by the next run.
  const watermark = record.failed > 0 ? record.since : record.watermark
  const done: SyncRecord = {
    ...record,
    watermark,
    state: 'done',
    finished: new Date().toISOString(),
    seconds: seconds(),
  }
  if (!dryRun) await w.ledger.update(done)
  const exit = done.failed > 0 || (dryRun && done.due > 0) ? EXIT.differences : EXIT.done
  return { ...done, dryRun, resumed: part.resumed, kinds, failures, exit }
}

type Kinds = { missing: number; different: number; extra: number }

function isDue(job: Sync, drift: Parameters<Parameters<SyncTable['look']>[1]['due']>[0], kinds: Kinds): boolean {
  const whole = { ...drift, job: job.name }
  if (job.due !== undefined && !job.due(drift.old, drift.now, whole)) return false
  kinds[drift.kind]++
  job.onDrift?.(whole)
  return true
}

async function stop(w: Work, record: SyncRecord): Promise<never> {
  if (!w.dryRun) await w.ledger.update({ ...record, state: 'stopped' })
  throw new NaruError('STOPPED', `${w.job.name} was stopped between two chunks`, {
    hint: 'Run it again: it goes on behind the last chunk.',
    state: `${record.written} rows were written`,
  })
}

async function limited(w: Work, record: SyncRecord, most: number): Promise<never> {
  await w.ledger.update({ ...record, state: 'stopped' })
  throw new NaruError('REPAIR_LIMIT', `${w.job.name} would write more than ${most} rows`, {
    why: `limits.rows is ${most}`,
    hint: `Look with naru sync ${w.job.name} --dry-run; where that many are right, raise limits.rows.`,
    state: `${record.written} rows were written; the next run goes on behind them`,
  })
}
