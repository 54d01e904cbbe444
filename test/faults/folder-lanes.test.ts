/** Several lanes write one folder, also one file of it, and are killed: the same command ends with every row once. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProgram } from '../harness/binaries.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { naru, startNaru } from './naru.ts'

const KILLS = 3
const ROWS = 30_000

let from: FreshDatabase
let wanted: Record<string, string[]>

beforeAll(async () => {
  from = await freshDatabase('sqlite')
  const db = new DatabaseSync(from.url.replace('sqlite:', ''))
  db.exec(`CREATE TABLE visit (id INTEGER PRIMARY KEY, who TEXT NOT NULL, note TEXT);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${ROWS})
      INSERT INTO visit SELECT i * 3, '손님 "' || i || '"', CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'line,' || i || char(10) || i END FROM s;
    CREATE TABLE loose (v INTEGER, t TEXT); INSERT INTO loose SELECT id % 100, who FROM visit WHERE id % 5 = 0;
    CREATE TABLE part (house TEXT, no INTEGER, PRIMARY KEY (house, no)) WITHOUT ROWID; INSERT INTO part SELECT substr(who, -3), id FROM visit WHERE id % 4 = 0`)
  db.close()
  wanted = Object.fromEntries(['visit', 'loose', 'part'].map((table) => [table, rowsOfDatabase(table)]))
})
afterAll(() => from[Symbol.asyncDispose]())

/** Rows as JSON, in any order, by the command line of SQLite. */
function rowsOfDatabase(table: string): string[] {
  const program = findProgram('sqlite3') ?? 'sqlite3'
  const text = execFileSync(program, ['-json', from.url.replace('sqlite:', ''), `SELECT * FROM ${table}`], {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  })
  return (JSON.parse(text) as unknown[]).map((row) => JSON.stringify(row)).sort()
}

/** Lines of a file of NDJSON, read by nothing of naru's; 64-bit integers stand in it as strings. */
function rowsOfFile(path: string): string[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const row = JSON.parse(line) as Record<string, unknown>
      for (const name of ['id', 'v', 'no']) if (typeof row[name] === 'string') row[name] = Number(row[name])
      return JSON.stringify(row)
    })
    .sort()
}

test.each(['', '.gz'])('kills at random moments, files *.ndjson%s', async (packed) => {
  await using files = await freshFiles()
  const folder = join(files.path, 'folder')
  const args = [
    'copy',
    from.url,
    `ndjson:${folder}`,
    '--jobs',
    '3',
    '--unit-rows',
    '4000',
    '--json',
    ...(packed === '' ? [] : ['--gzip']),
  ]
  for (let kill = 0; kill < KILLS; kill++) {
    const run = startNaru([...args, '--rate', '1MB'], files.path)
    const begun = new Promise<void>((resolve) => {
      run.child.stdout?.on('data', (text) => String(text).includes('"chunk"') && resolve())
    })
    await Promise.race([begun.then(() => sleep(Math.random() * 300)), run.end])
    expect(run.child.exitCode, 'the copy ended before it was killed').toBe(null)
    run.child.kill('SIGKILL')
    await run.end
  }
  const { code, output } = await naru(args, files.path)
  expect(code, output).toBe(0)
  for (const [table, rows] of Object.entries(wanted)) {
    expect(rowsOfFile(join(folder, `${table}.ndjson${packed}`))).toEqual(rows)
  }
  expect(readdirSync(folder).filter((name) => /\.part$|^\.naru-/.test(name))).toEqual([])
  expect((await naru(['verify', `ndjson:${folder}`], files.path)).code).toBe(0)
})
