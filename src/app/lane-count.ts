/** How many lanes a copy is worth. */
import { availableParallelism } from 'node:os'
import { severalConnections } from '../core/capabilities.ts'
import type { Address, Database } from '../core/engine.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'
import { isOnThisMachine } from './address.ts'

/** What lanes lie between, and what was asked. */
interface Ends {
  readonly sources: readonly { readonly database: Database }[]
  readonly target: Database
  readonly options: CopyOptions
}

/** Lanes for this run: what was asked, else from the cores; never more than both servers allow. */
export function laneCount(session: Ends): number {
  const { sources, target, options } = session
  if (sources.some((s) => s.database.can.inProcess) || target.can.inProcess) return 1
  const wanted = options.jobs ?? Math.max(2, Math.min(8, availableParallelism()))
  const limits = [target.can.writers, room(target), ...sources.map((s) => room(s.database))].filter((n) => n !== null)
  return Math.max(1, Math.min(wanted, ...limits))
}

/** What one lane more has to be worth: so much is copied in the time that a thread takes to start. */
const LANE_ROWS = 25_000
const LANE_BYTES = 8 * 1024 * 1024
/** Up to here no thread is started at all. */
const HERE_ROWS = 5000
const HERE_BYTES = 1024 * 1024

interface Amount {
  readonly rows: number
  readonly bytes: number
}

/** What there is to copy, by the statistics of a schema or the counts of a plan. */
export function amountOf(tables: readonly { readonly rows?: number; readonly bytes?: number }[]): Amount {
  const sum = (of: (t: (typeof tables)[number]) => number | undefined) => tables.reduce((n, t) => n + (of(t) ?? 0), 0)
  return { rows: sum((t) => t.rows), bytes: sum((t) => t.bytes) }
}

/** Few rows are not spread over many lanes, unless so many were asked for. */
export function lanesFor(session: Ends, { rows, bytes }: Amount): number {
  const most = laneCount(session)
  if (session.options.jobs !== undefined) return most
  return Math.max(1, Math.min(most, Math.ceil(Math.max(rows / LANE_ROWS, bytes / LANE_BYTES))))
}

/** Lanes of a run whose plan is made. */
export function runLanes(session: Ends & { readonly plan: CopyPlan }): number {
  // What rows of a mapping cost, its plan does not tell.
  return session.plan.mappings === undefined ? lanesFor(session, amountOf(session.plan.tables)) : laneCount(session)
}

/** So little that a thread or a connection more would cost more than it saves. */
export function isLittle(options: CopyOptions, { rows, bytes }: Amount): boolean {
  return options.jobs === undefined && rows <= HERE_ROWS && bytes <= HERE_BYTES
}

/** Whether more than one connection to the target is worth while. */
export function isWide({ plan, options, target }: Ends & { readonly plan: CopyPlan }): boolean {
  return severalConnections(target.can) && !isLittle(options, amountOf(plan.tables))
}

/** So many lanes share one thread, where the servers do more than it does. */
const SHARED_LANES = 2

/**
 * Whether lanes run in this thread: one, or two beside each other where there are no more processors. The servers do most of the work on
 * a row; where they are on this machine, too, a further thread takes more of it for loading and compiling the same code than it gives.
 */
export function lanesShareThread({ sources, to }: Places, lanes: number, processors = availableParallelism()): boolean {
  const most = processors <= SHARED_LANES ? SHARED_LANES : 1
  return lanes <= most && [to, ...sources.map((s) => s.address)].every(isOnThisMachine)
}

/** Where what lanes lie between is. */
interface Places {
  readonly sources: readonly { readonly address: Address }[]
  readonly to: Address
}

/** Connections that a server still has, less two for others. */
function room(db: Database): number | null {
  return db.can.freeConnections === null ? null : Math.max(1, db.can.freeConnections - 2)
}
