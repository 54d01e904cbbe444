/** One bad row among 100,000: the others arrive, the bad one is named with its reason, and goes over after it was mended. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { naru } from './naru.ts'

async function makeSource(url: string, bad: string): Promise<void> {
  const db = await mysql.createConnection({ uri: url, multipleStatements: true })
  await db.query(`CREATE TABLE note (id int NOT NULL PRIMARY KEY, body text, at date) DEFAULT CHARSET utf8mb4;
    INSERT INTO note SELECT seq, concat('메모 ', seq), '2024-01-01' + INTERVAL seq % 300 DAY FROM ${numbers(1, 100000)}; ${bad}`)
  await db.end()
}

async function rowsOf(url: string, sql: string): Promise<unknown[]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  const { rows } = await db.query({ text: sql, rowMode: 'array' })
  await db.end()
  return rows
}

test('a row that the target refuses: 99,999 arrive, exit 1, one reject with key and reason; mended, it is replayed', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  await makeSource(from.url, "UPDATE note SET body = concat('a', char(0), 'b') WHERE id = 54321")
  const found = await naru(['copy', from.url, to.url], work.path)
  expect(found.code, found.output).toBe(1)
  expect(found.output).toMatch(/NUL_BYTE[\s\S]*note\.body[\s\S]*54321/)
  expect(await rowsOf(to.url, "SELECT 1 FROM pg_tables WHERE tablename = 'note'")).toEqual([])

  const file = join(work.path, 'rejects.ndjson')
  const copied = await naru(['copy', from.url, to.url, '--policy', 'NUL_BYTE=reject', '--rejects', file], work.path)
  expect(copied.code, copied.output).toBe(1)
  expect(copied.output).toMatch(/99,999/)
  expect(await rowsOf(to.url, 'SELECT count(*), min(id), max(id), count(DISTINCT id) FROM note')).toEqual([
    ['99999', 1, 100000, '99999'],
  ])
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0])).toMatchObject({
    table: 'note',
    key: '54321',
    reason: expect.stringMatching(/0x00|NUL/i),
  })

  await writeFile(file, lines[0].replace('\\u0000', ' '))
  const replayed = await naru(['replay', file, to.url], work.path)
  expect(replayed.code, replayed.output).toBe(0)
  expect(await rowsOf(to.url, 'SELECT count(*) FROM note')).toEqual([['100000']])
  expect(await rowsOf(to.url, 'SELECT body FROM note WHERE id = 54321')).toEqual([['a b']])
})

test('a row that the source cannot send as its type is rejected alone; within --max-rejects the exit code is 0', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  await makeSource(from.url, "SET sql_mode = ''; UPDATE note SET at = '0000-00-00' WHERE id IN (7, 70000)")
  const args = ['copy', from.url, to.url, '--policy', 'ZERO_DATE=reject', '--max-rejects', '2']
  const copied = await naru(args, work.path)
  expect(copied.code, copied.output).toBe(0)
  expect(await rowsOf(to.url, 'SELECT count(*) FROM note')).toEqual([['99998']])
  expect(copied.output).toMatch(/ndjson/)
})

test('a target that refuses every row is not sifted to the end', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  await makeSource(from.url, '')
  await rowsOf(to.url, 'CREATE TABLE note (id int PRIMARY KEY CHECK (id < 0), body text, at date)')
  const copied = await naru(['copy', from.url, to.url, '--if-exists', 'append'], work.path)
  expect(copied.code, copied.output).toBe(1)
  expect(copied.output).toMatch(/TOO_MANY_REJECTS/)
})

test('rows refused here and there, in units that are sent while they are read: every other row arrives once, each of these is named', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  await makeSource(from.url, '')
  await rowsOf(to.url, 'CREATE TABLE note (id int PRIMARY KEY CHECK (id % 9973 <> 5), body text, at date)')
  const file = join(work.path, 'rejects.ndjson')
  const small = ['--unit-rows', '20000', '--chunk-bytes', '20000', '--jobs', '2']
  const args = ['copy', from.url, to.url, '--if-exists', 'append', '--rejects', file, ...small]
  const copied = await naru(args, work.path)
  expect(copied.code, copied.output).toBe(1)
  const bad = Array.from({ length: 11 }, (_, i) => 5 + i * 9973)
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  expect(lines.map((line) => Number(JSON.parse(line).key)).sort((a, b) => a - b)).toEqual(bad)
  expect(
    await rowsOf(to.url, "SELECT count(*), sum(id), count(*) FILTER (WHERE body <> '메모 ' || id) FROM note"),
  ).toEqual([[String(100_000 - bad.length), String(5_000_050_000 - bad.reduce((a, b) => a + b)), '0']])
})
