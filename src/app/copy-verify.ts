/** Proof of what was copied: the target is read back and compared with what was hashed on the way, or with the source anew. */
import type { KeyRange } from '../core/key.ts'
import { isKept, keptSum, type Mark, type UnitRecord } from '../core/ledger.ts'
import { type TablePlan, targetColumns } from '../core/plan.ts'
import type { TableVerification } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { share } from '../core/share.ts'
import { verifyTable } from '../verify/compare.ts'
import { coverage } from '../verify/inside.ts'
import {
  combineReadback,
  type Readback,
  type ReadbackPart,
  type ReadbackTask,
  readbackTasks,
} from '../verify/readback.ts'
import { plural } from './format.ts'
import { amountOf, lanesFor } from './lane-count.ts'
import { laneSetup, shared } from './lane-setup.ts'
import type { WorkLane } from './lane-work.ts'
import { type Crew, openLanes } from './lanes.ts'
import { type Session, sourceOf } from './session.ts'
import { stopped } from './stopped.ts'

type Verifications = Map<string, TableVerification>

/** What the ledger holds of the run once all rows are there. */
export interface Written {
  readonly units: readonly UnitRecord[]
  readonly marks: readonly Mark[]
}

/** A table with what the ledger holds of it. */
export interface Copied {
  readonly plan: TablePlan
  readonly index: number
  readonly units: readonly UnitRecord[]
  readonly marks: readonly Mark[]
  readonly written: number
  /** Rows of units that were compared before and kept; those units are not among `units`. */
  readonly kept: number
}

/**
 * Verifies every table as --verify says.
 * A copy in one go: digest of what was sent against digest of what the target holds; only the target is read.
 * A continued copy, or rows appended to others: source and target are both read and compared by key.
 * --by digest: both databases compute digests first, and only tables whose digests differ (or cannot be computed) are read: a source
 * that goes on changing is no fault of the copy.
 */
export async function verifyCopied(
  session: Session,
  written: Written,
  crew: Crew,
  signal: AbortSignal | undefined,
): Promise<Verifications> {
  const how = session.options.verify ?? 'digest'
  const result: Verifications = new Map()
  if (how === 'none') return result
  const tables = copiedTables(session, written)
  const twoSided = (t: Copied) =>
    session.resumed || t.plan.action === 'append' || t.marks.some((m) => m.digest === '' && m.written > 0)
  const oneSided = how === 'digest' ? tables.filter((t) => !twoSided(t)) : []
  const inside = session.options.by === 'digest' ? await insideAll(session, oneSided, signal) : new Map()
  const sent = oneSided.filter((t) => !inside.has(t.plan.label))
  const sentResults = await readBackAll(session, sent, crew, signal)
  for (const table of tables) {
    if (signal?.aborted) throw stopped()
    const label = table.plan.label
    const known = sentResults.get(label)
    const equal = inside.get(label)
    if (equal !== undefined) result.set(label, equal)
    else if (how === 'count') result.set(label, await countTable(session, table))
    else if (known === undefined) result.set(label, await compareTable(session, table, undefined, signal))
    else if (known.same) result.set(label, fromReadback(table, known))
    else result.set(label, await locate(session, table, known, signal))
    const v = result.get(label)
    if (v !== undefined) session.reporter.report({ type: 'verified', table: label, rows: v.targetRows, same: v.same })
  }
  return result
}

/** Each table of the plan with its units and marks. */
export function copiedTables(session: Session, { units, marks }: Written): Copied[] {
  return session.plan.tables.map((table, index) => {
    const all = new Set(units.filter((u) => u.table === table.label).map((u) => u.unit))
    // Where rows of units cannot be told apart by ranges, those that were kept are read again with the others.
    const summed = marks.flatMap((m) => (all.has(m.unit) ? (asWritten(m) ?? []) : []))
    const same = marks.filter((m) => all.has(m.unit) && isKept(m) && keptSum(m) === null)
    // Of merged tables single rows are kept, beside others that are written.
    const kept = marks.reduce((n, m) => n + (all.has(m.unit) && keptSum(m) === null ? (m.kept ?? 0) : 0), 0)
    for (const m of same) all.delete(m.unit)
    const own = units.filter((u) => all.has(u.unit))
    const ownMarks = [...marks.filter((m) => all.has(m.unit) && keptSum(m) === null), ...summed]
    const written = ownMarks.reduce((n, m) => n + m.written, 0)
    return { plan: table, index, units: own, marks: ownMarks, written, kept }
  })
}

/** The mark of a kept unit as if its rows had been written; null for any other. */
function asWritten(m: Mark): Mark | null {
  const sum = keptSum(m)
  return sum === null ? null : { ...m, written: m.kept ?? 0, digest: sum }
}

/** Tables that digests computed in both databases show to be the same. */
async function insideAll(
  session: Session,
  tables: readonly Copied[],
  signal: AbortSignal | undefined,
): Promise<Verifications> {
  const result: Verifications = new Map()
  for (const table of tables) {
    if (!coverage(table.plan, sourceOf(session, table.plan), session.target).able) continue
    const compared = await compareTable(session, table, undefined, signal)
    if (compared.same) result.set(table.plan.label, compared)
  }
  return result
}

