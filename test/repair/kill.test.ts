/**
 * kill -9 at 30 moments of repairs and of their undoing, circles of rows among them, on SQLite and PostgreSQL at a time: whoever goes on
 * writes every row exactly once, and what comes of it is what an undisturbed repair gives. The targets count the writes themselves.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { repair } from '../../src/app/repair.ts'
import type { RepairReport } from '../../src/core/repair.ts'
import { address } from '../harness/address.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { NONE } from './mending.ts'
import type { Job } from './plan-writer.ts'
import { contents } from './witness.ts'

const LINES = 1200
const TEAMS = 60
const TABLES = ['line', 'team', 'person']
/** The most that a chunk holds, so that there are many of them. */
const CHUNK_BYTES = 1000

const numbers = (n: number, rows: string) =>
  `WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${n}) SELECT ${rows} FROM g`
/** Of SQLite all keys wait for the end; on PostgreSQL the head of a team is NULL meanwhile. */
const SCHEMA = `CREATE TABLE line (id int PRIMARY KEY, v text NOT NULL);
  CREATE TABLE team (id int PRIMARY KEY, head int);
  CREATE TABLE person (id int PRIMARY KEY, team int NOT NULL REFERENCES team (id), v text)`
const CLOSED = {
  sqlite: SCHEMA.replace('head int', 'head int NOT NULL REFERENCES person (id)'),
  postgres: `${SCHEMA}; ALTER TABLE team ADD FOREIGN KEY (head) REFERENCES person (id)`,
} as const
const UNCHECKED = { sqlite: 'PRAGMA foreign_keys = OFF', postgres: 'SET session_replication_role = replica' } as const
const FILL = `INSERT INTO line ${numbers(LINES, "i, 'line ' || i")};
  INSERT INTO team ${numbers(TEAMS, 'i, i')}; INSERT INTO person ${numbers(TEAMS, "i, i, 'person ' || i")}`
/** Lines are wrong, missing and too many; of the teams half are missing, and as many are too many. */
const DRIFT = `UPDATE line SET v = 'wrong' WHERE id % 3 = 0; DELETE FROM line WHERE id % 10 = 0;
  INSERT INTO line ${numbers(100, "i + 100000, 'no'")};
  UPDATE person SET id = id + 1000, team = team + 1000 WHERE id % 2 = 0; UPDATE team SET id = id + 1000, head = head + 1000 WHERE id % 2 = 0`
const COUNTED = {
  sqlite: ['INSERT', 'UPDATE', 'DELETE'].map(
    (op) => `CREATE TRIGGER counted_${op} AFTER ${op} ON line BEGIN INSERT INTO written VALUES (1); END`,
  ),
  postgres: [
    'CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (1); RETURN NULL; END $$',
    'CREATE TRIGGER count_it AFTER INSERT OR UPDATE OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION count_it()',
  ],
} as const

/** A source and its drifted target, with what the target was and what it shall be. */
interface Pair {
  readonly old: string
  readonly place: string
  readonly drifted: Awaited<ReturnType<typeof contents>>
  readonly right: Awaited<ReturnType<typeof contents>>
  readonly plan: string
  readonly id: string
  readonly planned: number
  readonly lines: number
  /** Chunks of an undisturbed repair. */
  readonly chunks: number
}

async function made(kind: 'sqlite' | 'postgres', stack: AsyncDisposableStack, folder: string): Promise<Pair> {
  const fresh = async (...more: readonly string[]) => {
    const { url } = stack.use(await freshDatabase(kind))
    await runPlain(url, [CLOSED[kind], UNCHECKED[kind], FILL, ...more])
    return url
  }
  const drift = [DRIFT, 'CREATE TABLE written (n int)', ...COUNTED[kind]]
  const [old, place, calm] = [await fresh(), await fresh(...drift), await fresh(...drift)]
  const options = { jobs: 1, chunkBytes: CHUNK_BYTES, tables: TABLES }
  let chunks = 0
  const heard = { report: (e: { readonly type: string }) => void (e.type === 'chunk' && chunks++) }
  const file = join(folder, `${kind}.ndjson`)
  const ends = [await address(old), await address(place)] as const
  const { plan } = await repair(...ends, options, { reporter: NONE, file, agree: async () => false })
  await repair(ends[0], await address(calm), options, { reporter: heard, agree: async () => true })
  const { planned, tables } = plan
  const line = tables.find((t) => t.table.endsWith('line'))
  const lines = (line?.insert ?? 0) + (line?.update ?? 0) + (line?.delete ?? 0)
  const [drifted, right] = [await contents(place, TABLES), await contents(calm, TABLES)]
  expect(right).toEqual(await contents(old, TABLES))
  return { old, place, drifted, right, plan: file, id: plan.id, planned, lines, chunks }
}

