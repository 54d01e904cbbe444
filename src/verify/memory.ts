/**
 * What is kept of a table while it is compared, so that a comparison that was interrupted goes on behind the last part that was kept. Parts
 * are kept in the order of the table and without gaps; rows that differ are kept whole, and come to whoever takes them as they did first.
 */
import type { Key, KeyRange } from '../core/key.ts'
import { addSums } from '../core/sum.ts'
import { skipRow } from '../core/wire.ts'
import type { Pair, PairTaker, Place, RowView } from './pair.ts'
import type { Settled } from './settle.ts'
import { addRows, type SideTally, type Tally, type Unreadable } from './tally.ts'

/** A row that differs, as it is kept. */
export interface KeptPair {
  readonly key: Key | null
  readonly source: Uint8Array | null
  readonly target: Uint8Array | null
  readonly place: Place | null
}

/** What some neighbouring ranges have come to. */
export interface KeptPart {
  /** Position behind the last of its ranges. */
  readonly end: number
  readonly source: SideTally
  readonly target: SideTally
  /** Rows that a side could not read, as `Tally.unreadable` has them; and how many there were. */
  readonly unreadable: readonly (readonly [string, Unreadable])[]
  readonly unreadableCount: number
  readonly moved: number
  readonly restless: readonly string[]
  readonly pairs: readonly KeptPair[]
  /** What was noted of a table that was compared as a whole; null where ranges were compared. */
  readonly notes: readonly string[] | null
}

/** Ranges, as they were cut when the comparison was begun; of a sample, those chosen. */
export interface KeptCut {
  readonly ranges: readonly KeyRange[]
  readonly ofRanges: number
}

/** The memory of one table. What is in it was kept by an earlier process. */
export interface TableMemory {
  readonly cut: KeptCut | null
  readonly parts: readonly KeptPart[]
  keepCut(cut: KeptCut): void
  /** Rows of the part that is kept next, before those that come with it. False: there is no room for more. */
  keepPairs(pairs: readonly KeptPair[]): boolean
  /** False: there is no room for more, and none of the later parts will be kept. */
  keep(part: KeptPart): boolean
  /** All that was kept of this table is void. */
  restart(): void
}

/** Bytes of rows that wait for their part to be complete; beyond, they are kept before it. */
const WAITING = 512 * 1024

/** Writes down what a comparison comes to. */
export interface Recorder extends PairTaker {
  /** What the tally holds was kept before. */
  resume(tally: Tally, settled: Settled): void
  /** All ranges before `end` are compared, and nothing of them is in doubt. `notes`: of a table compared as a whole. */
  part(tally: Tally, settled: Settled, end: number, notes?: readonly string[]): void
}

interface Seen {
  source: SideTally
  target: SideTally
  unreadable: number
  unreadableCount: number
  moved: number
  restless: number
}

const nothing = (): Seen => ({
  source: { rows: 0, sum: 0n },
  target: { rows: 0, sum: 0n },
  unreadable: 0,
  unreadableCount: 0,
  moved: 0,
  restless: 0,
})

/** Hands rows on, and keeps them. */
export function recorder(taker: PairTaker, memory: TableMemory): Recorder {
  let seen = nothing()
  let pairs: KeptPair[] = []
  let bytes = 0
  let full = false
  const size = (row: Uint8Array | null) => row?.length ?? 0
  return {
    take(pair) {
      if (!full) {
        const kept = { key: pair.key, source: copied(pair.source), target: copied(pair.target), place: pair.place }
        pairs.push(kept)
        bytes += size(kept.source) + size(kept.target)
        if (bytes > WAITING) {
          full = !memory.keepPairs(pairs)
          pairs = []
          bytes = 0
        }
      }
      return taker.take(pair)
    },
    resume(tally, settled) {
      seen = seenOf(tally, settled)
    },
    restart() {
      seen = nothing()
      pairs = []
      bytes = 0
      full = false
      memory.restart()
      return taker.restart()
    },
    part(tally, settled, end, notes) {
      const now = seenOf(tally, settled)
      if (!full) full = !memory.keep({ ...difference(tally, settled, seen), pairs, end, notes: notes ?? null })
      seen = now
      pairs = []
      bytes = 0
    },
  }
}

function copied(row: RowView | null): Uint8Array | null {
  return row === null ? null : Uint8Array.prototype.slice.call(row.bytes, row.at, skipRow(row.bytes, row.at))
}

function seenOf(tally: Tally, settled: Settled): Seen {
  return {
    source: { ...tally.source },
    target: { ...tally.target },
    unreadable: tally.unreadable.size,
    unreadableCount: tally.unreadableCount,
    moved: settled.moved,
    restless: settled.restless.length,
  }
}

function difference(tally: Tally, settled: Settled, seen: Seen) {
  const minus = (now: SideTally, then: SideTally) => ({ rows: now.rows - then.rows, sum: addSums(now.sum, -then.sum) })
  return {
    source: minus(tally.source, seen.source),
    target: minus(tally.target, seen.target),
    unreadable: [...tally.unreadable].slice(seen.unreadable),
    unreadableCount: tally.unreadableCount - seen.unreadableCount,
    moved: settled.moved - seen.moved,
    restless: settled.restless.slice(seen.restless),
  }
}

/** Puts back what was kept; notes of a table that was compared as a whole, null otherwise. The position to go on from is the last `end`. */
export async function recall(
  memory: TableMemory,
  tally: Tally,
  settled: Settled,
  taker: PairTaker,
): Promise<readonly string[] | null> {
  const view = (bytes: Uint8Array | null): RowView | null => (bytes === null ? null : { bytes, at: 0 })
  let notes: readonly string[] | null = null
  for (const part of memory.parts) {
    for (const side of ['source', 'target'] as const) addRows(tally[side], part[side].rows, part[side].sum)
    for (const [id, row] of part.unreadable) tally.unreadable.set(id, row)
    tally.unreadableCount += part.unreadableCount
    settled.moved += part.moved
    settled.restless.push(...part.restless)
    for (const { key, source, target, place } of part.pairs) {
      const pair: Pair = { key, place, source: view(source), target: view(target) }
      await taker.take(pair)
    }
    notes = part.notes
  }
  return notes
}
