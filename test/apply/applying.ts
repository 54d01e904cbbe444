/** `naru apply` as a process of its own, and what it left, told by something that is not naru. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Finished, naru, type Running, startNaru } from '../faults/naru.ts'

/** Runs `naru apply` with a desired state given as SQL. */
export async function apply(url: string, cwd: string, sql: string, ...flags: string[]): Promise<Finished> {
  return naru(['apply', url, '--to', await stateFile(cwd, sql), ...flags], cwd)
}

/** The same, not waited for, with events on standard output. */
export async function startApply(url: string, cwd: string, sql: string, ...flags: string[]): Promise<Running> {
  return startNaru(['apply', url, '--to', await stateFile(cwd, sql), '--yes', '--json', ...flags], cwd)
}

async function stateFile(cwd: string, sql: string): Promise<string> {
  await writeFile(join(cwd, 'state.sql'), sql)
  return 'state.sql'
}

/** Resolves when the process has told an event that holds a text. */
export function untilTold(run: Running, what: string): Promise<void> {
  return new Promise((resolve) => {
    let text = ''
    run.child.stdout?.on('data', (part) => {
      text += String(part)
      if (text.split('\n').some((line) => line.includes(what))) resolve()
    })
  })
}

/** Resolves when the process begins a statement about `object`. */
export function untilStatement(run: Running, object: string): Promise<void> {
  return untilTold(run, `"object":"${object}","state":"begin"`)
}

/** Resolves when the plan is made: what is changed from now on is changed underneath. */
export function untilPlanned(run: Running): Promise<void> {
  return untilTold(run, '"type":"plan"')
}

/** The plan among the events of `--json`. */
function planOf(run: Finished): { steps: { sql: string; hazards: Record<string, unknown>[] }[] } {
  const line = run.output.split('\n').find((text) => text.startsWith('{"type":"plan"'))
  if (line === undefined) throw new Error(`no plan in ${run.output}`)
  return (JSON.parse(line) as { plan: ReturnType<typeof planOf> }).plan
}

/** Hazards of a kind in a plan. */
export function hazardsOf(run: Finished, kind: string): Record<string, unknown>[] {
  return planOf(run)
    .steps.flatMap((s) => s.hazards)
    .filter((h) => h.kind === kind)
}

/** An open SQLite file. */
export function sqlite(url: string): DatabaseSync & Disposable {
  const db = new DatabaseSync(url.replace(/^sqlite:/, ''))
  return Object.assign(db, { [Symbol.dispose]: () => db.close() })
}

/** What sqlite_master holds, and the rows of the named tables. */
export function sqliteState(url: string, ...tables: string[]): unknown {
  using db = sqlite(url)
  return {
    schema: db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name').all(),
    rows: tables.map((t) => db.prepare(`SELECT * FROM "${t}"`).all()),
    sound: db.prepare('PRAGMA integrity_check').all(),
    orphans: db.prepare('PRAGMA foreign_key_check').all(),
  }
}
