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
  /** Hashes of both rows, where differences must last; −1 where a side has none. */
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
  /** Differences must last to count: rows are known again by their hashes. */
  readonly lasting?: boolean
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
  private readonly lasting: boolean
  /** The last key that has been dealt with on either side. */
  before: Key | null
  /** The row that has it, where it was not read yet. */
  private last: RowAt | null = null
  /** Where the last row of each side begins while matching row by row, to see that keys rise; −1: there is none. */
  private readonly previous: Record<SideName, number> = { source: -1, target: -1 }

  constructor({ plan, key, lasting }: OrderedInput, tally: Tally, found: Candidate[], before: Key | null) {
    this.hasher = tupleHasher(plan.columns.map((c) => c.wire))
    this.key = key
    this.tally = tally
    this.found = found
    this.before = before
    this.lasting = lasting ?? false
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
    this.known()
  }

  /** Views of an earlier batch are gone. */
  private newBatch(): void {
    this.previous.source = -1
    this.previous.target = -1
  }

  private match(source: RowCursor, target: RowCursor): void {
    while (source.left > 0 && target.left > 0) {
      if (this.passed(source, target)) continue
      const order = this.key.compare(source.bytes, source.at, target.bytes, target.at)
      if (order !== 0) this.mustBeSure()
      if (Number.isNaN(order)) throw new OrderBroken('keys that only the database can sort')
      if (order < 0) this.alone(source, 'source')
      else if (order > 0) this.alone(target, 'target')
      else this.pair(source, target)
    }
    this.known()
  }

  /** Goes on behind rows that are the same, whose keys then are; where rows are hashed, they are looked at in full. */
  private passed(source: RowCursor, target: RowCursor): boolean {
    if (this.tally.hashed || !this.hasher.same(source.bytes, source.at, target.bytes, target.at)) return false
    this.last = { bytes: source.bytes, at: source.at, hash: 0n }
    this.skip(source, 'source')
    this.skip(target, 'target')
    return true
  }

  /** Counts a row that needs no closer look. */
  private skip(cursor: RowCursor, side: SideName): void {
    this.previous[side] = cursor.at
    this.tally[side].rows++
    cursor.step(skipRow(cursor.bytes, cursor.at))
  }

  /** The last key, read from its row while that is there. */
  private known(): Key | null {
    if (this.last !== null) this.before = this.key.values(this.last.bytes, this.last.at)
    this.last = null
    return this.before
  }

  private mustBeSure(): void {
    if (!this.key.sure) throw new OrderBroken("the order of these keys is the databases' own")
  }

  private pair(source: RowCursor, target: RowCursor): void {
    const a = this.step(source, 'source')
    const b = this.step(target, 'target')
    // Rows that are not hashed and are the same have been passed.
    this.settle(a, b, this.tally.hashed && a.hash === b.hash)
  }

  private alone(cursor: RowCursor, side: SideName): void {
    const row = this.step(cursor, side)
    this.settle(side === 'source' ? row : null, side === 'target' ? row : null, false)
  }

  /** Takes down what one key has come to. */
  private settle(source: RowAt | null, target: RowAt | null, same: boolean): void {
    const row = (source ?? target) as RowAt
    if (same || (source === null && this.extraAllowed)) {
      this.last = row
      return
    }
    const after = this.known()
    const key = this.key.values(row.bytes, row.at)
    this.before = key
    const targetBefore = this.tally.target.rows - (target === null ? 0 : 1)
    this.found.push({
      after,
      upto: key,
      name: displayKey(key),
      source: source?.hash ?? -1n,
      target: target?.hash ?? -1n,
      place: { after, targetBefore },
    })
  }

  /** Takes one row off a cursor. */
  private step(cursor: RowCursor, side: SideName): RowAt {
    const { bytes, at } = cursor
    const end = skipRow(bytes, at)
    const { hashed } = this.tally
    const hash = hashed || this.lasting ? this.hasher.row(bytes, at, end) : 0n
    this.rises(bytes, at, side)
    addRows(this.tally[side], 1, hashed ? hash : 0n)
    cursor.step(end)
    return { bytes, at, hash }
  }

  private rises(bytes: Uint8Array, at: number, side: SideName): void {
    const previous = this.previous[side]
    if (previous >= 0 && !(this.key.compare(bytes, previous, bytes, at) < 0)) throw new OrderBroken(side)
    this.previous[side] = at
  }
}
