/** `naru apply` on MariaDB, where each statement is final; the witness is SHOW CREATE TABLE. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { numbers } from '../harness/numbers.ts'
import { apply, hazardsOf, startApply, untilPlanned, untilStatement } from './applying.ts'
import { onMysql, placeWith, showCreate } from './servers.ts'

const BEFORE = `CREATE TABLE users (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, email varchar(100), name varchar(200), age int);
INSERT INTO users (email, name, age) VALUES ('a', 'x', 1), (NULL, repeat('y', 30), 2), ('a', 'z', NULL);
CREATE TABLE orders (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL, total decimal(10, 2));
INSERT INTO orders (user_id, total) VALUES (1, 2), (77, 3);
CREATE TABLE \`낡은 표\` (a int); INSERT INTO \`낡은 표\` VALUES (1), (2);`

const AFTER = `CREATE TABLE users (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, email varchar(100) NOT NULL, name varchar(20), UNIQUE KEY users_email (email));
CREATE TABLE orders (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL, total decimal(10, 2), note text, KEY orders_user (user_id), CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id));
CREATE VIEW spent AS SELECT u.email, o.total FROM users u JOIN orders o ON o.user_id = u.id;`

const MENDED = `UPDATE users SET email = concat('u', id), name = left(name, 20); UPDATE orders SET user_id = 3 WHERE user_id = 77`

/** What SHOW CREATE says of a script's own work. */
async function made(script: string): Promise<string[]> {
  await using place = await placeWith('mysql', script)
  return await showCreate(place.url)
}

const count = async (url: string, sql: string) => Number((await onMysql(url, sql))[0].n)

test('hazards are refused by name with counts that are true, and nothing is changed', async () => {
  await using db = await placeWith('mysql', BEFORE)
  const before = await showCreate(db.url)
  const refused = await apply(db.url, db.cwd, AFTER, '--yes', '--json', '--scratch-beside')
  expect(refused.code, refused.output).toBe(2)
  expect(refused.output).toContain('--allow drop-table,drop-column,may-fail')
  const found = (kind: string) => hazardsOf(refused, kind).map((h) => h.found)
  const [drop, users, orders] = [hazardsOf(refused, 'drop-table'), 'FROM users', 'FROM orders']
  expect(drop.map((h) => [h.table, h.found])).toEqual([[{ name: '낡은 표' }, 2]])
  expect(found('drop-column')).toEqual([await count(db.url, `SELECT count(age) AS n ${users}`)])
  expect(found('may-fail')).toEqual([
    await count(db.url, `SELECT count(*) AS n ${users} WHERE email IS NULL`),
    await count(db.url, `SELECT count(*) AS n ${users} WHERE char_length(name) > 20`),
    await count(db.url, `SELECT count(email) - count(DISTINCT email) AS n ${users}`),
    await count(db.url, `SELECT count(*) AS n ${orders} WHERE user_id NOT IN (SELECT id FROM users)`),
  ])
  expect(hazardsOf(refused, 'rewrite').map((h) => h.verdict)).toEqual(['fine', 'fine', 'fine'])
  expect(await showCreate(db.url)).toEqual(before)
})

test('mended rows, a rehearsal, and SHOW CREATE is that of the script; nothing of naru stays', async () => {
  await using db = await placeWith('mysql', `${BEFORE} ${MENDED}`)
  const done = await apply(db.url, db.cwd, AFTER, '--yes', '--allow', 'drop-table,drop-column', '--scratch-beside')
  expect(done.code, done.output).toBe(0)
  expect(done.output).toContain('✓ Rehearsed on a temporary database (mysql://')
  expect(await showCreate(db.url)).toEqual(await made(AFTER))
  expect(await onMysql(db.url, 'SELECT email, total FROM spent ORDER BY total')).toHaveLength(2)
  expect(await onMysql(db.url, "SHOW DATABASES LIKE 'naru\\_scratch\\_%'")).toEqual([])
  const again = await apply(db.url, db.cwd, AFTER, '--scratch-beside')
  expect([again.code, again.output]).toEqual([0, expect.stringContaining('✓ Nothing to do.')])
})

