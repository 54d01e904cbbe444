/** The copy benchmark: every scenario runs naru and each peer that the machine has, one after the other, on the same servers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { dedicatedServer } from '../test/harness/servers.ts'
import { installed } from './installed.ts'
import { found, type Measured, measure, median } from './measure.ts'
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
  /** A copy asks the source about its values first: measured with and without a plan that was saved before. */
  readonly asks?: true
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
    asks: true,
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
    asks: true,
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

/**
 * The runs of each command, one a round. They take turns, and each round begins with another of them: what else the machine does
 * meanwhile, and what a run leaves behind for the next one, falls on all of them.
 */
async function inTurns(
  scenario: Scenario,
  e: Ends,
  repeat: number,
  commands: readonly string[],
): Promise<readonly Measured[][]> {
  const runs: Measured[][] = commands.map(() => [])
  for (let round = 0; round < repeat; round++) {
    for (let turn = 0; turn < commands.length; turn++) {
      const c = (round + turn) % commands.length
      await scenario.reset(e)
      runs[c].push(await measure(commands[c]))
    }
  }
  return runs
}

const best = (runs: readonly Measured[]) => runs.reduce((a, b) => (b.wall < a.wall ? b : a))

/** How much longer one took than the other, round by round, in order. */
function ratios(slow: readonly Measured[], fast: readonly Measured[]): number[] {
  return slow.map((run, round) => run.wall / fast[round].wall).toSorted((a, b) => a - b)
}

async function runScenario(scenario: Scenario, e: Ends, o: Options): Promise<void> {
  await scenario.prepare(e)
  console.log(`${scenario.name}, ${o.rows.toLocaleString('en')} rows`)
  const plain = `${scenario.naru(e)} --verify none --quiet`
  const own = [plain, `${scenario.naru(e)} --quiet`]
  if (scenario.asks) own.push(`${plain} --plan ${await savedPlan(scenario, e)}`)
  const peers = scenario.peers(e)
  const here = peers.filter((peer) => peer.needs.every(found))
  const runs = await inTurns(scenario, e, o.repeat, [...own, ...here.map((p) => p.command)])
  const [naru, verified, planned] = runs
  const others = runs.slice(own.length)
  line('naru --verify none', naru)
  if (scenario.asks) line('naru, with a saved plan', planned)
  line('naru (verified)', verified)
  const cost = (best(verified).wall / best(naru).wall - 1) * 100
  const usual = (median(ratios(verified, naru)) - 1) * 100
  console.log(
    `  verification costs ${cost.toFixed(0)} % of the copy's time, by the median of rounds ${usual.toFixed(0)} % (at most 40, aim 25)`,
  )
  const failed = runs
    .slice(0, own.length)
    .flat()
    .find((run) => run.exit !== 0)
  if (failed !== undefined) {
    console.log(failed.output)
    process.exitCode = 1
  }
  for (const peer of peers) {
    const missing = peer.needs.filter((p) => !found(p))
    if (missing.length > 0) console.log(`  ${peer.name}: not on this machine (${missing.join(', ')})`)
    else {
      line(peer.name, others[here.indexOf(peer)], naru)
      if (scenario.asks)
        console.log(`  ${' '.repeat(24)} with a saved plan: ${ratioText(others[here.indexOf(peer)], planned)}`)
    }
  }
  console.log(`  at least ${scenario.least} times as fast as the best peer, aim ${scenario.aim}\n`)
}

/** Saves a plan, as it would be before the downtime begins, and gives the file. */
async function savedPlan(scenario: Scenario, e: Ends): Promise<string> {
  const file = join(e.folder, `${scenario.name}.plan.json`)
  await scenario.reset(e)
  const planned = await measure(`${scenario.naru(e).replace(' copy ', ' plan ')} --save ${file} --quiet`)
  if (planned.exit !== 0) throw new Error(`the plan failed:\n${planned.output}`)
  return file
}

function ratioText(peer: readonly Measured[], naru: readonly Measured[]): string {
  const rounds = ratios(peer, naru)
  return `naru is ${(best(peer).wall / best(naru).wall).toFixed(2)} times as fast; rounds: median ${median(rounds).toFixed(2)}, ${rounds[0].toFixed(2)} to ${rounds.at(-1)?.toFixed(2)}`
}

/** The best run of a contender, and how many times as fast naru is: by best runs, and by the runs of each round. */
function line(name: string, runs: readonly Measured[], naru?: readonly Measured[]): void {
  const m = best(runs)
  const ratio = naru === undefined ? '' : `   ${ratioText(runs, naru)}`
  const bad = runs.find((run) => run.exit !== 0)
  const failed = bad === undefined ? '' : `   EXIT ${bad.exit}`
  console.log(
    `  ${name.padEnd(24)} ${m.wall.toFixed(2).padStart(7)} s wall ${m.cpu.toFixed(2).padStart(7)} s cpu ${m.peak.toFixed(0).padStart(6)} MB peak${ratio}${failed}`,
  )
}
