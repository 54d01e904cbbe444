/** Comparing one table on both sides, to the row key. */
import { tableLabel } from '../core/plan.ts'
import type { SampleReport, TableVerification } from '../core/report.ts'
import { sumText } from '../core/sum.ts'
import { type Collected, collector } from './collect.ts'
import { comparablePlan } from './comparable.ts'
import { compareInside } from './compare-inside.ts'
import { coverage, type Inside, insideNotes } from './inside.ts'
import { recall, recorder } from './memory.ts'
import { OrderBroken } from './ordered.ts'
import type { PairTaker } from './pair.ts'
import { compareMerged, compareSums, rawOf, tellCompared, type VerifyTableInput, type Work } from './rows.ts'
import { sampleReport } from './sample.ts'
import { type Counts, countsAgree, type Sampling, sampling, settledCounts } from './sampled.ts'
import { appended, readSource, readTarget } from './side.ts'
import { newTally, type Tally } from './tally.ts'
import { tupleKey } from './tuple-key.ts'

/**
 * Compares a table. `count`: numbers of rows only. `digest`: every row; the digest of a side is the sum of its rows' hashes
 * modulo 2^128, whatever the order, so it is the same for the same rows on any engine (null with `digests: false` where bytes alone told). With `by: 'digest'` the hashes are those that
 * databases compute (core/row-text.ts), and rows are read only where they differ. Rows that differ are looked at again.
 * On a target that is appended to, rows that only the target has are not drift. Throws STOPPED.
 */
export async function verifyTable(input: VerifyTableInput, how: 'count' | 'digest'): Promise<TableVerification> {
  const began = performance.now()
  const i = { ...input, plan: comparablePlan(input.plan) }
  // Loaded now: a database that lives in this process cannot be asked once its rows are being read.
  if (i.plan.stage !== undefined) await i.stages?.lookups(i.plan.stage.lookups)
  const { tally, found, driftCount, notes, sample, same } =
    how === 'count' ? await compareCounts(i) : await compareRows(i)
  const verification: TableVerification = {
    table: i.plan.label,
    target: tableLabel(i.plan.target.name),
    how,
    sourceRows: tally.source.rows,
    targetRows: tally.target.rows,
    sourceDigest: how === 'count' || !tally.hashed ? null : sumText(tally.source.sum),
    targetDigest: how === 'count' || !tally.hashed ? null : sumText(tally.target.sum),
    same,
    drift: found?.drift ?? [],
    driftCount,
    ...(found !== null && !same && { kinds: found.kinds, patterns: found.patterns }),
    ms: performance.now() - began,
    ...(sample !== null && { sample }),
    ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
  }
  i.report?.report({ type: 'verified', table: verification.table, rows: verification.sourceRows, same })
  return verification
}

/** What comparing has come to, before it becomes a verdict. */
interface Outcome {
  readonly tally: Tally
  readonly found: Collected | null
  readonly driftCount: number
  readonly notes: readonly string[]
  readonly sample: SampleReport | null
  readonly same: boolean
}

async function compareCounts(i: VerifyTableInput): Promise<Outcome> {
  const tally = newTally()
  const [source, target] = await Promise.all([readSource(i).count(), readTarget(i.plan, i.target).count()])
  tally.source.rows = Number(source)
  tally.target.rows = Number(target)
  const missing = tally.source.rows - tally.target.rows
  const driftCount = appended(i.plan) ? Math.max(0, missing) : Math.abs(missing)
  return { tally, found: null, driftCount, notes: appendNote(i), sample: null, same: driftCount === 0 }
}

