/** Comparing a table by digests that the databases compute; ranges that differ are halved by digests, and rows read in what is left. */
import type { RangeDigest } from '../core/engine.ts'
import type { KeyRange } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import { type BothDigests, digestBoth, type Inside, partialPlan } from './inside.ts'
import { eachPiece, together } from './pieces.ts'
import { compareSums, type Differing, differing, rangesOf, rawOf, tellCompared, type Work } from './rows.ts'
import { readSource, readTarget } from './side.ts'
import { addRows, addSumsOf, newTally, type Tally } from './tally.ts'
import { type TupleKey, tupleKey } from './tuple-key.ts'

/** Rows that are read where their digest differs, and how many such ranges have their digest made at once: at first, and at most. */
const LEAF_ROWS = 5000
const LEAVES = 10
const MOST_LEAVES = 50

/** Compares by digests. Throws OrderBroken where keys turn out to have no order in common. */
export function compareInside(w: Work, inside: Inside): Promise<void> {
  return w.key !== null && w.plan.ordered ? insideMerged(w, w.key, inside) : insideSums(w, inside)
}

type Sides = ReturnType<typeof sidesOf>

interface Bisection {
  readonly w: Work
  readonly inside: Inside
  readonly whole: Sides
  /** Columns that no database digests, with the key. */
  readonly left: Sides | null
  readonly second: Differing
  /** Leaves of the last piece, and how many of them had to be read. */
  leaves: number
  read: number
}

/** Range by range: digests first, rows where they differ, and in any case the columns that no database digests. */
async function insideMerged(w: Work, key: TupleKey, inside: Inside): Promise<void> {
  const whole = sidesOf(w, w.plan, key)
  await using second = differing(w, key)
  const left = inside.left.length === 0 ? null : partialSides(w, inside.left)
  const b: Bisection = { w, inside, whole, left, second, leaves: 0, read: 0 }
  const leaves = await rangesOf(w, () => whole.source.split({ rows: LEAF_ROWS }))
  await eachPiece(leaves, { from: w.from, first: w.gentle ? 1 : LEAVES, most: MOST_LEAVES }, async (piece) => {
    await comparePiece(b, piece.ranges)
    await second.pieceDone(piece.end)
    tellCompared(w)
  })
  await second.finish(leaves.length)
}

async function comparePiece(b: Bisection, leaves: readonly KeyRange[]): Promise<void> {
  // Where nearly all ranges differ, digests of their halves would only cost.
  const hopeless = b.read * 2 > b.leaves
  b.read = 0
  b.leaves = leaves.length
  const digests = await digestBoth(b.whole, b.inside.fields, [together(leaves)], b.w.signal)
  if (hopeless && !digests.same) await readLeaves(b, leaves)
  else await bisect(b, leaves, digests)
}

async function bisect(b: Bisection, leaves: readonly KeyRange[], digests: BothDigests): Promise<void> {
  if (digests.same) return equalRange(b, together(leaves), digests)
  const complete = digests.source.complete && digests.target.complete
  if (leaves.length === 1 || !complete) return readLeaves(b, leaves)
  const middle = leaves.length >> 1
  const [first, rest] = [leaves.slice(0, middle), leaves.slice(middle)]
  const half = await digestBoth(b.whole, b.inside.fields, [together(first)], b.w.signal)
  await bisect(b, first, half)
  if (half.source.complete && half.target.complete) await bisect(b, rest, remainder(digests, half))
  else await readLeaves(b, rest)
}

/** The digest of what is left of a range without its first half: nothing has to be asked for it. */
function remainder(all: BothDigests, half: BothDigests): BothDigests {
  const minus = (a: RangeDigest, b: RangeDigest) => ({ rows: a.rows - b.rows, sum: a.sum - b.sum, complete: true })
  const source = minus(all.source, half.source)
  const target = minus(all.target, half.target)
  return { source, target, same: source.rows === target.rows && source.sum === target.sum }
}

async function readLeaves(b: Bisection, leaves: readonly KeyRange[]): Promise<void> {
  b.read += leaves.length
  await b.second.compare({ ...b.whole, range: together(leaves) }, b.w.tally)
}

async function equalRange(b: Bisection, range: KeyRange, digests: BothDigests): Promise<void> {
  addDigests(b.w.tally, digests)
  if (b.left === null) return
  const part = newTally()
  // Rows have their place among all rows of the table.
  part.target.rows = b.w.tally.target.rows - digests.target.rows
  await b.second.compare({ ...b.left, range }, part)
  addSumsOf(b.w.tally, part)
}

function addDigests(tally: Tally, digests: BothDigests): void {
  addRows(tally.source, digests.source.rows, digests.source.sum)
  addRows(tally.target, digests.target.rows, digests.target.sum)
}

function partialSides(w: Work, fields: readonly number[]) {
  const plan = partialPlan(w.plan, fields)
  const key = tupleKey(plan, rawOf(w))
  return key === null ? null : sidesOf(w, plan, key)
}

function sidesOf(w: Work, plan: TablePlan, key: TupleKey) {
  return { plan, key, source: readSource({ ...w, plan }), target: readTarget(plan, w.target), signal: w.signal }
}

/** The whole table at once: digests first, all rows where they differ, and in any case the columns that no database digests. */
async function insideSums(w: Work, inside: Inside): Promise<void> {
  const source = readSource(w, false)
  const target = readTarget(w.plan, w.target, false)
  const digests = await digestBoth({ plan: w.plan, source, target }, inside.fields, null, w.signal)
  if (!digests.same) return compareSums(w)
  if (inside.left.length === 0) return addDigests(w.tally, digests)
  const plan = partialPlan(w.plan, inside.left)
  await compareSums(w, { plan, key: tupleKey(plan, rawOf(w)) })
  const whole = newTally()
  addDigests(whole, digests)
  addSumsOf(w.tally, whole)
}
