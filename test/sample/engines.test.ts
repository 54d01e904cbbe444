/** Samples from each engine: keys of many kinds, closed, the same each time; killed and continued; refused where they make no sense. */
import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { openDatabase } from '../../src/app/open.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import type { RunReport } from '../../src/core/report.ts'
import { naru, startNaru } from '../faults/naru.ts'
import { type DatabaseKind, freshDatabase, freshFiles } from '../harness/database.ts'
import { datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { address } from '../schema/loading.ts'

const series = (n: number) => `WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${n})`

/** A text key with quotes, a key of two columns, a unique key that is pointed at, a table that points at itself, and two in a circle. */
const SOURCE = `
  CREATE TABLE country (code varchar(20) NOT NULL PRIMARY KEY, name varchar(40) NOT NULL);
  CREATE TABLE person (id integer NOT NULL PRIMARY KEY, email varchar(60) NOT NULL UNIQUE, boss integer REFERENCES person (id), country varchar(20) REFERENCES country (code), team integer NOT NULL, FOREIGN KEY (team) REFERENCES team (id));
  CREATE TABLE team (id integer NOT NULL PRIMARY KEY, head varchar(60), FOREIGN KEY (head) REFERENCES person (email));
  CREATE TABLE room (house varchar(10) NOT NULL, no integer NOT NULL, owner integer REFERENCES person (id), PRIMARY KEY (house, no));
  CREATE TABLE visit (id integer NOT NULL PRIMARY KEY, house varchar(10), no integer, who varchar(60) NOT NULL REFERENCES person (email), note varchar(40), FOREIGN KEY (house, no) REFERENCES room (house, no));
  ${series(40)} INSERT INTO country SELECT 'L''a' || i, 'Land ' || i FROM s;
  ${series(600)} INSERT INTO person SELECT i * 3, '사람' || i || '@example.com', CASE WHEN i > 5 THEN (i / 5) * 3 END, CASE WHEN i % 7 > 0 THEN 'L''a' || (1 + i % 40) END, 1 + i % 30 FROM s;
  ${series(30)} INSERT INTO team SELECT i, CASE WHEN i % 3 > 0 THEN '사람' || (i * 11) || '@example.com' END FROM s;
  ${series(300)} INSERT INTO room SELECT 'H' || (i % 9), i, (1 + (i * 13) % 600) * 3 FROM s;
  ${series(3000)} INSERT INTO visit SELECT i, CASE WHEN i % 10 > 0 THEN 'H' || ((1 + i % 300) % 9) END, 1 + i % 300, '사람' || (1 + (i * 7) % 600) || '@example.com', 'visit ' || i FROM s;`

const TABLES = { country: 'code', person: 'id', team: 'id', room: 'house, no', visit: 'id' } as const

const ORPHANS = [
  'person c LEFT JOIN person p ON p.id = c.boss WHERE c.boss IS NOT NULL AND p.id IS NULL',
  'person c LEFT JOIN country p ON p.code = c.country WHERE c.country IS NOT NULL AND p.code IS NULL',
  'person c LEFT JOIN team p ON p.id = c.team WHERE p.id IS NULL',
  'team c LEFT JOIN person p ON p.email = c.head WHERE c.head IS NOT NULL AND p.id IS NULL',
  'room c LEFT JOIN person p ON p.id = c.owner WHERE c.owner IS NOT NULL AND p.id IS NULL',
  'visit c LEFT JOIN room p ON p.house = c.house AND p.no = c.no WHERE c.house IS NOT NULL AND p.house IS NULL',
  'visit c LEFT JOIN person p ON p.email = c.who WHERE p.id IS NULL',
]

async function run(from: string, to: string, options: CopyOptions): Promise<RunReport> {
  return copy(await address(from), await address(to), { jobs: 1, ...options }, { report() {} })
}

/** Every row as text, by table. */
async function rowsOf(url: string): Promise<Map<string, Set<string>>> {
  await using db = await openDatabase(await address(url), { role: 'source' })
  const found = new Map<string, Set<string>>()
  for (const [table, key] of Object.entries(TABLES)) {
    const rows = await db.query(`SELECT * FROM ${table} ORDER BY ${key}`)
    found.set(
      table,
      new Set(rows.map((r) => JSON.stringify(Object.values(r).map((v) => (v === null ? null : String(v)))))),
    )
  }
  return found
}

async function orphans(url: string): Promise<number[]> {
  await using db = await openDatabase(await address(url), { role: 'source' })
  const found: number[] = []
  for (const join of ORPHANS) {
    const [row] = await db.query(`SELECT count(*) AS n FROM ${join}`)
    found.push(Number(row.n))
  }
  return found
}

const PAIRS: readonly (readonly [DatabaseKind, DatabaseKind])[] = [
  ['postgres', 'sqlite'],
  ['mysql', 'postgres'],
  ['csv', 'sqlite'],
]

test.each(PAIRS)('a sample of %s into %s is closed and the same each time', async (from, to) => {
  await using made = await freshDatabase('sqlite')
  await using full = await freshDatabase(from)
  await using one = await freshDatabase(to)
  await using two = await freshDatabase('sqlite')
  await using db = await openDatabase(await address(made.url), { role: 'target' })
  await db.execute(`PRAGMA foreign_keys = OFF; ${SOURCE}`)
  if (from !== 'sqlite') expect((await run(made.url, full.url, {})).verdict).toBe('done')
  const source = from === 'sqlite' ? made.url : full.url
  const report = await run(source, one.url, { sample: '2%', by: to === 'postgres' ? 'digest' : 'stream' })
  expect(report.verdict, JSON.stringify(report.failedSteps)).toBe('done')
  expect(report.tables.every((t) => t.verification?.how === 'digest' && t.verification.same)).toBe(true)
  expect(report.notes[0]).toMatch(/^sample: 2 %, seed 1: [\d,]+ of 3,970 rows, closure added [\d,]+ rows/)
  expect(await orphans(one.url)).toEqual(ORPHANS.map(() => 0))
  const [all, some] = [await rowsOf(made.url), await rowsOf(one.url)]
  for (const [table, rows] of some) {
    expect(
      [...rows].filter((row) => !all.get(table)?.has(row)),
      table,
    ).toEqual([])
  }
  expect(some.get('visit')?.size).toBe(60)
  if (from === 'mysql') {
    expect((await run(source, two.url, { sample: '2%' })).verdict).toBe('done')
    expect(await rowsOf(two.url)).toEqual(some)
  }
  if (from === 'csv') {
    expect((await run(source, two.url, { sample: '60', sampleSeed: 2 })).verdict).toBe('done')
    const other = (await rowsOf(two.url)).get('visit')
    expect(other).not.toEqual(some.get('visit'))
    expect(other?.size).toBe(60)
  }
})

test('what a sample makes no sense with is refused before anything is done', async () => {
  await using from = await freshDatabase('sqlite')
  await using to = await freshDatabase('sqlite')
  const refused: readonly CopyOptions[] = [
    { sample: '1%', incremental: true },
    { sample: '1%', schemaOnly: true },
    { sample: '1%', redo: ['visit'] },
    { sample: '1%', ifExists: 'append', dataOnly: true },
    { sampleSeed: 3 },
    { sample: 'some' },
  ]
  for (const options of refused) await expect(run(from.url, to.url, options)).rejects.toMatchObject({ code: 'USAGE' })
})

describe.skipIf(!datasetsAvailable())('sakila', () => {
  async function fingerprint(url: string): Promise<string[]> {
    const db = new pg.Client({ connectionString: url })
    await db.connect()
    const { rows: tables } = await db.query(
      "SELECT relname AS t FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
    )
    const found: string[] = []
    for (const { t } of tables) {
      const { rows } = await db.query(
        `SELECT count(*) AS n, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS sum FROM "${t}" t`,
      )
      found.push(`${t} ${rows[0].n} ${rows[0].sum}`)
    }
    const { rows: keys } = await db.query(
      "SELECT count(*) AS n, bool_and(convalidated) AS valid FROM pg_constraint WHERE contype = 'f'",
    )
    await db.end()
    return [...found, `${keys[0].n} ${keys[0].valid}`]
  }

  test('killed and continued, it is the same sample, its foreign keys valid', async () => {
    await using from = await freshDatabase('mysql')
    await using quiet = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await using work = await freshFiles()
    await loadDataset('sakila-mysql', from.url)
    const whole = await naru(['copy', from.url, quiet.url, '--sample', '3%', '-q'], work.path)
    expect(whole.code, whole.output).toBe(0)
    const args = ['copy', from.url, to.url, '--sample', '3%', '--rate', '60KB', '--json']
    for (let kill = 0; kill < 2; kill++) {
      const killed = startNaru(args, work.path)
      const moving = new Promise<void>((resolve) => {
        killed.child.stdout?.on('data', (text) => String(text).includes('"chunk"') && resolve())
      })
      await Promise.race([moving.then(() => sleep(300)), killed.end])
      killed.child.kill('SIGKILL')
      expect((await killed.end).code).toBe(null)
    }
    // Rows that have come since are no part of a sample that has been chosen.
    const db = await mysql.createConnection(from.url)
    await db.query('INSERT INTO country (country) VALUES (?), (?)', ['A', 'B'])
    await db.end()
    const other = await naru(['copy', from.url, to.url, '--sample', '4%', '-q'], work.path)
    expect(other.output).toContain('OPTIONS_CHANGED')
    const { code, output } = await naru(['copy', from.url, to.url, '--sample', '3%'], work.path)
    expect(code, output).toBe(0)
    expect(output).toContain('closure added')
    const found = await fingerprint(to.url)
    expect(found).toEqual(await fingerprint(quiet.url))
    expect(found.at(-1)).toBe('22 true')
  })
})
