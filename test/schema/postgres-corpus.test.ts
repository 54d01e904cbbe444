/** The law of plans on the corpus, with pg_dump as the witness: there, nothing left, and back. */
import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import type { Schema } from '../../src/core/schema.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { COLUMN_PAIRS } from './postgres-corpus-columns.ts'
import { OBJECT_PAIRS } from './postgres-corpus-objects.ts'
import { TABLE_PAIRS } from './postgres-corpus-tables.ts'
import { apply, dumps, inspected, open, planned, ROLES, runScripts } from './postgres-harness.ts'
import { type Pair, renamesOf, wayBack } from './postgres-pair.ts'

const PAIRS: readonly Pair[] = [...COLUMN_PAIRS, ...TABLE_PAIRS, ...OBJECT_PAIRS]
const named = PAIRS.map((pair, i) => ({ ...pair, schema: `p${i} 쌍` }))
type Named = (typeof named)[number]

const LANES = 3

/** What is known of a pair on its way. */
interface Course {
  readonly from: Schema
  readonly to: Schema
  there?: Schema
  failed?: unknown
}

/** Plans, applies, inspects; nothing may be left. */
async function lead(db: Database, pair: Named, from: Schema, to: Schema): Promise<Schema> {
  const { steps, unplanned } = planned(db, from, to, { renames: renamesOf(pair, pair.schema) })
  assert.deepEqual(unplanned, [])
  await apply(db, steps)
  const arrived = await inspected(db, pair.schema)
  assert.deepEqual(planned(db, arrived, to).changes, [], `left after\n${steps.map((s) => s.sql).join(';\n')}`)
  return arrived
}

async function lanes(url: string, work: (db: Database, pair: Named) => Promise<void>): Promise<void> {
  const left = [...named]
  const lane = async () => {
    await using db = await open(url)
    for (let pair = left.shift(); pair !== undefined; pair = left.shift()) await work(db, pair)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

describe('the corpus', () => {
  const places: FreshDatabase[] = []
  const courses = new Map<string, Course>()
  const witness: Record<'a' | 'b' | 'there' | 'back', ReadonlyMap<string, string>> = {
    a: new Map(),
    b: new Map(),
    there: new Map(),
    back: new Map(),
  }

  beforeAll(async () => {
    const make = async (side: 'from' | 'to') => {
      const place = await freshDatabase('postgres')
      places.push(place)
      await runScripts(place.url, [['public', ROLES], ...named.map((p) => [p.schema, p[side]] as const)])
      return place.url
    }
    const [a, b] = [await make('from'), await make('to')]
    witness.a = await dumps(a)
    witness.b = await dumps(b)
    const targets = new Map<string, Schema>()
    await lanes(b, async (db, pair) => void targets.set(pair.schema, await inspected(db, pair.schema)))
    await lanes(a, async (db, pair) => {
      const course: Course = { from: await inspected(db, pair.schema), to: targets.get(pair.schema)! }
      courses.set(pair.schema, course)
      course.there = await lead(db, pair, course.from, course.to).catch((error: unknown) => {
        course.failed = error
        return undefined
      })
    })
    witness.there = await dumps(a)
    await lanes(a, async (db, pair) => {
      const course = courses.get(pair.schema)!
      if (course.there === undefined) return
      const back = { ...wayBack(pair), schema: pair.schema }
      await lead(db, back, course.there, course.from).catch((error: unknown) => {
        course.failed = error
      })
    })
    witness.back = await dumps(a)
  }, 300_000)
  afterAll(async () => {
    for (const place of places) await place[Symbol.asyncDispose]()
  })

  it('has at least 150 pairs, each of its own name', () => {
    assert.ok(PAIRS.length >= 150, `${PAIRS.length} pairs`)
    assert.equal(new Set(PAIRS.map((p) => p.name)).size, PAIRS.length)
  })

  for (const { name, schema } of named) {
    it(name, () => {
      const course = courses.get(schema)
      if (course?.failed !== undefined) throw course.failed
      assert.notEqual(witness.a.get(schema), undefined)
      assert.equal(witness.there.get(schema), witness.b.get(schema))
      assert.equal(witness.back.get(schema), witness.a.get(schema))
    })
  }
})
