/** `naru apply` on SQLite files; the witness is sqlite_master as node:sqlite reads it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { apply, hazardsOf, sqlite, sqliteState, startApply, untilPlanned, untilStatement } from './applying.ts'

const BEFORE = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, "나이" INTEGER);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), total NUMERIC);
CREATE INDEX orders_user ON orders (user_id);
INSERT INTO users VALUES (1, 'a', 30), (2, NULL, 40), (3, 'a', NULL);
INSERT INTO orders VALUES (1, 1, 2.5), (2, 3, 4);`

const AFTER = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE, total NUMERIC, note TEXT);
CREATE INDEX orders_user ON orders (user_id);
CREATE VIEW spent AS SELECT u.email, o.total FROM users u JOIN orders o ON o.user_id = u.id;`

async function shop(script = BEFORE) {
  const db = await freshDatabase('sqlite')
  const files = await freshFiles()
  using file = sqlite(db.url)
  file.exec(script)
  return {
    url: db.url,
    cwd: files.path,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]()
      await files[Symbol.asyncDispose]()
    },
  }
}

/** The schema that a script makes, as SQLite itself keeps it. */
async function made(script: string) {
  await using place = await freshDatabase('sqlite')
  using file = sqlite(place.url)
  file.exec(script)
  return (sqliteState(place.url) as { schema: unknown }).schema
}

test('hazards are refused by name with counts that are true, and nothing is changed', async () => {
  await using db = await shop()
  const before = sqliteState(db.url, 'users', 'orders')
  const refused = await apply(db.url, db.cwd, AFTER, '--yes', '--json')
  expect(refused.code, refused.output).toBe(2)
  expect(refused.output).toContain('HAZARD_REFUSED')
  expect(refused.output).toContain('--allow drop-column,may-fail')
  using file = sqlite(db.url)
  const counted = (sql: string) => Number(file.prepare(sql).get()?.n)
  expect(hazardsOf(refused, 'drop-column').map((h) => [h.column, h.found])).toEqual([
    ['나이', counted('SELECT count(*) AS n FROM users WHERE "나이" IS NOT NULL')],
  ])
  expect(hazardsOf(refused, 'may-fail').map((h) => h.found)).toEqual([
    counted('SELECT count(*) AS n FROM users WHERE email IS NULL'),
    counted('SELECT count(email) - count(DISTINCT email) AS n FROM users'),
  ])
  expect(hazardsOf(refused, 'rewrite').map((h) => h.verdict)).toEqual(['fine', 'fine'])
  expect(sqliteState(db.url, 'users', 'orders')).toEqual(before)
})

test('a statement that fails takes everything back', async () => {
  await using db = await shop()
  const before = sqliteState(db.url, 'users', 'orders')
  const failed = await apply(db.url, db.cwd, AFTER, '--yes', '--allow', 'drop-column,may-fail')
  expect(failed.code, failed.output).toBe(2)
  expect(failed.output).toMatch(/statement \d of \d failed: table users \[STEP_FAILED\]/)
  expect(failed.output).toContain('NOT NULL constraint failed: users.email')
  expect(failed.output).toContain('everything was rolled back; nothing was changed')
  expect(sqliteState(db.url, 'users', 'orders')).toEqual(before)
})

test('mended rows need no --allow may-fail; the schema is the one that the script makes; again there is nothing to do', async () => {
  await using db = await shop()
  using file = sqlite(db.url)
  file.exec("UPDATE users SET email = 'u' || id")
  const done = await apply(db.url, db.cwd, AFTER, '--yes', '--allow', 'drop-column')
  expect(done.code, done.output).toBe(0)
  expect(done.output).toContain('✓ Rehearsed on SQLite')
  const state = sqliteState(db.url) as { schema: unknown; orphans: unknown[] }
  expect(state.schema).toEqual(await made(AFTER))
  expect(state.orphans).toEqual([])
  expect(file.prepare('SELECT * FROM spent').all()).toEqual([
    { email: 'u1', total: 2.5 },
    { email: 'u3', total: 4 },
  ])
  const again = await apply(db.url, db.cwd, AFTER)
  expect([again.code, again.output]).toEqual([0, expect.stringContaining('✓ Nothing to do.')])
})

test('--dry-run and --sql change nothing and end with 1; the script does by hand what naru would do', async () => {
  await using db = await shop()
  const before = sqliteState(db.url, 'users', 'orders')
  const dry = await apply(db.url, db.cwd, AFTER, '--dry-run')
  expect([dry.code, dry.output]).toEqual([1, expect.stringContaining('would run with --allow drop-column,may-fail')])
  const script = await apply(db.url, db.cwd, AFTER.replace(' NOT NULL UNIQUE', ''), '--sql')
  expect(script.code).toBe(1)
  expect(sqliteState(db.url, 'users', 'orders')).toEqual(before)
  using file = sqlite(db.url)
  file.exec(script.output)
  expect((sqliteState(db.url) as { schema: unknown }).schema).toEqual(await made(AFTER.replace(' NOT NULL UNIQUE', '')))
})