interface Queued {
  readonly table: Copied
  readonly task: ReadbackTask
}

/** Reads tables of the target back. Throws STOPPED. */
export async function readBackAll(
  session: Session,
  tables: readonly Copied[],
  crew: Crew,
  signal: AbortSignal | undefined,
): Promise<Map<string, Readback>> {
  const result = new Map<string, Readback>()
  const queue: Queued[] = []
  for (const table of tables) {
    if (table.units.length === 0) continue // all of it was kept
    const tasks = await readbackTasks({ ...table, target: session.target })
    queue.push(...tasks.map((task) => ({ table, task })))
  }
  const parts = new Map<Copied, ReadbackPart[]>(tables.map((t) => [t, []]))
  if (queue.length > 0) await shareOut(session, queue, parts, crew, signal)
  for (const [table, own] of parts) {
    result.set(table.plan.label, combineReadback(table.plan, table.units, table.marks, own))
  }
  return result
}

/** Lanes do the tasks; what they find is put to the parts of the tables. Throws STOPPED. */
async function shareOut(
  session: Session,
  queue: readonly Queued[],
  parts: ReadonlyMap<Copied, ReadbackPart[]>,
  crew: Crew,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stop = new Int32Array(new SharedArrayBuffer(8))
  const resting = crew.take()
  const count = Math.min(lanesFor(session, amountOf(queue.map((q) => q.table.plan))), queue.length)
  const lanes =
    resting.length > 0
      ? resting
      : await openLanes(laneSetup(session, count, null, stop), { count, shared: shared(session) }, () => {})
  try {
    const work = async (lane: WorkLane, { table, task }: Queued) => {
      parts.get(table)?.push(await lane.readback(table.index, task))
    }
    await share(lanes, queue, work, { stopping: () => signal?.aborted ?? false })
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()))
  }
  if (signal?.aborted) throw stopped()
}

/** The verdict of a table that was read back. */
export function fromReadback(table: Copied, back: Readback): TableVerification {
  return {
    table: table.plan.label,
    target: displayName(table.plan.target.name),
    how: 'digest',
    sourceRows: table.written + table.kept,
    targetRows: back.rows + table.kept,
    sourceDigest: back.expected,
    targetDigest: back.digest,
    same: back.same,
    drift: [],
    driftCount: 0,
    ms: back.ms,
    ...(table.kept > 0 && { note: `${plural(table.kept, 'row')} of units that were kept had been compared before` }),
  }
}

/** The digests differ: source and target are compared by key, in the units concerned. The digests' verdict stands. */
async function locate(session: Session, table: Copied, back: Readback, signal: AbortSignal | undefined) {
  const bad = new Set(back.badUnits)
  const ranges = table.units.filter((u) => bad.has(u.unit)).map((u) => u.range)
  const compared = await compareTable(session, table, ranges.length > 0 ? ranges : undefined, signal)
  const note =
    compared.driftCount === 0
      ? 'the target does not hold what was sent, yet source and target agree now: rows have changed on both meanwhile'
      : compared.note
  return { ...fromReadback(table, back), drift: compared.drift, driftCount: compared.driftCount, note }
}

async function countTable(session: Session, table: Copied): Promise<TableVerification> {
  const began = performance.now()
  const { plan } = table
  const rows = Number(await session.target.source(plan.target, targetColumns(plan), { key: null }).count())
  const append = plan.action === 'append'
  return {
    ...fromReadback(table, {
      rows: rows - table.kept,
      same: true,
      digest: '',
      expected: '',
      badUnits: [],
      ms: performance.now() - began,
    }),
    how: 'count',
    sourceDigest: null,
    targetDigest: null,
    same: append ? rows >= table.written : rows === table.written + table.kept,
    note: append ? 'the table held other rows before' : undefined,
  }
}

async function compareTable(
  session: Session,
  table: Copied,
  ranges: readonly KeyRange[] | undefined,
  signal: AbortSignal | undefined,
): Promise<TableVerification> {
  const { target, options } = session
  const source = sourceOf(session, table.plan)
  const taken = session.sample === undefined ? {} : { taken: table.units.map((u) => u.range) }
  const plan: TablePlan = { ...table.plan, ...taken }
  const compared = await verifyTable({ plan, source, target, ranges, by: options.by, digests: false, signal }, 'digest')
  const rejected = table.marks.reduce((n, m) => n + m.rejected, 0)
  // Rejected rows have been told of: if nothing else is missing, the copy is what it says it is.
  const missing = compared.drift.filter((d) => d.kind === 'missing on target').length
  if (rejected === 0 || compared.driftCount !== rejected || missing !== Math.min(rejected, compared.drift.length)) {
    return compared
  }
  return {
    ...compared,
    same: true,
    note: `${rejected} rejected rows are missing on the target, as the reject file says`,
  }
}
