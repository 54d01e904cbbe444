/** `diff` between real databases; the script that it gives is run by the server's own client. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { diff } from '../../src/app/diff.ts'
import { diffMany } from '../../src/app/diff-many.ts'
import { renderDiff } from '../../src/app/diff-render.ts'
import { loadStates } from '../../src/app/diff-states.ts'
import { engineFor } from '../../src/engines/index.ts'
import { findProgram } from '../harness/binaries.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { assertLaw, databaseOf } from '../schema/law.ts'

const there = datasetsAvailable()

const states = (...urls: string[]) =>
  loadStates(urls, {
    address: async (url) => (await engineFor(url.split(':')[0])).parse(url),
    names: urls,
    cwd: '/',
  })

async function loaded(kind: DatabaseKind, dataset: string) {
  const place = await freshDatabase(kind)
  await loadDataset(dataset, place.url)
  return place
}

/** Runs a script as a person would, by the client of the server. */
function runMysql(url: string, script: string): void {
  const { hostname, port, username, pathname } = new URL(url)
  const client = findProgram('mariadb') ?? findProgram('mysql')
  const args = ['--no-defaults', '--protocol=tcp', `--host=${hostname}`, `--port=${port}`, `--user=${username}`]
  const ran = spawnSync(client!, [...args, '--default-character-set=utf8mb4', pathname.slice(1)], { input: script })
  if (ran.status !== 0) throw new Error(`${ran.stderr}`)
}

describe.skipIf(!there)('the script of --format sql, run by the mariadb client', () => {
  test('makes chinook chinook-autoinc, and back', async () => {
    await using a = await loaded('mysql', 'chinook-mysql')
    await using b = await loaded('mysql', 'chinook-mysql-autoinc')
    await using same = await loaded('mysql', 'chinook-mysql')
    const [from, to] = await states(a.url, b.url)
    const forth = await diff(from, to)
    expect(forth.same).toBe(false)
    runMysql(a.url, renderDiff(forth, 'sql'))
    expect(await diff(...((await states(a.url, b.url)) as [typeof from, typeof to]))).toMatchObject({
      same: true,
      changes: [],
    })
    runMysql(a.url, renderDiff(await diff(from, to, { reverse: true }), 'sql'))
    expect(await diff(...((await states(a.url, same.url)) as [typeof from, typeof to]))).toMatchObject({ same: true })
  })

  test('changes sakila in many places, routines and triggers among them, and back', async () => {
    await using a = await loaded('mysql', 'sakila-mysql')
    await using b = await loaded('mysql', 'sakila-mysql')
    runMysql(b.url, SAKILA_CHANGES)
    const renames = ['category=film_kind', 'actor.first_name=given_name']
    const [from, to] = await states(a.url, b.url)
    const forth = await diff(from, to, { renames })
    expect(forth.unplanned).toEqual([])
    runMysql(a.url, renderDiff(forth, 'sql'))
    const [now] = await states(a.url)
    expect((await diff(now, to)).changes).toEqual([])
    runMysql(a.url, renderDiff(await diff(from, to, { renames, reverse: true }), 'sql'))
    const [again] = await states(a.url)
    expect((await diff(again, from)).changes).toEqual([])
  })
})

const SAKILA_CHANGES = `
ALTER TABLE film MODIFY title varchar(200) NOT NULL, ADD COLUMN \`감독 이름\` varchar(40) DEFAULT 'x|y' COMMENT 'who made it',
  DROP INDEX idx_title, MODIFY rating enum('G','PG','PG-13','R','NC-17','X') DEFAULT 'G', MODIFY COLUMN length smallint unsigned AFTER title;
DROP VIEW actor_info; DROP VIEW film_list; DROP VIEW nicer_but_slower_film_list;
ALTER TABLE actor CHANGE first_name given_name varchar(45) NOT NULL, COMMENT='people';
ALTER TABLE payment DROP FOREIGN KEY fk_payment_rental;
ALTER TABLE payment ADD CONSTRAINT fk_payment_rental FOREIGN KEY (rental_id) REFERENCES rental (rental_id) ON DELETE CASCADE;
CREATE TABLE \`<b>order\` (id int primary key auto_increment, v varchar(10) CHARACTER SET latin1, CHECK (v > 0));
RENAME TABLE category TO film_kind;
ALTER TABLE city ADD INDEX (city);
DROP PROCEDURE film_in_stock; DROP TRIGGER customer_create_date;
DELIMITER ;;
CREATE TRIGGER \`trig;ger\` BEFORE INSERT ON city FOR EACH ROW BEGIN SET NEW.city = trim(NEW.city); SET @x = 1; END;;
DELIMITER ;
`

