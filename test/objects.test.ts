/** Within one engine, what hangs on tables comes along: views that need each other, routines, triggers, policies. */
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, test } from 'vitest'
import { naru } from './faults/naru.ts'
import { freshDatabase, freshFiles } from './harness/database.ts'

async function onPostgres(url: string, ...sql: string[]): Promise<unknown[]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  let rows: unknown[] = []
  for (const s of sql) rows = (await db.query({ text: s, rowMode: 'array' })).rows
  await db.end()
  return rows
}

test('PostgreSQL to PostgreSQL: views, aggregate, trigger, rule, policy and exclusion are made after the rows', async () => {
  await using from = await freshDatabase('postgres')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  await onPostgres(
    from.url,
    `CREATE TABLE item (id int PRIMARY KEY, name text, changed int DEFAULT 0, room int4range, EXCLUDE USING gist (room WITH &&));
     INSERT INTO item SELECT i, '물건 ' || i, 0, int4range(i, i + 1) FROM generate_series(1, 50) i;
     CREATE FUNCTION zz_join(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1 || ',', '') || $2 $$;
     CREATE AGGREGATE all_names(text) (SFUNC = zz_join, STYPE = text);
     CREATE VIEW b_names WITH (security_invoker = true) AS SELECT all_names(name) AS names FROM item;
     CREATE VIEW a_of_b AS SELECT length(names) AS n FROM b_names;
     CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM item;
     CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := OLD.changed + 1; RETURN NEW; END $$;
     CREATE TRIGGER item_touch BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch();
     ALTER TABLE item ENABLE ROW LEVEL SECURITY; CREATE POLICY visible ON item FOR SELECT USING (id > 0)`,
  )
  const { code, output } = await naru(['copy', from.url, to.url], work.path)
  expect(code, output).toBe(0)
  const described = `SELECT 'view', relname, pg_get_viewdef(oid), reloptions::text FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid), null FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'policy', policyname, qual, (SELECT relrowsecurity::text FROM pg_class WHERE relname = tablename) FROM pg_policies
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid), null FROM pg_constraint WHERE conrelid = 'item'::regclass ORDER BY 1, 2`
  expect(await onPostgres(to.url, described)).toEqual(await onPostgres(from.url, described))
  expect(await onPostgres(to.url, 'SELECT n FROM counted')).toEqual([['50']])
  expect(await onPostgres(to.url, 'SELECT n FROM a_of_b')).toEqual(await onPostgres(from.url, 'SELECT n FROM a_of_b'))
  // The trigger was made after the rows: it has counted no row of the copy.
  expect(await onPostgres(to.url, 'SELECT sum(changed) FROM item')).toEqual([['0']])
  expect(
    await onPostgres(to.url, 'UPDATE item SET name = name WHERE id = 1', 'SELECT changed FROM item WHERE id = 1'),
  ).toEqual([[1]])
})

test('an object that the target refuses is told, and the same command makes it once the cause is mended', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('mysql')
  await using work = await freshFiles()
  const source = await mysql.createConnection({ uri: from.url, multipleStatements: true })
  const target = await mysql.createConnection({ uri: to.url, multipleStatements: true })
  await source.query(`CREATE TABLE item (id int PRIMARY KEY, price int); INSERT INTO item VALUES (1, 10), (2, 20);
    CREATE VIEW cheap AS SELECT id FROM item WHERE price < 15; CREATE VIEW taken AS SELECT id FROM cheap;
    CREATE TRIGGER item_price BEFORE INSERT ON item FOR EACH ROW SET NEW.price = NEW.price + 1`)
  await target.query('CREATE TABLE taken (x int)')
  const first = await naru(['copy', from.url, to.url], work.path)
  expect(first.code, first.output).toBe(1)
  expect(first.output).toMatch(/view taken could not be made/)
  await target.query('DROP TABLE taken')
  const second = await naru(['copy', from.url, to.url], work.path)
  expect(second.code, second.output).toBe(0)
  const [rows] = await target.query('SELECT id FROM taken')
  expect(rows).toEqual([{ id: 1 }])
  await target.query('INSERT INTO item VALUES (3, 30)')
  const [prices] = await target.query('SELECT price FROM item ORDER BY id')
  expect(prices).toEqual([{ price: 10 }, { price: 20 }, { price: 31 }])
  await source.end()
  await target.end()
})
