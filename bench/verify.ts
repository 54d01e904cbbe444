/** The verification benchmark: how long finding drift takes, what it takes in memory, and whether all of it is found. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { dedicatedServer } from '../test/harness/servers.ts'
import { installed } from './installed.ts'
import { found as isThere, type Measured, measure } from './measure.ts'
import { makeMariadb } from './rows.ts'

interface Options {
  readonly rows: number
  readonly repeat: number
}

interface Bench {
  readonly rows: number
  readonly repeat: number
  readonly source: string
  readonly target: string
  readonly naru: string
  readonly list: string
}

/** Expressions that change one cell of a row, by its column. */
const CHANGES: Readonly<Record<string, string>> = {
  user_id: 'user_id + 1',
  amount: 'amount + 0.01',
  tax: 'coalesce(tax, 0) + 0.000000000001',
  note: "coalesce(note || ' ', '')",
  is_gift: 'NOT is_gift',
  created_at: "created_at + interval '1 hour'",
  updated_at: "updated_at - interval '1 second'",
  meta: 'upper(meta)',
}

/** The trigger that stands for ON UPDATE does not see the changes. */
const STILL = 'SET session_replication_role = replica'

/** Measures verification of MariaDB against PostgreSQL, on servers started for the run. */
export async function benchVerify(o: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  await using mysqlServer = await dedicatedServer('mysql')
  await using postgresServer = await dedicatedServer('postgres')
  try {
    const [from, to] = [inDatabase(mysqlServer.url, 'bench_from'), inDatabase(postgresServer.url, 'bench_to')]
    const naru = await installed(folder)
    const b: Bench = { ...o, source: from, target: to, naru, list: join(folder, 'list.csv') }
    await prepare(b, mysqlServer.url, postgresServer.url)
    await run(b)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function inDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function prepare(b: Bench, mysqlUrl: string, postgresUrl: string): Promise<void> {
  const source = await mysql.createConnection({ uri: mysqlUrl })
  await source.query('CREATE DATABASE bench_from')
  await source.end()
  await onPostgres(inDatabase(postgresUrl, 'postgres'), 'CREATE DATABASE bench_to')
  await makeMariadb(b.source, b.rows)
  const copied = await measure(`${b.naru} copy ${b.source} ${b.target} --quiet`)
  if (copied.exit !== 0) throw new Error(`the copy failed:\n${copied.output}`)
}

async function onPostgres(url: string, ...statements: string[]): Promise<void> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  for (const sql of statements) await db.query(sql)
  await db.end()
}

async function run(b: Bench): Promise<void> {
  const equal = await best(b, '--by stream', 0)
  console.log(`  ${equal.peak.toFixed(0)} MB (at most 300)`)
  await best(b, '--by digest', 0)
  const objects = await rowObjects(b)
  console.log(`  naru is ${(objects.wall / equal.wall).toFixed(1)} times as fast (at least 5)`)
  await checksums(b)
  const few = await drifted(b, 10, '--by stream')
  console.log(`  10 rows cost ${((few.wall / equal.wall - 1) * 100).toFixed(1)} % more than none (at most 10 %)`)
  await drifted(b, 1000, '--by stream')
  await drifted(b, 1000, '--by digest')
  await onPostgres(b.target, STILL, "UPDATE orders SET created_at = created_at + interval '9 hours'")
  const all = await best(b, '--by stream', 1)
  console.log(`  every row differs: ${all.peak.toFixed(0)} MB (at most 300)`)
  console.log(all.output.split('\n').find((line) => line.includes('pattern')) ?? '  no pattern was told')
}

/** The quickest of so many runs. */
async function best(b: Bench, flags: string, exit: number): Promise<Measured> {
  const runs: Measured[] = []
  for (let n = 0; n < b.repeat; n++) {
    const m = await measure(`${b.naru} verify ${b.source} ${b.target} ${flags}`)
    if (m.exit !== exit) throw new Error(`exit ${m.exit} in place of ${exit}:\n${m.output}`)
    runs.push(m)
  }
  const quickest = runs.toSorted((x, y) => x.wall - y.wall)[0]
  const { wall, cpu, peak } = quickest
  console.log(`verify ${flags}: ${wall.toFixed(2)} s, processor ${cpu.toFixed(2)} s, ${peak.toFixed(0)} MB`)
  return quickest
}

/** The same comparison by plain drivers: rows as objects, page by page, value by value. */
async function rowObjects(b: Bench): Promise<Measured> {
  const m = await measure(`${process.execPath} ${join(import.meta.dirname, 'row-objects.ts')} ${b.source} ${b.target}`)
  if (m.exit !== 0) throw new Error(`row objects: exit ${m.exit}:\n${m.output}`)
  const { wall, cpu, peak } = m
  console.log(`row objects: ${wall.toFixed(2)} s, processor ${cpu.toFixed(2)} s, ${peak.toFixed(0)} MB`)
  return m
}

/** What pt-table-checksum takes for the MariaDB side alone, where it is installed. */
async function checksums(b: Bench): Promise<void> {
  if (!isThere('pt-table-checksum')) return console.log('pt-table-checksum: not installed')
  const { hostname, port, username, pathname } = new URL(b.source)
  const dsn = `h=${hostname},P=${port},u=${username}`
  const flags = '--no-check-replication-filters --no-check-binlog-format --recursion-method=none'
  const m = await measure(`pt-table-checksum ${dsn} --databases ${pathname.slice(1)} ${flags}`)
  if (m.exit !== 0) throw new Error(`pt-table-checksum: exit ${m.exit}:\n${m.output}`)
  console.log(`pt-table-checksum: ${m.wall.toFixed(2)} s, ${Math.round(b.rows / m.wall)} rows a second, one side`)
}

/** Changes so many cells at random, finds them, compares the list with what was done, and takes them back. */
async function drifted(b: Bench, cells: number, by: string): Promise<Measured> {
  const changed = new Map<number, string>()
  const columns = Object.keys(CHANGES)
  while (changed.size < cells) {
    changed.set(1 + Math.floor(Math.random() * b.rows), columns[Math.floor(Math.random() * columns.length)])
  }
  const ids = [...changed.keys()].join(', ')
  const updates = [...changed].map(([id, c]) => `UPDATE orders SET ${c} = ${CHANGES[c]} WHERE id = ${id}`)
  await onPostgres(b.target, STILL, `CREATE TABLE public.kept AS SELECT * FROM orders WHERE id IN (${ids})`, ...updates)
  const m = await best(b, `${by} --tables orders --output ${b.list}`, 1)
  const found = parse(readFileSync(b.list), { columns: true }) as { key: string; column: string }[]
  const cell = (id: number | string, column: string) => `${id} ${column}`
  const told = new Set(found.map((f) => cell(f.key, f.column)))
  const done = new Set([...changed].map(([id, c]) => cell(id, c)))
  const [missed, invented] = [[...done].filter((c) => !told.has(c)), [...told].filter((c) => !done.has(c))]
  console.log(`  ${cells} cells changed: ${found.length} found, ${missed.length} missed, ${invented.length} invented`)
  if (missed.length > 0 || invented.length > 0) throw new Error(`${[...missed, ...invented].slice(0, 10).join('; ')}`)
  await onPostgres(
    b.target,
    `DELETE FROM orders WHERE id IN (${ids})`,
    'INSERT INTO orders SELECT * FROM kept',
    'DROP TABLE kept',
  )
  return m
}
