/** Types of --cast that the target does not have: told before anything is made. */
import { expect, test } from 'vitest'
import type { DatabaseKind } from '../harness/database.ts'
import { pair, types } from './planning.ts'

const SOURCE = `CREATE TABLE items (id int PRIMARY KEY, price numeric(10,2), name varchar(20)); INSERT INTO items VALUES (1, 2.5, 'a')`

const REFUSED: readonly (readonly [DatabaseKind, string, string])[] = [
  ['postgres', 'items.price=moneyy', 'type "moneyy" does not exist'],
  ['postgres', 'items.price=numeric(9999,2)', 'NUMERIC precision 9999 must be between 1 and 1000'],
  ['postgres', 'type:varchar(20)=text collate "nope"', 'collation "nope" for encoding "UTF8" does not exist'],
  ['mysql', 'items.price=moneyy', "Unknown data type: 'moneyy'|You have an error in your SQL syntax"],
  ['mysql', 'items.name=varchar(9) collate nope', "Unknown collation: 'nope'"],
  ['sqlite', 'items.name=varchar(', 'syntax error'],
]

test.each(REFUSED)('%s: %s', async (to, cast, why) => {
  await using p = await pair('mysql', to, SOURCE)
  await expect(p.plan({ casts: [cast] })).rejects.toMatchObject({
    code: 'USAGE',
    message: `--cast ${cast}: the target has no such type`,
    why: expect.stringMatching(new RegExp(why)),
    state: 'nothing was changed',
  })
})

test('types of any kind that are there, and those that come along', async () => {
  await using p = await pair(
    'postgres',
    'postgres',
    `CREATE TYPE mood AS ENUM ('ok', 'bad'); CREATE TABLE feelings (id int PRIMARY KEY, m mood, t text); ${SOURCE}`,
  )
  await p.onTarget(
    'CREATE DOMAIN price AS numeric(12,3) NOT NULL CHECK (value >= 0); CREATE SCHEMA own; CREATE TYPE own.pair AS (a int)',
  )
  const casts = [
    'items.id=bigserial',
    'items.price=price',
    'items.name=text collate "C"',
    'feelings.t=mood',
    'feelings.id=numeric(12,0)',
  ]
  const plan = await p.plan({ casts, accept: ['NOT_A_LABEL'] })
  expect(types(plan, 'items')).toMatchObject({ price: 'price', name: 'text' })
  expect(plan.tables.flatMap((t) => t.columns.flatMap((c) => c.target.collation ?? []))).toContain('"C"')
})
