/**
 * One lane: a reader, its transcoders and a writer, on connections of its own. It takes one unit after the other.
 * Reading runs one batch ahead of writing. A chunk is one transaction on the target: rows and mark, or neither.
 */
import { tupleHasher } from '../core/digest.ts'
import type { Batch, ChunkStream, Database, RowSink, RowSource } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Key, KeyRange } from '../core/key.ts'
import { carriedKey, isExisting, type TablePlan, targetColumns } from '../core/plan.ts'
import type { StageContext } from '../transfer/context.ts'
import { plannedSource } from '../transfer/planned-source.ts'
import { type ChunkContext, type ChunkSettings, type ChunkTable, ChunkWriter, sourceBytes } from './chunk-writer.ts'
import { mergedRows } from './merge-filter.ts'
import { compareHeld, isListed } from './refresh.ts'
import { isRefusal, rejectWriter } from './reject.ts'
import type { UnitTask } from './units.ts'
import { upsertSink } from './upsert.ts'

export interface LaneSettings extends ChunkSettings {
  /** Aim of a chunk in bytes and its limit in rows. */
  readonly chunkBytes: number
  readonly chunkRows: number
  /** This lane's share of --rate, in bytes and in rows a second. */
  readonly bytesPerSecond: number | null
  readonly rowsPerSecond: number | null
}

export interface LaneContext extends ChunkContext {
  /** In the order of TablePlan.origin. */
  readonly sources: readonly Database[]
  readonly target: Database
  readonly tables: readonly TablePlan[]
  readonly settings: LaneSettings
  /** What mappings need; only where a table has one. */
  readonly stages?: StageContext
  /** True once the run is to stop after the running chunk. */
  stopping(): boolean
  /** True while nothing more is to be read: a database has more urgent things to do. */
  holding(): boolean
}

/** What a unit came to in this process (chunks of an earlier one not counted). */
export interface UnitOutcome {
  readonly read: number
  readonly written: number
  readonly rejected: number
  readonly bytes: number
  readonly ms: number
  /** False when the lane stopped before the unit's end. */
  readonly done: boolean
}

export interface Lane {
  copy(task: UnitTask): Promise<UnitOutcome>
  close(): Promise<void>
}

interface OpenTable extends ChunkTable {
  readonly source: RowSource
  /** The target as it is, where units are compared first. */
  readonly held: RowSource | null
}

/** Opens a lane on two connections; the source has joined the snapshot. */
export function openLane(context: LaneContext): Lane {
  let open: OpenTable | null = null
  const tableFor = async (index: number): Promise<OpenTable> => {
    const plan = context.tables[index]
    if (open?.plan === plan) return open
    if (open !== null && (open.plan.phase ?? 0) !== (plan.phase ?? 0)) context.stages?.forget()
    await open?.sink[Symbol.asyncDispose]()
    open = null
    open = {
      plan,
      label: plan.label,
      source: plannedSource(plan, context.sources[plan.origin ?? 0], { stages: context.stages }),
      held: plan.refresh === undefined ? null : heldRows(plan, context.target),
      sink: await sinkOf(context.target, plan),
      hasher: tupleHasher(plan.columns.map((c) => c.wire)),
      rejects: rejectWriter(plan),
    }
    return open
  }
  return {
    async copy(task) {
      return copyUnit(context, await tableFor(task.table), task)
    },
    async close() {
      await open?.sink[Symbol.asyncDispose]()
      open = null
    },
  }
}

function sinkOf(target: Database, plan: TablePlan): Promise<RowSink> {
  if (plan.upsert !== undefined) return upsertSink(target, plan.target, targetColumns(plan), plan.upsert)
  return target.sink(plan.target, targetColumns(plan), { existing: isExisting(plan) })
}

function heldRows(plan: TablePlan, target: Database): RowSource {
  return target.source(plan.target, targetColumns(plan), { key: plan.refresh?.rows ?? plan.refresh?.key ?? null })
}

/** What became of a unit of a table that is there already: kept, emptied, or to be copied in place of the rows of these keys. */
interface Looked {
  readonly outcome: UnitOutcome | null
  readonly listed: readonly string[] | null
}

