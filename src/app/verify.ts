/** `naru verify`: compares two databases table by table, to the row key. Changes nothing. */
import { availableParallelism } from 'node:os'
import { mapOntoExisting } from '../copy/plan.ts'
import { type ShapeInput, shapeExisting, shapeInput } from '../copy/shape.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions, VerifyOptions } from '../core/options.ts'
import { type TablePlan, tableLabel } from '../core/plan.ts'
import type { DriftEntry, TableVerification, VerifyReport, VerifySide } from '../core/report.ts'
import { displayName, type Table } from '../core/schema.ts'
import { share } from '../core/share.ts'
import type { Throttle } from '../core/throttle.ts'
import { verifyTable } from '../verify/compare.ts'
import { NOTHING_DONE } from '../verify/side.ts'
import { certify, knownCertificate } from './certificate.ts'
import { type DriftSpool, driftSpool } from './drift-list.ts'
import { openDatabase } from './open.ts'
import { type Held, heldTo, openThrottle, pauseNotes } from './throttle.ts'
import { comparedColumns, partsSince, tolerancesOf } from './verify-columns.ts'
import { openPairs, type Pair, type SecondLooks, secondLooks } from './verify-lanes.ts'
import { wayOf } from './verify-way.ts'

/** What a verification works with beside its options. */
export interface VerifyContext {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
  /** Takes the complete list where it is to go to no file. */
  readonly write?: (text: string) => void
  /** Told of every row that differs, whole, once all tables have been compared. */
  readonly onDrift?: (table: string, entry: DriftEntry) => void | Promise<void>
}

/**
 * Compares every table of the source with its counterpart on the target. Options that choose and name tables (tables, exclude,
 * where, rename, casts) mean what they mean to copy; `verify: 'count'` compares numbers of rows only; `by: 'digest'` lets both
 * databases compute digests and reads only rows that may differ.
 * @throws NaruError as the databases do; STOPPED when the signal fires. Differences are in the report, not thrown.
 */
export async function verify(
  from: Address,
  to: Address,
  options: VerifyOptions,
  context: VerifyContext,
): Promise<VerifyReport> {
  const started = new Date().toISOString()
  const began = performance.now()
  refuseUncounted(options)
  const known = options.certificate === undefined ? null : await knownCertificate(options)
  await using source = await openDatabase(from, { role: 'source' })
  await using target = await openDatabase(to, { role: 'source' })
  const shape = shapeInput(source, target, {
    source: await source.inspect({ schema: from.schema }),
    target: await target.inspect({ schema: to.schema }),
    options: copyOptions(options),
  })
  const dialects = { source: source.engine.dialect, target: target.engine.dialect }
  const mapped = partsSince(mapOntoExisting(shape).map(strict), options, dialects)
  const plans = comparedColumns(mapped, options)
  const missing = await missingTables(source, shape)
  const ends = { from, to, source, target }
  const way = await wayOf(options, source, target)
  await using pairs = await openPairs(ends, laneCount(ends, options), options.noLock ?? false)
  const listed = options.list !== undefined || context.onDrift !== undefined
  await using spool = listed ? await driftSpool() : null
  await using held = await openThrottle(ends, options, context)
  const pace = pacing(held.throttle)
  await using again = secondLooks(ends)
  tellBegin(context.reporter, plans)
  const found = await compareAll({ ...context, plans, options, by: way.by, spool, held, pace }, pairs.lanes, again)
  context.reporter.report({ type: 'phase', phase: PHASE, state: 'end', ms: performance.now() - began })
  const tables = [...found, ...missing]
  const labels = plans.map((p) => p.label)
  await tell(context, spool, labels)
  const title = `${from.label} and ${to.label}: rows that differ`
  if (options.list !== undefined) {
    await spool?.save({ list: options.list, title, tables: labels, write: context.write })
  }
  const report: VerifyReport = {
    from: from.label,
    to: to.label,
    started,
    finished: new Date().toISOString(),
    tables,
    same: tables.every((t) => t.same),
    notes: [...pairs.notes, ...way.notes, ...held.notes, ...pauseNotes(held.throttle), ...surplus(shape, plans)],
    ...(held.throttle !== null && { pauses: held.throttle.pauses() }),
  }
  if (options.certificate === undefined) return report
  const { positions } = pairs
  const sides = { from: sideOf(source, positions.source), to: sideOf(target, positions.target) }
  return { ...report, certificate: await certify(options.certificate, known, report, sides) }
}

/** The phase in which rows are compared, as progress shows it. */
const PHASE = 'compare'

function tellBegin(reporter: Reporter, plans: readonly TablePlan[]): void {
  const rows = plans.reduce((n, p) => n + p.rows, 0)
  reporter.report({ type: 'comparison', tables: plans.length, rows, resumed: false })
  reporter.report({ type: 'phase', phase: PHASE, state: 'begin' })
  for (const { label, rows } of plans) reporter.report({ type: 'table', table: label, rows, state: 'begin' })
}

