/** The rows of a copy: snapshot, units, lanes. */
import { isExisting } from '../copy/broken-keys.ts'
import type { LaneSettings } from '../copy/lane.ts'
import type { Effort } from '../copy/outcome.ts'
import { runUnits } from '../copy/schedule.ts'
import { makeUnits, pendingTasks, type UnitTask } from '../copy/units.ts'
import type { Snapshot } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Mark, UnitRecord } from '../core/ledger.ts'
import { isOneUnit, type TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import { removeExtras } from './copy-extras.ts'
import { refreshMerged } from './copy-merged.ts'
import { chooseSample, movingRows } from './copy-sample.ts'
import { someOf } from './format.ts'
import { openHold } from './hold.ts'
import { amountOf, isLittle, runLanes } from './lane-count.ts'
import type { LaneSetup } from './lane-protocol.ts'
import type { Shared, WaitingLane, WorkLane } from './lane-work.ts'
import { beginLanes, type Crew, type Place } from './lanes.ts'
import { type LookupLoader, type LookupSource, lookupLoader, sideConnection } from './lookups.ts'
import type { Origin, Session } from './session.ts'

/** Larger chunks spare the target transactions and cost this process as much: its buffers then leave the cache, and fill memory. */
const CHUNK_BYTES = 2 * 1024 * 1024
const CHUNK_ROWS = 50_000
/** Rejects in one unit beyond --max-rejects after which a lane gives up. */
const REJECT_SLACK = 1000

function placeOf(session: Session, lookups: LookupSource): Place {
  const { plan, options } = session
  const here = plan.mappings === undefined && isLittle(options, amountOf(plan.tables))
  return { count: runLanes(session), here, shared: shared(session), lookups }
}

interface RowsOptions {
  readonly signal: AbortSignal | undefined
  /** Called with tables that later phases look up in, as soon as their rows are there. */
  indexEarly(tables: readonly TablePlan[]): Promise<void>
}

interface PhaseOptions extends RowsOptions {
  readonly stop: Int32Array
  readonly lookups: LookupLoader
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
      await crew.keep(open)
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

/** What lanes of this process use in place of connections of their own. */
export function shared(session: Session): Shared {
  return { sources: session.sources.map((s) => s.database), target: session.target }
}

/** Rows that others look up or point at are there before these begin. */
async function phaseByPhase(
  session: Session,
  tasks: readonly UnitTask[],
  lanes: readonly WorkLane[],
  o: PhaseOptions,
): Promise<Effort> {
  const { stop, signal } = o
  const phaseOf = (task: UnitTask) => session.plan.tables[task.table].phase ?? 0
  const efforts: Effort[] = []
  for (const phase of [...new Set(session.plan.tables.map((t) => t.phase ?? 0))].sort((a, b) => a - b)) {
    if (Atomics.load(stop, 0) !== 0) break
    o.lookups.forget() // a phase may have filled their tables
    const labels = session.plan.tables.filter((t) => (t.phase ?? 0) === phase).map((t) => t.label)
    const own = tasks.filter((task) => phaseOf(task) === phase)
    await session.files?.move(movingTables(session, own), signal)
    await once(session, `before phase ${phase}`, () => session.hooks?.before(labels))
    await refreshMerged(session, phase)
    efforts.push(await schedule(session, await unmarked(session, own), lanes, stop))
    if (Atomics.load(stop, 0) === 0) await removeExtras(session, phase)
    const rest = await emptied(session, own)
    if (rest.length > 0 && Atomics.load(stop, 0) === 0) efforts.push(await schedule(session, rest, lanes, stop))
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
  stop: Int32Array,
): Promise<Effort> {
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
      const rest = (left.get(task.table) ?? 1) - (outcome.done ? 1 : 0)
      left.set(task.table, rest)
      if (rest === 0) session.reporter.report({ type: 'table', table, rows: movingRows(session, plan), state: 'end' })
    },
  })
  return effort
}

