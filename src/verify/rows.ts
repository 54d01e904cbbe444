/** Comparing the rows of one table: both sides are read, in the same order or in none. */

import { openFold } from '../copy/fold.ts'
import { foldStore } from '../copy/fold-store.ts'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { KeyRange } from '../core/key.ts'
import { rowPositions, type TablePlan, targetColumns } from '../core/plan.ts'
import type { StageContext } from '../transfer/context.ts'
import type { DriftListener } from './collect.ts'
import { asGiven } from './folded.ts'
import { compareKeyed, openNote } from './keyed.ts'
import type { Recorder, TableMemory } from './memory.ts'
import { CANDIDATES, type Candidate, compareOrdered, type OrderedInput } from './ordered.ts'
import type { PairTaker } from './pair.ts'
import { eachPiece, together } from './pieces.ts'
import type { Sample } from './sample.ts'
import { type Settled, settleOrdered } from './settle.ts'
import { settleUnordered } from './settle-unordered.ts'
import { appended, readSource, readTarget } from './side.ts'
import { newTally, type Tally, tallySame } from './tally.ts'
import type { Tolerances } from './tolerance.ts'
import type { RawValue, TupleKey } from './tuple-key.ts'
import { findUnordered, sumBoth } from './unordered.ts'

export interface VerifyTableInput {
  readonly plan: TablePlan
  /** Both have joined a snapshot, or neither is in one. */
  readonly source: Database
  readonly target: Database
  /** What mappings need; only where the table has one. */
  readonly stages?: StageContext
  /** Opens connections outside any snapshot, for the second look at rows that differ; the same ones when absent. */
  readonly again?: () => Promise<SecondLook>
  /** Only these ranges of an ordered table (units whose digests differ); the whole table when absent. */
  readonly ranges?: readonly KeyRange[]
  /** How many ranges these were chosen from. */
  readonly ofRanges?: number
  /** Compares only a part of a table whose keys have an order in common. */
  readonly sample?: Sample
  /** Keeps what was compared, and knows what an earlier process has. */
  readonly memory?: TableMemory
  /** `digest`: digests are computed inside both databases where they can; rows are read only where those differ. */
  readonly by?: 'stream' | 'digest'
  /** False: rows are compared byte by byte where they come in one order, and none is hashed; the digests are then null. */
  readonly digests?: boolean
  /** Pieces begin small: databases are not to be worked harder than they can bear. */
  readonly gentle?: boolean
  /** How long a difference must last to count, in milliseconds; 0 (default): rows that differ are read once more, at once. */
  readonly settle?: number
  /** Rows named in the verification; 100 when absent. */
  readonly limit?: number
  /** Find all rows of a table without a common order, however many passes that takes. */
  readonly complete?: boolean
  readonly tolerances?: Tolerances
  /** Opens an empty database that is nobody else's, for rows of functions by their keys. */
  readonly store?: () => Promise<Database>
  readonly listener?: DriftListener
  readonly report?: Reporter
  readonly signal?: AbortSignal
}

/** Connections of a second look; disposed after it. */
export interface SecondLook extends AsyncDisposable {
  readonly source: Database
  readonly target: Database
}

/** The comparison of one table under way. */
export interface Work extends VerifyTableInput {
  readonly key: TupleKey | null
  readonly taker: PairTaker
  /** Replaced when the comparison begins again. */
  tally: Tally
  readonly settled: Settled
  readonly notes: string[]
  /** Position of the first range that is not compared yet. */
  from: number
  /** Where what is compared is kept; also the taker. */
  readonly recorder: Recorder | null
  /** Rows of the source that have been reported as compared. */
  told: number
}

/** Tells how many rows have been compared since it was told last. */
export function tellCompared(w: Work): void {
  const rows = w.tally.source.rows - w.told
  if (rows <= 0) return
  w.told = w.tally.source.rows
  w.report?.report({ type: 'compared', table: w.plan.label, rows, earlier: false })
}

/** Rows of an ordered table that are compared as one range. */
const RANGE_ROWS = 250_000
/** Ranges of a piece at most. */
const PIECE_RANGES = 50

/** Reads both sides in key order, side by side. Throws OrderBroken. */
export async function compareMerged(w: Work, key: TupleKey): Promise<void> {
  const sides = {
    plan: w.plan,
    key,
    source: readSource(w),
    target: readTarget(w.plan, w.target),
    signal: w.signal,
  }
  await using second = differing(w, key)
  const ranges = await rangesOf(w, () => sides.source.split({ rows: RANGE_ROWS }))
  await eachPiece(ranges, { from: w.from, first: 1, most: PIECE_RANGES }, async (piece) => {
    await second.compare({ ...sides, range: together(piece.ranges) }, w.tally)
    await second.pieceDone(piece.end)
    tellCompared(w)
  })
  await second.finish(ranges.length)
}

