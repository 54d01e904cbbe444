/** `naru adopt` through the real command. The judges: sqlite_master, pg_dump, SHOW CREATE, and Drizzle's own migrator. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, test } from 'vitest'
import { sqlite } from '../apply/applying.ts'
import { naru } from '../faults/naru.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { FOREIGN } from './foreign.ts'

const SHOP = `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, "닉 ""x""" TEXT DEFAULT 'a;b');
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, total NUMERIC CHECK (total >= 0));
CREATE INDEX orders_of ON orders (user_id) WHERE total > 0;
CREATE VIEW spent AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
CREATE TRIGGER tidy AFTER DELETE ON users BEGIN DELETE FROM orders WHERE user_id = OLD.id; END;`

/** What SQLite itself keeps of the schema, without the tables of those who keep its versions. */
function schemaOf(url: string): unknown[] {
  using db = sqlite(url)
  return db
    .prepare(
      "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name NOT IN ('alembic_version', 'naru_version') AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
    )
    .all()
}

async function shop(more: readonly string[] = []) {
  const place = await freshDatabase('sqlite')
  using db = sqlite(place.url)
  for (const sql of [SHOP, ...FOREIGN.alembic.tables.sqlite, ...more]) db.exec(sql)
  return place
}

const filesIn = (folder: string) => readdir(join(folder, 'migrations')).catch(() => [])

test('SQLite: a baseline makes the schema anew; a second database is stamped, one that differs is not', async () => {
  await using work = await freshFiles()
  await using first = await shop(['INSERT INTO users (email) VALUES (1)'])
  await using second = await shop()
  await using other = await shop(['ALTER TABLE orders ADD COLUMN note TEXT'])
  await using fresh = await freshDatabase('sqlite')
  const run = (...args: string[]) => naru(args, work.path)
  const before = schemaOf(first.url)

  const planned = await run('adopt', '--target', first.url, '--dry-run')
  expect(planned.code, planned.output).toBe(0)
  expect(planned.output).toContain('CREATE VIEW')
  expect(planned.output).toContain('-- naru:irreversible this is the baseline')
  expect(planned.output).not.toContain('CREATE TABLE alembic_version')
  expect(await filesIn(work.path)).toEqual([])

  const done = await run('adopt', '--target', first.url, '--rev-id', 'b45e11ne')
  expect(done.code, done.output).toBe(0)
  expect(done.output).toMatch(/Alembic \(table alembic_version\) +27c6a30d7c24/)
  expect(done.output).toContain('DROP TABLE "alembic_version";')
  expect(await filesIn(work.path)).toEqual(['b45e11ne_baseline_taken_over_from_alembic_at.sql'])
  expect(schemaOf(first.url)).toEqual(before)
  using db = sqlite(first.url)
  expect(db.prepare('SELECT id, state, head FROM naru_version').all()).toEqual([
    { id: 'b45e11ne', state: 'stamped', head: 1 },
  ])

  const again = await run('adopt', '--target', first.url)
  expect(again.code).toBe(2)
  expect(again.output).toContain('ADOPT_REFUSED')
  const nothing = await run('upgrade', 'head', '--target', first.url)
  expect(nothing.code, nothing.output).toBe(0)

  const made = await run('upgrade', 'head', '--target', fresh.url)
  expect(made.code, made.output).toBe(0)
  expect(schemaOf(fresh.url)).toEqual(before)

  const joined = await run('adopt', '--target', second.url, '--json')
  expect(joined.code, joined.output).toBe(0)
  expect(joined.output).toContain('"baseline":null')
  const differs = await run('adopt', '--target', other.url)
  expect(differs.code, differs.output).toBe(1)
  expect(differs.output).toContain('note')
  expect(differs.output).toContain('nothing was stamped')
  using third = sqlite(other.url)
  expect(third.prepare("SELECT name FROM sqlite_master WHERE name = 'naru_version'").all()).toEqual([])

  const back = await run('downgrade', 'base', '--target', first.url)
  expect(back.code, back.output).toBe(2)
  expect(back.output).toContain('this is the baseline')
})

test('SQLite: a table of another name is left out as the report says', async () => {
  await using work = await freshFiles()
  await using place = await freshDatabase('sqlite')
  using db = sqlite(place.url)
  db.exec(
    'CREATE TABLE steps (id integer PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL); CREATE TABLE t (a int)',
  )
  const run = (...args: string[]) => naru(args, work.path)
  const unknown = await run('adopt', '--target', place.url)
  expect(unknown.code).toBe(2)
  expect(unknown.output).toContain('--table')
  const done = await run('adopt', '--target', place.url, '--table', 'steps', '-m', 'as it was')
  expect(done.code, done.output).toBe(0)
  expect(done.output).toContain("ignore: ['tables:steps']")
  const [name] = await filesIn(work.path)
  expect(await readFile(join(work.path, 'migrations', name), 'utf8')).not.toContain('steps')
})

