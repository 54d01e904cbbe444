/** Plans of PostgreSQL: hazards with counts that are true, statements that let others work, and what cannot be expressed. */
import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import type { Hazard } from '../../src/core/change.ts'
import { freshDatabase } from '../harness/database.ts'
import { apply, inspected, open, planned, runScripts } from './postgres-harness.ts'

const ROWS = `CREATE TABLE "주문 o" (id int, a int, t text, n numeric(10,3), up int); CREATE TABLE p (id int PRIMARY KEY);
  INSERT INTO p VALUES (1), (2);
  INSERT INTO "주문 o" SELECT i, CASE WHEN i % 4 = 0 THEN NULL ELSE i % 7 END, repeat('x', i), i + 0.125, i FROM generate_series(1, 12) AS i; ANALYZE`

/** Plans from `ROWS` to a script; the counts of hazards are asked of the unchanged database. */
async function hazardsOf(
  to: string,
): Promise<{ hazards: (Hazard & { n: number | null })[]; unplanned: readonly unknown[] }> {
  await using place = await freshDatabase('postgres')
  await runScripts(place.url, [
    ['a', ROWS],
    ['b', to],
  ])
  await using db = await open(place.url)
  const wanted = await inspected(db, 'b')
  const moved = JSON.parse(JSON.stringify(wanted).replaceAll('"schema":"b"', '"schema":"a"')) as typeof wanted
  const { steps, unplanned } = planned(db, await inspected(db, 'a'), { ...moved, name: 'a' })
  const hazards: (Hazard & { n: number | null })[] = []
  for (const hazard of steps.flatMap((s) => s.hazards)) {
    const n = hazard.count === undefined ? null : Number((await db.query(hazard.count))[0].n)
    hazards.push({ ...hazard, n })
  }
  return { hazards, unplanned }
}

const O = (columns: string) => `CREATE TABLE "주문 o" (${columns}); CREATE TABLE p (id int PRIMARY KEY)`
const found = (hazards: readonly (Hazard & { n: number | null })[], kind: Hazard['kind']) =>
  hazards.filter((h) => h.kind === kind).map((h) => h.n)

describe('hazards', () => {
  const CASES: readonly (readonly [
    name: string,
    to: string,
    kind: Hazard['kind'],
    counts: readonly (number | null)[],
  ])[] = [
    ['a table is dropped with its rows', 'CREATE TABLE p (id int PRIMARY KEY)', 'drop-table', [12]],
    ['a column is dropped with its values', O('id int, t text, n numeric(10,3), up int'), 'drop-column', [9]],
    ['NOT NULL', O('id int, a int NOT NULL, t text, n numeric(10,3), up int'), 'may-fail', [3]],
    [
      'UNIQUE counts the rows that are too many',
      O('id int, a int UNIQUE, t text, n numeric(10,3), up int'),
      'may-fail',
      [2],
    ],
    ['a check', O('id int, a int, t text, n numeric(10,3), up int, CHECK (id < 10)'), 'may-fail', [3]],
    [
      'a foreign key',
      `${O('id int, a int, t text, n numeric(10,3), up int')}; ALTER TABLE "주문 o" ADD FOREIGN KEY (up) REFERENCES p`,
      'may-fail',
      [10],
    ],
    ['a narrower text', O('id int, a int, t varchar(8), n numeric(10,3), up int'), 'may-fail', [4]],
    ['digits that are lost', O('id int, a int, t text, n numeric(10,1), up int'), 'lossy', [12]],
    ['text read as numbers', O('id int, a int, t int, n numeric(10,3), up int'), 'may-fail', [12]],
    ['a wider text is not written anew', O('id int, a int, t varchar, n numeric(10,3), up int'), 'rewrite', []],
    ['a wider integer is', O('id bigint, a int, t text, n numeric(10,3), up int'), 'rewrite', [null]],
    [
      'a new column without a value',
      O('id int, a int, t text, n numeric(10,3), up int, more int NOT NULL'),
      'may-fail',
      [12],
    ],
  ]
  for (const [name, to, kind, counts] of CASES) {
    it(name, async () => {
      const { hazards } = await hazardsOf(to)
      assert.deepEqual(found(hazards, kind), counts)
      for (const h of hazards.filter((x) => x.kind === 'blocking')) assert.ok(h.rows === 12 && h.bytes! > 0, h.what)
    })
  }

  it('what no statement changes is told', async () => {
    const { unplanned } = await hazardsOf(
      `CREATE TABLE "주문 o" (id int, a int, t text, n numeric(10,3), up int) PARTITION BY HASH (id); CREATE TABLE p (id int PRIMARY KEY)`,
    )
    assert.equal(unplanned.length, 1)
    assert.match(JSON.stringify(unplanned), /partition by/)
  })

  it('a new parent with a column that its heir does not have yet: the heir keeps it as its own', async () => {
    const { unplanned } = await hazardsOf(
      `${O('id int, a int, t text, n numeric(10,3), up int')}; CREATE TABLE above (y int); DROP TABLE "주문 o"; CREATE TABLE "주문 o" (id int, a int, t text, n numeric(10,3), up int) INHERITS (above)`,
    )
    assert.match(JSON.stringify(unplanned), /주문 o.y.*inherited on one side/)
  })
})

describe('online', () => {
  it('builds, validates and drops while others read and write, outside transactions', async () => {
    await using place = await freshDatabase('postgres')
    const base =
      'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int, a int, b int); INSERT INTO p VALUES (1); INSERT INTO t VALUES (1, 2, 1)'
    await runScripts(place.url, [
      ['public', `${base}; CREATE INDEX old ON t (b)`],
      [
        'b',
        `${base}; ALTER TABLE t ADD PRIMARY KEY (id); CREATE UNIQUE INDEX fresh ON t (a); ALTER TABLE t ADD CHECK (a > 0), ADD FOREIGN KEY (b) REFERENCES p, ALTER a SET NOT NULL`,
      ],
    ])
    await using db = await open(place.url)
    const wanted = await inspected(db, 'b')
    const to = JSON.parse(JSON.stringify(wanted).replaceAll('"schema":"b"', '"schema":"public"')) as typeof wanted
    const { steps } = planned(db, await inspected(db, 'public'), { ...to, name: 'public' }, { online: true })
    const sql = steps.map((s) => `${s.inTransaction ? '' : 'alone: '}${s.sql}`).join('\n')
    for (const word of [
      /alone: CREATE UNIQUE INDEX CONCURRENTLY "fresh"/,
      /alone: DROP INDEX CONCURRENTLY/,
      /NOT VALID/,
      /VALIDATE CONSTRAINT/,
      /alone: CREATE UNIQUE INDEX CONCURRENTLY "t_pkey"/,
      /PRIMARY KEY USING INDEX/,
    ])
      assert.match(sql, word)
    await apply(db, steps)
    assert.deepEqual(planned(db, await inspected(db, 'public'), { ...to, name: 'public' }).changes, [])
    for (const step of steps.filter((s) => s.done !== undefined))
      assert.equal((await db.query(step.done!)).length, 1, step.sql)
  })
})