test('without a terminal only --yes is a yes', async () => {
  await using db = await shop()
  const before = sqliteState(db.url)
  const asked = await apply(db.url, db.cwd, `${BEFORE.split('INSERT')[0]} CREATE TABLE t (a);`)
  expect([asked.code, asked.output]).toEqual([2, expect.stringContaining('[NOT_CONFIRMED]')])
  expect(sqliteState(db.url)).toEqual(before)
})

test('a rename is told, never guessed; run again it is known to be done', async () => {
  await using db = await shop("CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT); INSERT INTO t VALUES (1, 'x')")
  const to = 'CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT);'
  const guessed = await apply(db.url, db.cwd, to, '--yes')
  expect([guessed.code, guessed.output]).toEqual([2, expect.stringContaining('--rename t.mail=email')])
  const told = await apply(db.url, db.cwd, to, '--yes', '--rename', 't.mail=email')
  expect(told.code, told.output).toBe(0)
  using file = sqlite(db.url)
  expect(file.prepare('SELECT * FROM t').all()).toEqual([{ id: 1, email: 'x' }])
  const again = await apply(db.url, db.cwd, to, '--yes', '--rename', 't.mail=email')
  expect([again.code, again.output]).toEqual([0, expect.stringContaining('1 rename of --rename done already')])
  const wrong = await apply(db.url, db.cwd, to, '--yes', '--rename', 'nobody=t2')
  expect([wrong.code, wrong.output]).toEqual([2, expect.stringContaining('nothing fits')])
})

test('a file that somebody else is writing to: a clear word within --lock-timeout', async () => {
  await using db = await shop()
  using other = sqlite(db.url)
  other.exec("BEGIN IMMEDIATE; INSERT INTO users VALUES (9, 'z', 1)")
  const began = performance.now()
  const locked = await apply(
    db.url,
    db.cwd,
    `${BEFORE.split('INSERT')[0]} CREATE TABLE t (a);`,
    '--yes',
    '--lock-timeout',
    '1',
  )
  expect([locked.code, locked.output]).toEqual([2, expect.stringContaining('[LOCK_TIMEOUT]')])
  expect(locked.output).toContain('nothing was changed')
  expect(performance.now() - began).toBeLessThan(15_000)
  other.exec('COMMIT')
})

const BIG = `CREATE TABLE big (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE first (a);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600000) INSERT INTO big SELECT i, 'row ' || i FROM n;`
const BIGGER = `CREATE TABLE big (id INTEGER PRIMARY KEY, v TEXT NOT NULL CHECK (length(v) > 2));
CREATE TABLE first (a, b);
CREATE INDEX big_v ON big (v);`

test('killed in the middle nothing is changed; the same command then does all of it', async () => {
  await using db = await shop(BIG)
  const before = sqliteState(db.url)
  const flags = ['--allow', 'rewrite']
  const run = await startApply(db.url, db.cwd, BIGGER, ...flags)
  await Promise.race([untilStatement(run, 'table big'), run.end])
  await sleep(40)
  run.child.kill('SIGKILL')
  expect((await run.end).code).toBe(null)
  expect(sqliteState(db.url)).toEqual(before)
  const done = await apply(db.url, db.cwd, BIGGER, '--yes', ...flags)
  expect(done.code, done.output).toBe(0)
  const state = sqliteState(db.url) as { schema: unknown }
  expect(state.schema).toEqual(await made(BIGGER))
  using file = sqlite(db.url)
  expect(file.prepare('SELECT count(*) AS n, max(v) AS v FROM big').get()).toEqual({ n: 600000, v: 'row 99999' })
})

test('changed underneath while the lock was waited for: refused, nothing done', async () => {
  await using db = await shop('CREATE TABLE t (a)')
  using other = sqlite(db.url)
  other.exec('PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE; ALTER TABLE t ADD COLUMN mine')
  const run = await startApply(db.url, db.cwd, 'CREATE TABLE t (a, b)')
  await Promise.race([untilPlanned(run), run.end])
  await sleep(300)
  other.exec('COMMIT')
  const refused = await run.end
  expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('CHANGED_UNDERNEATH')])
  expect(other.prepare("SELECT sql FROM sqlite_master WHERE name = 't'").get()?.sql).toMatch(/a, mine\)/)
})

test('rows that come and go meanwhile are no change of the schema', async () => {
  await using db = await shop('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)')
  using other = sqlite(db.url)
  other.exec("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE; INSERT INTO t (a) VALUES ('x'), ('y')")
  const run = await startApply(db.url, db.cwd, 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT)')
  await Promise.race([untilPlanned(run), run.end])
  await sleep(300)
  other.exec('COMMIT')
  const done = await run.end
  expect(done.code, done.output).toBe(0)
  expect(other.prepare('SELECT * FROM t').all()).toEqual([
    { id: 1, a: 'x', b: null },
    { id: 2, a: 'y', b: null },
  ])
})

test('a file that is not there is looked at as an empty one, and made only when the plan runs', async () => {
  await using files = await freshFiles()
  const path = join(files.path, 'new.db')
  const asked = await apply(`sqlite:${path}`, files.path, AFTER)
  expect([asked.code, existsSync(path)]).toEqual([2, false])
  const done = await apply(`sqlite:${path}`, files.path, AFTER, '--yes')
  expect(done.code, done.output).toBe(0)
  expect((sqliteState(`sqlite:${path}`) as { schema: unknown }).schema).toEqual(await made(AFTER))
})
