/** The rows of a copy: snapshot, units, lanes. */
import type { Effort } from '../copy/outcome.ts'
import { pendingTasks } from '../copy/units.ts'
import type { Snapshot } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { UnitRecord } from '../core/ledger.ts'
import { isExisting, isOneUnit } from '../core/plan.ts'
import { type PhaseOptions, phaseByPhase, type RowsOptions } from './copy-phases.ts'
import { movingRows, totalRows } from './copy-sample.ts'
import { freshUnits, storedUnits, tellStored } from './copy-units.ts'
import { someOf } from './format.ts'
import { openHold } from './hold.ts'
import { amountOf, isLittle, lanesShareThread, runLanes } from './lane-count.ts'
import { isDigested, laneSetup, shared } from './lane-setup.ts'
import type { WaitingLane, WorkLane } from './lane-work.ts'
import { beginLanes, type Crew, type Place } from './lanes.ts'
import { type LookupSource, lookupLoader, sideConnection } from './lookups.ts'
import type { Origin, Session } from './session.ts'
import { stopped } from './stopped.ts'

function placeOf(session: Session, lookups: LookupSource): Place {
  const { plan, options } = session
  const count = runLanes(session)
  const passing = isLittle(options, amountOf(plan.tables)) || lanesShareThread(session, count)
  return { count, here: plan.mappings === undefined && passing, shared: shared(session), lookups }
}

