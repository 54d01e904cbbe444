/** Comparing one table on both sides, to the row key. */
import { tableLabel } from '../core/plan.ts'
import type { TableVerification } from '../core/report.ts'
import { compareInside } from './compare-inside.ts'
import { REPORTED } from './drift.ts'
import { coverage, insideNotes } from './inside.ts'
import { OrderBroken } from './ordered.ts'
import { appendNote, compareMerged, compareSums, type Outcome, rawOf, type VerifyTableInput } from './rows.ts'
import { appended, readSource, readTarget } from './side.ts'
import { sumText } from './sum.ts'
import { newTally } from './tally.ts'
import { tupleKey } from './tuple-key.ts'

/**
 * Compares a table. `count`: numbers of rows only. `digest`: every row; the digest of a side is the sum of its rows' hashes
 * modulo 2^128, whatever the order, so it is the same for the same rows on any engine. With `by: 'digest'` the hashes are those that
 * databases compute (core/row-text.ts), and rows are read only where they differ. Rows that differ are looked at again once.
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
  const inside = i.by === 'digest' ? coverage(i.plan, i.source, i.target) : null
  const notes = inside === null ? [] : insideNotes(i.plan, inside)
  try {
    if (inside?.able) return await compareInside(i, key, inside, notes)
    return key !== null && i.plan.ordered ? await compareMerged(i, key, notes) : await compareSums(i, key, notes)
  } catch (error) {
    if (!(error instanceof OrderBroken)) throw error
    return compareSums(i, key, ['keys sort in an order of their own: compared without order'])
  }
}
