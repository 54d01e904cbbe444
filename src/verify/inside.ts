/**
 * Digests computed inside the databases, for links over which reading all rows takes too long. A digest only ever says that rows are
 * equal: where two differ, or one cannot be had, rows are read and compared here. Columns that a database must not digest (JSON, arrays)
 * are left out on both sides and compared here, with the key.
 */
import type { Database, RangeDigest, RowSource, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { KeyRange } from '../core/key.ts'
import { sourceColumns, type TablePlan, targetColumns } from '../core/plan.ts'
import { rowHasher } from '../core/row-text.ts'
import { skipRow } from '../core/wire.ts'
import { digestedColumns, partialStage, undigested } from '../transfer/digested.ts'
import { RowCursor } from './cursor.ts'
import { keyPositions, readTarget, refuseAborted } from './side.ts'

/** What of a table can be compared by digests. */
export interface Inside {
  /** False: nothing; all rows are read. */
  readonly able: boolean
  /** Positions of the columns in the digest. */
  readonly fields: readonly number[]
  /** Positions of the others. */
  readonly left: readonly number[]
  /** Why rows are read that might not have to be. */
  readonly why?: string
}

/** Rows of one digest where the order does not matter. */
const RANGE_ROWS = 250_000

/** Finds out which columns both sides can digest. Without a key nothing ties the others to their row; the key must be among them. */
export function coverage(plan: TablePlan, source: Database, target: Database): Inside {
  const all = plan.columns.map((_, i) => i)
  const none = { able: false, fields: [], left: all }
  const made = plan.stage === undefined ? null : undigested(plan.stage)
  if (made !== null) return { ...none, why: made }
  const given =
    plan.stage === undefined ? sourceColumns(plan) : digestedColumns(plan, plan.stage, source.engine.dialect)
  const sides = [
    {
      db: source,
      columns: given,
      hashes: source.source(plan.source, sourceColumns(plan), { key: null }).digest !== undefined,
    },
    { db: target, columns: targetColumns(plan), hashes: readTarget(plan, target, false).digest !== undefined },
  ].filter((s) => s.hashes)
  const able = (i: number) => sides.every((s) => hasText(s.db, s.columns[i]))
  const fields = all.filter(able)
  const left = all.filter((i) => !able(i))
  if (sides.length === 0) return { ...none, why: 'neither database computes digests' }
  const key = keyPositions(plan)
  if (left.length > 0 && key === null) return { ...none, why: `no key, and no database digests ${names(plan, left)}` }
  const lost = key?.find((i) => left.includes(i))
  if (lost === undefined) return { able: true, fields, left }
  const reason = sides.some((s) => s.columns === given) ? given[lost] : null
  const why = 'no database digests the key'
  return { ...none, why: typeof reason === 'string' ? `${why}: ${names(plan, [lost])}, for ${reason}` : why }
}

function hasText(db: Database, column: WireColumn | string): boolean {
  return typeof column !== 'string' && (db.engine.dialect.canonicalText?.(column) ?? null) !== null
}

function names(plan: TablePlan, fields: readonly number[]): string {
  return fields.map((i) => plan.columns[i].source.name).join(', ')
}

/** What a reader of the report must know. */
export function insideNotes(plan: TablePlan, inside: Inside): string[] {
  if (!inside.able) return [`all rows were read: ${inside.why}`]
  const left = inside.left.length === 0 ? '' : `; ${names(plan, inside.left)} read and compared row by row`
  return [`digests computed inside the databases${left}`]
}

/** The plan with no more columns than the key and these. */
export function partialPlan(plan: TablePlan, fields: readonly number[]): TablePlan {
  const kept = new Set([...(keyPositions(plan) ?? []), ...fields])
  const places = plan.columns.flatMap((_, i) => (kept.has(i) ? [i] : []))
  const columns = places.map((i) => plan.columns[i])
  const { stage } = plan
  return { ...plan, columns, ...(stage !== undefined && { stage: partialStage(stage, places, plan.key) }) }
}

/** Digests of the same rows on both sides. */
export interface BothDigests {
  readonly source: RangeDigest
  readonly target: RangeDigest
  /** True only if both sides hold the same rows, as far as `fields` go. */
  readonly same: boolean
}

interface Sides {
  readonly plan: TablePlan
  readonly source: RowSource
  readonly target: RowSource
}

/** Digests of both sides at the same time; `ranges` null: each side's own, over the whole table. Throws STOPPED. */
export async function digestBoth(
  sides: Sides,
  fields: readonly number[],
  ranges: readonly KeyRange[] | null,
  signal?: AbortSignal,
): Promise<BothDigests> {
  const one = (from: RowSource) => digestSide(sides.plan, from, fields, ranges, signal)
  const [source, target] = await Promise.all([one(sides.source), one(sides.target)])
  const same = source.complete && target.complete && source.rows === target.rows && source.sum === target.sum
  return { source, target, same }
}

async function digestSide(
  plan: TablePlan,
  from: RowSource,
  fields: readonly number[],
  ranges: readonly KeyRange[] | null,
  signal: AbortSignal | undefined,
): Promise<RangeDigest> {
  let total: RangeDigest = { rows: 0, sum: 0n, complete: true }
  for (const range of ranges ?? (await from.split({ rows: RANGE_ROWS }))) {
    refuseAborted(signal)
    const digest = await digestRange(plan, from, range, fields, signal)
    total = { rows: total.rows + digest.rows, sum: total.sum + digest.sum, complete: digest.complete && total.complete }
    if (!total.complete) break
  }
  refuseAborted(signal)
  return total
}

/** A database that cannot answer (a value too long to be made text of) has not said that rows are equal. */
async function digestRange(
  plan: TablePlan,
  from: RowSource,
  range: KeyRange,
  fields: readonly number[],
  signal: AbortSignal | undefined,
): Promise<RangeDigest> {
  if (from.digest === undefined) return digestHere(plan, from, range, fields, signal)
  try {
    return await from.digest(range, fields)
  } catch (error) {
    if (!(error instanceof NaruError) || error.code !== 'QUERY_FAILED') throw error
    return { rows: 0, sum: 0n, complete: false }
  }
}

/** The same digest from rows that are read: for files, which lie beside this process. */
async function digestHere(
  plan: TablePlan,
  from: RowSource,
  range: KeyRange,
  fields: readonly number[],
  signal: AbortSignal | undefined,
): Promise<RangeDigest> {
  const hash = rowHasher(
    plan.columns.map((c) => c.wire),
    fields,
  )
  let complete = true
  const refuse = () => {
    complete = false
  }
  const cursor = new RowCursor(from, range, refuse, signal)
  let rows = 0
  let sum = 0n
  try {
    while (complete && (await cursor.fill())) {
      const all = cursor.look(cursor.left)
      for (let n = 0, at = cursor.at; n < all.count; n++, at = skipRow(cursor.bytes, at)) sum += hash(cursor.bytes, at)
      rows += all.count
      cursor.advance(all)
    }
  } finally {
    await cursor.close()
  }
  return { rows, sum, complete }
}