/** Copies all units that are not done. Throws STOPPED when the signal fired first. */
export async function copyRows(session: Session, crew: Crew, o: RowsOptions): Promise<Effort> {
  const { signal } = o
  const stop = new Int32Array(new SharedArrayBuffer(8))
  const onAbort = () => Atomics.store(stop, 0, 1)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  try {
    tellRefresh(session)
    // Most files move before a snapshot is open: none is to last for hours. What comes in between is seen to phase by phase.
    // Those of a sample wait until its rows are chosen.
    if (session.sample === undefined) await session.files?.move(session.plan.tables, signal)
    if (signal?.aborted) throw stopped()
    await using lookups = lookupLoader(sideConnection(session.to, session.target), {
      bound: session.options.lookupMemory,
      tell: (note) => void (session.notes.includes(note) || session.notes.push(note)),
    })
    await using held = await openHold(session, stop, signal)
    const effort = await copyInSnapshot(session, crew, { ...o, stop, lookups })
    await held.end()
    if (signal?.aborted) throw stopped()
    return effort
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * Lanes connect and tables are split before the snapshot: the lock behind it (MySQL) is held for a moment only. Splitting early loses
 * nothing, since the outer ranges are open. The lock is let go before anything is written: source and target may be one server, and a
 * ledger that waits for the lock of its own run would wait for ever.
 */
async function copyInSnapshot(session: Session, crew: Crew, o: PhaseOptions): Promise<Effort> {
  const { plan, run, reporter } = session
  const report = reporter.report.bind(reporter)
  const { stop } = o
  const place = placeOf(session, o.lookups)
  const snapshots: Snapshot[] = []
  try {
    const { waiting, split } = await prepare(session, crew, place, stop)
    const open = await joined(session, snapshots, waiting, { lanes: place.count, stop })
    let done = false
    try {
      const { units, marks } = await storedUnits(session, split ?? (await freshUnits(session, place.count, stop)))
      report({ type: 'run', run, resumed: session.resumed, tables: plan.tables.length, rows: totalRows(session) })
      for (const t of plan.tables)
        report({ type: 'table', table: t.label, rows: movingRows(session, t), state: 'begin' })
      for (const mark of marks) tellStored(session, units, mark)
      const effort = await phaseByPhase(session, pendingTasks(units, marks), open, o)
      if (isDigested(session)) await crew.keep(open)
      else await crew.dismiss(open) // nobody reads the target back
      done = true
      return effort
    } finally {
      if (!done) await Promise.all(open.map((lane) => lane.close()))
    }
  } finally {
    for (const snapshot of snapshots) await snapshot.close().catch(() => {}) // a connection that is lost has told so already
  }
}

/** Connects lanes while tables are split. A sample is chosen inside the snapshot: then there are no units yet. */
async function prepare(
  session: Session,
  crew: Crew,
  place: Place,
  stop: Int32Array,
): Promise<{ waiting: WaitingLane[]; split: UnitRecord[] | null }> {
  const from = session.sources.map((s) => s.address)
  const [lanes, units] = await Promise.allSettled([
    crew.connect({ from, to: session.to }, place),
    session.sample === undefined ? freshUnits(session, place.count, stop) : null,
  ])
  if (lanes.status === 'rejected') throw lanes.reason
  if (units.status === 'fulfilled') return { waiting: lanes.value, split: units.value }
  await Promise.all(lanes.value.map((lane) => lane.close()))
  throw units.reason
}

/** Begins the snapshots and has the lanes join them. If that fails, no lane stays open. */
async function joined(
  session: Session,
  snapshots: Snapshot[],
  waiting: readonly WaitingLane[],
  o: { readonly lanes: number; readonly stop: Int32Array },
): Promise<WorkLane[]> {
  let open: WorkLane[] | null = null
  try {
    for (const origin of session.sources) snapshots.push(await begin(session, origin, o.lanes))
    session.position = snapshots.length === 1 ? snapshots[0].position : null
    const tokens = snapshots.map((s) => s.token)
    open = await beginLanes(waiting, laneSetup(session, o.lanes, tokens, o.stop))
    for (const snapshot of snapshots) await snapshot.joined()
    return open
  } catch (error) {
    await Promise.all((open ?? waiting).map((lane) => lane.close()))
    throw error
  }
}

async function begin(session: Session, { address, database }: Origin, lanes: number): Promise<Snapshot> {
  const whose = session.sources.length > 1 ? `${address.label}: ` : ''
  const unlocked = async (error: unknown): Promise<Snapshot> => {
    // One lane reads all in a snapshot of its own. A sample is chosen in that of this thread.
    const refused = error instanceof NaruError && error.code === 'SNAPSHOT_LOCK_DENIED'
    if (!refused || lanes > 1 || session.sample !== undefined) throw error
    session.notes.push(`${whose}the global read lock was refused: one lane reads all in one snapshot without it`)
    return { ...(await database.snapshot({ lock: false })), consistent: true, position: null }
  }
  const snapshot = await database.snapshot({ lock: !session.options.noLock }).catch(unlocked)
  if (!snapshot.consistent && snapshot.why !== undefined) session.notes.push(`${whose}${snapshot.why}`)
  if (snapshot.position !== null) session.notes.push(`${whose}source position of the snapshot: ${snapshot.position}`)
  return snapshot
}

/** What is to be known of tables that are brought up to date. */
function tellRefresh(session: Session): void {
  if (!session.options.incremental) return
  const { tables } = session.plan
  const whole = tables.filter((t) => t.refresh !== undefined && isOneUnit(t.refresh)).map((t) => t.label)
  const other = tables.filter((t) => t.refresh === undefined && isExisting(t) && t.stage?.unless === undefined)
  const early = tables.filter((t) => t.refresh?.emptyFirst && !t.refresh.merged).map((t) => t.label)
  if (whole.length > 0)
    session.notes.push(
      `compared and, where it differs, copied as a whole: ${someOf(whole, 6)}; it has no key by which both sides find its rows`,
    )
  if (early.length > 0)
    session.notes.push(
      `units that differ are emptied before any is copied, for more than the key is unique: ${someOf(early, 6)}`,
    )
  const merged = tables.flatMap((t) => (t.refresh?.asWhole === undefined ? [] : [`${t.label} (${t.refresh.asWhole})`]))
  if (merged.length > 0)
    session.notes.push(
      `kept where neither the rows that they merge nor the target have changed since the last run, else written as a whole: ${someOf(merged, 6)}`,
    )
  const names = other.map((t) => t.label)
  if (names.length > 0) session.notes.push(`written as they always are, not compared: ${someOf(names, 6)}`)
}
