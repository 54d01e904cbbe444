/**
 * Rows remembered from a comparison that found no difference, so that it can be told later who changed a row. Per row the first 64 bits of
 * the hash of its key and of the whole row, in buckets by the former.
 */
import type { BaseLedger, BaseRecord } from '../core/base-ledger.ts'
import { tupleHasher } from '../core/digest.ts'
import type { Database } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import type { Attribution } from '../core/repair.ts'
import { skipRow } from '../core/wire.ts'
import { readOptions, readTarget, refuseAborted } from './side.ts'
import { type RawValue, tupleKey } from './tuple-key.ts'

/** Rows of a bucket, about. */
const BUCKET_ROWS = 8192
const MOST_BUCKETS = 4096
/** Bytes of rows that wait before they are stored. */
const WAITING = 32 << 20
/** Bytes of a row: two hashes. */
const WIDTH = 16
/** Bytes of one statement. */
const PART = 384 * 1024

export interface RememberInput {
  readonly plan: TablePlan
  readonly raw: RawValue
  /** In the snapshot in which the table was compared. */
  readonly target: Database
  readonly bases: BaseLedger
  readonly shape: string
  /** Rows of the table. */
  readonly rows: number
  /** Nothing can be stored while rows are read. */
  readonly inProcess: boolean
  readonly signal?: AbortSignal
}

/** Reads the target's rows and stores their hashes; gives back their number. Null without a key. */
export async function rememberTable(i: RememberInput): Promise<number | null> {
  const key = tupleKey(i.plan, i.raw)
  if (key === null) return null
  const keyHasher = tupleHasher(key.wires)
  const hasher = tupleHasher(i.plan.columns.map((c) => c.wire))
  const buckets = Math.min(MOST_BUCKETS, 2 ** Math.max(0, Math.ceil(Math.log2(i.rows / BUCKET_ROWS || 1))))
  const made = new Date().toISOString()
  const store = bucketStore(i.bases, `${i.shape.slice(0, 40)} ${made}`, buckets)
  let rows = 0
  for await (const batch of readTarget(i.plan, i.target, false).read({ kind: 'all' }, readOptions(i.signal))) {
    for (let n = 0, at = 0; n < batch.rows; n++) {
      const end = skipRow(batch.bytes, at)
      const tuple = key.tuple(batch.bytes, at)
      store.put(keyHasher.row(tuple, 0, tuple.length) >> 64n, hasher.row(batch.bytes, at, end) >> 64n)
      at = end
    }
    rows += batch.rows
    batch.release()
    if (store.waiting() >= WAITING && !i.inProcess) await store.flush()
  }
  refuseAborted(i.signal)
  await store.flush()
  await i.bases.replace({ shape: i.shape, table: i.plan.label, made, rows, buckets, parts: store.parts })
  return rows
}

const bucketOf = (key: bigint, buckets: number): number => Number(key & BigInt(buckets - 1))

function bucketStore(bases: BaseLedger, parts: string, buckets: number) {
  const heaps: { bytes: Buffer; at: number }[] = Array.from({ length: buckets }, () => ({
    bytes: Buffer.alloc(256),
    at: 0,
  }))
  let waiting = 0
  let part = 0
  return {
    parts,
    waiting: () => waiting,
    put(key: bigint, row: bigint) {
      const heap = heaps[bucketOf(key, buckets)]
      if (heap.at + WIDTH > heap.bytes.length) heap.bytes = Buffer.concat([heap.bytes, Buffer.alloc(heap.bytes.length)])
      heap.bytes.writeBigUInt64BE(key, heap.at)
      heap.bytes.writeBigUInt64BE(row, heap.at + 8)
      heap.at += WIDTH
      waiting += WIDTH
    },
    async flush() {
      for (const [n, heap] of heaps.entries()) {
        for (let at = 0; at < heap.at; at += PART) {
          await bases.add(parts, n, part++, heap.bytes.subarray(at, Math.min(heap.at, at + PART)))
        }
        heap.at = 0
      }
      waiting = 0
    },
  }
}

/** The hashes of a row that differs: of its key, and of both sides; null where a side has none. */
export interface RowHashes {
  readonly key: bigint
  readonly source: bigint | null
  readonly target: bigint | null
}

/** Whose changes differences are, for so many rows: each bucket is read once. */
export async function attribute(
  bases: BaseLedger,
  base: BaseRecord,
  rows: readonly RowHashes[],
): Promise<Attribution[]> {
  const found: Attribution[] = new Array(rows.length)
  const places = rows.map((_, i) => i)
  for (const [n, of] of Map.groupBy(places, (i) => bucketOf(rows[i].key, base.buckets))) {
    const bytes = Buffer.from(await bases.bucket(base.parts, n))
    const wanted = new Map(of.map((i) => [rows[i].key, null as bigint | null]))
    for (let at = 0; at < bytes.length; at += WIDTH) {
      const key = bytes.readBigUInt64BE(at)
      if (wanted.has(key)) wanted.set(key, bytes.readBigUInt64BE(at + 8))
    }
    for (const i of of) found[i] = whose(wanted.get(rows[i].key) ?? null, rows[i])
  }
  return found
}

/** `base`: the row as both sides had it; null: neither had it. */
function whose(base: bigint | null, { source, target }: RowHashes): Attribution {
  if (target === base) return source === base ? 'unknown' : 'missed'
  return source === base ? 'overwritten' : 'both'
}
