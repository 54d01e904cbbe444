/** `naru_version` on a database: which revisions it has, in part or whole. */

import type { Database, Row, Value } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { AppliedRevision } from '../core/revision.ts'
import { versionHome } from '../core/schema-choice.ts'
import type { Family } from '../schema/sql-body.ts'
import { type RunningStatement, VERSION_TABLE, type VersionSql, versionSql } from './version-sql.ts'

/** A row, with what only a resumed run asks for. */
export interface VersionRow extends AppliedRevision {
  readonly journal: { readonly sums: readonly string[]; readonly running: RunningStatement | null } | null
}

export interface VersionTable {
  readonly sql: VersionSql
  /** Rows in the order in which they were applied; none where there is no table. */
  read(): Promise<readonly VersionRow[]>
  /** What `signOf` makes of the rows that are there, without reading them all. */
  sign(): Promise<string>
  /** Makes the table where it is not there. Throws PERMISSION_DENIED. */
  ensure(): Promise<void>
}

/** The family of a database that has revisions. Throws UNSUPPORTED. */
export function familyOf(database: Pick<Database, 'engine' | 'address'>): Family {
  const { name } = database.engine
  if (name === 'postgres' || name === 'mysql' || name === 'sqlite') return name
  throw new NaruError('UNSUPPORTED', `${database.address.label} cannot have revisions`, {
    why: `${name} executes no statements`,
  })
}

/** The schema that holds the table: as asked, else that of the address, else where names without a schema are made. */
async function schemaOf(database: Database, family: Family, wanted: string | null): Promise<string> {
  if (family === 'sqlite') return 'main'
  if (wanted !== null) return wanted
  const own = versionHome(database.address.schema)
  if (family === 'postgres' && own !== undefined) return own
  const [row] = await database.query(
    family === 'postgres' ? 'SELECT current_schema()::text AS home' : 'SELECT database() AS home',
  )
  if (typeof row?.home === 'string') return row.home
  return family === 'postgres' ? 'public' : String(database.address.database)
}

function existsSql(family: Family, schema: string, { literal }: Database['engine']['dialect']): string {
  const name = literal(VERSION_TABLE)
  if (family === 'sqlite') return `SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = ${name}`
  if (family === 'mysql') {
    return `SELECT 1 AS one FROM information_schema.tables WHERE table_schema = ${literal(schema)} AND table_name = ${name}`
  }
  return `SELECT 1 AS one FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${literal(schema)} AND c.relname = ${name}`
}

/**
 * The version table of a database. `schema`: where it is, null: where names without a schema are made. Throws UNSUPPORTED for an engine
 * without statements.
 */
export async function openVersions(database: Database, o: { readonly schema: string | null }): Promise<VersionTable> {
  const family = familyOf(database)
  const { dialect } = database.engine
  const schema = await schemaOf(database, family, o.schema)
  const sql = versionSql(`${dialect.quote(schema)}.${dialect.quote(VERSION_TABLE)}`, family)
  const isThere = async () => (await database.query(existsSql(family, schema, dialect))).length > 0
  return {
    sql,
    async read() {
      if (!(await isThere())) return []
      return (await database.query(`SELECT * FROM ${sql.table} ORDER BY position`)).map(toRow)
    },
    async sign() {
      const [row] = await database.query(
        `SELECT count(*) AS n, max(position) AS last, max(applied_at) AS latest, sum(done) AS done, sum(head) AS heads FROM ${sql.table}`,
      )
      return signText([row.n, row.last, row.latest, row.done, row.heads])
    },
    async ensure() {
      if (await isThere()) return
      try {
        if (family === 'postgres') await makeSchema(database, schema)
        await database.execute(sql.create)
      } catch (error) {
        throw cannotMake(error, sql.table)
      }
    },
  }
}

async function makeSchema(database: Database, schema: string): Promise<void> {
  const { literal, quote } = database.engine.dialect
  const found = await database.query(`SELECT 1 AS one FROM pg_catalog.pg_namespace WHERE nspname = ${literal(schema)}`)
  if (found.length === 0) await database.execute(`CREATE SCHEMA IF NOT EXISTS ${quote(schema)}`)
}

function cannotMake(error: unknown, table: string): unknown {
  if (!(error instanceof NaruError) || error.code === 'CONNECTION_LOST' || error.code === 'LOCK_TIMEOUT') return error
  return new NaruError(error.code, `the version table ${table} could not be made`, {
    why: error.why ?? error.message,
    hint:
      error.code === 'PERMISSION_DENIED'
        ? 'Grant the right to make tables there, name another schema with revisions.versionSchema, or let its owner run `naru ensure-version` once.'
        : error.hint,
    state: 'nothing was changed',
    cause: error,
  })
}

const signText = (parts: readonly Value[]) => parts.map((part) => String(part ?? 0)).join(' ')

/** A text that is another one once another process has applied something, taken it back or come further with it. */
export function signOf(rows: readonly VersionRow[]): string {
  const sum = (of: (row: VersionRow) => number) => rows.reduce((all, row) => all + of(row), 0)
  const latest =
    rows
      .map((r) => r.at)
      .sort()
      .at(-1) ?? 0
  const last = Math.max(0, ...rows.map((r) => r.position))
  return signText([rows.length, last, latest, sum((r) => r.progress?.done ?? 0), sum((r) => (r.head ? 1 : 0))])
}

const text = (value: Value) => (value === null ? '' : String(value))

function toRow(row: Row): VersionRow {
  return {
    id: text(row.id),
    position: Number(row.position),
    head: Number(row.head) === 1,
    state: text(row.state) as AppliedRevision['state'],
    progress: row.total === null ? null : { done: Number(row.done), of: Number(row.total) },
    checksum: text(row.checksum),
    message: text(row.message),
    at: text(row.applied_at),
    by: text(row.applied_by),
    ms: Number(row.ms),
    journal: row.journal === null ? null : (JSON.parse(text(row.journal)) as VersionRow['journal']),
  }
}
