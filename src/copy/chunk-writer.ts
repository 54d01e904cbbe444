/** Rows of one unit on the target: a chunk is one transaction, rows and mark or neither; what the target refuses is sifted out. */
import type { TupleHasher } from '../core/digest.ts'
import type { Batch, RowSink } from '../core/engine.ts'
import type { NaruEvent } from '../core/event.ts'
import type { Key } from '../core/key.ts'
import { KEPT, keptDigest, type Mark, type RejectRecord } from '../core/ledger.ts'
import type { TablePlan } from '../core/plan.ts'
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

/** Writes chunks of one unit. Units that cannot be continued by key (`whole`) stay in one transaction to their end. */
export class ChunkWriter {
  private seq: number
  private begun = false
  private rowsBefore = 0
  private rejected = 0
  private last: Key | null
  private readonly context: ChunkContext
  private readonly table: ChunkTable
  private readonly task: UnitTask
  /** Keys of the rows that are emptied; null: those of the range. */
  private readonly listed: readonly string[] | null

  constructor(context: ChunkContext, table: ChunkTable, task: UnitTask, listed: readonly string[] | null) {
    this.listed = listed
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
    this.seq++
    await sink.begin()
    this.begun = true
    try {
      if (empty) await this.empty()
      const { unit } = this.task.unit
      const base = { run: this.context.run, unit, seq: this.seq, after: null, written: 0, rejected: 0 }
      await sink.mark({ ...base, ...counts }, [])
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

  /** Writes a batch with its mark; `null` is the mark of an end that no batch told. */
  async write(batch: Batch | null, done: boolean): Promise<Mark> {
    const { table, context } = this
    const cells = (batch?.rejects ?? []).map((r, i) => table.rejects.fromCell(r, `row ${this.rowsBefore + i + 1}`))
    const bytes = batch?.bytes ?? new Uint8Array(0)
    const rows = batch?.rows ?? 0
    this.seq++
    let mark: Mark
    try {
      mark = await this.attempt({ bytes, rows, rejects: [] }, batch, cells, done, false)
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (!this.task.unit.whole) await this.rollback()
      mark = await this.attempt({ bytes, rows, rejects: [] }, batch, cells, done, true)
    }
    this.rowsBefore += mark.read
    this.rejected += mark.rejected
    this.last = mark.after
    context.report({
      type: 'chunk',
      table: table.label,
      read: mark.read,
      written: mark.written,
      rejected: mark.rejected,
      ...(mark.filtered > 0 && { filtered: mark.filtered }),
      ...(mark.merged > 0 && { merged: mark.merged }),
      ...(mark.kept !== undefined && { kept: mark.kept }),
      bytes: bytes.length,
    })
    return mark
  }

  private async attempt(all: Sifted, batch: Batch | null, cells: RejectRecord[], done: boolean, sifting: boolean) {
    const { sink } = this.table
    if (!sifting && !this.begun && !this.task.unit.whole && all.rows > 0 && cells.length === 0 && sink.chunk) {
      const mark = this.mark(batch, all, 0, done)
      this.begun = true
      await sink.chunk(all.bytes, all.rows, mark)
      this.begun = false
      return mark
    }
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
    for (const r of rejects) {
      this.context.report({ type: 'reject', table: this.table.label, key: r.key, reason: r.reason })
    }
    return mark
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
    return {
      run: this.context.run,
      unit: this.task.unit.unit,
      seq: this.seq,
      after: batch === null ? this.last : batch.last,
      read: landed.rows - there + rejected + filtered + merged + kept,
      written: landed.rows - there,
      rejected,
      filtered,
      merged,
      ...(kept > 0 && { kept }),
      digest: this.context.settings.digest ? this.digest(landed) : '',
      done,
    }
  }

  private digest(landed: Sifted): string {
    const { hasher, plan } = this.table
    return plan.ordered && plan.upsert === undefined
      ? hasher.stream(landed.bytes, landed.rows)
      : hasher.sum(landed.bytes, landed.rows).toString(16).padStart(32, '0')
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
  }
}
