/**
 * The second look at rows that differ: a row that moved between two reads is no drift, nor is one whose target holds what its source held
 * at some moment since. Only a difference that stays counts. Rows beside each other are read as one range.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { tupleHasher } from '../core/digest.ts'
import type { RowSource } from '../core/engine.ts'
import { displayKey, type KeyRange } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import { skipRow } from '../core/wire.ts'
import { RowCursor } from './cursor.ts'
import type { Candidate } from './ordered.ts'
import type { PairTaker, RowView } from './pair.ts'
import { readSource, readTarget, refuseAborted } from './side.ts'
import type { TupleKey } from './tuple-key.ts'
import type { UnorderedInput } from './unordered.ts'

/** What the second look has come to. */
export interface Settled {
  /** Rows that turned out to be equal. */
  moved: number
  /** Rows that changed whenever they were looked at. */
  readonly restless: string[]
}

export interface SettleInput extends UnorderedInput {
  readonly key: TupleKey
  /** How long a difference must last, in milliseconds; 0: the rows are read once more, at once. */
  readonly settle: number
  readonly taker: PairTaker
}

/** A side's hash under a key where there is no row. */
const NOTHING = -1n

/** Bytes of rows that are read as one range, as far as they can be told before. */
const RUN_BYTES = 8 * 1024 * 1024
const RUN_ROWS = 500

interface Open {
  readonly candidate: Candidate
  /** Hashes that the source had at some moment; null where no time is given to anything. */
  readonly seen: Set<bigint> | null
  last: { readonly source: bigint; readonly target: bigint }
}

const hashOf = (row: RowView | null): bigint => row?.hash ?? NOTHING

/** Looks at the candidates again until each is equal, differs for good, or has not come to rest for twice the time. */
export async function settleOrdered(i: SettleInput, candidates: readonly Candidate[], s: Settled): Promise<void> {
  const began = performance.now()
  let open = candidates.map((candidate): Open => {
    const { source, target } = candidate
    return { candidate, seen: i.settle > 0 ? new Set([source]) : null, last: { source, target } }
  })
  for (;;) {
    const age = performance.now() - began
    const left: Open[] = []
    await look(i, open, async (row, source, target) => {
      const now = { source: hashOf(source), target: hashOf(target) }
      row.seen?.add(now.source)
      const rested = now.source === row.last.source && now.target === row.last.target
      row.last = now
      if (now.source === now.target || row.seen?.has(now.target)) s.moved++
      else if (age < i.settle || (!rested && age < 2 * i.settle)) left.push(row)
      else if (!rested && i.settle > 0) s.restless.push(row.candidate.name)
      else await i.taker.take({ key: row.candidate.upto, source, target, place: row.candidate.place })
    })
    if (left.length === 0) return
    open = left
    await pause(i, Math.max(50, Math.min(i.settle / 4, 5000)))
  }
}

async function pause(i: UnorderedInput, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: i.signal }).catch(() => refuseAborted(i.signal))
}

type Visit = (row: Open, source: RowView | null, target: RowView | null) => Promise<void>

async function look(i: SettleInput, open: readonly Open[], visit: Visit): Promise<void> {
  const source = readSource(i)
  const target = readTarget(i.plan, i.target)
  for (const run of runs(i.plan, open)) {
    refuseAborted(i.signal)
    const range: KeyRange = { kind: 'key', after: run[0].candidate.after, upto: run[run.length - 1].candidate.upto }
    const [left, right] = await Promise.all(
      [source, target].map((from) => readRange(i, from, range, new Set(run.map((row) => row.candidate.name)))),
    )
    for (const row of run) {
      await visit(row, left.get(row.candidate.name) ?? null, right.get(row.candidate.name) ?? null)
    }
  }
}

/** Candidates that lie near each other, in portions that fit into memory: one query for each would take longer than the rows between. */
function runs(plan: TablePlan, open: readonly Open[]): Open[][] {
  const width = plan.rows > 0 ? plan.bytes / plan.rows : 1000
  const most = Math.max(1, Math.min(RUN_ROWS, Math.floor(RUN_BYTES / Math.max(1, width))))
  const found: Open[][] = []
  for (const row of open) {
    const run = found.at(-1)
    const rows = run === undefined ? 0 : row.candidate.place.targetBefore - run[0].candidate.place.targetBefore
    if (run === undefined || run.length >= most || rows < 0 || rows >= most) found.push([row])
    else run.push(row)
  }
  return found
}

async function readRange(
  i: SettleInput,
  from: RowSource,
  range: KeyRange,
  wanted: ReadonlySet<string>,
): Promise<Map<string, RowView>> {
  const hasher = tupleHasher(i.plan.columns.map((column) => column.wire))
  const cursor = new RowCursor(from, range, () => {}, i.signal)
  const found = new Map<string, RowView>()
  try {
    while (await cursor.fill()) {
      const end = skipRow(cursor.bytes, cursor.at)
      const name = displayKey(i.key.values(cursor.bytes, cursor.at))
      if (wanted.has(name)) {
        const hash = hasher.row(cursor.bytes, cursor.at, end)
        found.set(name, { bytes: Uint8Array.prototype.slice.call(cursor.bytes, cursor.at, end), at: 0, hash })
      }
      cursor.advance({ bytes: cursor.bytes.subarray(cursor.at, end), count: 1, last: null })
    }
  } finally {
    await cursor.close()
  }
  return found
}