/** The error of a run that was asked to stop. */
export function stopped(): NaruError {
  return new NaruError('STOPPED', 'stopped as asked', {
    why: 'the run was interrupted',
    state: 'every finished chunk is on the target with its mark; nothing is half-done',
  })
}

/** Units of tables that the ledger holds none of. Throws STOPPED. */
async function freshUnits(session: Session, lanes: number, stop: Int32Array): Promise<UnitRecord[]> {
  const { ledger, options, plan, run } = session
  const stored = await ledger.units(run)
  const have = new Set(stored.map((u) => u.table))
  const missing = plan.tables.filter((t) => !have.has(t.label))
  if (missing.length === 0) return []
  const drawn = stored.length === 0 ? await chooseSample(session, () => goOn(stop)) : null
  const fresh: UnitRecord[] = [...(drawn?.units ?? [])]
  for (const [origin, { database }] of session.sources.entries()) {
    const only = new Set(missing.filter((t) => (t.origin ?? 0) === origin && (drawn?.rest.has(t) ?? true)))
    fresh.push(...(await makeUnits(database, plan.tables, run, { lanes, unitRows: options.unitRows, only })))
  }
  return fresh
}

/** All units, those that were just split included, and the marks. */
async function storedUnits(
  { ledger, run }: Session,
  split: readonly UnitRecord[],
): Promise<{ units: UnitRecord[]; marks: Mark[] }> {
  const stored = await ledger.units(run)
  const added = split.map((u, i) => ({ ...u, position: stored.length + i }))
  if (added.length > 0) await ledger.addUnits(added)
  return { units: [...stored, ...added], marks: await ledger.marks(run) }
}

function goOn(stop: Int32Array): void {
  if (Atomics.load(stop, 0) !== 0) throw stopped()
}

function totalRows(session: Session): number {
  return session.plan.tables.reduce((sum, t) => sum + movingRows(session, t), 0)
}

/** Chunks of an earlier process count in the progress. */
function tellStored(session: Session, units: readonly UnitRecord[], mark: Mark): void {
  const table = units.find((u) => u.unit === mark.unit)?.table
  if (table === undefined) return
  const { read, written, rejected } = mark
  session.reporter.report({ type: 'chunk', table, read, written, rejected, bytes: 0 })
}

/** What a lane of this session is told at its start. */
export function laneSetup(session: Session, lanes: number, tokens: LaneSetup['tokens'], stop: Int32Array): LaneSetup {
  const { sources, to, run, plan } = session
  const from = sources.map((s) => s.address)
  return { from, to, tokens, run, tables: plan.tables, settings: settings(session, lanes), stop, ...session.lanes }
}

function settings(session: Session, lanes: number): LaneSettings {
  const { options } = session
  return {
    chunkBytes: options.chunkBytes ?? pacedChunk(options.rate, lanes),
    chunkRows: pacedRows(options.rowRate, lanes),
    digest: (options.verify ?? 'digest') === 'digest',
    bytesPerSecond: options.rate === undefined ? null : options.rate / lanes,
    rowsPerSecond: options.rowRate === undefined ? null : options.rowRate / lanes,
    rejectLimit: rejectLimit(session),
  }
}

/** With --rate a chunk is at most a quarter of a second's bytes, so that the flow is even and a stop is quick. */
function pacedChunk(rate: number | undefined, lanes: number): number {
  return rate === undefined ? CHUNK_BYTES : Math.min(CHUNK_BYTES, Math.max(16 * 1024, rate / lanes / 4))
}

function pacedRows(rate: number | undefined, lanes: number): number {
  return rate === undefined ? CHUNK_ROWS : Math.min(CHUNK_ROWS, Math.max(1, Math.floor(rate / lanes / 4)))
}

function rejectLimit(session: Session): number {
  const text = session.options.maxRejects ?? '0'
  const percent = /^([\d.]+)%$/.exec(text)
  return REJECT_SLACK + (percent ? (Number(percent[1]) / 100) * totalRows(session) : Number(text))
}
