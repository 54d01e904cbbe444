/** What an inspection asks first: no kind of thing is left out that a query for it would have found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SOURCES } from '../../src/engines/postgres/inspect/others.ts'
import { some } from '../../src/engines/postgres/inspect/present.ts'
import { freshDatabase } from '../harness/database.ts'
import { open, ROLES, runScripts } from '../schema/postgres-harness.ts'

const KITCHEN = readFileSync(join(import.meta.dirname, '../schema/postgres-kitchen.sql'), 'utf8')

/** What the kitchen has not got; of the database, and of the schema. */
const MORE = `
  CREATE TABLE elders (a int); COMMENT ON SCHEMA "full 쌍" IS 'all';
  CREATE CAST (elders AS int) WITH INOUT;
  CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION on_ddl();
  CREATE PUBLICATION news FOR TABLE elders; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO naru_reader;
  CREATE FOREIGN DATA WRAPPER far; CREATE SERVER there FOREIGN DATA WRAPPER far; CREATE FOREIGN TABLE abroad (a int) SERVER there;
  CREATE OPERATOR CLASS plain FOR TYPE int4 USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int4);
  CREATE TEXT SEARCH CONFIGURATION words (COPY = simple); CREATE CONVERSION letters FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
  CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler;
  CREATE TYPE raw;
  CREATE FUNCTION raw_in(cstring) RETURNS raw LANGUAGE internal IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION raw_out(raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
  CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, LIKE = text)`

test('each condition holds where its query gives a row, and none of the schema where it is empty', async () => {
  await using place = await freshDatabase('postgres')
  await runScripts(place.url, [
    ['public', ROLES],
    ['other', 'CREATE TABLE t (a int)'],
    ['full 쌍', `${KITCHEN};${MORE}`],
    ['empty', ''],
  ])
  await using db = await open(place.url)
  const idOf = async (schema: string) =>
    (await db.query('SELECT oid::int8 AS id FROM pg_namespace WHERE nspname = $1', [schema]))[0].id
  const [full, empty] = [await idOf('full 쌍'), await idOf('empty')]
  const holds = async (when: string) => (await db.query(`SELECT ${when} AS holds`))[0].holds
  const silent: string[] = []
  for (const { kind, catalogue, sql, when = some('pg_class') } of SOURCES) {
    const name = `${kind} of ${catalogue}`
    const rows = await db.query(sql({ schemas: ['full 쌍'], home: 'full 쌍' }))
    if (rows.length === 0) silent.push(name)
    else expect([name, await holds(when(`${full}::oid`))]).toEqual([name, true])
    const own = when('1::oid') !== when('2::oid') && catalogue !== 'pg_namespace'
    if (own) expect([name, await holds(when(`${empty}::oid`))]).toEqual([name, false])
  }
  // Servers of the tests need not have any extension to offer.
  expect(silent).toEqual(['extension of pg_extension'])
})
