/**
 * Comparing two sides that yield rows in the same key order: both are read once, side by side. Runs of equal bytes cost one
 * comparison, and a hash a row where digests are wanted; only where bytes differ are rows matched by key. Memory: two batches.
 */
import { type TupleHasher, tupleHasher } from '../core/digest.ts'
import type { RowSource } from '../core/engine.ts'
import { displayKey, type Key, type KeyRange } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import { skipRow } from '../core/wire.ts'
import { RowCursor } from './cursor.ts'
import type { Place } from './pair.ts'
import { appended } from './side.ts'
import { addRows, type Tally, unreadable } from './tally.ts'
import type { TupleKey } from './tuple-key.ts'

/** A row that differs at first sight, and the range that holds it alone. */
export interface Candidate {
  readonly after: Key | null
  readonly upto: Key
  /** The key for people; names the row among its neighbours. */
  readonly name: string
  /** Hashes of both rows; −1 where a side has none. */
  readonly source: bigint
  readonly target: bigint
  readonly place: Place
}

/** Rows that differ and are kept before they are looked at again. */
export const CANDIDATES = 8000

/**
 * Thrown when a side's rows do not come in the order that the plan promised, or when keys must be compared whose order only the
 * databases know: the table must be compared without order.
 */
export class OrderBroken extends Error {}

export interface OrderedInput {
  readonly plan: TablePlan
  readonly key: TupleKey
  readonly source: RowSource
  readonly target: RowSource
  readonly range: KeyRange
  readonly signal?: AbortSignal
}

/**
 * Compares one range; adds to `tally` and `found`. With CANDIDATES in `found` it ends early and gives what is left of the range; null
 * when all has been compared. Throws OrderBroken.
 */
export async function compareOrdered(i: OrderedInput, tally: Tally, found: Candidate[]): Promise<KeyRange | null> {
  const source = new RowCursor(i.source, i.range, unreadable(tally, 'source'), i.signal)
  const target = new RowCursor(i.target, i.range, unreadable(tally, 'target'), i.signal)
  const start = i.range.kind === 'key' ? i.range.after : null
  const merge = new Merge(i, tally, found, start)
  try {
    while (found.length < CANDIDATES) {
      const [left, right] = await Promise.all([source.fill(), target.fill()])
      if (!left && !right) return null
      if (left && right) merge.both(source, target)
      else if (left) merge.drain(source, 'source')
      else merge.drain(target, 'target')
    }
    return { kind: 'key', after: merge.before, upto: i.range.kind === 'key' ? i.range.upto : null }
  } finally {
    await Promise.all([source.close(), target.close()])
  }
}

type SideName = 'source' | 'target'

interface RowAt {
  readonly bytes: Uint8Array
  readonly at: number
  readonly hash: bigint
}

class Merge {
  private readonly hasher: TupleHasher
  private readonly key: TupleKey
  private readonly tally: Tally
  private readonly found: Candidate[]
  private readonly extraAllowed: boolean
  /** The last key that has been dealt with on either side. */
  before: Key | null
  /** The last row of each side while matching row by row, to see that keys rise. */
  private readonly previous: Record<SideName, Uint8Array | null> = { source: null, target: null }

  constructor({ plan, key }: OrderedInput, tally: Tally, found: Candidate[], before: Key | null) {
    this.hasher = tupleHasher(plan.columns.map((c) => c.wire))
    this.key = key
    this.tally = tally
    this.found = found
    this.before = before
    this.extraAllowed = appended(plan)
  }

  /** Both sides have rows: equal bytes in one go, otherwise row by row until one side's batch is used up. */
  both(source: RowCursor, target: RowCursor): void {
    this.newBatch()
    const n = Math.min(source.left, target.left)
    const a = source.look(n)
    const b = target.look(n)
    if (Buffer.compare(a.bytes, b.bytes) !== 0) {
      this.match(source, target)
      return
    }
    const sum = this.tally.hashed ? this.hasher.sum(a.bytes, n) : 0n
    addRows(this.tally.source, n, sum)
    addRows(this.tally.target, n, sum)
    if (a.last !== null) this.before = this.key.values(source.bytes, a.last)
    else if (b.last !== null) this.before = this.key.values(target.bytes, b.last)
    else this.before = source.lastKey
    source.advance(a)
    target.advance(b)
  }

  /** One side has come to its end: what is left of the other is on one side alone. */
  drain(cursor: RowCursor, side: SideName): void {
    this.newBatch()
    this.mustBeSure()
    while (cursor.left > 0) this.alone(cursor, side)
  }

  /** Views of an earlier batch are gone. */
  private newBatch(): void {
    this.previous.source = null
    this.previous.target = null
  }

  private match(source: RowCursor, target: RowCursor): void {
    while (source.left > 0 && target.left > 0) {
      const order = this.key.compare(source.bytes, source.at, target.bytes, target.at)
      if (order !== 0) this.mustBeSure()
      if (Number.isNaN(order)) throw new OrderBroken('keys that only the database can sort')
      if (order < 0) this.alone(source, 'source')
      else if (order > 0) this.alone(target, 'target')
      else this.pair(source, target)
    }
  }

  private mustBeSure(): void {
    if (!this.key.sure) throw new OrderBroken("the order of these keys is the databases' own")
  }

  private pair(source: RowCursor, target: RowCursor): void {
    // Whatever a hash would be, equal bytes have the same.
    const known = !this.tally.hashed && sameBytes(source, target) ? 0n : undefined
    const a = this.step(source, 'source', known)
    const b = this.step(target, 'target', known)
    this.settle(a, b, a.hash === b.hash)
  }

  private alone(cursor: RowCursor, side: SideName): void {
    const row = this.step(cursor, side)
    this.settle(side === 'source' ? row : null, side === 'target' ? row : null, false)
  }

  /** Takes down what one key has come to. */
  private settle(source: RowAt | null, target: RowAt | null, same: boolean): void {
    const row = (source ?? target) as RowAt
    const key = this.key.values(row.bytes, row.at)
    if (!same && !(source === null && this.extraAllowed)) {
      const targetBefore = this.tally.target.rows - (target === null ? 0 : 1)
      this.found.push({
        after: this.before,
        upto: key,
        name: displayKey(key),
        source: source?.hash ?? -1n,
        target: target?.hash ?? -1n,
        place: { after: this.before, targetBefore },
      })
    }
    this.before = key
  }

  /** Takes one row off a cursor. `known`: stands for its hash. */
  private step(cursor: RowCursor, side: SideName, known?: bigint): RowAt {
    const { bytes, at } = cursor
    const end = skipRow(bytes, at)
    const hash = known ?? this.hasher.row(bytes, at, end)
    this.rises(bytes.subarray(at, end), side)
    addRows(this.tally[side], 1, this.tally.hashed ? hash : 0n)
    cursor.advance({ bytes: bytes.subarray(at, end), count: 1, last: null })
    return { bytes, at, hash }
  }

  private rises(row: Uint8Array, side: SideName): void {
    const previous = this.previous[side]
    if (previous !== null && !(this.key.compare(previous, 0, row, 0) < 0)) throw new OrderBroken(side)
    this.previous[side] = row
  }
}

/** Whether both sides' current rows are the same bytes. */
function sameBytes(a: RowCursor, b: RowCursor): boolean {
  const [left, right] = [skipRow(a.bytes, a.at), skipRow(b.bytes, b.at)]
  if (left - a.at !== right - b.at) return false
  for (let i = a.at, j = b.at; i < left; i++, j++) if (a.bytes[i] !== b.bytes[j]) return false
  return true
}
