/** Rows of one unit on the target: a chunk is one transaction, rows and mark or neither; what the target refuses is sifted out. */
import type { StreamDigest, TupleHasher } from '../core/digest.ts'
import type { Batch, ChunkStream, RowSink } from '../core/engine.ts'
import type { NaruEvent } from '../core/event.ts'
import type { Key } from '../core/key.ts'
import { KEPT, keptDigest, type Mark, type RejectRecord } from '../core/ledger.ts'
import type { TablePlan } from '../core/plan.ts'
import { addSums, sumText } from '../core/sum.ts'
import { type Compared, isListed, type ListedCompared, listedRanges } from './refresh.ts'
import { isRefusal, type RejectWriter, type Sifted, sift, tooMany } from './reject.ts'
import type { UnitTask } from './units.ts'

export interface ChunkSettings {
  /** Hash what is written. */
  readonly digest: boolean
  /** Rejects in one unit after which the lane gives up: a table that is refused as a whole is not sifted row by row. */
  readonly rejectLimit: number
}

export interface ChunkContext {
  readonly run: string
  readonly settings: ChunkSettings
  report(event: NaruEvent): void
}

/** A table that chunks are written to. */
export interface ChunkTable {
  readonly plan: TablePlan
  readonly label: string
  readonly sink: RowSink
  readonly hasher: TupleHasher
  readonly rejects: RejectWriter
}

/** A chunk that is being sent. */
interface Sent {
  readonly began: number
  rows: number
  bytes: number
  /** Bytes as they were read. */
  read: number
  readonly digest: StreamDigest
  /** Of values that did not get as far as the target. */
  readonly rejects: RejectRecord[]
  /** Key of its last row. */
  last: Key | null
}

/** How chunks are sent while they are read, and the bytes and rows with which one is full. */
export interface Streaming {
  readonly stream: ChunkStream
  readonly bytes: number
  readonly rows: number
}

/** Rows that are safe, and the bytes in which they were read. */
export interface Stored {
  readonly mark: Mark
  readonly bytes: number
}

/** Bytes as they were read: what a mapping has made of a batch says nothing of its size. */
export function sourceBytes(batch: Batch): number {
  return batch.sourceBytes ?? batch.bytes.length
}

/** Milliseconds after which a chunk is full however small it is: what a stop or a kill costs stays little over a slow link. */
const CHUNK_MS = 1000

function isFull(sent: Sent, o: Streaming): boolean {
  return sent.bytes >= o.bytes || sent.rows >= o.rows || performance.now() - sent.began >= CHUNK_MS
}

/** The sum of all rows' hashes, in whatever order they come. */
function summed(hasher: TupleHasher): StreamDigest {
  let sum = 0n
  return {
    add(bytes, rows) {
      sum = addSums(sum, hasher.sum(bytes, rows))
    },
    end: () => sumText(sum),
  }
}

/** Writes chunks of one unit. Units that cannot be continued by key (`whole`) stay in one transaction to their end. */
export class ChunkWriter {
  private seq: number
  private begun = false
  private rowsBefore = 0
  private rejected = 0
  private last: Key | null
  private sent: Sent | null = null
  /** How chunks are sent while they are read; undefined: each batch is a chunk. */
  private streaming: Streaming | undefined
  private readonly context: ChunkContext
  private readonly table: ChunkTable
  private readonly task: UnitTask
  /** Keys of the rows that are emptied; null: those of the range. */
  private readonly listed: readonly string[] | null

  constructor(
    context: ChunkContext,
    table: ChunkTable,
    task: UnitTask,
    listed: readonly string[] | null,
    streaming?: Streaming,
  ) {
    this.listed = listed
    this.streaming = streaming
    this.context = context
    this.table = table
    this.task = task
    this.seq = task.unit.whole ? 0 : task.seq
    this.last = task.unit.whole ? null : task.after
  }

  /** The unit is on the target as it is to be. */
  async keep(found: Compared | ListedCompared): Promise<void> {
    const { read, filtered, merged } = found
    const counts = { read: read + filtered + merged, filtered, merged, kept: read }
    await this.alone({ ...counts, digest: isListed(found) ? keptDigest(found.sum) : KEPT, done: true }, false)
    const { table, context } = this
    context.report({
      type: 'chunk',
      table: table.label,
      written: 0,
      rejected: 0,
      bytes: 0,
      ...counts,
    })
  }

