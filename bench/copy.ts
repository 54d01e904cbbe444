/** The copy benchmark: every scenario runs naru and each peer that the machine has, one after the other, on the same servers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { dedicatedServer } from '../test/harness/servers.ts'
import { installed } from './installed.ts'
import { found, type Measured, measure } from './measure.ts'
import { makeMariadb, makePostgres, makeSqlite } from './rows.ts'

interface Options {
  readonly rows: number
  readonly only: readonly string[]
  readonly repeat: number
}

interface Ends {
  /** Server URLs, ending in a slash. */
  readonly postgres: string
  readonly mysql: string
  readonly folder: string
  readonly rows: number
  /** The command that runs naru. */
  readonly naru: string
}

interface Contender {
  readonly name: string
  readonly needs: readonly string[]
  readonly command: string
}

interface Scenario {
  readonly name: string
  /** At least this many times as fast as the best peer, and the aim. */
  readonly least: number
  readonly aim: number
  prepare(e: Ends): Promise<void>
  /** Makes the target empty before each run. */
  reset(e: Ends): Promise<void>
  naru(e: Ends): string
  peers(e: Ends): readonly Contender[]
}

async function onPostgres(e: Ends, ...sql: string[]): Promise<void> {
  const db = new pg.Client({ connectionString: `${e.postgres}postgres` })
  await db.connect()
  for (const s of sql) await db.query(s)
  await db.query('CHECKPOINT')
  await db.end()
}

async function onMysql(e: Ends, ...sql: string[]): Promise<void> {
  const db = await mysql.createConnection({ uri: e.mysql })
  for (const s of sql) await db.query(s)
  await db.end()
}

const emptyPostgres = (e: Ends) =>
  onPostgres(e, 'DROP DATABASE IF EXISTS bench_to WITH (FORCE)', 'CREATE DATABASE bench_to')
const pgloader = (from: string, e: Ends): Contender => ({
  name: 'pgloader',
  needs: ['pgloader'],
  command: `pgloader ${from} ${e.postgres.replace('postgres:', 'postgresql:')}bench_to`,
})

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'mariadb-postgres',
    least: 4,
    aim: 5,
    async prepare(e) {
      await onMysql(e, 'CREATE DATABASE IF NOT EXISTS bench_from')
      await makeMariadb(`${e.mysql}bench_from`, e.rows)
    },
    reset: emptyPostgres,
    naru: (e) => `${e.naru} copy ${e.mysql}bench_from ${e.postgres}bench_to`,
    peers: (e) => [pgloader(`${e.mysql}bench_from`, e)],
  },
  {
    name: 'postgres-postgres',
    least: 1.4,
    aim: 2,
    async prepare(e) {
      await onPostgres(e, 'DROP DATABASE IF EXISTS bench_from', 'CREATE DATABASE bench_from')
      await makePostgres(`${e.postgres}bench_from`, e.rows)
    },
    reset: emptyPostgres,
    naru: (e) => `${e.naru} copy ${e.postgres}bench_from ${e.postgres}bench_to`,
    peers: (e) => [
      {
        name: 'pg_dump | pg_restore',
        needs: ['pg_dump', 'pg_restore'],
        command: `pg_dump -Fc -Z0 ${e.postgres}bench_from | pg_restore --no-owner -d ${e.postgres}bench_to`,
      },
      {
        name: 'pgcopydb',
        needs: ['pgcopydb'],
        command: `pgcopydb clone --table-jobs 2 --index-jobs 2 --no-owner --dir ${e.folder}/pgcopydb-$RANDOM --source ${e.postgres}bench_from --target ${e.postgres}bench_to`,
      },
    ],
  },
  {
    name: 'mariadb-mariadb',
    least: 2,
    aim: 3,
    async prepare(e) {
      await onMysql(e, 'DROP DATABASE IF EXISTS bench_from', 'CREATE DATABASE bench_from')
      await makeMariadb(`${e.mysql}bench_from`, e.rows)
    },
    reset: (e) => onMysql(e, 'DROP DATABASE IF EXISTS bench_to', 'CREATE DATABASE bench_to'),
    naru: (e) => `${e.naru} copy ${e.mysql}bench_from ${e.mysql}bench_to`,
    peers(e) {
      const url = new URL(e.mysql)
      const ends = `-h ${url.hostname} -P ${url.port} -u ${url.username}`
      return [
        {
          name: 'mariadb-dump | mariadb',
          needs: ['mariadb-dump', 'mariadb'],
          command: `mariadb-dump --single-transaction ${ends} bench_from | mariadb ${ends} bench_to`,
        },
      ]
    },
  },
  {
    name: 'sqlite-postgres',
    least: 3,
    aim: 4,
    async prepare(e) {
      makeSqlite(`${e.folder}/bench.db`, e.rows)
    },
    reset: emptyPostgres,
    naru: (e) => `${e.naru} copy sqlite:${e.folder}/bench.db ${e.postgres}bench_to`,
    peers: (e) => [pgloader(`sqlite://${e.folder}/bench.db`, e)],
  },
]

