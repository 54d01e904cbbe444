/** kill -9 at 30 moments of a repair and of its undoing: whoever goes on writes every row exactly once. The target counts the writes itself. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { repair } from '../../src/app/repair.ts'
import type { RepairPlan, RepairReport } from '../../src/core/repair.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address, NONE } from './mending.ts'
import { contents } from './witness.ts'

const ROWS = 6000
const TABLE = 'CREATE TABLE line (id int PRIMARY KEY, v text NOT NULL)'
const FILL = `INSERT INTO line SELECT i, 'line ' || i FROM generate_series(1, ${ROWS}) i`
/** Every third row is wrong, every tenth missing, and some are too many. */
const DRIFT = `UPDATE line SET v = 'wrong' WHERE id % 3 = 0; DELETE FROM line WHERE id % 10 = 0; INSERT INTO line SELECT i + 100000, 'no' FROM generate_series(1, 300) i`
const COUNTED = `CREATE TABLE written (n int);
  CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (1); RETURN NULL; END $$;
  CREATE TRIGGER count_it AFTER INSERT OR UPDATE OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION count_it()`

async function run(url: string, ...statements: readonly string[]): Promise<number> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  for (const sql of statements) await db.query(sql)
  const { rows } = await db.query("SELECT to_regclass('written') IS NOT NULL AS there")
  const n = rows[0].there ? Number((await db.query('SELECT count(*) AS n FROM written')).rows[0].n) : 0
  await db.end()
  return n
}

interface Life {
  readonly child: ChildProcess
  /** Resolves at its first event: rows are about to move. */
  readonly begun: Promise<unknown>
  /** What it came to; null where it was killed. */
  readonly end: Promise<RepairReport | null>
}

function start(args: readonly string[]): Life {
  const child = fork(join(import.meta.dirname, 'plan-writer.ts'), args)
  let report: RepairReport | null = null
  const begun = new Promise<unknown>((resolve) => {
    child.on('message', (m) => {
      if (typeof m === 'object') report = m as RepairReport
      resolve(m)
    })
    child.once('close', resolve)
  })
  return { child, begun, end: new Promise((resolve) => child.once('close', () => resolve(report))) }
}

/** Kills so many times, in parts of a second after it began; then lets it end. */
async function killed(args: readonly string[], kills: number): Promise<{ report: RepairReport | null; died: number }> {
  let died = 0
  for (let k = 0; k < kills; k++) {
    const life = start(args)
    await life.begun
    await sleep(Math.random() * 40)
    life.child.kill('SIGKILL')
    if ((await life.end) === null) died++
  }
  return { report: await start(args).end, died }
}

test('30 kills of a repair and its undoing write nothing twice and lose nothing', { timeout: 300_000 }, async () => {
  await using old = await freshDatabase('postgres')
  await using place = await freshDatabase('postgres')
  await using files = await freshFiles()
  await run(old.url, TABLE, FILL)
  await run(place.url, TABLE, FILL, DRIFT, COUNTED)
  const drifted = await contents(place.url, ['line'])
  const file = join(files.path, 'plan.ndjson')
  const options = { jobs: 1, chunkBytes: 2000, tables: ['line'] }
  const { plan }: { plan: RepairPlan } = await repair(await address(old.url), await address(place.url), options, {
    reporter: NONE,
    file,
    agree: async () => false,
  })
  expect(plan.planned).toBeGreaterThan(2000)

  const first = await killed([file, old.url, place.url], 20)
  expect(first.died, 'the repair ended before it was killed 20 times').toBeGreaterThan(15)
  expect(first.report).toMatchObject({
    planned: plan.planned,
    repaired: plan.planned,
    changed: 0,
    exit: 0,
    resumed: true,
  })
  expect(await contents(place.url, ['line'])).toEqual(await contents(old.url, ['line']))
  expect(await run(place.url)).toBe(plan.planned)

  const back = await killed([plan.id, '-', place.url], 10)
  expect(back.died).toBeGreaterThan(5)
  expect(back.report).toMatchObject({ planned: plan.planned, repaired: plan.planned, exit: 0 })
  expect(await contents(place.url, ['line'])).toEqual(drifted)
  expect(await run(place.url), 'triggers fired while a repair was taken back').toBe(plan.planned)
})
