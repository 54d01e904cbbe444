/** `--continue`: a comparison that was killed, stopped or cut off goes on, and finds what one in one go finds. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { naru, type Running, startNaru } from '../faults/naru.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { runPlain } from './plain.ts'

const ROWS = 12_000
let source: FreshDatabase
let target: FreshDatabase
let work: Awaited<ReturnType<typeof freshFiles>>

beforeAll(async () => {
  ;[source, target, work] = [await freshDatabase('mysql'), await freshDatabase('postgres'), await freshFiles()]
  await runPlain(source.url, [
    'CREATE TABLE orders (id int PRIMARY KEY, v varchar(20), j json)',
    `INSERT INTO orders SELECT seq, concat('주문 ', seq), '{"b": 1, "a": null}' FROM ${numbers(1, ROWS)}`,
    'CREATE TABLE log (line varchar(20), n int)',
    `INSERT INTO log SELECT concat('줄 ', seq DIV 2), NULLIF(seq % 3, 0) FROM ${numbers(1, 500)}`,
    'CREATE TABLE `이름 "x"` (name varchar(20) PRIMARY KEY)',
    "INSERT INTO `이름 \"x\"` VALUES ('a'), ('B'), ('한')",
  ])
  writeFileSync(join(work.path, 'naru.config.mjs'), 'export default {}\n')
  const copied = await naru(['copy', source.url, target.url], work.path)
  expect(copied.code, copied.output).toBe(0)
  await runPlain(target.url, [
    "UPDATE orders SET v = v || ' ' WHERE id % 400 = 7",
    'DELETE FROM orders WHERE id BETWEEN 9000 AND 9050',
    "INSERT INTO orders VALUES (0, NULL, NULL), (999999, 'x', '[]')",
    'UPDATE orders SET j = \'{"a": 1}\' WHERE id = 3001',
    "DELETE FROM log WHERE n = 1 AND line LIKE '%7'",
    'INSERT INTO "이름 ""x""" VALUES (\'새\')',
  ])
})
afterAll(async () => {
  for (const place of [source, target, work]) await place[Symbol.asyncDispose]()
})

const folder = () => join(work.path, '.naru')
const kept = () =>
  existsSync(folder()) ? readdirSync(folder()).map((name) => readFileSync(join(folder(), name), 'utf8')) : []

beforeEach(() => expect(kept()).toEqual([]))

/** Waits until some parts of the large table have been kept. */
async function partsKept(run: Running, parts: number): Promise<void> {
  let ended = false
  void run.end.then(() => {
    ended = true
  })
  while ((kept()[0]?.match(/"t":"[^"]*orders","part"/g) ?? []).length < parts) {
    if (ended) throw new Error(`ended before: ${(await run.end).output}`)
    await sleep(20)
  }
}

const args = (by: string) => ['verify', source.url, target.url, '--by', by, '--limit', '1000', '--output', 'list.csv']
const slowly = ['--rate', '1200/s', '--jobs', '1']

/** What was found, without when and how long. */
function found(output: string): { tables: object[]; list: string; earlier: number } {
  const events = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
  const result = events.find((e) => e.type === 'result')
  const tables = result.tables.map((t: object) => ({ ...t, ms: 0 }))
  const earlier = events.flatMap((e) => (e.type === 'compared' && e.earlier ? [e.rows as number] : []))
  return {
    tables,
    list: readFileSync(join(work.path, 'list.csv'), 'utf8'),
    earlier: earlier.reduce((a, b) => a + b, 0),
  }
}

async function inOneGo(by: string) {
  const run = await naru([...args(by), '--json'], work.path)
  expect(run.code, run.output).toBe(1)
  return found(run.output)
}

test.each(['stream', 'digest'])(
  'killed, by %s',
  async (by) => {
    const one = await inOneGo(by)
    for (const more of by === 'stream' ? [[]] : [[], ['--continue']]) {
      const run = startNaru([...args(by), '--digests', ...slowly, ...more], work.path)
      await partsKept(run, more.length + 1)
      run.child.kill('SIGKILL')
      await run.end
    }
    const again = await naru([...args(by), '--continue', '--json'], work.path)
    expect(again.code, again.output).toBe(1)
    const two = found(again.output)
    expect(two.earlier).toBeGreaterThan(0)
    expect(two.tables).toEqual(one.tables)
    expect(two.list).toBe(one.list)
    expect(again.output).toContain('"earlier":[{"started"')
  },
  90_000,
)

test('Ctrl-C: exit 130, and the same command with --continue goes on', async () => {
  const one = await inOneGo('stream')
  const run = startNaru([...args('stream'), '--rate', '1200/s'], work.path)
  await partsKept(run, 1)
  const busy = await naru([...args('stream'), '--continue'], work.path)
  expect(busy.code).toBe(2)
  expect(busy.output).toContain('the comparison to continue is still running')
  run.child.kill('SIGINT')
  const stopped = await run.end
  expect(stopped.code, stopped.output).toBe(130)
  expect(stopped.output).toContain('Run the same command again with --continue')
  const other = await naru([...args('stream'), '--continue', '--tables', 'log'], work.path)
  expect(other.code).toBe(2)
  expect(other.output).toContain('tables: unset then, ["log"] now')
  const elsewhere = await naru(['verify', target.url, source.url, '--continue'], work.path)
  expect(elsewhere.output).toMatch(/other databases were: mysql.* and postgres/)
  const again = await naru([...args('stream'), '--continue', '--json', '--rate', '1GB/s'], work.path)
  expect(again.code, again.output).toBe(1)
  // Begun without digests, it goes on without.
  const bare = (tables: readonly object[]) => tables.map((t) => ({ ...t, sourceDigest: null, targetDigest: null }))
  expect(bare(found(again.output).tables)).toEqual(bare(one.tables))
})

test('a connection that is lost: exit 3; a schema that has changed meanwhile is refused', async () => {
  const run = startNaru([...args('digest'), ...slowly], work.path)
  await partsKept(run, 1)
  const db = new pg.Client({ connectionString: target.url })
  await db.connect()
  await db.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )
  const lost = await run.end
  expect(lost.code, lost.output).toBe(3)
  expect(lost.output).toContain('--continue')
  await db.query('ALTER TABLE log ADD COLUMN more int')
  await db.query('ALTER TABLE log ALTER COLUMN line TYPE text')
  const changed = await naru([...args('digest'), '--continue'], work.path)
  expect(changed.code, changed.output).toBe(2)
  expect(changed.output).toMatch(/SCHEMA_CHANGED[\s\S]*not as they were.*: .*log/)
  await db.end()
  // Without --continue it begins anew, and nothing stays behind.
  expect((await naru(args('digest'), work.path)).code).toBe(1)
})

test('a sample goes on with the ranges that it chose, one of rows since a value too', async () => {
  const part = ['verify', source.url, target.url, '--tables', 'orders', '--since', 'orders.id=100', '--by', 'stream']
  const sample = [...part, '--sample', '60%', '--seed', '4', '--json']
  const one = await naru(sample, work.path)
  const run = startNaru([...sample, ...slowly], work.path)
  await partsKept(run, 1)
  run.child.kill('SIGKILL')
  await run.end
  const again = await naru([...sample, '--continue'], work.path)
  expect(again.code, again.output).toBe(1)
  const result = (output: string) => JSON.parse(output.split('\n').find((l) => l.includes('"type":"result"')) as string)
  const tables = (output: string) => result(output).tables.map((t: object) => ({ ...t, ms: 0 }))
  expect(tables(again.output)).toEqual(tables(one.output))
  expect(result(again.output).tables[0].sample.ranges).toBeGreaterThan(10)
})

test('nothing was begun', async () => {
  const run = await naru([...args('stream'), '--continue'], work.path)
  expect(run.code).toBe(2)
  expect(run.output).toContain('there is no comparison of these databases to continue')
})
