/** The law of plans on the corpus, with pg_dump as the witness: there, nothing left, and back. */
import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { COLUMN_PAIRS } from './postgres-corpus-columns.ts'
import { OBJECT_PAIRS } from './postgres-corpus-objects.ts'
import { TABLE_PAIRS } from './postgres-corpus-tables.ts'
import { apply, dumps, inspected, open, planned, runScripts } from './postgres-harness.ts'
import { type Pair, renamesOf, wayBack } from './postgres-pair.ts'

const PAIRS: readonly Pair[] = [...COLUMN_PAIRS, ...TABLE_PAIRS, ...OBJECT_PAIRS]
const named = PAIRS.map((pair, i) => ({ ...pair, schema: `p${i} 쌍` }))
const ROLES = ['naru_reader', 'naru_writer']

/** What became of each pair on one way; an error's text where it failed. */
async function go(
  db: Database,
  target: Database,
  pairs: readonly (Pair & { schema: string })[],
): Promise<Map<string, unknown>> {
  const failed = new Map<string, unknown>()
  for (const pair of pairs) {
    try {
      const [from, to] = [await inspected(db, pair.schema), await inspected(target, pair.schema)]
      const { steps, unplanned } = planned(db, from, to, { renames: renamesOf(pair, pair.schema) })
      assert.deepEqual(unplanned, [])
      await apply(db, steps)
      const left = planned(db, await inspected(db, pair.schema), to)
      assert.deepEqual(left.changes, [], `left after\n${steps.map((s) => s.sql).join(';\n')}`)
    } catch (error) {
      failed.set(pair.schema, error)
    }
  }
  return failed
}

describe('the corpus', () => {
  const opened = new AsyncDisposableStack()
  let witness: {
    a: ReadonlyMap<string, string>
    b: ReadonlyMap<string, string>
    there: ReadonlyMap<string, string>
    back: ReadonlyMap<string, string>
  }
  let thereFailed: Map<string, unknown>
  let backFailed: Map<string, unknown>

  beforeAll(async () => {
    const make = async (sides: (p: Pair) => string): Promise<FreshDatabase> => {
      const place = opened.use(await freshDatabase('postgres'))
      await runScripts(place.url, [
        [
          'public',
          ROLES.map((r) => `DO $$ BEGIN CREATE ROLE ${r}; EXCEPTION WHEN duplicate_object THEN END $$`).join(';'),
        ],
        ...named.map((p) => [p.schema, sides(p)] as const),
      ])
      return place
    }
    const [a, b] = [await make((p) => p.from), await make((p) => p.to)]
    const origin = await make((p) => p.from)
    const [work, target, source] = [await open(a.url), await open(b.url), await open(origin.url)]
    opened.use(work)
    opened.use(target)
    opened.use(source)
    const before = await dumps(a.url)
    thereFailed = await go(work, target, named)
    const there = await dumps(a.url)
    backFailed = await go(
      work,
      source,
      named.map((p) => ({ ...wayBack(p), schema: p.schema })),
    )
    witness = { a: before, b: await dumps(b.url), there, back: await dumps(a.url) }
  }, 120_000)
  afterAll(() => opened.disposeAsync())

  it('has at least 150 pairs, each of its own name', () => {
    assert.ok(PAIRS.length >= 150, `${PAIRS.length} pairs`)
    assert.equal(new Set(PAIRS.map((p) => p.name)).size, PAIRS.length)
  })

  for (const { name, schema } of named) {
    it(name, () => {
      if (thereFailed.has(schema)) throw thereFailed.get(schema)
      assert.equal(witness.there.get(schema), witness.b.get(schema))
      if (backFailed.has(schema)) throw backFailed.get(schema)
      assert.equal(witness.back.get(schema), witness.a.get(schema))
      assert.notEqual(witness.a.get(schema), undefined)
    })
  }
})