/** How often rows of `line` were written, and rows that the target's own account of repairs says were. */
async function counted(url: string): Promise<number> {
  const sql = 'SELECT count(*) AS n FROM written'
  if (url.startsWith('sqlite:')) {
    const db = new DatabaseSync(url.slice('sqlite:'.length))
    const n = Number(db.prepare(sql).get()?.n)
    db.close()
    return n
  }
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  const { rows } = await db.query(sql)
  await db.end()
  return Number(rows[0].n)
}

interface Life {
  readonly child: ChildProcess
  readonly ready: Promise<unknown>
}

function born(): Life {
  const child = fork(join(import.meta.dirname, 'plan-writer.ts'))
  return { child, ready: new Promise((resolve) => child.once('message', resolve)) }
}

/** Works on all jobs; `kill`: after so many chunks, and some milliseconds. What they came to; null where it was killed. */
async function live({ child, ready }: Life, jobs: readonly Job[], kill?: { chunks: number; ms: number }) {
  await ready
  let reports: RepairReport[] | null = null
  let left = kill?.chunks ?? Number.POSITIVE_INFINITY
  const gone = new Promise((resolve) => child.once('close', resolve))
  child.on('message', (m) => {
    if (typeof m === 'object') reports = m as RepairReport[]
    else if (left-- === 0) void sleep(kill?.ms).then(() => child.kill('SIGKILL'))
  })
  child.send(jobs)
  await gone
  return reports
}

/** Kills so many times, after up to so many chunks and milliseconds; then lets it end. Processes that come next start meanwhile. */
async function killed(jobs: readonly Job[], kills: number, most: { chunks: number; ms: number }) {
  const lives = [born(), born()]
  let died = 0
  for (let k = 0; k < kills; k++) {
    lives.push(born())
    const kill = { chunks: Math.floor(Math.random() * (most.chunks + 1)), ms: Math.random() * most.ms }
    if ((await live(lives.shift() as Life, jobs, kill)) === null) died++
  }
  const reports = await live(lives.shift() as Life, jobs)
  for (const { child } of lives) child.kill('SIGKILL')
  return { reports: reports ?? [], died }
}

test('30 kills of repairs and their undoing write nothing twice and lose nothing', async () => {
  await using stack = new AsyncDisposableStack()
  const { path } = stack.use(await freshFiles())
  const pairs = [await made('sqlite', stack, path), await made('postgres', stack, path)]
  const chunks = pairs.reduce((n, p) => n + p.chunks, 0)

  const there = await killed(
    pairs.map((p) => ({ what: p.plan, from: p.old, to: p.place })),
    20,
    // So that the last ones are killed near the end, where circles are.
    { chunks: Math.floor((1.6 * chunks) / 20), ms: 4 },
  )
  expect(there.died, 'the repairs ended before they were killed').toBeGreaterThan(15)
  for (const [i, p] of pairs.entries()) {
    const { planned } = p
    expect(there.reports[i]).toMatchObject({ planned, repaired: planned, changed: 0, exit: 0, resumed: true })
    expect(await contents(p.place, TABLES)).toEqual(p.right)
    expect(await counted(p.place)).toBe(p.lines)
  }

  const back = await killed(
    pairs.map((p) => ({ what: p.id, from: null, to: p.place })),
    10,
    // Chunks of their usual size: there are few.
    { chunks: 1, ms: 10 },
  )
  expect(back.died).toBeGreaterThan(5)
  for (const [i, p] of pairs.entries()) {
    expect(back.reports[i]).toMatchObject({ planned: p.planned, repaired: p.planned, exit: 0 })
    expect(await contents(p.place, TABLES)).toEqual(p.drifted)
    expect(await counted(p.place), 'triggers fired while a repair was taken back').toBe(p.lines)
  }
})
