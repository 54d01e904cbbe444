/** Walks over the rows of a source batch by batch; a batch is given back before the next one is asked for. */
import type { Batch, CellReject, RowSource } from '../core/engine.ts'
import type { Key, KeyRange } from '../core/key.ts'
import { skipRow } from '../core/wire.ts'
import { readOptions, refuseAborted } from './side.ts'

/** A run of whole rows inside the cursor's current batch. */
export interface Rows {
  /** The rows alone. */
  readonly bytes: Uint8Array
  readonly count: number
  /** Where the last of the rows begins in the cursor's `bytes`; null where the run is the rest of the batch. */
  readonly last: number | null
}

/** A position in a stream of rows. `fill` first, then look and `advance`; views are good until the next `fill`. */
export class RowCursor {
  bytes: Uint8Array = new Uint8Array(0)
  /** Start of the current row. */
  at = 0
  /** Rows from `at` to the end of the batch. */
  left = 0
  private batch: Batch | null = null
  private readonly iterator: AsyncIterator<Batch>
  private readonly signal: AbortSignal | undefined
  private readonly onReject: (reject: CellReject) => void

  constructor(source: RowSource, range: KeyRange, onReject: (reject: CellReject) => void, signal?: AbortSignal) {
    this.iterator = source.read(range, readOptions(signal))[Symbol.asyncIterator]()
    this.signal = signal
    this.onReject = onReject
  }

  /** Makes sure that a row is there; false at the end of the stream. */
  async fill(): Promise<boolean> {
    while (this.left === 0) {
      this.drop()
      const next = await this.iterator.next()
      refuseAborted(this.signal)
      if (next.done) return false
      this.batch = next.value
      this.bytes = next.value.bytes
      this.at = 0
      this.left = next.value.rows
      for (const reject of next.value.rejects) this.onReject(reject)
    }
    return true
  }

  /** The next `count` rows (1 ≤ count ≤ left) without moving. */
  look(count: number): Rows {
    if (count === this.left) return { bytes: this.bytes.subarray(this.at), count, last: null }
    let end = this.at
    let last = end
    for (let i = 0; i < count; i++) {
      last = end
      end = skipRow(this.bytes, end)
    }
    return { bytes: this.bytes.subarray(this.at, end), count, last }
  }

  /** Goes on behind the current row, which ends at `end`. */
  step(end: number): void {
    this.at = end
    this.left--
  }

  /** Goes on behind rows that `look` gave. */
  advance(rows: Rows): void {
    this.at += rows.bytes.length
    this.left -= rows.count
  }

  /** Key of the batch's last row in the side's own terms. */
  get lastKey(): Key | null {
    return this.batch?.last ?? null
  }

  /** Ends the stream early or late; the source may then be read again. */
  async close(): Promise<void> {
    this.drop()
    await this.iterator.return?.()
  }

  private drop(): void {
    this.batch?.release()
    this.batch = null
  }
}