test('a statement that fails after others: exit 3, the journal says which; mended, the same command goes on', async () => {
  await using db = await placeWith('mysql', BEFORE)
  const flags = ['--yes', '--allow', 'drop-table,drop-column,may-fail', '--scratch-beside']
  const failed = await apply(db.url, db.cwd, AFTER, ...flags)
  expect(failed.code, failed.output).toBe(3)
  expect(failed.output).toMatch(/statement 3 of 5 failed: table users \[APPLY_STOPPED\]/)
  expect(failed.output).toContain('2 of 5 statements are done and stay; run the same command again to go on')
  const journal = 'SELECT state, object FROM naru_journal WHERE number > 0 ORDER BY number'
  expect((await onMysql(db.url, journal)).map((r) => `${r.state} ${r.object}`)).toEqual([
    'done table 낡은 표',
    'done table orders',
    'failed table users',
    'planned foreign key orders.orders_user_fk',
    'planned view spent',
  ])
  await onMysql(db.url, MENDED)
  const done = await apply(db.url, db.cwd, AFTER, ...flags)
  expect(done.code, done.output).toBe(0)
  expect(done.output.replaceAll(/\s+/g, ' ')).toMatch(/was not finished: 2 of 5 statements done, table users failed/)
  expect(done.output).toContain('3 statements')
  expect(await showCreate(db.url)).toEqual(await made(AFTER))
})

const BIG = `CREATE TABLE a (id int PRIMARY KEY, v varchar(40)); CREATE TABLE b (id int PRIMARY KEY, v varchar(40)); CREATE TABLE c (id int);
INSERT INTO a SELECT seq, concat('row ', seq) FROM ${numbers(1, 1000)}; INSERT INTO b SELECT seq, concat('row ', seq) FROM ${numbers(1, 400000)};`
const BIGGER = `CREATE TABLE a (id bigint PRIMARY KEY, v varchar(40) NOT NULL); CREATE TABLE b (id bigint PRIMARY KEY, v varchar(40) NOT NULL); CREATE TABLE c (id int, w int);`

test('killed in the middle of a statement: the same command waits for the server and does the rest', async () => {
  await using db = await placeWith('mysql', BIG)
  const flags = ['--allow', 'rewrite,blocking,may-fail', '--scratch-beside']
  const run = await startApply(db.url, db.cwd, BIGGER, ...flags)
  await Promise.race([untilStatement(run, 'table b'), run.end])
  await sleep(100)
  run.child.kill('SIGKILL')
  expect((await run.end).code).toBe(null)
  const journal = await onMysql(db.url, 'SELECT state, object FROM naru_journal WHERE number > 0 ORDER BY number')
  expect(journal.map((r) => `${r.state} ${r.object}`)).toEqual(['done table a', 'started table b', 'planned table c'])
  const done = await apply(db.url, db.cwd, BIGGER, '--yes', ...flags, '--lock-timeout', '60')
  expect(done.code, done.output).toBe(0)
  expect(done.output.replaceAll(/\s+/g, ' ')).toMatch(/was not finished: 1 of 3 statements done, table b was under way/)
  expect(done.output).not.toMatch(/ALTER TABLE `a`/)
  expect(await showCreate(db.url)).toEqual(await made(BIGGER))
  expect(await count(db.url, 'SELECT count(*) AS n FROM b')).toBe(400_000)
})

test('killed between two statements, at every one of them: no statement is run twice', async () => {
  await using db = await placeWith(
    'mysql',
    `CREATE TABLE t0 (a int); ${[1, 2, 3, 4].map((n) => `CREATE TABLE t${n} (a int);`).join(' ')}`,
  )
  const to = [0, 1, 2, 3, 4].map((n) => `CREATE TABLE t${n} (a int, b int);`).join(' ')
  for (const n of [1, 2, 3]) {
    const run = await startApply(db.url, db.cwd, to, '--scratch-beside')
    await Promise.race([untilStatement(run, `table t${n}`), run.end])
    run.child.kill('SIGKILL')
    await run.end
  }
  const done = await apply(db.url, db.cwd, to, '--yes', '--scratch-beside', '--lock-timeout', '30')
  expect(done.code, done.output).toBe(0)
  expect(await showCreate(db.url)).toEqual(await made(to))
})

