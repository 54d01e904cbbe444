/** Turns packets of rows into batches of wire tuples: one encoder a column, one growing buffer, nothing made per value. */
import { CellError } from '../../core/encode.ts'
import type { Batch, CellReject, ReadOptions, WireColumn } from '../../core/engine.ts'
import type { Key } from '../../core/key.ts'
import { ByteWriter } from '../../core/writer.ts'
import type { Field, RowHandler } from './driver.ts'
import type { FieldWriter } from './encode-plain.ts'
import { fieldWriter } from './field-writer.ts'
import { rowKeyReader } from './key-value.ts'
import { type Skip, skipper, type ValueText, valueText } from './packet.ts'

/** What is read: the columns, and behind them what else the key takes. */
export interface RowShape {
  readonly columns: readonly WireColumn[]
  /** Where the key columns are, in the source's own terms; empty without a key. */
  readonly key: readonly number[]
}

/** Buffers that batches gave back. */
export interface Pool {
  take(size: number): ByteWriter
  give(writer: ByteWriter): void
}

/** A pool of a few buffers; one that a huge row has blown up is not kept. */
export function writerPool(): Pool {
  const free: ByteWriter[] = []
  return {
    take(size) {
      const writer = free.pop() ?? new ByteWriter(size)
      writer.at = 0
      return writer
    },
    give(writer) {
      if (free.length < 4 && writer.bytes.length <= 32 << 20) free.push(writer)
    },
  }
}

/** Takes rows, gives batches. An error of choosing encoders is kept in `failure`, for the reader to throw. */
export class BatchMaker implements RowHandler {
  /** Whole batches that wait to be taken. */
  readonly ready: Batch[] = []
  failure: unknown = null
  /** Rows are passed over from now on. */
  discard = false
  private readonly shape: RowShape
  private readonly limits: ReadOptions
  private readonly pool: Pool
  private readonly onBatch: () => void
  private w: ByteWriter
  private rows = 0
  private rejects: CellReject[] = []
  private writers: FieldWriter[] = []
  private skips: Skip[] = []
  private texts: ValueText[] = []
  private readKey: ((b: Buffer, start: number) => Key) | null = null
  private bitmap = 0
  private lastBuffer: Buffer | null = null
  private lastStart = 0

  constructor(shape: RowShape, limits: ReadOptions, pool: Pool, onBatch: () => void) {
    this.shape = shape
    this.limits = limits
    this.pool = pool
    this.onBatch = onBatch
    this.w = pool.take(limits.bytes + 4096)
  }

  fields(fields: readonly Field[]): void {
    const { columns, key } = this.shape
    try {
      this.writers = columns.map((c, i) => fieldWriter(fields[i], c))
    } catch (error) {
      this.failure = error
      this.discard = true
    }
    this.skips = fields.map(skipper)
    this.texts = fields.map(valueText)
    this.bitmap = (fields.length + 9) >> 3
    this.readKey = key.length === 0 ? null : rowKeyReader(fields, key)
  }

  row(b: Buffer, start: number): void {
    if (this.discard) return
    const { w, writers } = this
    const began = w.at
    const count = writers.length
    const nulls = start + 1
    let at = nulls + this.bitmap
    let i = 0
    try {
      w.int16(count)
      for (; i < count; i++) {
        if ((b[nulls + ((i + 2) >> 3)] & (1 << ((i + 2) & 7))) !== 0) w.null()
        else at = writers[i](w, b, at)
      }
      this.rows++
    } catch (error) {
      w.at = began
      this.refuse(error, i, b, start)
    }
    this.lastBuffer = b
    this.lastStart = start
    if (w.at >= this.limits.bytes || this.rows + this.rejects.length >= this.limits.rows) this.flush()
  }

  private refuse(error: unknown, column: number, b: Buffer, start: number): void {
    if (!(error instanceof CellError)) {
      this.failure = error
      this.discard = true
      return
    }
    const { columns } = this.shape
    const row: Record<string, string | null> = {}
    let at = start + 1 + this.bitmap
    columns.forEach((c, i) => {
      const isNull = (b[start + 1 + ((i + 2) >> 3)] & (1 << ((i + 2) & 7))) !== 0
      row[c.name] = isNull ? null : textOrReason(this.texts[i], b, at)
      if (!isNull) at = this.skips[i](b, at)
    })
    this.rejects.push({
      key: this.readKey?.(b, start) ?? null,
      column: columns[column].name,
      reason: error.message,
      row,
    })
  }

  /** Closes the batch that is being filled. */
  flush(): void {
    if (this.rows === 0 && this.rejects.length === 0) return
    const { w, pool } = this
    const last =
      this.readKey === null || this.lastBuffer === null ? null : this.readKey(this.lastBuffer, this.lastStart)
    let given = false
    this.ready.push({
      bytes: w.bytes.subarray(0, w.at),
      rows: this.rows,
      last,
      rejects: this.rejects,
      release() {
        if (!given) pool.give(w)
        given = true
      },
    })
    this.w = pool.take(this.limits.bytes + 4096)
    this.rows = 0
    this.rejects = []
    this.lastBuffer = null
    this.onBatch()
  }

  /** Gives back what nobody took. */
  close(): void {
    this.discard = true
    for (const batch of this.ready.splice(0)) batch.release()
    this.pool.give(this.w)
  }
}

function textOrReason(text: ValueText, b: Buffer, at: number): string {
  try {
    return text(b, at)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
