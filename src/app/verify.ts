/** `naru verify`: compares two databases table by table, to the row key. Changes nothing. */

import { availableParallelism } from 'node:os'
import { mapOntoExisting } from '../copy/plan.ts'
import { type ShapeInput, shapeInput } from '../copy/shape.ts'
import type { Address, Database } from '../core/engine.ts'
import { EXIT, NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions, VerifyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'
import type { DriftEntry, EarlierSession, TableVerification, VerifyReport, VerifySide } from '../core/report.ts'
import type { UnreadSchema } from '../core/schema.ts'
import { sideBySide } from '../core/share.ts'
import type { DriftListener } from '../verify/collect.ts'
import { certify, knownCertificate } from './certificate.ts'
import { type DriftSpool, driftSpool } from './drift-list.ts'
import { facing } from './facing.ts'
import { moment } from './format.ts'
import { openEnds } from './open.ts'
import { remember } from './remember.ts'
import { type Held, openThrottle, pauseNotes } from './throttle.ts'
import { checkParts, comparedColumns, partsOfTarget, partsSince, whereNotes } from './verify-columns.ts'
import { type Ends, openPairs, type Pair, secondLooks } from './verify-lanes.ts'
import { openState, type VerifyState } from './verify-state.ts'
import { compareAll, missingTables, surplus, unreadTables } from './verify-tables.ts'
import { wayOf } from './verify-way.ts'

/** What a verification works with beside its options. */
export interface VerifyContext {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
  /** Takes the complete list where it is to go to no file. */
  readonly write?: (text: string) => void
  /** Told of every row that differs, whole, once all tables have been compared. */
  readonly onDrift?: (table: string, entry: DriftEntry) => void | Promise<void>
  /** Told of them while tables are compared, with their bytes; all are then found. */
  readonly listener?: (plan: TablePlan) => DriftListener
  /** Where what has been compared is kept until the end, so that `continue` can go on with it; nowhere when absent. */
  readonly stateFolder?: string | null
}

/**
 * Compares every table of the source with its counterpart on the target. Options that choose and name tables (tables, exclude,
 * where, rename, casts) mean what they mean to copy; `verify: 'count'` compares numbers of rows only; `by: 'digest'` lets both
 * databases compute digests and reads only rows that may differ.
 * @throws NaruError as the databases do; STOPPED when the signal fires. Differences are in the report, not thrown.
 */
export async function verify(
  from: Address,
  against: Address,
  options: VerifyOptions,
  context: VerifyContext,
): Promise<VerifyReport> {
  const started = new Date().toISOString()
  const to = facing(from, against)
  refuseUncounted(options)
  const known = options.certificate === undefined ? null : await knownCertificate(options)
  const opened = await openEnds(from, to, { role: 'source' })
  await using source = opened[0]
  await using target = opened[1]
  await source.check?.()
  await target.check?.()
  const ends = { from, to, source, target }
  const { shape, plans } = await comparedTables(ends, options)
  const missing = await missingTables(source, shape)
  const way = await wayOf(options, source, target)
  const spooled = options.list !== undefined || context.onDrift !== undefined
  const listed = spooled || context.listener !== undefined
  const warn = (message: string) => context.reporter.report({ type: 'warning', message })
  const folder = context.stateFolder ?? null
  using state = openState({ folder, source, target, options, plans, by: way.by, listed, warn })
  try {
    await using pairs = await openPairs(ends, laneCount(ends, plans.length, options), options.noLock ?? false)
    state.session({ started, source: pairs.positions.source, target: pairs.positions.target })
    await using spool = spooled ? driftSpool() : null
    await using held = await openThrottle(ends, options, context)
    await using again = secondLooks(ends)
    const found = await compareAll({ ...context, plans, options, state, spool, held }, pairs.lanes, again)
    const kept = {
      ...ends,
      ...pairs.lanes[0],
      ...context,
      plans,
      tables: found,
      over: () => pairs[Symbol.asyncDispose](),
    }
    const remembered = options.remember ? await remember(kept) : []
    const labels = plans.map((p) => p.label)
    await tellDrift(context, spool, labels)
    const title = `${from.label} and ${to.label}: rows that differ`
    if (options.list !== undefined) {
      await spool?.save({ list: options.list, title, tables: labels, write: context.write })
    }
    const notes = [...pairs.notes, ...(state.earlier.length > 0 ? [] : way.notes), ...held.notes, ...remembered]
    const report = reportOf(
      { from, to, started, held, state, unread: unreadTables(shape.source, options) },
      [...found, ...missing],
      [...notes, ...whereNotes(plans, found, options), ...pauseNotes(held.throttle), ...surplus(shape, plans)],
    )
    state.finish()
    if (options.certificate === undefined) return report
    const { positions } = pairs
    const sides = { from: sideOf(source, positions.source), to: sideOf(target, positions.target) }
    return { ...report, certificate: await certify(options.certificate, known, report, sides) }
  } catch (error) {
    throw folder === null ? error : continuable(error)
  }
}

interface Made {
  readonly from: Address
  readonly to: Address
  readonly started: string
  readonly held: Held
  readonly state: VerifyState
  readonly unread: readonly UnreadSchema[]
}

function reportOf(m: Made, tables: readonly TableVerification[], notes: readonly string[]): VerifyReport {
  const { earlier } = m.state
  return {
    from: m.from.label,
    to: m.to.label,
    started: m.started,
    finished: new Date().toISOString(),
    tables,
    same: tables.every((t) => t.same),
    ...(m.unread.length > 0 && { unread: m.unread }),
    notes: [...earlierNotes(earlier), ...notes],
    ...(m.held.throttle !== null && { pauses: m.held.throttle.pauses() }),
    ...(earlier.length > 0 && { earlier }),
  }
}

/** What is said of a comparison that others began. */
export function earlierNotes(earlier: readonly EarlierSession[]): string[] {
  if (earlier.length === 0) return []
  const begun = moment(earlier[0].started)
  return [`continued: begun ${begun}; what was compared before is as the snapshots of that time had it`]
}

/** An error after which a comparison can be gone on with says how. */
export function continuable(error: unknown): unknown {
  if (!(error instanceof NaruError) || (error.exit !== EXIT.stopped && error.exit !== EXIT.interrupted)) return error
  return new NaruError(error.code, error.message, {
    why: error.why,
    hint: 'Run the same command again with --continue: it goes on where this one was.',
    state: 'nothing was changed; what has been compared is kept',
    details: error.details,
    cause: error.cause,
  })
}

/** Counting looks at all rows: no sample of it. Throws USAGE. */
export function refuseUncounted(o: VerifyOptions): void {
  if (o.remember && (o.sample !== undefined || o.verify === 'count' || o.continue)) {
    throw new NaruError('USAGE', '--remember needs all rows compared at one time', {
      why: 'neither a sample nor counts nor a comparison that is continued tells what both sides hold now',
      state: 'nothing was changed',
    })
  }
  if (o.sample === undefined || o.verify !== 'count') return
  throw new NaruError('USAGE', '--sample compares rows, and --verify count does not', { state: 'nothing was changed' })
}

/** The tables of both sides as they are compared. Throws what mapping them throws: COLUMN_MISSING, UNSUPPORTED, TABLE_MISSING. */
export async function comparedTables(ends: Ends, options: VerifyOptions): Promise<Compared> {
  const { from, to, source, target } = ends
  const [left, right] = await sideBySide(
    source.inspect({ schema: from.schema, origin: true }),
    target.inspect({ schema: to.schema }),
  )
  const shape = shapeInput(source, target, { source: left, target: right, options: copyOptions(options) })
  const dialects = { source: source.engine.dialect, target: target.engine.dialect }
  const whole = partsOfTarget(mapOntoExisting(shape).map(strict), shape.source, options)
  for (const p of whole) await checkParts(ends, p, p)
  const mapped = partsSince(whole, options, dialects)
  return { shape, plans: comparedColumns(mapped, options) }
}

interface Compared {
  readonly shape: ShapeInput
  readonly plans: readonly TablePlan[]
}

/** An end of a comparison, for its certificate. */
export function sideOf(db: Database, position: string | null): VerifySide {
  return { label: db.address.label, engine: db.flavor, version: db.version, position }
}

/** What verification asks of the plan of a copy. */
function copyOptions({ by: _, ...options }: VerifyOptions): CopyOptions {
  return options
}

/** Rows that only the target has are differences here, whoever wrote them. */
function strict(plan: TablePlan): TablePlan {
  return { ...plan, action: 'truncate' }
}

/** In-process lanes overlap the waiting for both servers; more of them than cores would only wait for each other, more than tables would idle. */
function laneCount(ends: Pair, tables: number, options: VerifyOptions): number {
  if (ends.source.can.inProcess || ends.target.can.inProcess) return 1
  const most = options.jobs ?? Math.max(2, Math.min(4, availableParallelism()))
  return Math.max(1, Math.min(tables, most))
}

/** Tells whoever asked of every row that differs. */
export async function tellDrift(c: VerifyContext, spool: DriftSpool | null, tables: readonly string[]): Promise<void> {
  if (c.onDrift === undefined || spool === null) return
  for (const table of tables) for await (const entry of spool.entries(table)) await c.onDrift(table, entry)
}