test('changed underneath while the lock was waited for: refused, nothing done', async () => {
  await using db = await placeWith('mysql', 'CREATE TABLE t (a int)')
  const to = 'CREATE TABLE t (a int, b int)'
  await using other = await holdLock(db.url)
  const run = await startApply(db.url, db.cwd, to, '--scratch-beside', '--lock-timeout', '30')
  await Promise.race([untilPlanned(run), run.end])
  await sleep(500)
  await onMysql(db.url, 'ALTER TABLE t ADD COLUMN mine int')
  await other.release()
  const refused = await run.end
  expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('CHANGED_UNDERNEATH')])
  expect((await showCreate(db.url))[0]).not.toContain('`b`')
})

test('a lock that somebody else holds: who, within --lock-timeout', async () => {
  await using db = await placeWith('mysql', 'CREATE TABLE t (a int)')
  await using _ = await holdLock(db.url)
  const refused = await apply(
    db.url,
    db.cwd,
    'CREATE TABLE t (a int, b int)',
    '--yes',
    '--scratch-beside',
    '--lock-timeout',
    '1',
  )
  expect(refused.code, refused.output).toBe(2)
  expect(refused.output).toMatch(/another naru is changing the schema[\s\S]*connection \d+ holds it, root/)
})

/** The lock of naru, held by a session that is not naru's. */
async function holdLock(url: string) {
  const { engineFor } = await import('../../src/engines/index.ts')
  const engine = await engineFor('mysql')
  const db = await engine.open(engine.parse(url), { role: 'target' })
  await db.lock?.({ timeout: 5000 })
  return { release: () => db.close(), [Symbol.asyncDispose]: () => db.close() }
}

test('a user who may not alter: which right is missing, nothing changed, no password anywhere', async () => {
  await using db = await placeWith('mysql', 'CREATE TABLE t (a int)')
  const name = new URL(db.url).pathname.slice(1)
  const user = `r_${name.slice(-16)}`
  const secret = 'geheim-4711'
  await onMysql(
    db.url,
    `CREATE USER '${user}'@'%' IDENTIFIED BY '${secret}'; GRANT SELECT ON \`${name}\`.* TO '${user}'@'%'`,
  )
  const url = new URL(db.url)
  Object.assign(url, { username: user, password: secret, hostname: '127.0.0.1' })
  try {
    const to = 'CREATE TABLE t (a int, b int)'
    const refused = await apply(url.href, db.cwd, to, '--yes', '--dev-url', db.url)
    expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('[PERMISSION_DENIED]')])
    expect(refused.output).toMatch(/ALTER command denied/)
    expect(refused.output).toContain('nothing was changed')
    url.password = `${secret}x`
    const wrong = await apply(url.href, db.cwd, to, '--yes', '--dev-url', db.url)
    expect([wrong.code, wrong.output]).toEqual([2, expect.stringContaining('[AUTH_FAILED]')])
    expect(refused.output + wrong.output).not.toContain(secret)
    expect((await showCreate(db.url))[0]).not.toContain('`b`')
  } finally {
    await onMysql(db.url, `DROP USER '${user}'@'%'`)
  }
})

test('a first statement that fails leaves nothing, not even a journal', async () => {
  await using db = await placeWith('mysql', 'CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)')
  const to = 'CREATE TABLE t (a int, UNIQUE KEY a (a))'
  const failed = await apply(db.url, db.cwd, to, '--yes', '--allow', 'may-fail', '--scratch-beside')
  expect([failed.code, failed.output]).toEqual([2, expect.stringContaining('[STEP_FAILED]')])
  expect(failed.output).toMatch(/Duplicate entry '1' for key/)
  expect(failed.output).toContain('nothing was changed')
  expect(await onMysql(db.url, 'SHOW TABLES')).toHaveLength(1)
})

test('Ctrl-C: the running statement is finished, the rest waits for the same command', async () => {
  await using db = await placeWith('mysql', BIG)
  const flags = ['--allow', 'rewrite,blocking,may-fail', '--scratch-beside']
  const run = await startApply(db.url, db.cwd, BIGGER, ...flags)
  await Promise.race([untilStatement(run, 'table b'), run.end])
  run.child.kill('SIGINT')
  const stopped = await run.end
  expect(stopped.code, stopped.output).toBe(130)
  expect(stopped.output).toContain('2 of 3 statements are done and stay; run the same command again to go on')
  const done = await apply(db.url, db.cwd, BIGGER, '--yes', ...flags)
  expect(done.code, done.output).toBe(0)
  expect(await showCreate(db.url)).toEqual(await made(BIGGER))
})
