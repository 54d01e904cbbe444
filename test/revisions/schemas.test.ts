/** Revisions of a database with several schemas: written, carried out, taken back; pg_dump tells what came of it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { autogenerate } from '../../src/app/revisions/autogenerate.ts'
import { check, checkDatabases } from '../../src/app/revisions/check.ts'
import { downgrade } from '../../src/app/revisions/downgrade.ts'
import { offline } from '../../src/app/revisions/offline.ts'
import { upgrade } from '../../src/app/revisions/upgrade.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { asking } from '../postgres/move.ts'
import { dump } from '../schema/postgres-harness.ts'
import { makeRevision, setupFor } from './making.ts'

const ONE = `CREATE SCHEMA sales; CREATE SCHEMA "H R";
  CREATE TYPE sales.grade AS ENUM ('a', 'b');
  CREATE TABLE public.customer (k text PRIMARY KEY, v text);
  CREATE TABLE "H R".person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
  CREATE TABLE sales.customer (id serial PRIMARY KEY, name text NOT NULL, g sales.grade NOT NULL DEFAULT 'a', seller bigint REFERENCES "H R".person);
  CREATE FUNCTION sales.upper_name(sales.customer) RETURNS text LANGUAGE sql AS 'SELECT upper($1.name)';
  CREATE VIEW "H R".sold AS SELECT p.name, count(*) AS n FROM sales.customer c JOIN "H R".person p ON p.id = c.seller GROUP BY p.name;`

/** A column more in one of two tables of a name, a table renamed in its schema, one schema gone and one new. Revisions run on servers of any version, so PostgreSQL 18 keeps names of NOT NULL. */
const TWO = `CREATE SCHEMA sales; CREATE SCHEMA archive;
  CREATE TYPE sales.grade AS ENUM ('a', 'b', 'c');
  CREATE TABLE public.customer (k text PRIMARY KEY, v text, at timestamptz);
  CREATE TABLE sales.client (id integer CONSTRAINT customer_id_not_null NOT NULL, name text CONSTRAINT customer_name_not_null NOT NULL,
    g sales.grade CONSTRAINT customer_g_not_null NOT NULL DEFAULT 'a');
  CREATE TABLE archive.customer (id bigint PRIMARY KEY, of text REFERENCES public.customer);
  CREATE SEQUENCE sales.customer_id_seq AS integer OWNED BY sales.client.id;
  ALTER TABLE sales.client ALTER id SET DEFAULT nextval('sales.customer_id_seq'), ADD CONSTRAINT customer_pkey PRIMARY KEY (id);`

const HOOKS = { reporter: { report() {} } }

/** Objects of all schemas but naru's own table, in any order. */
async function made(url: string): Promise<string[]> {
  const text = await dump(url, ['--exclude-table=public.naru_version'])
  return text
    .split(';\n')
    .map((s) => s.replace(/^--.*$/gm, '').trim())
    .filter((s) => s !== '' && !s.startsWith('SET '))
    .sort()
}

test('lead from models to models and back, over several schemas', async () => {
  await using target = await freshDatabase('postgres')
  await using offlineDb = await freshDatabase('postgres')
  await using files = await freshFiles()
  await using beside = await freshFiles()
  const models = join(beside.path, 'models.sql')
  const setup = await setupFor(files.path, { target: `${target.url}?schema=*`, models })
  const witness = async (sql: string) => {
    await using db = await freshDatabase('postgres')
    await asking(db.url, (ask) => ask(sql))
    return await made(db.url)
  }
  const written = async (sql: string, message: string, renames: string[] = []) => {
    await writeFile(models, sql)
    return await autogenerate(setup, { revision: { message }, renames })
  }
  const empty = await made(target.url)

  const one = await written(ONE, 'one')
  expect(one).toMatchObject({ outcome: 'written', exit: 0, proof: { verdict: 'proved' } })
  await upgrade(setup, { target: 'head' }, HOOKS)
  expect(await made(target.url)).toEqual(await witness(ONE))
  expect(await check(setup)).toMatchObject({ exit: 0 })

  const two = await written(TWO, 'two', ['sales.customer=client'])
  expect(two).toMatchObject({ outcome: 'written', exit: 0, proof: { verdict: 'proved', lines: [] }, candidates: [] })
  const third = await makeRevision(files.path, {
    up: 'CREATE TABLE unsaid (id int PRIMARY KEY);',
    down: 'DROP TABLE unsaid;',
    revises: [two.id!],
  })
  await upgrade(setup, { target: 'head' }, HOOKS)
  const there = await made(target.url)
  expect(there).toEqual(await witness(`${TWO} CREATE TABLE public.unsaid (id int PRIMARY KEY)`))
  const asked = await asking(target.url, (ask) => ask('SELECT id FROM public.naru_version ORDER BY position'))
  expect(asked.map((r) => r.id)).toEqual([one.id, two.id, third])

  // What psql makes of the script is what naru made.
  const script = await offline(setup, 'base:head', 'up')
  await asking(offlineDb.url, (ask) => ask(script.replace(/^\\.*$/gm, '')))
  expect(await made(offlineDb.url)).toEqual(there)

  expect(await checkDatabases(setup)).toMatchObject({ exit: 0 })
  await asking(target.url, (ask) => ask('ALTER TABLE archive.customer ADD x int; CREATE SCHEMA theirs'))
  const drift = await checkDatabases(setup)
  expect(drift.exit).toBe(1)
  expect(JSON.stringify(drift)).toMatch(/archive\.customer.*column x should not be there.*schema theirs: should not/)
  await asking(target.url, (ask) => ask('ALTER TABLE archive.customer DROP x; DROP SCHEMA theirs'))

  await downgrade(setup, { target: one.id! }, HOOKS)
  expect((await made(target.url)).length).toBeGreaterThan(empty.length)
  expect(await checkDatabases(setup)).toMatchObject({ exit: 0 })
  await downgrade(setup, { target: 'base' }, HOOKS)
  expect(await made(target.url)).toEqual(empty)
})

test('a name list: the table of versions lies in public, and what another schema holds is nobody’s drift', async () => {
  await using target = await freshDatabase('postgres')
  await using files = await freshFiles()
  await using beside = await freshFiles()
  await asking(target.url, (ask) => ask('CREATE SCHEMA other; CREATE TABLE other.t (id int)'))
  const models = join(beside.path, 'models.sql')
  const setup = await setupFor(files.path, { target: `${target.url}?schema=a,b`, models })
  await writeFile(models, 'CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (id int); CREATE TABLE b.t (n text)')
  expect(await autogenerate(setup, { revision: { message: 'x' } })).toMatchObject({ exit: 0 })
  await upgrade(setup, { target: 'head' }, HOOKS)
  const tables = await asking(target.url, (ask) =>
    ask("SELECT schemaname || '.' || tablename AS t FROM pg_tables WHERE schemaname !~ '^(pg_|info)' ORDER BY 1"),
  )
  expect(tables.map((r) => r.t)).toEqual(['a.t', 'b.t', 'other.t', 'public.naru_version'])
  expect(await checkDatabases(setup)).toMatchObject({ exit: 0 })
})