  /** Takes the unit's rows off the target; it is copied later, when those of all other units that differ are gone, too. */
  async emptied(): Promise<void> {
    await this.alone({ read: 0, filtered: 0, merged: 0, digest: '', done: false }, true)
  }

  /** A mark without rows, in a transaction of its own. */
  private async alone(
    counts: Pick<Mark, 'read' | 'filtered' | 'merged' | 'kept' | 'digest' | 'done'>,
    empty: boolean,
  ): Promise<void> {
    const { sink } = this.table
    await sink.begin()
    this.begun = true
    try {
      if (empty) await this.empty()
      await sink.mark({ ...this.next, ...counts, after: null, written: 0, rejected: 0 }, [])
      await this.commit()
    } catch (error) {
      await this.abandon()
      throw error
    }
  }

  private async empty(): Promise<void> {
    const { plan, sink } = this.table
    const rows = plan.refresh?.rows
    if (rows !== undefined) {
      for (const range of listedRanges(this.listed ?? [])) await sink.empty(range, rows)
      return
    }
    const key = plan.refresh?.key ?? null
    const { range } = this.task.unit
    await sink.empty(key === null ? { kind: 'all' } : range, key)
  }

  /**
   * Takes the next batch, null for an end that no batch told; the marks of what is on the target now. `last`: no more batches come; `store`:
   * what was sent is to be stored at once. Throws ROW_REFUSED, where batches are sent as part of larger chunks, for any row since the last mark.
   */
  async take(batch: Batch | null, o: { readonly last: boolean; readonly store: boolean }): Promise<Stored[]> {
    const { streaming } = this
    if (streaming === undefined) return [await this.write(batch, o.last)]
    if (batch !== null && batch.rows > 0) {
      const sent = await this.send(streaming, batch)
      return o.last || o.store || isFull(sent, streaming) ? [await this.store(streaming, sent, o.last)] : []
    }
    // An end is that of the chunk before it; a batch of rejects alone follows it.
    const before = this.sent === null ? [] : [await this.store(streaming, this.sent, batch === null)]
    return before.length > 0 && batch === null ? before : [...before, await this.write(batch, o.last)]
  }

  /** Whether batches are sent as part of larger chunks, whose ends need not be foreseen. */
  get streams(): boolean {
    return this.streaming !== undefined
  }

  /** Writes a batch with its mark. */
  private async write(batch: Batch | null, done: boolean): Promise<Stored> {
    const cells = batch === null ? [] : this.cells(batch, this.rowsBefore)
    const bytes = batch?.bytes ?? new Uint8Array(0)
    const rows = batch?.rows ?? 0
    let mark: Mark
    try {
      mark = await this.attempt({ bytes, rows, rejects: [] }, batch, cells, done, false)
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (!this.task.unit.whole) await this.rollback()
      mark = await this.attempt({ bytes, rows, rejects: [] }, batch, cells, done, true)
    }
    this.stored(mark, bytes.length)
    return { mark, bytes: batch === null ? 0 : sourceBytes(batch) }
  }

  /** What the next mark is of. */
  private get next(): Pick<Mark, 'run' | 'unit' | 'seq'> {
    return { run: this.context.run, unit: this.task.unit.unit, seq: this.seq + 1 }
  }

  /** Values of a batch that could not be read or written as they are; `before`: rows that came before it. */
  private cells(batch: Batch, before: number): RejectRecord[] {
    return batch.rejects.map((r, i) => this.table.rejects.fromCell(r, `row ${before + i + 1}`))
  }

  private async send({ stream }: Streaming, batch: Batch): Promise<Sent> {
    this.begun = true
    const none = { rows: 0, bytes: 0, read: 0, rejects: [], last: null }
    this.sent ??= { ...none, began: performance.now(), digest: this.digest() }
    const { sent } = this
    sent.rejects.push(...this.cells(batch, this.rowsBefore + sent.rows + sent.rejects.length))
    if (sent.rejects.length > this.rejectsLeft()) throw tooMany(sent.rejects)
    sent.digest.add(batch.bytes, batch.rows)
    sent.rows += batch.rows
    sent.bytes += batch.bytes.length
    sent.read += sourceBytes(batch)
    sent.last = batch.last
    await stream.send(batch.bytes, batch.rows)
    return sent
  }