const JOURNAL = (tags: readonly string[]) =>
  JSON.stringify({
    version: '7',
    dialect: 'postgresql',
    entries: tags.map((tag, idx) => ({ idx, version: '7', when: 1704067200000 + idx * 1000, tag, breakpoints: true })),
  })

/** What pg_dump says of the schema public, without what naru keeps there. */
async function dump(url: string): Promise<string> {
  const args = [`--dbname=${url}`, '--schema-only', '--schema=public', '--exclude-table=naru_version', '--no-owner']
  const { stdout } = await promisify(execFile)('pg_dump', args)
  return stdout.replace(/^\\(un)?restrict .*$/gm, '')
}

test('PostgreSQL: what Drizzle itself migrated is taken over, and made anew elsewhere as pg_dump shows', async () => {
  await using work = await freshFiles()
  await using live = await freshDatabase('postgres')
  await using fresh = await freshDatabase('postgres')
  const folder = join(work.path, 'drizzle')
  await mkdir(join(folder, 'meta'), { recursive: true })
  await writeFile(join(folder, 'meta/_journal.json'), JOURNAL(['0000_first', '0001_second']))
  await writeFile(
    join(folder, '0000_first.sql'),
    `CREATE TYPE mood AS ENUM ('ok', 'sad');--> statement-breakpoint
CREATE TABLE users (id serial PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok', at timestamptz DEFAULT now());`,
  )
  await writeFile(
    join(folder, '0001_second.sql'),
    `CREATE TABLE posts (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL REFERENCES users ON DELETE CASCADE, tags text[] DEFAULT '{}', CHECK (cardinality(tags) < 9));--> statement-breakpoint
CREATE INDEX posts_tags ON posts USING gin (tags);--> statement-breakpoint
CREATE VIEW counted AS SELECT u.id, count(p.id) AS posts FROM users u LEFT JOIN posts p ON p.user_id = u.id GROUP BY u.id;`,
  )
  const pool = new pg.Pool({ connectionString: live.url })
  await migrate(drizzle(pool), { migrationsFolder: folder }).finally(() => pool.end())

  const run = (...args: string[]) => naru(args, work.path)
  const done = await run('adopt', '--target', live.url, '--dev-url', live.url)
  expect(done.code, done.output).toBe(0)
  expect(done.output).toMatch(
    /Drizzle \(table drizzle\.__drizzle_migrations\) +2024-01-01T00:00:01 \([0-9a-f]{12}\), 2 migrations/,
  )
  const made = await run('upgrade', 'head', '--target', fresh.url)
  expect(made.code, made.output).toBe(0)
  expect(await dump(fresh.url)).toBe(await dump(live.url))
})

test('MariaDB: a failed migration of Flyway is refused, mended it is taken over and made anew elsewhere', async () => {
  await using work = await freshFiles()
  await using live = await freshDatabase('mysql')
  await using fresh = await freshDatabase('mysql')
  const [db, other] = await Promise.all([live, fresh].map(({ url }) => mysql.createConnection(url)))
  const shown = async (connection: mysql.Connection) => {
    const texts: string[] = []
    for (const what of ['TABLE users', 'TABLE orders', 'VIEW rich', 'TRIGGER stamp']) {
      const [[row]] = (await connection.query(`SHOW CREATE ${what}`)) as unknown as [Record<string, string>[]]
      texts.push(
        (row['Create Table'] ?? row['Create View'] ?? row['SQL Original Statement'])
          .replace(/ DEFINER=\S+/, '')
          .replaceAll('`', ''),
      )
    }
    return texts
  }
  try {
    for (const sql of [
      "CREATE TABLE users (id int unsigned AUTO_INCREMENT PRIMARY KEY, kind enum('a','b''c') NOT NULL, at timestamp DEFAULT current_timestamp() ON UPDATE current_timestamp()) COMMENT 'who; buys'",
      'CREATE TABLE orders (id bigint PRIMARY KEY, user_id int unsigned, total decimal(9,2), KEY by_total (total DESC), FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL)',
      'CREATE VIEW rich AS SELECT id FROM orders WHERE total > 100',
      'CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW BEGIN SET NEW.total = coalesce(NEW.total, 0); SET NEW.id = NEW.id; END',
      ...FOREIGN.flyway.tables.mysql,
      'UPDATE flyway_schema_history SET success = 0 WHERE installed_rank = 2',
    ])
      await db.query(sql)
    const run = (...args: string[]) => naru([...args, '--scratch-beside'], work.path)
    const refused = await run('adopt', '--target', live.url)
    expect(refused.code, refused.output).toBe(2)
    expect(refused.output).toContain('flyway repair')
    expect(await filesIn(work.path)).toEqual([])

    await db.query('UPDATE flyway_schema_history SET success = 1')
    const done = await run('adopt', '--target', live.url)
    expect(done.code, done.output).toBe(0)
    const made = await run('upgrade', 'head', '--target', fresh.url)
    expect(made.code, made.output).toBe(0)
    expect(await shown(other)).toEqual(await shown(db))
  } finally {
    await Promise.all([db.end(), other.end()])
  }
})