async function compareRows(i: VerifyTableInput): Promise<Outcome> {
  const { plan, limit, tolerances, listener } = i
  const list = collector({ plan, raw: rawOf(i), limit, tolerances, listener }, () => work.tally)
  const settled = { moved: 0, restless: [] }
  const key = tupleKey(plan, rawOf(i))
  const part = await sampling(i, key !== null)
  const taker = part === null || typeof part === 'string' ? list : placeless(list)
  const keeping = i.memory === undefined ? null : recorder(taker, i.memory)
  const work: Work = {
    ...i,
    ...(part !== null && typeof part !== 'string' && part.chosen),
    key,
    taker: keeping ?? taker,
    tally: newTally(i.digests !== false || i.by === 'digest'),
    settled,
    notes: typeof part === 'string' ? [part] : [],
    from: 0,
    recorder: keeping,
    told: 0,
  }
  const whole = (await recalled(work, taker)) ?? (await compareInto(work))
  tellCompared(work)
  const sampled = part === null || typeof part === 'string' || whole ? null : part
  const counts = sampled === null ? null : await settledCounts(i, sampled.counts)
  const found = await list.finish(work.tally, counts?.target ?? work.tally.target.rows)
  const { missing, extra, different } = found.kinds
  const driftCount = missing + extra + different + settled.restless.length
  return {
    tally: work.tally,
    found,
    driftCount,
    same: driftCount === 0 && (counts === null || countsAgree(i, counts)),
    sample: sampled === null || counts === null ? null : reportOf(sampled, counts),
    notes: [...work.notes, ...settledNotes(work, found), ...appendNote(i)],
  }
}

function reportOf({ sample, chosen }: Sampling, counts: Counts): SampleReport {
  return sampleReport(sample, chosen.ranges.length, chosen.ofRanges, counts)
}

/** Rows of a sample have neighbours that nobody looked at: nothing follows from their place. */
function placeless(taker: PairTaker): PairTaker {
  return { take: (pair) => taker.take({ ...pair, place: null }), restart: () => taker.restart() }
}

/** Goes on behind what an earlier process has kept; true where that was all of a table that has no ranges, null where rows are left. */
async function recalled(w: Work, taker: PairTaker): Promise<true | null> {
  const { memory } = w
  const last = memory?.parts.at(-1)
  if (memory === undefined || last === undefined) return null
  const notes = await recall(memory, w.tally, w.settled, taker)
  w.from = last.end
  w.recorder?.resume(w.tally, w.settled)
  w.told = w.tally.source.rows
  w.report?.report({ type: 'compared', table: w.plan.label, rows: w.told, earlier: true })
  if (notes === null) return null
  w.notes.splice(0, w.notes.length, ...notes)
  return true
}

/** True where all rows have been compared although ranges were given: they have no order in common. */
async function compareInto(w: Work): Promise<boolean> {
  const inside = w.by === 'digest' ? coverage(w.plan, w.source, w.target) : null
  if (inside !== null) w.notes.push(...insideNotes(w.plan, inside))
  try {
    if (inside?.able && (w.key === null || !w.plan.ordered)) await compareWhole(w, inside)
    else if (inside?.able) await compareInside(w, inside)
    else if (w.key !== null && w.plan.ordered) await compareMerged(w, w.key)
    else await compareWhole(w)
    return false
  } catch (error) {
    if (!(error instanceof OrderBroken)) throw error
    w.notes.splice(0, w.notes.length, 'keys sort in an order of their own: compared without order')
    w.settled.moved = 0
    w.settled.restless.length = 0
    await w.taker.restart()
    await compareWhole(w)
    return true
  }
}

/** A table that has no ranges in common is kept when all of it is compared. */
async function compareWhole(w: Work, inside?: Inside): Promise<void> {
  if (inside === undefined) await compareSums(w)
  else await compareInside(w, inside)
  w.recorder?.part(w.tally, w.settled, 1, w.notes)
}

function settledNotes(w: Work, found: Collected): string[] {
  const { moved, restless } = w.settled
  const names = restless.slice(0, 5).join(', ')
  return [
    ...(moved > 0 ? [`${moved} rows differed at first and were equal when looked at again`] : []),
    ...(restless.length > 0
      ? [`${restless.length} rows changed whenever they were looked at, not decided: ${names}`]
      : []),
    ...(found.same > 0 ? [`${found.same} rows are spelled otherwise and mean the same`] : []),
    ...(found.tolerated > 0 ? [`${found.tolerated} rows differ within the tolerance`] : []),
  ]
}

/** What is said of a target that is appended to. */
function appendNote(i: VerifyTableInput): string[] {
  return appended(i.plan) ? ['the target held rows of its own before: what only it has was not counted'] : []
}
