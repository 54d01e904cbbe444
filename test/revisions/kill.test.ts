/** kill -9 of an upgrade at every boundary of its statements: the next one goes on, and what comes out is what an undisturbed one makes. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { onMysql, onPostgres, pgDump, showCreate } from '../apply/servers.ts'
import { naru, type Running, startNaru } from '../faults/naru.ts'
import { numbers } from '../harness/numbers.ts'
import { type Project, project } from './project.ts'

const POSTGRES = {
  kind: 'postgres',
  base: `CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL); INSERT INTO t SELECT g, 0 FROM generate_series(1, 500) g; CREATE INDEX t_old ON t (n);
CREATE TABLE log (what text); CREATE TYPE mood AS ENUM ('sad');`,
  way: [
    'SET search_path TO public, pg_temp',
    'UPDATE t SET n = n + 1',
    'ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 7',
    'CREATE INDEX CONCURRENTLY t_n ON t (n)',
    "ALTER TYPE mood ADD VALUE 'so'",
    "INSERT INTO log VALUES ('six')",
    "CREATE TABLE m (x mood DEFAULT 'so')",
    'DROP INDEX CONCURRENTLY t_old',
    'UPDATE t SET n = n + 10',
    'CREATE INDEX CONCURRENTLY ON t (a)',
  ],
  schema: pgDump,
  query: onPostgres,
} as const

const MYSQL = {
  kind: 'mysql',
  base: `CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL); INSERT INTO t SELECT seq, 0 FROM ${numbers(1, 500)}; CREATE TABLE log (what text);
CREATE TABLE old (a int); CREATE TABLE gone (a int);`,
  way: [
    'UPDATE t SET n = n + 1',
    'ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 7',
    "INSERT INTO log VALUES ('three')",
    'UPDATE t SET n = n + 10',
    'SET @what = 8',
    'CREATE TABLE m (x varchar(20), n int DEFAULT 5)',
    'RENAME TABLE old TO fresh',
    'CREATE TRIGGER t_touch BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.n = 2; END',
    'INSERT INTO log VALUES (@what)',
    'DROP TABLE gone',
    'CREATE UNIQUE INDEX m_x ON m (x)',
  ],
  schema: showCreate,
  query: onMysql,
} as const

type Engine = typeof POSTGRES | typeof MYSQL

const ARGS = (p: Project) => ['upgrade', 'head', '--target', p.url, '--json']

async function prepared(e: Engine): Promise<Project> {
  const p = await project(e.kind, { id: 'first', up: e.base })
  await p.up()
  await p.write({ id: 'work', down: 'first', up: `${e.way.join(';\n')};` })
  return p
}

/** Resolves when the process has told the event; false: it ended before. */
function untilEvent(run: Running, number: number, state: string): Promise<boolean> {
  return new Promise((resolve) => {
    let text = ''
    run.child.stdout?.on('data', (part) => {
      text += String(part)
      const told = text.split('\n').some((line) => {
        const at = line.includes(`"number":${number},`) && line.includes(`"state":"${state}"`)
        return at && line.includes('"type":"statement"')
      })
      if (told) resolve(true)
    })
    void run.end.then(() => resolve(false))
  })
}

const DYING = pathToFileURL(join(import.meta.dirname, 'dying-writer.ts')).href

/** Whether it died there. */
async function dieAt(p: Project, number: number, state: string): Promise<boolean> {
  const env = { NODE_OPTIONS: `--import=${DYING}`, NARU_TEST_DIES_AT: `${number}:${state}` }
  const { code } = await naru(ARGS(p), p.cwd, env)
  return code === null
}

async function outcome(e: Engine, p: Project): Promise<unknown> {
  const rows = {
    t: await e.query(p.url, 'SELECT min(n) AS low, max(n) AS high, count(*) AS n FROM t'),
    log: await e.query(p.url, 'SELECT what FROM log ORDER BY what'),
    versions: await e.query(
      p.url,
      'SELECT id, position, head, state, done, journal FROM naru_version ORDER BY position',
    ),
  }
  return JSON.stringify({ schema: await e.schema(p.url), rows }, (_, v) => (typeof v === 'bigint' ? Number(v) : v), 1)
}

for (const e of [POSTGRES, MYSQL]) {
  test.concurrent(`${e.kind}: killed at every statement, one kill after the other`, async () => {
    await using calm = await prepared(e)
    await calm.up()
    const wanted = await outcome(e, calm)
    await using p = await prepared(e)
    let kills = 0
    for (let number = 1; number <= e.way.length; number++) {
      for (const state of ['begin', 'end']) if (await dieAt(p, number, state)) kills++
    }
    expect(kills).toBe(2 * e.way.length)
    const { code, output } = await naru(ARGS(p), p.cwd)
    expect(code, output).toBe(0)
    expect(await outcome(e, p)).toEqual(wanted)
  })
}

test.concurrent('postgres: the server finishes what the killed one had asked for, and the next one finds it done', async () => {
  await using p = await prepared(POSTGRES)
  // An old snapshot keeps CREATE INDEX CONCURRENTLY waiting.
  const hold = onPostgres(p.url, 'SELECT pg_sleep(600)').catch(() => [])
  const run = startNaru(ARGS(p), p.cwd)
  await untilEvent(run, 4, 'begin')
  await sleep(300)
  run.child.kill('SIGKILL')
  await run.end
  const next = startNaru(ARGS(p), p.cwd)
  await untilText(next, 'waiting: another naru is changing the schema')
  await onPostgres(
    p.url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database()",
  )
  await hold
  const { code, output } = await next.end
  expect(code, output).toBe(0)
  expect(output).toMatch(/process \d+ holds it: postgres from .*naru upgrade/)
  expect(output).toContain('"number":5,')
  expect(output).not.toContain('"number":4,')
  await using calm = await prepared(POSTGRES)
  await calm.up()
  expect(await outcome(POSTGRES, p)).toEqual(await outcome(POSTGRES, calm))
})

test.concurrent('mysql: the server finishes what the killed one had asked for, and the next one finds it done', async () => {
  await using p = await project('mysql', {
    id: 'slow',
    up: "CREATE TABLE log (what text); CREATE TABLE made AS SELECT sleep(4) AS s; INSERT INTO log VALUES ('three');",
  })
  const run = startNaru(ARGS(p), p.cwd)
  await untilEvent(run, 2, 'begin')
  await sleep(300)
  run.child.kill('SIGKILL')
  await run.end
  const { code, output } = await naru(ARGS(p), p.cwd)
  expect(code, output).toBe(0)
  expect(output).not.toContain('"number":2,')
  expect(await onMysql(p.url, 'SELECT what FROM log')).toEqual([{ what: 'three' }])
  expect(await onMysql(p.url, 'SELECT s FROM made')).toHaveLength(1)
})

function untilText(run: Running, what: string): Promise<void> {
  return new Promise((resolve) => {
    let text = ''
    run.child.stdout?.on('data', (part) => {
      text += String(part)
      if (text.includes(what)) resolve()
    })
    void run.end.then(() => resolve())
  })
}
