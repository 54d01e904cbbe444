/** The corpus of pairs: each leads there and back, and pg_dump says so. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, it } from 'vitest'
import { COLUMN_PAIRS } from './postgres-corpus-columns.ts'
import { OBJECT_PAIRS } from './postgres-corpus-objects.ts'
import { RARE_PAIRS } from './postgres-corpus-rare.ts'
import { TABLE_PAIRS } from './postgres-corpus-tables.ts'
import { type Course, check, travel } from './postgres-law.ts'
import { pair } from './postgres-pair.ts'

const KITCHEN = readFileSync(join(import.meta.dirname, 'postgres-kitchen.sql'), 'utf8')
const WHOLE = pair('one of everything comes and goes', 'CREATE TABLE o (x int)', '', KITCHEN)
const PAIRS = [...COLUMN_PAIRS, ...TABLE_PAIRS, ...OBJECT_PAIRS, ...RARE_PAIRS, WHOLE].map((pair, i) => ({
  ...pair,
  schema: `p${i} 쌍`,
}))

describe('the corpus', () => {
  let courses: ReadonlyMap<string, Course>
  beforeAll(async () => {
    courses = await travel(PAIRS)
  })

  it('has at least 150 pairs, each of its own name', () => {
    assert.ok(PAIRS.length >= 150, `${PAIRS.length} pairs`)
    assert.equal(new Set(PAIRS.map((p) => p.name)).size, PAIRS.length)
  })

  for (const { name, schema } of PAIRS) it(name, () => check(courses.get(schema)))
})
