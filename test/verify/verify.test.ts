/** `verify` on real databases: a copy is the same, and whatever is done to it afterwards is told to the row. */

import { describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { openDatabase } from '../../src/app/open.ts'
import { verify } from '../../src/app/verify.ts'
import type { Address, Database } from '../../src/core/engine.ts'
import type { NaruEvent } from '../../src/core/event.ts'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'

const NONE = { report() {} }

const SCRIPT = `
  CREATE TABLE people (id bigint NOT NULL PRIMARY KEY, name varchar(40), born date);
  CREATE TABLE tags (tag varchar(40) NOT NULL PRIMARY KEY, uses int NOT NULL);
  CREATE TABLE log (line varchar(40));
  INSERT INTO people VALUES (-1, 'before', '1999-12-31'), (1, 'Kim', '2000-02-29'), (2, NULL, NULL), (3, '이', '2001-01-01'), (40, 'last', NULL);
  INSERT INTO tags VALUES ('a', 1), ('B', 2), ('c', 3), ('한', 4);
  INSERT INTO log VALUES ('x'), ('x'), ('y'), (NULL);
`

async function runScript(db: Database, script: string): Promise<void> {
  for (const sql of script.split(';\n')) if (sql.trim() !== '') await db.execute(sql)
}

const PAIRS: readonly (readonly [DatabaseKind, DatabaseKind])[] = [
  ['sqlite', 'sqlite'],
  ['sqlite', 'postgres'],
  ['postgres', 'mysql'],
  ['mysql', 'pglite'],
  ['mysql', 'sqlite'],
]

interface Copied {
  readonly from: Address
  readonly to: Address
  change(script: string): Promise<void>
}

async function copied(kinds: readonly [DatabaseKind, DatabaseKind], work: (c: Copied) => Promise<void>): Promise<void> {
  await using source = await freshDatabase(kinds[0])
  await using target = await freshDatabase(kinds[1])
  const [from, to] = [await address(source.url), await address(target.url)]
  {
    await using db = await openDatabase(from, { role: 'target' })
    await runScript(db, SCRIPT)
  }
  const report = await copy(from, to, { jobs: 1 }, { report() {} })
  expect(report.verdict).toBe('done')
  await work({
    from,
    to,
    async change(script) {
      await using db = await openDatabase(to, { role: 'target' })
      await runScript(db, script)
    },
  })
}

describe.each(PAIRS)('verify %s and %s', (...kinds) => {
  test('finds a copy the same, and every change made to it', async () => {
    await copied(kinds, async ({ from, to, change }) => {
      const events: NaruEvent[] = []
      const same = await verify(from, to, { by: 'stream' }, { reporter: { report: (e) => events.push(e) } })
      expect(same.tables.map((t) => [t.table, t.same, t.sourceRows, t.targetRows, t.drift])).toEqual(
        expect.arrayContaining([
          ['people', true, 5, 5, []],
          ['tags', true, 4, 4, []],
          ['log', true, 4, 4, []],
        ]),
      )
      expect(same.same).toBe(true)
      // Rows in one order are compared byte by byte; what comes in none is hashed in any case.
      expect(same.tables.filter((t) => t.sourceDigest !== null).map((t) => t.table)).not.toContain('people')
      const hashed = await verify(from, to, { by: 'stream', digests: true }, { reporter: NONE })
      expect(hashed.tables.every((t) => t.sourceDigest !== null && t.sourceDigest === t.targetDigest)).toBe(true)
      expect(events.filter((e) => e.type === 'verified')).toHaveLength(3)

      await change(`
        UPDATE people SET name = 'Kim ', born = NULL WHERE id = 1;
        DELETE FROM people WHERE id = 40;
        INSERT INTO people VALUES (7, 'new', NULL);
        UPDATE tags SET uses = 20 WHERE tag = 'B';
        UPDATE log SET line = 'z' WHERE line = 'y'`)
      const other = await verify(from, to, {}, { reporter: NONE })
      const table = (name: string) => other.tables.find((t) => t.table === name)
      expect(other.same).toBe(false)
      expect(table('people')?.driftCount).toBe(3)
      expect(table('people')?.drift).toEqual([
        {
          key: '1',
          kind: 'differs',
          columns: [
            { name: 'name', source: 'Kim', target: 'Kim ' },
            { name: 'born', source: '2000-02-29', target: null },
          ],
        },
        { key: '7', kind: 'extra on target' },
        { key: '40', kind: 'missing on target' },
      ])
      expect(table('tags')?.drift).toEqual([
        { key: "'B'", kind: 'differs', columns: [{ name: 'uses', source: '2', target: '20' }] },
      ])
      expect(table('log')?.drift).toEqual([
        { key: '(no key)', kind: 'missing on target', columns: [{ name: 'line', source: 'y', target: null }] },
        { key: '(no key)', kind: 'extra on target', columns: [{ name: 'line', source: null, target: 'z' }] },
      ])
      const counted = await verify(from, to, { verify: 'count' }, { reporter: NONE })
      expect(counted.same).toBe(true)
      const chosen = await verify(from, to, { tables: ['t*'] }, { reporter: NONE })
      expect(chosen.tables.map((t) => t.table)).toEqual(['tags'])
    })
  })

  test('tells a table that is not there', async () => {
    await copied(kinds, async ({ from, to, change }) => {
      await change('DROP TABLE log;\nCREATE TABLE more (a int)')
      const report = await verify(from, to, {}, { reporter: NONE })
      expect(report.same).toBe(false)
      const log = report.tables.find((t) => t.table === 'log')
      expect(log).toMatchObject({ how: 'not verified', same: false, sourceRows: 4, driftCount: 4 })
      expect(report.notes.join()).toMatch(/on the target only, not compared: (public\.)?more/)
    })
  })
})

test('verify stops when told to', async () => {
  await copied(['sqlite', 'sqlite'], async ({ from, to }) => {
    const stopped = verify(from, to, {}, { reporter: NONE, signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'STOPPED' })
  })
})

test('values that a policy changed on the way are the same under that policy, and drift without it', async () => {
  await using source = await freshDatabase('mysql')
  await using target = await freshDatabase('postgres')
  const [from, to] = [await address(source.url), await address(target.url)]
  {
    await using db = await openDatabase(from, { role: 'target' })
    await db.execute(
      `SET sql_mode = ''; CREATE TABLE t (id int PRIMARY KEY, born date, seen date NOT NULL, note varchar(20));
       INSERT INTO t VALUES (1, '0000-00-00', '2020-01-01', 'plain'), (2, '2001-02-03', '2020-01-02', concat('a', char(0), 'b'))`,
    )
  }
  const policies = { 'ZERO_DATE:t.born': 'null', NUL_BYTE: 'replace' } as const
  const report = await copy(from, to, { jobs: 1, policies }, { report() {} })
  expect(report.verdict).toBe('done')
  for (const by of ['stream', 'digest'] as const) {
    expect((await verify(from, to, { policies, by }, { reporter: NONE })).tables[0]).toMatchObject({ same: true })
  }
  const plain = await verify(from, to, {}, { reporter: NONE })
  expect(plain).toMatchObject({ same: false })
  expect(plain.tables[0]).toMatchObject({
    driftCount: 2,
    drift: [
      { key: '1', kind: 'differs' },
      { key: '2', kind: 'differs' },
    ],
  })
  // A policy for all columns takes hold where it can: `seen` cannot be NULL and has no such value.
  const wide = { ZERO_DATE: 'null', NUL_BYTE: 'replace' } as const
  expect((await verify(from, to, { policies: wide }, { reporter: NONE })).same).toBe(true)
  await expect(verify(from, to, { policies: { NONSENSE: 'null' } }, { reporter: NONE })).rejects.toMatchObject({
    code: 'USAGE',
  })
})

test('a key that is no UTF-8 ends a comparison in its order; with the flags that are told it is compared', async () => {
  await using source = await freshDatabase('sqlite')
  await using target = await freshDatabase('sqlite')
  const [from, to] = [await address(source.url), await address(target.url)]
  {
    await using db = await openDatabase(from, { role: 'target' })
    await runScript(
      db,
      "CREATE TABLE t (k TEXT PRIMARY KEY, n INT);\nINSERT INTO t VALUES ('a', 1), ('b', 2), (CAST(x'62ff' AS TEXT), 3)",
    )
  }
  const flags = { casts: ['t.k=text'], policies: { 'INVALID_UTF8:t.k': 'replace' as const } }
  const refused = { code: 'VALUE_UNFIT', hint: expect.stringContaining("--policy 'INVALID_UTF8:t.k=replace'") }
  await expect(copy(from, to, { jobs: 1 }, NONE)).rejects.toMatchObject(refused)
  const whole = await copy(from, to, { jobs: 1, restart: true, ...flags }, NONE)
  expect(whole.verdict).toBe('done')
  await expect(verify(from, to, {}, { reporter: NONE })).rejects.toMatchObject(refused)
  expect((await verify(from, to, flags, { reporter: NONE })).same).toBe(true)
  await using db = await openDatabase(to, { role: 'target' })
  await db.execute("UPDATE t SET n = 4 WHERE k = 'b' || char(0xfffd)")
  const [t] = (await verify(from, to, flags, { reporter: NONE })).tables
  expect(t.kinds).toEqual({ missing: 1, extra: 1, different: 0 })
})
