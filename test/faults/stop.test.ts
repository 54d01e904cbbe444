/** Copies that end early: Ctrl-C once and twice, a kill during --before, a full disk. Each leaves a report or a way on, and nothing is lost. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { naru, type Running, startNaru } from './naru.ts'
import { smallDisk } from './small-disk.ts'

const ROWS = 30_000

/** A file with one table of some 6 MB. */
function makeSource(path: string): string {
  const db = new DatabaseSync(path)
  db.exec(`CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${ROWS})
    INSERT INTO note SELECT i, '메모 ' || i || hex(zeroblob(90)) FROM s`)
  db.close()
  return `sqlite:${path}`
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  const { rows } = await db.query({ text: sql, rowMode: 'array' })
  await db.end()
  return rows
}

/** Waits until the process has printed something. */
async function said(run: Running, pattern: RegExp): Promise<void> {
  let text = ''
  await new Promise<void>((resolve, reject) => {
    const look = (d: unknown) => {
      text += String(d)
      if (pattern.test(text)) resolve()
    }
    run.child.stdout?.on('data', look)
    run.child.stderr?.on('data', look)
    run.child.once('close', () => reject(new Error(`ended without ${pattern}: ${text}`)))
  })
}

const EXACT = `SELECT count(*)::int, count(DISTINCT id)::int, min(id)::int, max(id)::int FROM note`

test('Ctrl-C: exit 130, a report of what stands, and the same command goes on', async () => {
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const from = makeSource(join(work.path, 'a.db'))
  const args = ['copy', from, to.url, '--report', 'report.json', '--report', 'report.html']
  const slow = startNaru([...args, '--rate', '1M', '--json'], work.path)
  await said(slow, /"type":"chunk"/)
  slow.child.kill('SIGINT')
  const stopped = await slow.end
  expect(stopped.code, stopped.output).toBe(130)
  const report = JSON.parse(await readFile(join(work.path, 'report.json'), 'utf8'))
  expect(report).toMatchObject({ verdict: 'stopped', exit: 130 })
  expect(report.tables[0].written).toBeGreaterThan(0)
  expect(report.tables[0].written).toBeLessThan(ROWS)
  expect(report.tables[0].written).toBe(((await ask(to.url, EXACT))[0] as number[])[0])
  expect(await readFile(join(work.path, 'report.html'), 'utf8')).toContain('Stopped before the end')
  const done = await naru(args, work.path)
  expect(done.code, done.output).toBe(0)
  expect(await ask(to.url, EXACT)).toEqual([[ROWS, ROWS, 1, ROWS]])
})

test('Ctrl-C twice stops at once, and nothing is half-done', async () => {
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const from = makeSource(join(work.path, 'a.db'))
  const run = startNaru(['copy', from, to.url, '--rate', '300k', '--json'], work.path)
  await said(run, /"type":"chunk"/)
  const began = performance.now()
  run.child.kill('SIGINT')
  await sleep(50)
  run.child.kill('SIGINT')
  expect((await run.end).code).toBe(130)
  expect(performance.now() - began).toBeLessThan(10_000)
  const done = await naru(['copy', from, to.url], work.path)
  expect(done.code, done.output).toBe(0)
  expect(await ask(to.url, EXACT)).toEqual([[ROWS, ROWS, 1, ROWS]])
})

test('killed during --before: the file runs when the copy goes on', async () => {
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const from = makeSource(join(work.path, 'a.db'))
  await writeFile(join(work.path, 'before.sql'), 'CREATE TABLE prepared AS SELECT 1 AS x FROM pg_sleep(3)')
  const args = ['copy', from, to.url, '--before', 'before.sql']
  const run = startNaru([...args, '--json'], work.path)
  await said(run, /"phase":"before","state":"begin"/)
  await sleep(500)
  run.child.kill('SIGKILL')
  await run.end
  while (
    (await ask(to.url, "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid()"))
      .length > 0
  )
    await ask(
      to.url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid()",
    )
  expect(await ask(to.url, "SELECT 1 FROM pg_tables WHERE tablename = 'prepared'")).toEqual([])
  const done = await naru(args, work.path)
  expect(done.code, done.output).toBe(0)
  expect(await ask(to.url, 'SELECT x FROM prepared')).toEqual([[1]])
  expect(await ask(to.url, EXACT)).toEqual([[ROWS, ROWS, 1, ROWS]])
})

test('open findings: the report shows the plan', async () => {
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const db = new DatabaseSync(join(work.path, 'a.db'))
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, born DATE); INSERT INTO t VALUES (1, '0000-00-00')")
  db.close()
  const run = await naru(['copy', `sqlite:${join(work.path, 'a.db')}`, to.url, '--report', 'plan.md'], work.path)
  expect(run.code, run.output).toBe(1)
  expect(await readFile(join(work.path, 'plan.md'), 'utf8')).toContain('ZERO_DATE')
})

test.for(['sqlite', 'csv'] as const)('a full disk under %s: exit 3, then the same command goes on', async (kind, t) => {
  await using work = await freshFiles()
  await using small = await freshFiles()
  using disk = smallDisk(small.path, 4)
  if (disk === null) return t.skip('a small disk cannot be mounted here')
  const from = makeSource(join(work.path, 'a.db'))
  const to = kind === 'csv' ? `csv:${small.path}` : `sqlite:${join(small.path, 'b.db')}`
  const full = await naru(['copy', from, to], work.path)
  expect(full.output).toContain('DISK_FULL')
  expect(full.code, full.output).toBe(3)
  disk.grow(64)
  const done = await naru(['copy', from, to], work.path)
  expect(done.code, done.output).toBe(0)
  if (kind === 'sqlite') {
    const db = new DatabaseSync(join(small.path, 'b.db'), { readOnly: true })
    expect(db.prepare('SELECT count(*) AS n, count(DISTINCT id) AS d FROM note').get()).toMatchObject({
      n: ROWS,
      d: ROWS,
    })
    db.close()
  } else expect((await readFile(join(small.path, 'note.csv'), 'utf8')).trim().split('\n')).toHaveLength(ROWS + 1)
})
