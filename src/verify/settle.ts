/**
 * The second look at rows that differ: a row that moved between two reads is no drift, nor is one whose target holds what its source held
 * at some moment since. Only a difference that stays counts. Rows beside each other are read as one range.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type TupleHasher, tupleHasher } from '../core/digest.ts'
import type { RowSource } from '../core/engine.ts'
import { displayKey, type KeyRange } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import { skipRow } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
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
const RUN_ROWS = 2000

interface Open extends Looked {
  /** Hashes that the source had at some moment. */
  readonly seen: Set<bigint>
  last: { readonly source: bigint; readonly target: bigint }
}

/** Looks at the candidates again: once, or until each is equal, differs for good, or has not come to rest for twice the time. */
export async function settleOrdered(i: SettleInput, candidates: readonly Candidate[], s: Settled): Promise<void> {
  const hasher = tupleHasher(i.plan.columns.map((column) => column.wire))
  if (i.settle > 0) await settleInTime(i, candidates, s, hasher)
  else await lookOnce(i, candidates, s, hasher)
}

async function lookOnce(i: SettleInput, candidates: readonly Candidate[], s: Settled, hasher: TupleHasher) {
  const equal = (a: RowView | null, b: RowView | null) =>
    a === null || b === null ? a === b : hasher.same(a.bytes, a.at, b.bytes, b.at)
  const open = candidates.map((candidate) => ({ candidate }))
  await look(i, open, async ({ candidate }, source, target) => {
    if (equal(source, target)) s.moved++
    else await i.taker.take({ key: candidate.upto, source, target, place: candidate.place })
  })
}

async function settleInTime(i: SettleInput, candidates: readonly Candidate[], s: Settled, hasher: TupleHasher) {
  const began = performance.now()
  const hashOf = (row: RowView | null): bigint =>
    row === null ? NOTHING : hasher.row(row.bytes, row.at, skipRow(row.bytes, row.at))
  let open = candidates.map((candidate): Open => {
    const { source, target } = candidate
    return { candidate, seen: new Set([source]), last: { source, target } }
  })
  for (;;) {
    const age = performance.now() - began
    const left: Open[] = []
    await look(i, open, async (row, source, target) => {
      const now = { source: hashOf(source), target: hashOf(target) }
      row.seen.add(now.source)
      const rested = now.source === row.last.source && now.target === row.last.target
      row.last = now
      if (now.source === now.target || row.seen.has(now.target)) s.moved++
      else if (age < i.settle || (!rested && age < 2 * i.settle)) left.push(row)
      else if (!rested) s.restless.push(row.candidate.name)
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

interface Looked {
  readonly candidate: Candidate
}

type Visit<T> = (row: T, source: RowView | null, target: RowView | null) => Promise<void>

async function look<T extends Looked>(i: SettleInput, open: readonly T[], visit: Visit<T>): Promise<void> {
  const source = readSource(i)
  const target = readTarget(i.plan, i.target)
  // The views of a run are good until the next one.
  const arenas = [new ByteWriter(65536), new ByteWriter(65536)]
  for (const run of runs(i.plan, open)) {
    refuseAborted(i.signal)
    const range: KeyRange = { kind: 'key', after: run[0].candidate.after, upto: run[run.length - 1].candidate.upto }
    const names = new Set(run.map((row) => row.candidate.name))
    const [left, right] = await Promise.all(
      [source, target].map((from, n) => readRange(i, from, range, names, arenas[n])),
    )
    for (const row of run) {
      await visit(row, left.get(row.candidate.name) ?? null, right.get(row.candidate.name) ?? null)
    }
  }
}

/** Candidates that lie near each other, in portions that fit into memory: one query for each would take longer than the rows between. */
function runs<T extends Looked>(plan: TablePlan, open: readonly T[]): T[][] {
  const width = plan.rows > 0 ? plan.bytes / plan.rows : 1000
  const most = Math.max(1, Math.min(RUN_ROWS, Math.floor(RUN_BYTES / Math.max(1, width))))
  const found: T[][] = []
  for (const row of open) {
    const run = found.at(-1)
    const rows = run === undefined ? 0 : row.candidate.place.targetBefore - run[0].candidate.place.targetBefore
    if (run === undefined || run.length >= most || rows < 0 || rows >= most) found.push([row])
    else run.push(row)
  }
  return found
}

/** The wanted rows of a range, by name; they lie in `arena`, one behind the other. */
async function readRange(
  i: SettleInput,
  from: RowSource,
  range: KeyRange,
  wanted: ReadonlySet<string>,
  arena: ByteWriter,
): Promise<Map<string, RowView>> {
  const cursor = new RowCursor(from, range, () => {}, i.signal)
  const starts = new Map<string, number>()
  arena.at = 0
  try {
    while (await cursor.fill()) {
      const end = skipRow(cursor.bytes, cursor.at)
      const name = displayKey(i.key.values(cursor.bytes, cursor.at))
      if (wanted.has(name)) {
        starts.set(name, arena.at)
        arena.raw(cursor.bytes, cursor.at, end)
      }
      cursor.step(end)
    }
  } finally {
    await cursor.close()
  }
  return new Map([...starts].map(([name, at]) => [name, { bytes: arena.bytes, at }]))
}