/** The ranges to compare: as they were cut when the comparison was begun, so that what is done of them is known. */
export async function rangesOf(w: Work, split: () => Promise<readonly KeyRange[]>): Promise<readonly KeyRange[]> {
  if (w.memory?.cut) return w.memory.cut.ranges
  const ranges = w.ranges ?? (await split())
  w.memory?.keepCut({ ranges, ofRanges: w.ofRanges ?? ranges.length })
  return ranges
}

/** Ordered comparisons whose differing rows are looked at again, in portions. */
export interface Differing extends AsyncDisposable {
  compare(input: OrderedInput, tally: Tally): Promise<void>
  /** All before the range at `end` is compared: where nothing is in doubt, it is kept. */
  pieceDone(end: number): Promise<void>
  /** Nothing more is compared: looks again at what is left. */
  finish(end: number): Promise<void>
}

/** With a memory, rows that differ are looked at again this often, so that what is before them can be kept; in milliseconds. */
const KEEP_MS = 2000

/** Begins the ordered comparison of a table, in as many ranges as the caller likes; connections for the second look are opened once. */
export function differing(w: Work, key: TupleKey): Differing {
  const found: Candidate[] = []
  let opened: SecondLook | undefined
  let settled = performance.now()
  const due = () => performance.now() - settled >= Math.max(KEEP_MS, 10 * (w.settle ?? 0))
  const settle = async () => {
    if (found.length === 0) return
    opened ??= await secondLook(w)
    const { source, target } = opened
    const { plan, stages, taker, signal } = w
    const input = { plan, key, source, target, stages, settle: w.settle ?? 0, taker, signal }
    await settleOrdered(input, found.splice(0), w.settled)
    settled = performance.now()
  }
  return {
    async compare(input, tally) {
      for (let rest: KeyRange | null = input.range; rest !== null; ) {
        rest = await compareOrdered({ ...input, range: rest, lasting: (w.settle ?? 0) > 0 }, tally, found)
        if (found.length >= CANDIDATES) await settle()
      }
    },
    async pieceDone(end) {
      if (w.recorder === null) return
      if (found.length > 0 && due()) await settle()
      if (found.length === 0) w.recorder.part(w.tally, w.settled, end)
    },
    async finish(end) {
      await settle()
      w.recorder?.part(w.tally, w.settled, end)
    },
    [Symbol.asyncDispose]: async () => opened?.[Symbol.asyncDispose](),
  }
}

/** Reads both sides in whatever order each likes; `by`: finds the rows by these columns alone. */
export async function compareSums(w: Work, by: { plan: TablePlan; key: TupleKey | null } = w): Promise<void> {
  const { source, target, stages, signal } = w
  w.tally = newTally()
  await sumBoth({ plan: by.plan, key: by.key, source, target, stages, signal }, w.tally)
  if (tallySame(w.tally)) return
  if (w.plan.stage?.row !== undefined && w.key !== null && w.store !== undefined) return compareGiven(w, w.store)
  let opened: SecondLook | undefined
  try {
    const find = { plan: by.plan, key: by.key, source, target, stages, signal }
    const all = await findUnordered(find, w.complete ?? false, async (candidates) => {
      opened ??= await secondLook(w)
      const { source, target } = opened
      const look = { plan: w.plan, key: w.key, source, target, stages, settle: w.settle ?? 0, taker: w.taker, signal }
      await settleUnordered(look, candidates, w.settled)
    })
    if (!all) w.notes.push('at least so many rows differ; the rest was not counted')
  } finally {
    await opened?.[Symbol.asyncDispose]()
  }
}

/** Rows of a function, without the columns that it said nothing of: a row that is there may hold anything in them. */
async function compareGiven(w: Work, open: () => Promise<Database>): Promise<void> {
  const { plan, stages, signal } = w
  if (stages === undefined)
    throw new NaruError('INTERNAL', `${plan.label} has a function that nothing was made ready for`)
  await using db = await open()
  const key = (rowPositions(plan) ?? []).map((at) => plan.columns[at].target.name)
  const fold = openFold([plan], targetColumns(plan))
  const sides = ({ source, target }: Pick<SecondLook, 'source' | 'target'>) => ({
    made: asGiven({ stages, sourceOf: () => source }, signal),
    target,
  })
  const found = await compareKeyed(
    {
      group: { plans: [plan], key, fold, store: await foldStore(db) },
      plan,
      extras: !appended(plan),
      settle: w.settle ?? 0,
      signal,
      taker: w.taker,
      async again() {
        const look = await secondLook(w)
        return { ...sides(look), [Symbol.asyncDispose]: () => look[Symbol.asyncDispose]() }
      },
    },
    sides(w),
  )
  w.settled.moved += found.moved
  w.notes.push(...openNote(found, 'the row function says nothing of it there'))
}

/** Raw forms pass only between two databases of one engine. */
export function rawOf(i: VerifyTableInput): RawValue {
  return i.source.engine.dialect.rawValue
}

async function secondLook(i: VerifyTableInput): Promise<SecondLook> {
  if (i.again !== undefined) return i.again()
  return { source: i.source, target: i.target, async [Symbol.asyncDispose]() {} }
}