describe.skipIf(!there)('kin of two engines', () => {
  test('chinook of MariaDB against chinook of PostgreSQL', async () => {
    await using a = await loaded('mysql', 'chinook-mysql')
    await using b = await loaded('postgres', 'chinook-postgres')
    const [from, to] = await states(a.url, b.url)
    const found = await diff(from, to)
    // The data set for PostgreSQL numbers its keys (serial) and keeps microseconds; nothing else is different.
    const aspects = found.changes.flatMap((c) =>
      c.kind === 'alter' ? c.edits.flatMap((e) => e.aspects.map((x) => x.name)) : [c.kind],
    )
    expect(new Set(aspects)).toEqual(new Set(['identity', 'type']))
    expect(aspects.filter((name) => name === 'type')).toHaveLength(3)
    expect(found.steps).toBeNull()
    expect(found.notes.join('\n')).toMatch(/equal after conversion: 1 of 11 tables that both have, 51 of 64 columns/)
    expect(found.notes.join('\n')).toMatch(/50 names spelled in another way/)
    expect(() => renderDiff(found, 'sql')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  })
})

describe('PostgreSQL', () => {
  const inSchema = (schema: string, more: string) =>
    `CREATE SCHEMA ${schema}; SET search_path TO ${schema}; CREATE TABLE t (id serial PRIMARY KEY, v int); ${more}`
  const MORE = `ALTER TABLE t ADD w text DEFAULT 1; CREATE VIEW vv AS SELECT id FROM t; CREATE TYPE e AS ENUM ('a');
    CREATE TABLE u (t_id int REFERENCES t, e e, CHECK (e = 'a')); CREATE INDEX ON u ((t_id + 1));
    CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();`

  test('schemas of different names are compared as one, and the script makes one what the other is', async () => {
    await using a = await databaseOf('postgres', inSchema('"앱 A"', ''))
    await using b = await databaseOf('postgres', inSchema('app', MORE))
    const ends = [`${a.url}?schema=${encodeURIComponent('앱 A')}`, `${b.url}?schema=app`]
    const [from, to] = await states(...ends)
    const found = await diff(from, to)
    expect(found.unplanned).toEqual([])
    await a.db.execute('RESET search_path')
    await a.db.execute(renderDiff(found, 'sql'))
    const [now] = await states(ends[0])
    expect((await diff(now, to)).changes).toEqual([])
    expect(
      await a.db
        .query(`SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = 'app'::regnamespace`)
        .catch(() => 'no app'),
    ).toBe('no app')
  })
})

const SHOP =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE "주문" (id INTEGER PRIMARY KEY, "합 계" INT);'

describe('SQLite', () => {
  test('several files: who deviates', async () => {
    await using a = await databaseOf('sqlite', SHOP)
    await using b = await databaseOf('sqlite', `${SHOP} ALTER TABLE users ADD COLUMN age INT;`)
    await using c = await databaseOf('sqlite', SHOP)
    const found = await diffMany(await states(a.url, b.url, c.url))
    expect(found.rows.map((r) => [r.item, r.part, r.name, r.deviating])).toContainEqual([
      'table users',
      'column',
      'age',
      [1],
    ])
    expect(found.rows.every((r) => r.deviating.join() === '1')).toBe(true)
    expect(await diffMany(await states(a.url, c.url, a.url))).toMatchObject({ same: true })
  })

  test('candidates are asked once, tables before their columns; a yes makes it a rename', async () => {
    await using a = await databaseOf('sqlite', SHOP)
    await using b = await databaseOf(
      'sqlite',
      'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, "합계" INT);',
    )
    const [from, to] = await states(a.url, b.url)
    const asked: string[] = []
    const ask = async (c: { rename: string }) => asked.push(c.rename) > 0
    const renamed = await diff(from, to, { renames: ['주문=orders'], ask })
    expect(asked).toEqual(['주문.합 계=합계'])
    expect(renamed.changes).toHaveLength(1)
    expect(renamed.candidates).toEqual([])
    expect(renamed.steps!.some((s) => s.hazards.some((h) => h.kind.startsWith('drop')))).toBe(false)
    const refused = await diff(from, to, { renames: ['주문=orders'], ask: async () => false })
    expect(refused.candidates.map((c) => c.rename)).toEqual(['주문.합 계=합계'])
  })

  test('the law holds for a table and columns that were renamed', () =>
    assertLaw('sqlite', {
      from: SHOP,
      to: 'CREATE TABLE users (id INTEGER PRIMARY KEY, "full name" TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, "합계" INT);',
      rows: 'INSERT INTO users VALUES (1, \'kim\'); INSERT INTO "주문" VALUES (1, 20)',
      renames: [
        { table: { name: '주문' }, to: 'orders' },
        { table: { name: '주문' }, column: '합 계', to: '합계' },
        { table: { name: 'users' }, column: 'name', to: 'full name' },
      ],
      proof: async (db) => {
        expect(await db.query('SELECT u."full name" AS n, o."합계" AS v FROM users u, orders o')).toEqual([
          { n: 'kim', v: 20 },
        ])
      },
    }))

  test('states of several engines are not put next to each other', async () => {
    await using a = await databaseOf('sqlite', SHOP)
    const [state] = await states(a.url)
    const other = { ...state, schema: { ...state.schema, engine: 'mysql' } }
    await expect(diffMany([state, state, other])).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})
