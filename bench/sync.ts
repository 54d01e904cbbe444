/** The benchmark of `naru sync`: examples/comments-resync with one row of a hundred due, beside the row-by-row script that it replaces. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { build } from '../examples/comments-resync/build.ts'
import { wrongRows } from '../examples/comments-resync/check.ts'
import { buildServers, wrongRowsOnServers } from '../examples/comments-resync/servers.ts'
import { dedicatedServer } from '../test/harness/servers.ts'
import { installed } from './installed.ts'
import { type Measured, measure } from './measure.ts'

interface SyncBench {
  readonly rows: number
  readonly repeat: number
  readonly only: readonly string[]
}

interface Scenario {
  readonly name: string
  /** Fills both databases; what drifted is due again. */
  build(): Promise<void> | void
  wrong(): Promise<{ missing: number; surplus: number; orphans: number }>
  readonly naru: string
  readonly script: string
}

const SCRIPT = `${process.execPath} ${join(import.meta.dirname, 'sync-rows.ts')}`

/** Runs each in turn, so that a busy minute meets both; prints the best of each. */
async function race(s: Scenario, o: SyncBench): Promise<void> {
  const best = new Map<string, Measured>()
  const contenders = [
    ['naru sync, 1 % due', s.naru],
    ['row by row, 1 % due', s.script],
    ['naru sync, nothing due', s.naru],
    ['row by row, nothing due', s.script],
  ] as const
  for (let turn = 0; turn < o.repeat; turn++) {
    for (const [what, command] of contenders) {
      if (what.endsWith('1 % due')) await s.build()
      const run = await measure(command)
      if (run.exit !== 0) throw new Error(run.output)
      const { missing, surplus, orphans } = await s.wrong()
      if (missing + surplus + orphans > 0) throw new Error(`${what}: ${missing} missing, ${surplus} wrong`)
      const before = best.get(what)
      if (before === undefined || run.wall < before.wall) best.set(what, run)
    }
  }
  console.log(`${s.name}, ${o.rows.toLocaleString('en')} comments`)
  for (const [i, [what]] of contenders.entries()) {
    const run = best.get(what) as Measured
    const script = best.get(contenders[i - (i % 2) + 1][0]) as Measured
    const ratio = i % 2 === 0 ? `   ${(script.wall / run.wall).toFixed(1)} times as fast (at least 20)` : ''
    const figures = `${run.wall.toFixed(2).padStart(8)} s ${run.cpu.toFixed(2).padStart(8)} s cpu ${run.peak.toFixed(0).padStart(5)} MB`
    console.log(`  ${what.padEnd(26)} ${figures}${ratio}`)
  }
}

/** Prints seconds of both, with rows due and without. */
export async function benchSync(o: SyncBench): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  try {
    const command = await installed(folder)
    const example = join(import.meta.dirname, '../examples/comments-resync')
    const place = join(folder, 'example')
    mkdirSync(join(place, 'node_modules'), { recursive: true })
    symlinkSync(join(folder, 'naru'), join(place, 'node_modules', 'naru'))
    copyFileSync(join(example, 'naru.config.ts'), join(place, 'naru.config.ts'))
    const wanted = (name: string) => o.only.length === 0 || o.only.includes(name)
    if (wanted('mariadb-postgres')) await servers(o, place, command)
    if (!wanted('sqlite-sqlite')) return
    await race(
      {
        name: 'SQLite → SQLite',
        build: () => build(place, o.rows),
        wrong: async () => wrongRows(place),
        naru: `cd ${place} && ${command} sync comments`,
        script: `${SCRIPT} ${join(place, 'old.db')} ${join(place, 'new.db')}`,
      },
      o,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function servers(o: SyncBench, place: string, command: string): Promise<void> {
  await using postgres = await dedicatedServer('postgres')
  await using mariadb = await dedicatedServer('mysql')
  const old = await mysql.createConnection(mariadb.url)
  await old.query('CREATE DATABASE bench_old CHARACTER SET utf8mb4').finally(() => old.end())
  const fresh = new pg.Client({ connectionString: postgres.url })
  await fresh.connect()
  await fresh.query('CREATE DATABASE bench_new').finally(() => fresh.end())
  const at = {
    old: `${mariadb.url.replace(/[^/]*$/, '')}bench_old`,
    new: `${postgres.url.replace(/[^/]*$/, '')}bench_new`,
  }
  await race(
    {
      name: 'MariaDB → PostgreSQL',
      build: () => buildServers(at, o.rows),
      wrong: () => wrongRowsOnServers(at),
      naru: `cd ${place} && OLD_URL=${at.old} NEW_URL=${at.new} ${command} sync comments`,
      script: `${SCRIPT} ${at.old} ${at.new}`,
    },
    o,
  )
}
