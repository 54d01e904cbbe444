/** The benchmark of revisions: what the commands over files take in a folder of many, with branches and merges among them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed } from './installed.ts'
import { type Measured, measure } from './measure.ts'

interface Options {
  readonly revisions: number
  readonly repeat: number
}

/** Goal: seconds a command, the start of Node included. */
const SECONDS = 0.3

const idOf = (i: number) => ((i + 1) * 2654435761).toString(16).padStart(12, '0').slice(-12)

/** In each ten: a line of eight, a revision beside the last of them, and a merge of the two. */
function downOf(i: number): string {
  if (i === 0) return 'none'
  if (i % 10 === 9) return `${idOf(i - 2)}, ${idOf(i - 1)}`
  return idOf(i % 10 === 8 ? i - 2 : i - 1)
}

function write(folder: string, i: number): void {
  const date = new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString()
  const header = `-- naru:revision ${idOf(i)}\n-- naru:revises ${downOf(i)}\n-- naru:message change ${i} of the tables\n-- naru:date ${date}\n`
  const columns = Array.from({ length: 10 }, (_, n) => `  column_${n} varchar(${n + 10}) NOT NULL DEFAULT ''`).join(
    ',\n',
  )
  const sections = `-- naru:up\nCREATE TABLE t${i} (\n${columns}\n);\n\n-- naru:down\nDROP TABLE t${i};\n`
  writeFileSync(join(folder, `${idOf(i)}_change_${i}_of_the_tables.sql`), `${header}\n${sections}`)
}

async function best(command: string, repeat: number): Promise<Measured> {
  const runs: Measured[] = []
  for (let i = 0; i < repeat; i++) runs.push(await measure(command))
  return runs.reduce((a, b) => (b.exit !== 0 || b.wall < a.wall ? b : a))
}

function line(name: string, m: Measured): void {
  const missed = m.exit !== 0 || m.wall > SECONDS
  if (missed) process.exitCode = 1
  const failed = m.exit === 0 ? '' : `   EXIT ${m.exit}\n${m.output}`
  const numbers = `${m.wall.toFixed(3).padStart(8)} s wall ${m.cpu.toFixed(2).padStart(6)} s cpu ${m.peak.toFixed(0).padStart(5)} MB peak`
  console.log(`  ${name.padEnd(20)} ${numbers}${missed ? '   MISSED' : ''}${failed}`)
}

/** Measures and prints a table. Exit code 1 when a goal was missed. */
export async function benchRevisions(o: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  try {
    const naru = await installed(folder)
    const migrations = join(folder, 'migrations')
    mkdirSync(migrations)
    for (let i = 0; i < o.revisions; i++) write(migrations, i)
    console.log(`${o.revisions.toLocaleString('en')} revisions`)
    const target = '--target sqlite:library.db'
    const commands = ['--help', 'heads', 'history', 'history --json', 'branches', `show ${idOf(1).slice(0, 12)}`]
    const run = (command: string) => `cd ${folder} && XDG_CACHE_HOME=${folder} ${naru} ${command} > /dev/null`
    // The first `current` reads all files; the next ones look up what it kept.
    for (const command of [`stamp heads ${target}`, `current ${target}`]) {
      const m = await measure(run(command))
      if (m.exit !== 0) throw new Error(`${command} failed:\n${m.output}`)
    }
    for (const command of [...commands, `current ${target}`])
      line(command.replace(` ${target}`, ''), await best(run(command), o.repeat))
    console.log(`  at most ${SECONDS} s each`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