/** Runs the scenarios and prints a table each. Exit code 1 when naru itself failed. */
export async function benchCopy(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  await using postgres = await dedicatedServer('postgres')
  await using mariadb = await dedicatedServer('mysql')
  const ends: Ends = {
    postgres: postgres.url.replace(/[^/]*$/, ''),
    mysql: mariadb.url.replace(/[^/]*$/, ''),
    folder,
    rows: options.rows,
    naru: await installed(folder),
  }
  try {
    await startup(ends.naru)
    for (const scenario of SCENARIOS) {
      if (options.only.length === 0 || options.only.includes(scenario.name)) await runScenario(scenario, ends, options)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Servers have begun a moment ago, and are not yet at rest in the first of them. */
const STARTS = 10

async function startup(naru: string): Promise<void> {
  await measure(`${naru} --help`)
  const runs: Measured[] = []
  for (let i = 0; i < STARTS; i++) runs.push(await measure(`${naru} --help`))
  console.log(`naru --help: ${Math.min(...runs.map((r) => r.wall * 1000)).toFixed(0)} ms (at most 200)\n`)
}

/** The best run of each command. They take turns: what else the machine does meanwhile falls on all of them. */
async function best(scenario: Scenario, e: Ends, repeat: number, commands: readonly string[]): Promise<Measured[]> {
  const results: Measured[] = []
  for (let i = 0; i < repeat; i++) {
    for (const [c, command] of commands.entries()) {
      await scenario.reset(e)
      const run = await measure(command)
      if (results[c] === undefined || run.wall < results[c].wall) results[c] = run
    }
  }
  return results
}

async function runScenario(scenario: Scenario, e: Ends, o: Options): Promise<void> {
  await scenario.prepare(e)
  console.log(`${scenario.name}, ${o.rows.toLocaleString('en')} rows`)
  const own = [`${scenario.naru(e)} --verify none --quiet`, `${scenario.naru(e)} --quiet`]
  const peers = scenario.peers(e)
  const here = peers.filter((peer) => peer.needs.every(found))
  const measured = await best(scenario, e, o.repeat, [...own, ...here.map((peer) => peer.command)])
  const [naru, verified, ...others] = measured
  line('naru --verify none', naru, null)
  line('naru (verified)', verified, null)
  const cost = ((verified.wall - naru.wall) / naru.wall) * 100
  console.log(`  verification costs ${cost.toFixed(0)} % of the copy's time (at most 40, aim 25)`)
  if (naru.exit !== 0 || verified.exit !== 0) {
    console.log(naru.exit !== 0 ? naru.output : verified.output)
    process.exitCode = 1
  }
  for (const peer of peers) {
    const missing = peer.needs.filter((p) => !found(p))
    if (missing.length > 0) console.log(`  ${peer.name}: not on this machine (${missing.join(', ')})`)
    else line(peer.name, others[here.indexOf(peer)], naru)
  }
  console.log(`  at least ${scenario.least} times as fast as the best peer, aim ${scenario.aim}\n`)
}

function line(name: string, m: Measured, naru: Measured | null): void {
  const ratio = naru === null ? '' : `   naru is ${(m.wall / naru.wall).toFixed(2)} times as fast`
  const failed = m.exit === 0 ? '' : `   EXIT ${m.exit}`
  console.log(
    `  ${name.padEnd(24)} ${m.wall.toFixed(2).padStart(7)} s wall ${m.cpu.toFixed(2).padStart(7)} s cpu ${m.peak.toFixed(0).padStart(6)} MB peak${ratio}${failed}`,
  )
}
