/** The law of plans, with pg_dump as the witness: there, nothing left, and back, for many pairs in two databases. */
import assert from 'node:assert/strict'
import type { Database } from '../../src/core/engine.ts'
import type { Schema } from '../../src/core/schema.ts'
import { freshDatabase } from '../harness/database.ts'
import { assertReadable } from '../revisions/readable.ts'
import { apply, dumps, inspected, open, planned, ROLES, runScripts } from './postgres-harness.ts'
import { type Pair, renamesOf, wayBack } from './postgres-pair.ts'

/** A pair with the schema that it lies in. */
export type Placed = Pair & { readonly schema: string }

/** What became of a pair: an error, or four dumps. */
export interface Course {
  readonly failed?: unknown
  readonly from?: string
  readonly to?: string
  readonly there?: string
  readonly back?: string
}

const LANES = 3

/** Plans, applies, inspects; nothing may be left. */
async function lead(db: Database, pair: Placed, from: Schema, to: Schema): Promise<Schema> {
  const { steps, unplanned } = planned(db, from, to, { renames: renamesOf(pair, pair.schema) })
  assert.deepEqual(unplanned, [])
  assertReadable({ steps, unplanned }, 'postgres')
  await apply(db, steps)
  const arrived = await inspected(db, pair.schema)
  assert.deepEqual(planned(db, arrived, to).changes, [], `left after\n${steps.map((s) => s.sql).join(';\n')}`)
  return arrived
}

async function inLanes(url: string, pairs: readonly Placed[], work: (db: Database, pair: Placed) => Promise<void>) {
  const left = [...pairs]
  const lane = async () => {
    await using db = await open(url)
    for (let pair = left.shift(); pair !== undefined; pair = left.shift()) await work(db, pair)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

/** Leads each pair's first schema to the second and back. By schema. */
export async function travel(pairs: readonly Placed[]): Promise<ReadonlyMap<string, Course>> {
  await using first = await freshDatabase('postgres')
  await using second = await freshDatabase('postgres')
  await runScripts(first.url, [['public', ROLES], ...pairs.map((p) => [p.schema, p.from] as const)])
  await runScripts(second.url, [['public', ROLES], ...pairs.map((p) => [p.schema, p.to] as const)])
  const [from, to] = [await dumps(first.url), await dumps(second.url)]
  const failed = new Map<string, unknown>()
  const [starts, ends, arrivals] = [new Map<string, Schema>(), new Map<string, Schema>(), new Map<string, Schema>()]
  const guarded = (work: (db: Database, pair: Placed) => Promise<void>) => (db: Database, pair: Placed) =>
    failed.has(pair.schema)
      ? Promise.resolve()
      : work(db, pair).catch((error: unknown) => void failed.set(pair.schema, error))
  await inLanes(second.url, pairs, async (db, p) => void ends.set(p.schema, await inspected(db, p.schema)))
  await inLanes(
    first.url,
    pairs,
    guarded(async (db, p) => {
      starts.set(p.schema, await inspected(db, p.schema))
      arrivals.set(p.schema, await lead(db, p, starts.get(p.schema)!, ends.get(p.schema)!))
    }),
  )
  const there = await dumps(first.url)
  await inLanes(
    first.url,
    pairs,
    guarded(async (db, p) => {
      await lead(db, { ...wayBack(p), schema: p.schema }, arrivals.get(p.schema)!, starts.get(p.schema)!)
    }),
  )
  const back = await dumps(first.url)
  const course = ({ schema: s }: Placed): Course =>
    failed.has(s)
      ? { failed: failed.get(s) }
      : { from: from.get(s), to: to.get(s), there: there.get(s), back: back.get(s) }
  return new Map(pairs.map((p) => [p.schema, course(p)]))
}

/** Throws where a pair did not arrive, or not come back. */
export function check(course: Course | undefined): void {
  if (course === undefined) throw new Error('it did not travel')
  if (course.failed !== undefined) throw course.failed
  assert.notEqual(course.from, undefined)
  assert.equal(course.there, course.to)
  assert.equal(course.back, course.from)
}