  /** Ends the chunk that is being sent, with its mark. */
  private async store({ stream }: Streaming, sent: Sent, done: boolean): Promise<Stored> {
    const { rows, bytes, rejects } = sent
    const rejected = rejects.length
    const counts = { read: rows + rejected, written: rows, rejected, filtered: 0, merged: 0 }
    const mark = { ...this.next, ...counts, after: sent.last, digest: sent.digest.end(), done }
    await stream.commit(mark, rejects)
    this.begun = false
    this.sent = null
    this.tell(rejects)
    this.stored(mark, bytes)
    return { mark, bytes: sent.read }
  }

  /** Gives up what was sent since the last mark, and sending; the key after which the unit is to be read again. */
  async unsend(): Promise<Key | null> {
    await this.rollback()
    this.sent = null
    this.streaming = undefined
    return this.last
  }

  private stored(mark: Mark, bytes: number): void {
    this.seq = mark.seq
    this.rowsBefore += mark.read
    this.rejected += mark.rejected
    this.last = mark.after
    this.context.report({
      type: 'chunk',
      table: this.table.label,
      read: mark.read,
      written: mark.written,
      rejected: mark.rejected,
      ...(mark.filtered > 0 && { filtered: mark.filtered }),
      ...(mark.merged > 0 && { merged: mark.merged }),
      ...(mark.kept !== undefined && { kept: mark.kept }),
      bytes,
    })
  }

  private async attempt(all: Sifted, batch: Batch | null, cells: RejectRecord[], done: boolean, sifting: boolean) {
    const { sink } = this.table
    if (!this.begun) {
      await sink.begin()
      this.begun = true
      const { refresh } = this.table.plan
      if (refresh !== undefined && !refresh.merged && this.task.unit.whole) await this.empty()
    }
    let landed = all
    if (sifting) landed = await sift(sink, all.bytes, all.rows, this.table.rejects, this.rejectsLeft())
    else if (all.rows > 0) await sink.rows(all.bytes, all.rows, { savepoint: this.task.unit.whole })
    const rejects = [...cells, ...landed.rejects]
    if (rejects.length > this.rejectsLeft()) throw tooMany(rejects)
    const mark = this.mark(batch, landed, rejects.length, done)
    await sink.mark(mark, rejects)
    if (!this.task.unit.whole) await this.commit()
    this.tell(rejects)
    return mark
  }

  private tell(rejects: readonly RejectRecord[]): void {
    for (const r of rejects) {
      this.context.report({ type: 'reject', table: this.table.label, key: r.key, reason: r.reason })
    }
  }

  /** How many more rows of this unit may be refused. */
  private rejectsLeft(): number {
    return Math.max(0, this.context.settings.rejectLimit - this.rejected)
  }

  private mark(batch: Batch | null, landed: Sifted, rejected: number, done: boolean): Mark {
    const filtered = batch?.filtered ?? 0
    const there = this.table.sink.merged?.() ?? 0
    const merged = (batch?.merged ?? 0) + there
    const kept = batch?.kept ?? 0
    const digest = this.digest()
    digest.add(landed.bytes, landed.rows)
    return {
      ...this.next,
      after: batch === null ? this.last : batch.last,
      read: landed.rows - there + rejected + filtered + merged + kept,
      written: landed.rows - there,
      rejected,
      filtered,
      merged,
      ...(kept > 0 && { kept }),
      digest: digest.end(),
      done,
    }
  }

  /** Of what is written; empty where it is not compared. */
  private digest(): StreamDigest {
    const { hasher, plan } = this.table
    if (!this.context.settings.digest) return { add() {}, end: () => '' }
    return plan.ordered && plan.upsert === undefined ? hasher.stream() : summed(hasher)
  }

  private async commit(): Promise<void> {
    await this.table.sink.commit()
    this.begun = false
  }

  private async rollback(): Promise<void> {
    await this.table.sink.rollback()
    this.begun = false
  }

  /** Closes the transaction of a whole unit; one that was stopped half-way is rolled back and starts anew next time. */
  async end(done: boolean): Promise<void> {
    if (!this.begun) return
    if (done) await this.commit()
    else await this.rollback()
  }

  /** After an error: nothing half-done may stay. The connection may be gone already. */
  async abandon(): Promise<void> {
    if (this.begun) await this.rollback().catch(() => {})
    this.sent = null
  }
}