/** Counting looks at all rows: no sample of it. */
function refuseUncounted(o: VerifyOptions): void {
  if (o.sample === undefined || o.verify !== 'count') return
  throw new NaruError('USAGE', '--sample compares rows, and --verify count does not', { state: 'nothing was changed' })
}

function sideOf(db: Database, position: string | null): VerifySide {
  return { label: db.address.label, engine: db.flavor, version: db.version, position }
}

/** What verification asks of the plan of a copy. */
function copyOptions({ by: _, ...options }: VerifyOptions): CopyOptions {
  return options
}

/** Both databases of a pair, each held to what it is to bear; all lanes share that. */
function pacing(held: Throttle | null): (pair: Pair) => Pair {
  if (held === null) return (pair) => pair
  const paces = { source: held.pace(), target: held.pace() }
  return ({ source, target }) => ({
    source: heldTo(source, paces.source, held),
    target: heldTo(target, paces.target, held),
  })
}

/** Rows that only the target has are differences here, whoever wrote them. */
function strict(plan: TablePlan): TablePlan {
  return { ...plan, action: 'truncate' }
}

/** In-process lanes overlap the waiting for both servers; more of them than cores would only wait for each other. */
function laneCount(ends: Pair, options: VerifyOptions): number {
  if (ends.source.can.inProcess || ends.target.can.inProcess) return 1
  return options.jobs ?? Math.max(2, Math.min(4, availableParallelism()))
}

async function missingTables(source: Database, shape: ShapeInput): Promise<TableVerification[]> {
  const found: TableVerification[] = []
  for (const { source: table, target } of shapeExisting(shape).absent) {
    const rows = Number(await source.source(table, [], { key: null }).count())
    found.push({
      table: tableLabel(table.name, shape.source.name),
      target: displayName(target.name),
      how: 'not verified',
      sourceRows: rows,
      targetRows: 0,
      sourceDigest: null,
      targetDigest: null,
      same: false,
      drift: [],
      driftCount: rows,
      ms: 0,
      note: 'not on the target',
    })
  }
  return found
}

/** Tables that only the target has are told, and are no difference: what was copied may live among others. */
function surplus(shape: ShapeInput, plans: readonly TablePlan[]): string[] {
  const known = new Set(plans.map((p) => displayName(p.target.name)))
  const others = shape.target.tables.map((t: Table) => displayName(t.name)).filter((n) => !known.has(n))
  if (others.length === 0 || shape.options.tables !== undefined || shape.options.exclude !== undefined) return []
  return [`on the target only, not compared: ${others.join(', ')}`]
}

interface Context extends VerifyContext {
  readonly plans: readonly TablePlan[]
  readonly options: VerifyOptions
  readonly by: 'stream' | 'digest'
  readonly spool: DriftSpool | null
  readonly held: Held
  readonly pace: (pair: Pair) => Pair
}

/** Large tables first, so that lanes end together; the result is in the plan's order. */
async function compareAll(c: Context, lanes: readonly Pair[], again: SecondLooks): Promise<TableVerification[]> {
  const queue = c.plans.map((_, i) => i).sort((a, b) => c.plans[b].bytes - c.plans[a].bytes)
  const results: TableVerification[] = []
  const { options } = c
  const how = options.verify === 'count' ? 'count' : 'digest'
  const work = async (lane: Pair, at: number) => {
    if (c.signal?.aborted) throw new NaruError('STOPPED', 'verification was stopped before its end', NOTHING_DONE)
    const plan = c.plans[at]
    const input = {
      ...c.pace(lane),
      plan,
      again: async () => {
        const look = await again.of(lane)()
        return { ...look, ...c.pace(look) }
      },
      by: c.by,
      gentle: c.held.throttle !== null,
      limit: options.limit,
      settle: (options.settle ?? 0) * 1000,
      sample: options.sample === undefined ? undefined : { text: options.sample, seed: options.seed ?? 1 },
      complete: c.spool !== null,
      tolerances: tolerancesOf(plan, options),
      listener: c.spool?.listener(plan.label),
      report: c.reporter,
      signal: c.signal,
    }
    const verified = await verifyTable(input, how)
    results[at] = verified
    c.reporter.report({ type: 'table', table: plan.label, rows: verified.sourceRows, state: 'end' })
  }
  await share(lanes, queue, work)
  return results
}

async function tell(c: VerifyContext, spool: DriftSpool | null, tables: readonly string[]): Promise<void> {
  if (c.onDrift === undefined || spool === null) return
  for (const table of tables) for await (const entry of spool.entries(table)) await c.onDrift(table, entry)
}
