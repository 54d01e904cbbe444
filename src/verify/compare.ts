/** Comparing one table on both sides, to the row key. */
import type { Database } from '../core/engine.ts'
import type { Reporter } from '../core/event.ts'
import type { KeyRange } from '../core/key.ts'
import { type TablePlan, tableLabel } from '../core/plan.ts'
import type { DriftRow, TableVerification } from '../core/report.ts'
import { againOrdered, againUnordered } from './again.ts'
import { REPORTED } from './drift.ts'
import { compareOrdered, OrderBroken, type OrderedFound } from './ordered.ts'
import { appended, orderedRange, readSource, readTarget } from './side.ts'
import { sumText } from './sum.ts'
import { newTally, type Tally, tallySame } from './tally.ts'
import { type RawValue, type TupleKey, tupleKey } from './tuple-key.ts'
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
  readonly report?: Reporter
  readonly signal?: AbortSignal
}

/** Connections of a second look; disposed after it. */
export interface SecondLook extends AsyncDisposable {
  readonly source: Database
  readonly target: Database
}

/** What comparing found, before it becomes a verdict. */
interface Outcome {
  readonly tally: Tally
  readonly drift: readonly DriftRow[]
  readonly driftCount: number
  readonly notes: readonly string[]
}

/** Rows of an ordered table that are compared as one range. */
const RANGE_ROWS = 250_000

/**
 * Compares a table. `count`: numbers of rows only. `digest`: every row; the digest of a side is the sum of its rows' hashes
 * modulo 2^128, whatever the order, so it is the same for the same rows on any engine. Rows that differ are looked at again once.
 * On a target that is appended to, rows that only the target has are not drift. Throws STOPPED.
 */
export async function verifyTable(i: VerifyTableInput, how: 'count' | 'digest'): Promise<TableVerification> {
  const began = performance.now()
  const { tally, drift, driftCount, notes } = how === 'count' ? await compareCounts(i) : await compareRows(i)
  const same = driftCount === 0
  const verification: TableVerification = {
    table: i.plan.label,
    target: tableLabel(i.plan.target.name),
    how,
    sourceRows: tally.source.rows,
    targetRows: tally.target.rows,
    sourceDigest: how === 'count' ? null : sumText(tally.source.sum),
    targetDigest: how === 'count' ? null : sumText(tally.target.sum),
    same,
    drift: drift.slice(0, REPORTED),
    driftCount,
    ms: performance.now() - began,
    ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
  }
  i.report?.report({ type: 'verified', table: verification.table, rows: verification.sourceRows, same })
  return verification
}

async function compareCounts(i: VerifyTableInput): Promise<Outcome> {
  const tally = newTally()
  const [source, target] = await Promise.all([
    readSource(i.plan, i.source).count(),
    readTarget(i.plan, i.target).count(),
  ])
  tally.source.rows = Number(source)
  tally.target.rows = Number(target)
  const missing = tally.source.rows - tally.target.rows
  const driftCount = appended(i.plan) ? Math.max(0, missing) : Math.abs(missing)
  return { tally, drift: [], driftCount, notes: appendNote(i.plan) }
}

async function compareRows(i: VerifyTableInput): Promise<Outcome> {
  const key = tupleKey(i.plan, rawOf(i))
  if (key === null || !i.plan.ordered) return compareSums(i, key, [])
  try {
    return await compareMerged(i, key)
  } catch (error) {
    if (!(error instanceof OrderBroken)) throw error
    return compareSums(i, key, ['keys sort in an order of their own: compared without order'])
  }
}

async function compareMerged(i: VerifyTableInput, key: TupleKey): Promise<Outcome> {
  const tally = newTally()
  const found: OrderedFound = { candidates: [], count: 0 }
  const source = readSource(i.plan, i.source)
  const target = readTarget(i.plan, i.target)
  const ranges = i.ranges ?? (await source.split({ rows: RANGE_ROWS }))
  for (const range of ranges) {
    const one = { plan: i.plan, key, source, target, range: orderedRange(range), raw: rawOf(i), signal: i.signal }
    await compareOrdered(one, tally, found)
  }
  if (found.count === 0) return conclude(i.plan, tally, [], 0, 0, [])
  await using look = await secondLook(i)
  const again = { plan: i.plan, key, raw: rawOf(i), source: look.source, target: look.target, signal: i.signal }
  const drift = await againOrdered(again, key, found.candidates)
  return conclude(i.plan, tally, drift, found.count, found.count - found.candidates.length + drift.length, [])
}

async function compareSums(i: VerifyTableInput, key: TupleKey | null, notes: readonly string[]): Promise<Outcome> {
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
function rawOf(i: VerifyTableInput): RawValue {
  return i.source.engine.dialect.rawValue
}

async function secondLook(i: VerifyTableInput): Promise<SecondLook> {
  if (i.again !== undefined) return i.again()
  return { source: i.source, target: i.target, async [Symbol.asyncDispose]() {} }
}

function conclude(
  plan: TablePlan,
  tally: Tally,
  drift: readonly DriftRow[],
  first: number,
  left: number,
  notes: readonly string[],
): Outcome {
  const moved = first - left
  const settled = moved > 0 ? [`${moved} rows differed at first and were equal when looked at again`] : []
  return {
    tally,
    drift: [...tally.unreadable, ...drift],
    driftCount: left + tally.unreadableCount,
    notes: [...notes, ...settled, ...appendNote(plan)],
  }
}

function appendNote(plan: TablePlan): string[] {
  return appended(plan) ? ['the target held rows of its own before: what only it has was not counted'] : []
}