/** A unit of a table that is there already is kept where it is the same on both sides. */
async function keepUnit(context: LaneContext, table: OpenTable, task: UnitTask): Promise<Looked> {
  const { refresh } = table.plan
  if (refresh === undefined || refresh.merged || table.held === null || task.seq > 0)
    return { outcome: null, listed: null }
  const began = performance.now()
  await released(context)
  const { range } = task.unit
  const { source, held, hasher } = table
  const found = await compareHeld(table.plan, refresh, { source, target: held, range, hasher })
  const listed = isListed(found) ? found.keys : null
  if (!found.same && found.held > 0 && refresh.refuse !== undefined) throw refused(table.label, refresh.refuse)
  const chunks = new ChunkWriter(context, table, task, listed)
  if (found.same) await chunks.keep(found)
  else if (task.unit.whole) return { outcome: null, listed }
  else await chunks.emptied()
  const read = found.same ? found.read + found.filtered + found.merged : 0
  const bytes = found.same ? found.bytes : 0
  const outcome = { read, written: 0, rejected: 0, bytes, ms: performance.now() - began, done: found.same }
  return { outcome, listed }
}

function refused(label: string, why: string): NaruError {
  return new NaruError('UNSUPPORTED', `rows of ${label} differ, and they cannot be copied again one part at a time`, {
    why,
    hint: `Mend them with naru repair, or leave ${label} out with --exclude.`,
    state: 'every unit that was finished is on the target with its mark',
  })
}

/** Without transactions, rows may be there beyond the last mark: they go before the unit is written again. */
async function clearRest(table: OpenTable, task: UnitTask, resumed: Key | null): Promise<void> {
  const { plan, sink, label } = table
  const { range } = task.unit
  const listed = plan.refresh?.rows !== undefined
  if (listed && task.seq === 0) return // its rows are taken away by their keys
  if (listed || (range.kind === 'key' && plan.stage !== undefined && carriedKey(plan) === null)) {
    throw new NaruError('UNSUPPORTED', `${label} cannot be continued in the middle of a unit`, {
      why: 'the storage engine of its table has no transactions, and a mapping makes its key: which rows are of this unit is not known',
      hint: 'Begin again with --restart, or give the table the engine InnoDB.',
      state: 'every unit that was finished is on the target with its mark',
    })
  }
  await sink.clear(range, resumed)
}

async function copyUnit(context: LaneContext, table: OpenTable, task: UnitTask): Promise<UnitOutcome> {
  const { outcome, listed } = await keepUnit(context, table, task)
  if (outcome !== null) return outcome
  const began = performance.now()
  const { settings } = context
  const total = { read: 0, written: 0, rejected: 0, bytes: 0 }
  const resumed = task.unit.whole ? null : task.after
  if (!table.sink.atomic && (task.seq > 0 || task.unit.whole)) await clearRest(table, task, resumed)
  const stream = streamOf(table, task)
  const pieces = piecesOf(settings, stream !== undefined)
  const chunks = new ChunkWriter(context, table, task, listed, stream && { ...pieces.chunk, stream })
  await released(context)
  const source = task.merge === undefined ? table.source : mergedRows(table.source, table.plan, task.merge)
  const copyFrom = async (from: Key | null, size: Size): Promise<boolean> => {
    const batches = ahead(source.read(narrow(task.unit.range, from), size))
    const seen = { read: 0, bytes: 0, began: performance.now() }
    try {
      for (;;) {
        const batch = await batches.next()
        const last = batch === null || (!chunks.streams && (await isLast(batches, batch, size)))
        const stopping = context.stopping()
        const holding = context.holding() && !task.unit.whole
        const store = stopping || holding || isPaced(settings)
        for (const { mark, bytes } of await chunks.take(batch, { last, store })) {
          total.read += mark.read
          total.written += mark.written
          total.rejected += mark.rejected
          total.bytes += bytes
        }
        seen.read += batch === null ? 0 : taken(batch)
        seen.bytes += batch === null ? 0 : sourceBytes(batch)
        batch?.release()
        if (last || stopping) return last
        // One transaction holds all of a whole unit: it is not kept open for longer than its rows take.
        if (holding) seen.began += await released(context)
        await pace(settings, seen, seen.began)
      }
    } finally {
      await batches.close()
    }
  }
  try {
    const done = await copyFrom(resumed, pieces.batch).catch(async (error: unknown) => {
      if (!chunks.streams || !isRefusal(error)) throw error
      // What was sent is gone. The rest of the unit is read again, in chunks that can be sifted.
      return await copyFrom(await chunks.unsend(), piecesOf(settings, false).batch)
    })
    await chunks.end(done)
    return { ...total, ms: performance.now() - began, done }
  } catch (error) {
    await chunks.abandon()
    throw error
  }
}

