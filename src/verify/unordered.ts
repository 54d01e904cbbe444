/**
 * Comparing two sides that share no order (text keys under different collations, no key at all): sums first; where they differ,
 * sums per bucket of the key's hash, then the rows of the bad buckets alone. Every pass streams; memory is bounded by GROUP.
 */
import { type TupleHasher, tupleHasher } from '../core/digest.ts'
import type { Database, RowSource } from '../core/engine.ts'
import type { KeyRange } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import { skipRow } from '../core/wire.ts'
import type { StageContext } from '../transfer/context.ts'
import { RowCursor } from './cursor.ts'
import { appended, readSource, readTarget } from './side.ts'
import { addRows, type SideTally, type Tally, unreadable } from './tally.ts'
import type { TupleKey } from './tuple-key.ts'

const BUCKET_BITS = 14
/** Rows (of both sides together) that are matched in memory at a time. */
const GROUP = 300_000
/** Groups after which a table that differs is not counted further, unless all rows are asked for. */
const GROUPS = 4
/** Keys under which the sides differ that are handed over together, at least. */
const PORTION = 50_000

export interface UnorderedInput {
  readonly plan: TablePlan
  readonly key: TupleKey | null
  readonly source: Database
  readonly target: Database
  /** What mappings need. */
  readonly stages?: StageContext
  readonly signal?: AbortSignal
}

type SideName = 'source' | 'target'
const SIDES: readonly SideName[] = ['source', 'target']

/** Sums of both sides, in whatever order and ranges each side likes. */
export async function sumBoth(i: UnorderedInput, tally: Tally): Promise<void> {
  const hasher = tupleHasher(i.plan.columns.map((c) => c.wire))
  await Promise.all(
    SIDES.map((side) =>
      eachBatch(i, side, unreadable(tally, side), (cursor) => {
        const all = cursor.look(cursor.left)
        addRows(tally[side], all.count, hasher.sum(all.bytes, all.count))
        cursor.advance(all)
      }),
    ),
  )
}

/** Keys (whole rows where there is no key) under which the sides differ, by their hashes. */
export type Candidates = Map<bigint, Surplus>

/**
 * Finds under which keys the sides differ and hands them over in portions. Unless `complete`, it ends early where very many do. False:
 * there are more.
 */
export async function findUnordered(
  i: UnorderedInput,
  complete: boolean,
  hand: (candidates: Candidates) => Promise<void>,
): Promise<boolean> {
  const buckets = await bucketSums(i)
  const bad = buckets.source.flatMap((s, n) =>
    s.rows === buckets.target[n].rows && s.sum === buckets.target[n].sum ? [] : [n],
  )
  const groups = group(bad, (n) => buckets.source[n].rows + buckets.target[n].rows)
  const candidates: Candidates = new Map()
  let found = false
  for (const [n, set] of groups.entries()) {
    if (n >= GROUPS && found && !complete) return false
    for (const [key, surplus] of await matchBuckets(i, set)) {
      if (driftIn(surplus, appended(i.plan)) > 0) candidates.set(key, surplus)
    }
    found ||= candidates.size > 0
    if (candidates.size >= PORTION || n === groups.length - 1) {
      await hand(candidates)
      candidates.clear()
    }
  }
  return true
}

/** Visits every row of both sides with its hash and the hash of its key. */
export async function eachHashed(i: UnorderedInput, visit: (side: SideName, row: Hashed) => void): Promise<void> {
  const hasher = tupleHasher(i.plan.columns.map((c) => c.wire))
  const keyHasher = i.key === null ? null : tupleHasher(i.key.wires)
  const read = (side: SideName) =>
    eachBatch(i, side, ignore, (cursor) => {
      const all = cursor.look(cursor.left)
      let at = cursor.at
      for (let n = 0; n < all.count; n++) {
        const end = skipRow(cursor.bytes, at)
        const hash = hasher.row(cursor.bytes, at, end)
        visit(side, { bytes: cursor.bytes, at, hash, key: keyHash(i.key, keyHasher, cursor.bytes, at) ?? hash })
        at = end
      }
      cursor.advance(all)
    })
  await Promise.all(SIDES.map(read))
}

/** A row under way; the view is good during the visit. */
export interface Hashed {
  readonly bytes: Uint8Array
  readonly at: number
  readonly hash: bigint
  readonly key: bigint
}

const ignore = (): void => {}

function keyHash(key: TupleKey | null, hasher: TupleHasher | null, bytes: Uint8Array, at: number): bigint | null {
  if (key === null || hasher === null) return null
  const tuple = key.tuple(bytes, at)
  return hasher.row(tuple, 0, tuple.length)
}

async function eachBatch(
  i: UnorderedInput,
  side: SideName,
  onReject: ConstructorParameters<typeof RowCursor>[2],
  visit: (cursor: RowCursor) => void,
): Promise<void> {
  const source = side === 'source' ? readSource(i, false) : readTarget(i.plan, i.target, false)
  for (const range of await ranges(source)) {
    const cursor = new RowCursor(source, range, onReject, i.signal)
    try {
      while (await cursor.fill()) visit(cursor)
    } finally {
      await cursor.close()
    }
  }
}

function ranges(source: RowSource): Promise<readonly KeyRange[]> {
  return source.split({ rows: 1_000_000_000 })
}

async function bucketSums(i: UnorderedInput): Promise<Record<SideName, SideTally[]>> {
  const empty = () => Array.from({ length: 1 << BUCKET_BITS }, () => ({ rows: 0, sum: 0n }))
  const buckets = { source: empty(), target: empty() }
  await eachHashed(i, (side, row) => addRows(buckets[side][bucketOf(row.key)], 1, row.hash))
  return buckets
}

function bucketOf(hash: bigint): number {
  return Number(hash >> BigInt(128 - BUCKET_BITS))
}

function group(buckets: readonly number[], rows: (bucket: number) => number): Set<number>[] {
  const groups: Set<number>[] = []
  let room = 0
  for (const bucket of buckets) {
    if (groups.length === 0 || room < rows(bucket)) {
      groups.push(new Set())
      room = GROUP
    }
    groups[groups.length - 1].add(bucket)
    room -= rows(bucket)
  }
  return groups
}

/** One key's surplus: hashes that one side has more often than the other (positive: the source). */
export type Surplus = Map<bigint, number>

async function matchBuckets(i: UnorderedInput, set: ReadonlySet<number>): Promise<Map<bigint, Surplus>> {
  const open = new Map<bigint, Surplus>()
  await eachHashed(i, (side, row) => {
    if (!set.has(bucketOf(row.key))) return
    const surplus = open.get(row.key) ?? new Map<bigint, number>()
    const n = (surplus.get(row.hash) ?? 0) + (side === 'source' ? 1 : -1)
    if (n === 0) surplus.delete(row.hash)
    else surplus.set(row.hash, n)
    if (surplus.size === 0) open.delete(row.key)
    else open.set(row.key, surplus)
  })
  return open
}

/** Rows that differ under one key: changed ones count once, the others each; what the target had before does not count. */
export function driftIn(surplus: Surplus, extraAllowed: boolean): number {
  let source = 0
  let target = 0
  for (const n of surplus.values()) {
    if (n > 0) source += n
    else target -= n
  }
  return extraAllowed ? source : Math.max(source, target)
}
