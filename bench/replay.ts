/** The benchmark of replays: many revisions, replayed from nothing once, then generated from with what an earlier replay kept. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure } from './measure.ts'

/** Every tenth revision makes a table; the others add a column to the last. */
const TABLE_EVERY = 10
/** Goal: seconds. */
const GENERATE_SECONDS = 3

const idOf = (i: number) => `b${String(i).padStart(11, '0')}`

function statementsOf(i: number): readonly [up: string, down: string] {
  const table = `t${Math.floor(i / TABLE_EVERY)}`
  if (i % TABLE_EVERY === 0) return [`CREATE TABLE ${table} (id int PRIMARY KEY);`, `DROP TABLE ${table};`]
  return [`ALTER TABLE ${table} ADD COLUMN c${i} int;`, `ALTER TABLE ${table} DROP COLUMN c${i};`]
}

const fileOf = (i: number, [up, down]: readonly [string, string]) => `-- naru:revision ${idOf(i)}
-- naru:revises ${i === 0 ? 'none' : idOf(i - 1)}
-- naru:message number ${i}
-- naru:date 2026-01-01T00:00:00Z

-- naru:up
${up}

-- naru:down
${down}
`

/** The tables that all of them make, at once, and one more. */
function models(revisions: number): string {
  const tables = Array.from({ length: Math.ceil(revisions / TABLE_EVERY) }, (_, t) => {
    const first = t * TABLE_EVERY
    const added = Array.from(
      { length: Math.min(TABLE_EVERY, revisions - first) - 1 },
      (_, c) => `c${first + c + 1} int`,
    )
    return `CREATE TABLE t${t} (${['id int PRIMARY KEY', ...added].join(', ')});`
  })
  return `${tables.join('\n')}\nCREATE TABLE one_more (id int PRIMARY KEY);\n`
}

function project(folder: string, revisions: number): void {
  mkdirSync(join(folder, 'migrations'), { recursive: true })
  for (let i = 0; i < revisions; i++) {
    writeFileSync(join(folder, 'migrations', `${idOf(i)}_number_${i}.sql`), fileOf(i, statementsOf(i)))
  }
  writeFileSync(join(folder, 'models.sql'), models(revisions))
}

const NARU = join(import.meta.dirname, '..', 'bin', 'naru.js')
const STATE = '--models models.sql --engine postgres'
const STEPS: readonly { readonly what: string; readonly command: string; readonly goal?: number }[] = [
  { what: 'check, from nothing', command: `check ${STATE}` },
  { what: 'check, with what was kept', command: `check ${STATE}`, goal: GENERATE_SECONDS },
  {
    what: 'revision --autogenerate --no-proof',
    command: `revision -m more --autogenerate --no-proof ${STATE}`,
    goal: GENERATE_SECONDS,
  },
]

/** Measures the commands one after the other, with a cache folder of their own. Sets the exit code where a goal is missed. */
export async function benchReplay(o: { readonly revisions: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  try {
    project(folder, o.revisions)
    for (const { what, command, goal } of STEPS) {
      const m = await measure(`cd '${folder}' && '${process.execPath}' '${NARU}' ${command}`, {
        XDG_CACHE_HOME: folder,
      })
      const missed = goal !== undefined && m.wall > goal
      if (missed) process.exitCode = 1
      const told = goal === undefined ? '' : `, goal ${goal} s${missed ? ': MISSED' : ''}`
      console.log(`${what.padEnd(36)} ${m.wall.toFixed(2)} s (processor ${m.cpu.toFixed(2)} s, exit ${m.exit}${told})`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
