/** Objects that use what does not come along are told by the plan, and nothing fails once rows have moved. */
import pg from 'pg'
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { plan } from '../../src/app/plan.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import { freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

const SOURCE = `CREATE SCHEMA audit;
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION audit.f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE TYPE audit.pt AS (a int);
CREATE TABLE audit.log (id int);
CREATE TABLE items (id int PRIMARY KEY, price int); INSERT INTO items VALUES (1, 10), (2, 20);
CREATE TABLE others (id int PRIMARY KEY);
CREATE FUNCTION near() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION takes(x audit.pt) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER far AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION audit.note();
CREATE TRIGGER near AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION near();
CREATE RULE r AS ON DELETE TO items DO ALSO INSERT INTO audit.log VALUES (1);
CREATE POLICY p ON items USING (audit.f(id) > 0);
CREATE VIEW v AS SELECT i.*, l.id AS log FROM items i LEFT JOIN audit.log l ON true;
CREATE VIEW of_v AS SELECT * FROM v;
CREATE VIEW fine AS SELECT id FROM items;
CREATE FOREIGN DATA WRAPPER nobody; CREATE SERVER far_away FOREIGN DATA WRAPPER nobody OPTIONS (host 'x');
CREATE FOREIGN TABLE ft (id int OPTIONS (n 'a b') NOT NULL, name text) SERVER far_away OPTIONS (table_name 'it''s');
CREATE VIEW of_ft AS SELECT * FROM ft;`

const silent = { report() {} }

async function ends() {
  const [from, to] = [await freshDatabase('postgres'), await freshDatabase('postgres')]
  const [source, target] = [from, to].map(({ url }) => new pg.Client({ connectionString: url }))
  await source.connect()
  await target.connect()
  await source.query(SOURCE)
  const [a, b] = [await address(from.url), await address(to.url)]
  return {
    target,
    source,
    left: async (options: CopyOptions) => {
      const { leftovers } = await plan(a, b, options, silent)
      return Object.fromEntries(leftovers.flatMap((l) => (l.outcome === 'left' ? [[l.name, l.why]] : [])))
    },
    stub: async (name: string) => (await plan(a, b, {}, silent)).leftovers.find((l) => l.name === name)?.stub ?? '',
    copy: (options: CopyOptions) => copy(a, b, options, silent),
    /** Names of triggers, rules, policies, views and functions of `public`. */
    made: async () => {
      const { rows } = await target.query(`SELECT tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT rulename FROM pg_rules WHERE schemaname = 'public' UNION ALL SELECT policyname FROM pg_policies
        UNION ALL SELECT viewname FROM pg_views WHERE schemaname = 'public'
        UNION ALL SELECT proname || '()' FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`)
      return rows.map((r) => r.name)
    },
    async [Symbol.asyncDispose]() {
      await source.end()
      await target.end()
      await from[Symbol.asyncDispose]()
      await to[Symbol.asyncDispose]()
    },
  }
}

test('what lies in schemas that are not read, and what uses that in turn', async () => {
  await using e = await ends()
  const left = await e.left({})
  const beyond = 'of a schema that is not read: ?schema=public,audit takes both'
  expect(left).toMatchObject({
    far: `it uses the function audit.note(), ${beyond}`,
    p: `it uses the function audit.f(integer), ${beyond}`,
    r: `it uses the relation audit.log, ${beyond}`,
    v: `it uses the relation audit.log, ${beyond}`,
    'takes(x audit.pt)': `it uses the type audit.pt, ${beyond}`,
    of_v: 'it uses the view public.v, which does not come along under that name',
    of_ft: 'it uses the foreign table public.ft, which does not come along under that name',
    'foreign table ft': expect.stringContaining('its rows live on another server'),
  })
  expect(await e.copy({})).toMatchObject({ verdict: 'done', exit: 0, failedSteps: [] })
  expect(await e.made()).toEqual(['fine', 'near', 'near()'])
})

test('they are made where the user says that the target has it', async () => {
  await using e = await ends()
  await e.target.query(`CREATE SCHEMA audit; CREATE TABLE audit.log (id int); CREATE TYPE audit.pt AS (a int);
    CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE FUNCTION audit.f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'`)
  const report = await e.copy({ accept: ['SCHEMA_UNREAD'] })
  expect(report).toMatchObject({ verdict: 'done', failedSteps: [] })
  expect(await e.made()).toEqual(['far', 'fine', 'near', 'near()', 'of_v', 'p', 'r', 'takes()', 'v'])
})

test('names that change, and tables that are left out', async () => {
  await using e = await ends()
  expect(await e.left({ rename: { items: 'goods' } })).toMatchObject({
    fine: 'it uses the table public.items, which does not come along under that name',
  })
  expect(await e.left({ tables: ['items'] })).toMatchObject({
    near: 'it uses the function public.near(), which does not come along under that name',
  })
  expect(await e.copy({ tables: ['items'] })).toMatchObject({ verdict: 'done', failedSteps: [] })
  expect(await e.made()).toEqual([])
})

test('a table that is made anew has its triggers again', async () => {
  await using e = await ends()
  await e.copy({})
  await e.target.query('DROP VIEW fine')
  expect(await e.left({ tables: ['items'], ifExists: 'drop' })).not.toHaveProperty('near')
  expect(await e.copy({ tables: ['items'], ifExists: 'drop' })).toMatchObject({ verdict: 'done', failedSteps: [] })
  expect(await e.made()).toEqual(['near', 'near()'])
})

test('foreign tables: a statement that makes them, and a word where their rows are asked for', async () => {
  await using e = await ends()
  await e.target.query('CREATE FOREIGN DATA WRAPPER nobody')
  await e.target.query(await e.stub('foreign server far_away'))
  await e.target.query(await e.stub('foreign table ft'))
  const told = `SELECT a.attname, a.attnotnull, a.attfdwoptions, f.ftoptions, s.srvoptions FROM pg_attribute a JOIN pg_foreign_table f ON f.ftrelid = a.attrelid
    JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE a.attrelid = 'ft'::regclass AND a.attnum > 0 ORDER BY a.attnum`
  expect((await e.target.query(told)).rows).toEqual((await e.source.query(told)).rows)
  await expect(e.left({ tables: ['ft'] })).rejects.toMatchObject({
    code: 'TABLE_MISSING',
    message: '--tables ft: this is a foreign table, not a table',
  })
  await expect(e.left({ tables: ['v'] })).rejects.toMatchObject({ message: '--tables v: this is a view, not a table' })
})