interface Size {
  readonly bytes: number
  readonly rows: number
}

/**
 * Sent while they are read, rows come in small batches, which stay in the processor's cache, and go in large chunks, for each has its
 * price. At a rate that the user named each batch is a chunk, so that no transaction stays open while the lane waits.
 */
function piecesOf(o: LaneSettings, streams: boolean): { readonly batch: Size; readonly chunk: Size } {
  const size = (factor: number) => ({
    bytes: Math.ceil(o.chunkBytes * factor),
    rows: Math.ceil(o.chunkRows * factor),
  })
  return streams && !isPaced(o) ? { batch: size(1 / 4), chunk: size(16) } : { batch: size(1), chunk: size(1) }
}

function isPaced(o: LaneSettings): boolean {
  return o.bytesPerSecond !== null || o.rowsPerSecond !== null
}

/** Chunks are sent while they are read where rows that were refused can be read again as they were. */
function streamOf({ plan, sink }: OpenTable, task: UnitTask): ChunkStream | undefined {
  const again = plan.stage === undefined && plan.refresh === undefined && task.merge === undefined
  return again && task.unit.range.kind === 'key' && !task.unit.whole ? sink.stream : undefined
}

/** A short batch is most likely the last one: then it is worth waiting for the end, so that its mark can say so. */
async function isLast(batches: Ahead, batch: Batch, size: Size): Promise<boolean> {
  if (sourceBytes(batch) >= size.bytes * 0.9 || taken(batch) >= size.rows) return false
  return batches.atEnd()
}

/** Rows of the source that a batch stands for, as far as they are counted. */
function taken(batch: Batch): number {
  return batch.rows + batch.rejects.length + (batch.filtered ?? 0) + (batch.merged ?? 0) + (batch.kept ?? 0)
}

/** The rest of a range after a key. */
function narrow(range: KeyRange, after: Key | null): KeyRange {
  return range.kind === 'key' && after !== null ? { ...range, after } : range
}

async function pace(o: LaneSettings, total: { read: number; bytes: number }, began: number): Promise<void> {
  const seconds = Math.max(total.bytes / (o.bytesPerSecond ?? Infinity), total.read / (o.rowsPerSecond ?? Infinity))
  const ms = seconds * 1000 - (performance.now() - began)
  if (ms > 1) await sleep(ms)
}

/** How often a lane that is held looks whether it may go on, in milliseconds. */
const HELD_MS = 50

/** Waits until the lane may read; milliseconds that it took. */
async function released(context: LaneContext): Promise<number> {
  const began = performance.now()
  if (!context.holding()) return 0
  while (context.holding() && !context.stopping()) await sleep(HELD_MS)
  return performance.now() - began
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** An iterator that asks for the next batch while the last one is being written. */
interface Ahead {
  next(): Promise<Batch | null>
  /** Waits for the next batch to be known; true when there is none. */
  atEnd(): Promise<boolean>
  close(): Promise<void>
}

function ahead(source: AsyncIterable<Batch>): Ahead {
  const iterator = source[Symbol.asyncIterator]()
  const pull = () => {
    const asked = iterator.next()
    asked.catch(() => {}) // told when it is awaited
    return asked
  }
  let coming = pull()
  let ended = false
  return {
    async next() {
      if (ended) return null
      const result = await coming
      if (result.done) {
        ended = true
        return null
      }
      coming = pull()
      return result.value
    },
    async atEnd() {
      return (await coming).done === true
    },
    async close() {
      if (ended) return
      ended = true
      const left = await coming.catch(() => null)
      if (left && !left.done) left.value.release()
      await iterator.return?.()
    },
  }
}
