/** The corpus of MySQL and MariaDB, judged by SHOW CREATE of the server itself. */
import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Step } from '../../src/core/change.ts'
import type { Database } from '../../src/core/engine.ts'
import type { Schema } from '../../src/core/schema.ts'
import type { Rename } from '../../src/diff/rename-map.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { changesOf, sqlOf, stateOf, told } from './law.ts'
import { runAsClaimed } from './mysql-algorithms.ts'
import { COLUMNS, KEYS, type Pair, TYPES } from './mysql-corpus.ts'
import { HOSTILE, RENAMES, ROUTINES, TABLES, TRIGGERS, VIEWS } from './mysql-corpus-objects.ts'
import { CHECKS, FOREIGN_KEYS, GENERATED, OPTIONS, PARTITIONS, VERSIONS } from './mysql-corpus-tables.ts'
import { renamesBack } from './mysql-renames.ts'
import { witness } from './mysql-witness.ts'

const GROUPS: Readonly<Record<string, readonly Pair[]>> = {
  columns: COLUMNS,
  types: TYPES,
  keys: KEYS,
  'computed columns': GENERATED,
  checks: CHECKS,
  'foreign keys': FOREIGN_KEYS,
  options: OPTIONS,
  partitions: PARTITIONS,
  versions: VERSIONS,
  tables: TABLES,
  renames: RENAMES,
  'hostile names': HOSTILE,
  views: VIEWS,
  triggers: TRIGGERS,
  'routines, events, sequences': ROUTINES,
}

const places: FreshDatabase[] = []
const open: Database[] = []

beforeAll(async () => {
  for (let i = 0; i < 2; i++) {
    const place = await freshDatabase('mysql')
    places.push(place)
    open.push(await mysql.open(mysql.parse(place.url), { role: 'target' }))
  }
})
afterAll(async () => {
  for (const db of open) await db.close()
  for (const place of places) await place[Symbol.asyncDispose]()
})

async function emptied(db: Database): Promise<void> {
  const name = db.engine.dialect.quote(db.address.database ?? '')
  await db.execute(
    `DROP DATABASE ${name}; CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; USE ${name}; SET sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'`,
  )
}

interface Lead {
  readonly renames: readonly Rename[]
  readonly unplanned?: readonly RegExp[]
}

interface Led {
  readonly steps: readonly Step[]
  /** What is there afterwards. */
  readonly state: Schema
}

/** Leads a database to a state, each statement in the way that its plan claims; gives the steps. */
async function lead(db: Database, from: Schema, to: Schema, o: Lead): Promise<Led> {
  const changes = changesOf(db, from, to, { renames: o.renames })
  const { steps, unplanned } = mysql.dialect.planner!.plan({ from, to, changes, can: db.can })
  const refused = unplanned.map((u) => `${u.object}: ${u.why}`)
  assert.deepEqual(refused.length, (o.unplanned ?? []).length, refused.join('\n'))
  for (const step of steps) await runAsClaimed(db, step)
  const state = await stateOf(db)
  const left = changesOf(db, state, to)
  assert.equal(left.length, 0, `still different:\n${told(left)}\nafter:\n${sqlOf(steps)}`)
  return { steps, state }
}

async function judge(pair: Pair): Promise<void> {
  const [a, b] = open
  await emptied(a)
  await emptied(b)
  if (pair.from !== '') await a.execute(pair.from)
  if (pair.to !== '') await b.execute(pair.to)
  if (pair.rows !== undefined) await a.execute(pair.rows)
  const [before, after] = [await stateOf(a), await stateOf(b)]
  const shown = await witness(a)
  assert.ok(changesOf(a, before, after).length > 0, 'the two sides are the same')
  const renames = pair.renames ?? []
  const { steps, state } = await lead(a, before, after, { renames, unplanned: pair.unplanned })
  if (pair.algorithm !== undefined && a.flavor === 'mariadb') {
    expect(steps.find((s) => s.algorithm !== undefined)?.algorithm, sqlOf(steps)).toBe(pair.algorithm)
  }
  expect(await witness(a), sqlOf(steps)).toEqual(await witness(b))
  const { steps: back } = await lead(a, state, before, { renames: renamesBack(renames) })
  expect(await witness(a), sqlOf(back)).toEqual(shown)
}

test('holds at least 150 pairs', () => {
  expect(Object.values(GROUPS).flat().length).toBeGreaterThanOrEqual(150)
})

describe.each(Object.entries(GROUPS))('%s:', (_, pairs) => {
  test.each(pairs.map((p) => [p.name, p] as const))('%s', (_name, pair) => judge(pair))
})
