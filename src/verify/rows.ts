/** Comparing the rows of one table: both sides are read, in the same order or in none. */
import type { Database } from '../core/engine.ts'
import type { Reporter } from '../core/event.ts'
import type { KeyRange } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import type { DriftRow } from '../core/report.ts'
import { againOrdered, againUnordered } from './again.ts'
import { joinUnreadable } from './drift.ts'
import { compareOrdered, type OrderedFound } from './ordered.ts'
import { appended, orderedRange, readSource, readTarget } from './side.ts'
import { newTally, type Tally, tallySame } from './tally.ts'
import type { RawValue, TupleKey } from './tuple-key.ts'
import { findUnordered, sumBoth } from './unordered.ts'

export interface VerifyTableInput {
  readonly plan: TablePlan
  /** Both have joined a snapshot, or neither is in one. */
  readonly source: Database
  readonly target: Database
  /** Opens connections outside any snapshot, for the second look at rows that differ; the same ones when absent. */
  readonly again?: () => Promise<SecondLook>
  /** Only these ranges of an ordered table (units whose digests differ); the whole table when absent. */
  readonly ranges?: readonly KeyRange[]
  /** `digest`: digests are computed inside both databases where they can; rows are read only where those differ. */
  readonly by?: 'stream' | 'digest'
  readonly report?: Reporter
  readonly signal?: AbortSignal
}

/** Connections of a second look; disposed after it. */
export interface SecondLook extends AsyncDisposable {
  readonly source: Database
  readonly target: Database
}

/** What comparing found, before it becomes a verdict. */
export interface Outcome {
  readonly tally: Tally
  readonly drift: readonly DriftRow[]
  readonly driftCount: number
  readonly notes: readonly string[]
}

/** Rows of an ordered table that are compared as one range. */
const RANGE_ROWS = 250_000

/** Reads both sides in key order, side by side. Throws OrderBroken. */
export async function compareMerged(i: VerifyTableInput, key: TupleKey, notes: readonly string[]): Promise<Outcome> {
  const tally = newTally()
  const found: OrderedFound = { candidates: [], count: 0 }
  const source = readSource(i.plan, i.source)
  const target = readTarget(i.plan, i.target)
  const ranges = i.ranges ?? (await source.split({ rows: RANGE_ROWS }))
  for (const range of ranges) {
    const one = { plan: i.plan, key, source, target, range: orderedRange(range), raw: rawOf(i), signal: i.signal }
    await compareOrdered(one, tally, found)
  }
  return settleOrdered(i, key, tally, found, notes)
}

/** Looks again at the rows that differ, and concludes. */
export async function settleOrdered(
  i: VerifyTableInput,
  key: TupleKey,
  tally: Tally,
  found: OrderedFound,
  notes: readonly string[],
): Promise<Outcome> {
  if (found.count === 0) return conclude(i.plan, tally, [], 0, 0, notes)
  await using look = await secondLook(i)
  const again = { plan: i.plan, key, raw: rawOf(i), source: look.source, target: look.target, signal: i.signal }
  const drift = await againOrdered(again, key, found.candidates)
  return conclude(i.plan, tally, drift, found.count, found.count - found.candidates.length + drift.length, notes)
}

/** Reads both sides in whatever order each likes. */
export async function compareSums(
  i: VerifyTableInput,
  key: TupleKey | null,
  notes: readonly string[],
): Promise<Outcome> {
  const tally = newTally()
  const both = { plan: i.plan, key, raw: rawOf(i), source: i.source, target: i.target, signal: i.signal }
  await sumBoth(both, tally)
  if (tallySame(tally)) return conclude(i.plan, tally, [], 0, 0, notes)
  const found = await findUnordered(both)
  if (found.count === 0) return conclude(i.plan, tally, [], 0, 0, notes)
  await using look = await secondLook(i)
  const drift = await againUnordered({ ...both, source: look.source, target: look.target }, found.candidates)
  const left = found.count - found.candidateCount + drift.length
  const bound = found.exact ? [] : ['at least so many rows differ; the rest was not counted']
  return conclude(i.plan, tally, drift, found.count, left, [...notes, ...bound])
}

/** Raw forms pass only between two databases of one engine. */
export function rawOf(i: VerifyTableInput): RawValue {
  return i.source.engine.dialect.rawValue
}

async function secondLook(i: VerifyTableInput): Promise<SecondLook> {
  if (i.again !== undefined) return i.again()
  return { source: i.source, target: i.target, async [Symbol.asyncDispose]() {} }
}

/** What was found becomes an outcome. `first`: rows that differed at first, `left`: those that still do. */
export function conclude(
  plan: TablePlan,
  tally: Tally,
  drift: readonly DriftRow[],
  first: number,
  left: number,
  notes: readonly string[],
): Outcome {
  const moved = first - left
  const settled = moved > 0 ? [`${moved} rows differed at first and were equal when looked at again`] : []
  const joined = plan.key === null ? [...tally.unreadable, ...drift] : joinUnreadable(tally.unreadable, drift)
  return {
    tally,
    drift: joined,
    driftCount: left + tally.unreadableCount - (tally.unreadable.length + drift.length - joined.length),
    notes: [...notes, ...settled, ...appendNote(plan)],
  }
}

/** What is said of a target that is appended to. */
export function appendNote(plan: TablePlan): string[] {
  return appended(plan) ? ['the target held rows of its own before: what only it has was not counted'] : []
}
