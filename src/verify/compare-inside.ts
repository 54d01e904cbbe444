/** Comparing a table by digests that the databases compute; rows are read only where those differ. */
import type { TablePlan } from '../core/plan.ts'
import { digestBoth, type Inside, partialPlan } from './inside.ts'
import { compareOrdered, type OrderedFound } from './ordered.ts'
import { compareSums, conclude, type Outcome, rawOf, settleOrdered, type VerifyTableInput } from './rows.ts'
import { orderedRange, readSource, readTarget } from './side.ts'
import { addRows, addSumsOf, newTally } from './tally.ts'
import { type TupleKey, tupleKey } from './tuple-key.ts'

/** Rows of one digest: so many are read where it differs. */
const DIGEST_ROWS = 50_000

/** Compares by digests. Throws OrderBroken where keys turn out to have no order in common. */
export function compareInside(
  i: VerifyTableInput,
  key: TupleKey | null,
  inside: Inside,
  notes: readonly string[],
): Promise<Outcome> {
  return key !== null && i.plan.ordered ? insideMerged(i, key, inside, notes) : insideSums(i, key, inside, notes)
}

/** Range by range: digests first, rows where they differ, and in any case the columns that no database digests. */
async function insideMerged(
  i: VerifyTableInput,
  key: TupleKey,
  inside: Inside,
  notes: readonly string[],
): Promise<Outcome> {
  const tally = newTally()
  const found: OrderedFound = { candidates: [], count: 0 }
  const whole = sidesOf(i, i.plan, key)
  const left = inside.left.length === 0 ? null : partialSides(i, inside.left)
  for (const range of i.ranges ?? (await whole.source.split({ rows: DIGEST_ROWS }))) {
    const one = orderedRange(range)
    const digests = await digestBoth(whole, inside.fields, [one], i.signal)
    if (!digests.same) {
      await compareOrdered({ ...whole, range: one }, tally, found)
      continue
    }
    addRows(tally.source, digests.source.rows, digests.source.sum)
    addRows(tally.target, digests.target.rows, digests.target.sum)
    if (left === null) continue
    const part = newTally()
    await compareOrdered({ ...left, range: one }, part, found)
    addSumsOf(tally, part)
  }
  return settleOrdered(i, key, tally, found, notes)
}

function partialSides(i: VerifyTableInput, fields: readonly number[]) {
  const plan = partialPlan(i.plan, fields)
  const key = tupleKey(plan, rawOf(i))
  return key === null ? null : sidesOf(i, plan, key)
}

function sidesOf(i: VerifyTableInput, plan: TablePlan, key: TupleKey) {
  const source = readSource(plan, i.source)
  const target = readTarget(plan, i.target)
  return { plan, key, source, target, raw: rawOf(i), signal: i.signal }
}

/** The whole table at once: digests first, all rows where they differ, and in any case the columns that no database digests. */
async function insideSums(
  i: VerifyTableInput,
  key: TupleKey | null,
  inside: Inside,
  notes: readonly string[],
): Promise<Outcome> {
  const sides = {
    plan: i.plan,
    source: readSource(i.plan, i.source, false),
    target: readTarget(i.plan, i.target, false),
  }
  const digests = await digestBoth(sides, inside.fields, null, i.signal)
  if (!digests.same) return compareSums(i, key, notes)
  const tally = newTally()
  addRows(tally.source, digests.source.rows, digests.source.sum)
  addRows(tally.target, digests.target.rows, digests.target.sum)
  if (inside.left.length === 0) return conclude(i.plan, tally, [], 0, 0, notes)
  const plan = partialPlan(i.plan, inside.left)
  const rest = await compareSums({ ...i, plan }, tupleKey(plan, rawOf(i)), notes)
  addSumsOf(rest.tally, tally)
  return rest
}
