/** kill -9 at random moments, of naru and of the target server: the same command continues, and the result is that of an undisturbed run. */
import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { dedicatedServer } from '../harness/servers.ts'
import { naru, type Running, startNaru } from './naru.ts'

const ROWS = 100_000

async function makeSource(url: string): Promise<void> {
  const db = await mysql.createConnection({ uri: url, multipleStatements: true })
  await db.query(`CREATE TABLE visit (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, who varchar(60) NOT NULL, at datetime(6) NOT NULL, cost decimal(9,3), KEY (at)) DEFAULT CHARSET utf8mb4;
    INSERT INTO visit SELECT seq * 3, concat('손님 ', seq, repeat('·', seq % 9)), '2024-01-01' + INTERVAL seq MICROSECOND, if(seq % 11 = 0, NULL, seq / 1000) FROM ${numbers(1, ROWS)};
    CREATE TABLE part (house char(3) NOT NULL, no int NOT NULL, label varchar(40) COLLATE utf8mb4_unicode_ci NOT NULL, PRIMARY KEY (label, no)) DEFAULT CHARSET utf8mb4;
    INSERT INTO part SELECT 'abc', cast(seq AS signed) - 5000, concat(char(97 + seq % 26), 'é', seq % 321) FROM ${numbers(1, 5000)};
    CREATE TABLE loose (v int, t text) DEFAULT CHARSET utf8mb4; INSERT INTO loose SELECT seq % 100, md5(seq % 1000) FROM ${numbers(1, 5000)};`)
  await db.end()
}

/** Everything about the target that a reader of it could see, computed by the server. */
async function fingerprint(url: string, tables = ['visit', 'part', 'loose']): Promise<string[]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  const found: string[] = []
  for (const table of tables) {
    const { rows } = await db.query(
      `SELECT count(*) AS n, md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")) AS sum FROM ${table} t`,
    )
    found.push(`${table} ${rows[0].n} ${rows[0].sum}`)
  }
  const { rows } = await db.query(
    "SELECT indexdef AS d FROM pg_indexes WHERE schemaname = 'public' UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1",
  )
  found.push(...rows.map((r) => String(r.d)))
  await db.end()
  return found
}

async function undisturbed(from: string, cwd: string): Promise<string[]> {
  await using to = await freshDatabase('postgres')
  const { code, output } = await naru(['copy', from, to.url, '--quiet'], cwd)
  expect(code, output).toBe(0)
  return await fingerprint(to.url)
}

let from: FreshDatabase
let work: Awaited<ReturnType<typeof freshFiles>>
let wanted: string[]

beforeAll(async () => {
  ;[from, work] = [await freshDatabase('mysql'), await freshFiles()]
  await makeSource(from.url)
  wanted = await undisturbed(from.url, work.path)
})
afterAll(async () => {
  for (const place of [from, work]) await place[Symbol.asyncDispose]()
})

test('50 kills of naru at random moments lose and double nothing', async () => {
  await using to = await freshDatabase('postgres')
  const args = ['copy', from.url, to.url, '--json', '--rate', '250KB']
  let kills = 0
  let copying = 0
  while (kills < 50) {
    // Several lanes, or one: a thread less for each process that lives for a second.
    const run = startNaru(kills % 3 === 0 ? args : [...args, '--jobs', '1'], work.path)
    // Three in four die while rows move, the others wherever they happen to be.
    const moving = kills % 4 === 0 ? sleep(Math.random() * 600) : untilChunk(run).then(() => sleep(Math.random() * 250))
    await Promise.race([moving, run.end])
    if (run.child.exitCode !== null) break
    run.child.kill('SIGKILL')
    await run.end
    kills++
    if (await hasRows(to.url)) copying++
  }
  expect(kills, 'the copy ended before it was killed 50 times').toBe(50)
  expect(copying, 'no kill came after the first row').toBeGreaterThan(40)
  const { code, output } = await naru(['copy', from.url, to.url, '--quiet'], work.path)
  expect(code, output).toBe(0)
  expect(await fingerprint(to.url)).toEqual(wanted)
})

test('killed at full speed, while a chunk of many batches is on its way', async () => {
  await using source = await freshDatabase('mysql')
  const db = await mysql.createConnection({ uri: source.url })
  await db.query(`CREATE TABLE walk (id int PRIMARY KEY, who varchar(80) NOT NULL, KEY (who)) DEFAULT CHARSET utf8mb4
    SELECT seq AS id, concat('걸음 ', seq, repeat('·', 20)) AS who FROM ${numbers(1, 400000)}`)
  await db.end()
  await using calm = await freshDatabase('postgres')
  await using to = await freshDatabase('postgres')
  expect((await naru(['copy', source.url, calm.url, '--quiet'], work.path)).code).toBe(0)
  for (const committed of [false, true]) {
    const run = startNaru(['copy', source.url, to.url], work.path)
    await onItsWay(to.url, run, committed)
    run.child.kill('SIGKILL')
    expect((await run.end).code, 'it ended before it was killed').toBe(null)
  }
  const { code, output } = await naru(['copy', source.url, to.url, '--quiet'], work.path)
  expect(code, output).toBe(0)
  expect(await fingerprint(to.url, ['walk'])).toEqual(await fingerprint(calm.url, ['walk']))
})

/** Resolves when the server has taken more rows of a COPY than a batch of naru holds, and, if wanted, others have been committed. */
async function onItsWay(url: string, run: Running, committed: boolean): Promise<void> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  while (run.child.exitCode === null) {
    const copy = await db.query(
      "SELECT 1 FROM pg_stat_progress_copy WHERE datname = current_database() AND command = 'COPY FROM' AND tuples_processed > 12000",
    )
    if (copy.rows.length === 0) continue
    if (!committed || (await db.query('SELECT 1 FROM walk LIMIT 1')).rows.length > 0) break
  }
  await db.end()
}

/** Resolves when the process tells of its first chunk. Those of earlier processes, which it tells of too, have no bytes. */
function untilChunk(run: Running): Promise<void> {
  return new Promise((resolve) => {
    run.child.stdout?.on('data', (text) => {
      if (/"chunk".*"bytes":[1-9]/.test(String(text))) resolve()
    })
  })
}

/** Whether rows of any table have come. */
async function hasRows(url: string): Promise<boolean> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  const { rows } = await db.query("SELECT relname AS t FROM pg_class WHERE relname IN ('visit', 'part', 'loose')")
  const some = rows.map(({ t }) => `EXISTS (SELECT FROM ${t})`)
  const found = await db.query(`SELECT ${['false', ...some].join(' OR ')} AS found`)
  await db.end()
  return found.rows[0].found
}

test('5 kills of the target server: exit 3 and a way on, then the exact result', async () => {
  await using server = await dedicatedServer('postgres')
  for (let kill = 0; kill < 5; kill++) {
    const run = startNaru(['copy', from.url, server.url, '--rate', '500KB'], work.path)
    await sleep(900 + Math.random() * 900)
    await server.kill()
    const { code, output } = await run.end
    expect([2, 3], output).toContain(code)
    expect(output).toMatch(/same command again|could not be reached|refused/i)
    await server.restart()
  }
  const { code, output } = await naru(['copy', from.url, server.url, '--quiet'], work.path)
  expect(code, output).toBe(0)
  expect(await fingerprint(server.url)).toEqual(wanted)
})
