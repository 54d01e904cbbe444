/** Many pairs of schemas in one database, told apart by pg_dump alone. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Database } from '../../src/core/engine.ts'
import type { Schema } from '../../src/core/schema.ts'
import { diffSchemas } from '../../src/diff/compare.ts'
import type { Rename } from '../../src/diff/rename-map.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { planner } from '../../src/engines/postgres/plan/index.ts'
import { findProgram } from '../harness/binaries.ts'

/** Runs scripts through the driver alone, each with its own search path. */
export async function runScripts(
  url: string,
  scripts: readonly (readonly [schema: string, sql: string])[],
): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const [schema, sql] of scripts) {
      await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"; SET search_path TO "${schema}", public`)
      await client.query(sql).catch((error: Error) => {
        throw new Error(`${schema}: ${error.message}\n${sql}`)
      })
    }
  } finally {
    await client.end()
  }
}

/** One object of a dump, its lines put in an order where the server's own depends on history. */
function block(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('--') && !/^(SET |\\)/.test(line))
    .map((line) => line.trimEnd())
  const inside = /^CREATE (UNLOGGED )?TABLE .*\($/.test(lines[0] ?? '')
  if (/^(GRANT|REVOKE) /.test(lines[0] ?? '')) return lines.sort().join('\n')
  if (!inside) return lines.join('\n')
  return lines
    .map((line) => line.replace(/,$/, ''))
    .sort()
    .join('\n')
}

/** `pg_dump --schema-only` without what it makes up anew each time. */
export async function dump(url: string, more: readonly string[] = []): Promise<string> {
  const program = findProgram('pg_dump')
  if (program === null) throw new Error('no pg_dump on PATH')
  const args = ['--schema-only', ...more, '--dbname', url]
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 1 << 28 })
  return stdout.replace(/^\\.*$/gm, '')
}

/** `pg_dump --schema-only` by schema: its objects as a sorted text, free of the order of ids and of columns. */
export async function dumps(url: string): Promise<ReadonlyMap<string, string>> {
  const stdout = await dump(url)
  const found = new Map<string, string[]>()
  for (const part of stdout.split(/^-- Name: /m).slice(1)) {
    const head = /^(.*?); Type: (.*?); Schema: (.*?); Owner:/s.exec(part)
    if (head === null) continue
    const schema = head[3] === '-' ? head[1] : head[3]
    found.set(schema, [...(found.get(schema) ?? []), `${head[2]}: ${block(part.slice(part.indexOf('\n')))}`])
  }
  return new Map([...found].map(([schema, blocks]) => [schema, blocks.sort().join('\n\n')]))
}

/** The schema as plans see it. */
export async function inspected(db: Database, schema: string): Promise<Schema> {
  return planner.normalize(await db.inspect({ schema }))
}

/** What leads from one schema to the other. */
export function planned(
  db: Database,
  from: Schema,
  to: Schema,
  o: { readonly renames?: readonly Rename[]; readonly online?: boolean } = {},
) {
  const changes = diffSchemas(from, to, { ordersColumns: planner.ordersColumns, renames: o.renames ?? [] })
  return { changes, ...planner.plan({ from, to, changes, can: db.can, online: o.online ?? false }) }
}

/** Runs steps; those of the transaction together. */
export async function apply(db: Database, steps: ReturnType<typeof planned>['steps']): Promise<void> {
  let open = false
  const toggle = async (wanted: boolean) => {
    if (open !== wanted) await db.execute(wanted ? 'BEGIN' : 'COMMIT')
    open = wanted
  }
  try {
    for (const step of steps) {
      await toggle(step.inTransaction && !/^SET /.test(step.sql))
      await db.execute(step.sql).catch((error: Error & { why?: string }) => {
        throw new Error(
          `${error.message} ${error.why ?? ''}\n${step.sql}\n--- all steps\n${steps.map((s) => s.sql).join(';\n')}`,
        )
      })
    }
    await toggle(false)
  } catch (error) {
    if (open) await db.execute('ROLLBACK')
    throw error
  } finally {
    await db.execute('RESET search_path; RESET check_function_bodies')
  }
}

/** Opens a database for changes. */
export function open(url: string): Promise<Database> {
  return postgres.open(postgres.parse(url), { role: 'target' })
}

/** Makes the roles that the corpus speaks of. */
export const ROLES = ['naru_reader', 'naru_writer']
  .map((r) => `DO $$ BEGIN CREATE ROLE ${r}; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$`)
  .join(';')
