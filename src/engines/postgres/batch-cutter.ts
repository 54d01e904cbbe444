/**
 * Row messages → batches. Each CopyData (of COPY TO) and each DataRow holds one whole row, so rows are copied as they come in and
 * nothing of them is looked at but the key of the last one of a batch. Buffers are used again once their batch is released.
 */
import type { Batch } from '../../core/engine.ts'
import type { Key, KeyValue } from '../../core/key.ts'
import { COPY_SIGNATURE, FROM_SERVER } from './messages.ts'
import type { RowTap } from './session.ts'

/** Where a field of the key is in a tuple, and how it is read. */
export interface KeyField {
  readonly position: number
  decode(bytes: Uint8Array, start: number, end: number): KeyValue | boolean
}

/** What a buffer begins with: most tables are small, and buffers of whole batches for each would be collected over and over. */
const FIRST = 65_536

/** Buffers that grow up to one size, kept for the next batch, and one larger one for huge rows, which would otherwise pile up as garbage. */
export class BufferPool {
  readonly size: number
  readonly #free: Buffer[] = []
  #large: Buffer | null = null

  constructor(size: number) {
    this.size = size
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(Math.min(this.size, FIRST))
  }

  /** A buffer with room for `need` bytes, no more than the size of all, that begins with the first `filled` of the given one. */
  widen(buffer: Buffer, filled: number, need: number): Buffer {
    const wide = Buffer.allocUnsafeSlow(Math.min(this.size, Math.max(need, buffer.length * 4)))
    buffer.copy(wide, 0, 0, filled)
    return wide
  }

  takeLarge(length: number): Buffer {
    const kept = this.#large
    this.#large = null
    return kept !== null && kept.length >= length ? kept : Buffer.allocUnsafeSlow(length)
  }

  give(buffer: Buffer): void {
    if (buffer.length > this.size) this.#large = buffer
    else if (this.#free.length < 4) this.#free.push(buffer)
  }

  /** Lets go of the large buffer. */
  trim(): void {
    this.#large = null
  }
}

export interface CutOptions {
  readonly pool: BufferPool
  readonly rows: number
  readonly key: readonly KeyField[] | null
  /** COPY sends a signature first and an end mark last; a cursor sends neither. */
  readonly copy: boolean
}

/** The key of the tuple at `start`. */
function keyAt(bytes: Buffer, start: number, fields: readonly KeyField[]): Key {
  const last = Math.max(...fields.map((f) => f.position))
  const found: KeyValue[] = new Array(fields.length).fill(null)
  let at = start + 2
  for (let i = 0; i <= last; i++) {
    const length = bytes.readInt32BE(at)
    at += 4
    const end = at + Math.max(length, 0)
    fields.forEach((f, n) => {
      if (f.position !== i || length < 0) return
      const value = f.decode(bytes, at, end)
      found[n] = typeof value === 'boolean' ? (value ? '1' : '0') : value
    })
    at = end
  }
  return found
}

export class BatchCutter implements RowTap {
  readonly type: number
  /** Rows that have come in so far. */
  total = 0
  /** Bytes of these rows. */
  totalBytes = 0
  /** Set to have everything that still comes in dropped. */
  muted = false
  readonly #o: CutOptions
  readonly #emit: (batch: Batch) => void
  #buffer: Buffer
  #at = 0
  #rows = 0
  #start = 0
  #lastStart = 0
  #signed: boolean

  constructor(o: CutOptions, emit: (batch: Batch) => void) {
    this.type = o.copy ? FROM_SERVER.copyData : FROM_SERVER.dataRow
    this.#o = o
    this.#emit = emit
    this.#buffer = o.pool.take()
    this.#signed = !o.copy
  }

  begin(length: number): void {
    const { pool } = this.#o
    if (this.#at + length > pool.size) this.flush()
    const need = this.#at + length
    if (need > this.#buffer.length) {
      if (need > pool.size) this.#grow(length)
      else this.#buffer = pool.widen(this.#buffer, this.#at, need)
    }
    this.#start = this.#at
  }

  #grow(length: number): void {
    const { pool } = this.#o
    pool.give(this.#buffer)
    this.#buffer = pool.takeLarge(length)
  }

  data(chunk: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (length < 32) {
      const b = this.#buffer
      let o = this.#at
      for (let i = start; i < end; i++) b[o++] = chunk[i]
    } else if (chunk instanceof Buffer) {
      chunk.copy(this.#buffer, this.#at, start, end)
    } else {
      this.#buffer.set(chunk.subarray(start, end), this.#at)
    }
    this.#at += length
  }

  end(): void {
    if (!this.#signed) this.#dropSignature()
    const length = this.#at - this.#start
    if (length < 2 || (this.#o.copy && length === 2 && this.#buffer[this.#start] === 0xff)) {
      this.#at = this.#start
      return
    }
    this.#lastStart = this.#start
    this.#rows++
    this.total++
    this.totalBytes += length
    if (this.#rows >= this.#o.rows) this.flush()
  }

  /** The signature comes with the first row (or, of an empty table, with the end mark). */
  #dropSignature(): void {
    const extension = this.#buffer.readInt32BE(this.#start + COPY_SIGNATURE.length - 4)
    const length = COPY_SIGNATURE.length + extension
    this.#buffer.copyWithin(this.#start, this.#start + length, this.#at)
    this.#at -= length
    this.#signed = true
  }

  /** Hands out what has come in, if anything. */
  flush(): void {
    if (this.#rows === 0) return
    const { pool, key } = this.#o
    const buffer = this.#buffer
    const bytes = buffer.subarray(0, this.#at)
    const rows = this.#rows
    this.#buffer = pool.take()
    this.#at = 0
    this.#rows = 0
    let held = true
    const release = () => {
      if (held) pool.give(buffer)
      held = false
    }
    if (this.muted) {
      release()
      return
    }
    const last = key === null ? null : keyAt(buffer, this.#lastStart, key)
    this.#emit({ bytes, rows, last, rejects: [], release })
  }
}
