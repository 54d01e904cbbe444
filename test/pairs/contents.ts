/** What a database holds, read with its plain driver and nothing of naru: every value as text, every column with its declared type. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import { parse } from 'csv-parse/sync'
import mysql from 'mysql2/promise'
import pg from 'pg'

export interface ContentColumn {
  readonly name: string
  /** As the database spells it, lower case: `numeric(10,2)`, `tinyint(1)`, `character varying(40)`. */
  readonly type: string
}

export interface TableContents {
  readonly columns: readonly ContentColumn[]
  /** Texts as the database prints them; bytes as lower hex after `\x`. */
  readonly rows: readonly (readonly (string | null)[])[]
}

export type Contents = ReadonlyMap<string, TableContents>

/** Reads all user tables of a database by its address, naru's own tables left out. */
export async function contentsOf(url: string): Promise<Contents> {
  const scheme = url.slice(0, url.indexOf(':'))
  if (scheme === 'postgres') return postgresContents(url)
  if (scheme === 'pglite') return pgliteContents(url.slice('pglite:'.length))
  if (scheme === 'mysql') return mysqlContents(url)
  if (scheme === 'csv') return csvContents(url.slice('csv:'.length))
  return sqliteContents(url.slice('sqlite:'.length))
}

type Ask = (sql: string) => Promise<Record<string, string | null>[]>

const SESSION = `SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1`

async function postgresContents(url: string): Promise<Contents> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(SESSION)
    return await throughPostgres(async (sql) => (await client.query(sql)).rows, plainly)
  } finally {
    await client.end()
  }
}

async function pgliteContents(folder: string): Promise<Contents> {
  const db = await PGlite.create(folder)
  try {
    await db.exec(SESSION)
    return await throughPostgres(async (sql) => (await db.query<Record<string, string | null>>(sql)).rows, asHex)
  } finally {
    await db.close()
  }
}

/** How a text expression is asked for, and what it comes back as. */
interface Passage {
  sql(expression: string): string
  text(value: string): string
}

const plainly: Passage = { sql: (e) => e, text: (v) => v }
/** PGlite decodes texts in a way that swallows a byte order mark in front. */
const asHex: Passage = {
  sql: (e) => `encode(convert_to(${e}, 'UTF8'), 'hex')`,
  text: (v) => Buffer.from(v, 'hex').toString('utf8'),
}

const POSTGRES_COLUMNS = `
  SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, t.typcategory::text AS category
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`

async function throughPostgres(ask: Ask, passage: Passage): Promise<Contents> {
  const q = (name: string | null) => `"${name?.replaceAll('"', '""')}"`
  const found = new Map<string, TableContents>()
  for (const [table, columns] of grouped(await ask(POSTGRES_COLUMNS))) {
    const list = columns.map((c, i) => {
      const text = c.category === 'A' ? `to_json(${q(c.name)})::text` : `${q(c.name)}::text`
      return `${passage.sql(text)} AS "c${i}"`
    })
    const rows = await ask(`SELECT ${list.join(', ')} FROM ONLY public.${q(table)}`)
    found.set(table, {
      columns: columns.map((c) => ({ name: String(c.name), type: String(c.type).toLowerCase() })),
      rows: rows.map((r) => columns.map((_, i) => mapNull(r[`c${i}`], passage.text))),
    })
  }
  return found
}

function mapNull(value: string | null, text: (value: string) => string): string | null {
  return value === null ? null : text(value)
}

function grouped(rows: Record<string, string | null>[]): Map<string, Record<string, string | null>[]> {
  return Map.groupBy(rows, (r) => String(r.table))
}

const MYSQL_COLUMNS = `
  SELECT c.TABLE_NAME AS \`table\`, c.COLUMN_NAME AS name, c.COLUMN_TYPE AS type
  FROM information_schema.COLUMNS c JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
  WHERE c.TABLE_SCHEMA = database() AND t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_NAME NOT LIKE 'naru\\_%' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`

const MYSQL_BYTES = /^(tiny|medium|long)?blob|binary|^bit|geometry|point|polygon|linestring/

async function mysqlContents(url: string): Promise<Contents> {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4', typeCast: (field) => field.buffer() })
  const ask = async (sql: string) => (await connection.query(sql))[0] as Record<string, Buffer | null>[]
  const q = (name: string) => `\`${name.replaceAll('`', '``')}\``
  try {
    await connection.query("SET time_zone = '+00:00', sql_mode = ''")
    const found = new Map<string, TableContents>()
    const listed = (await ask(MYSQL_COLUMNS)).map((r) => mapValues(r, (b) => b?.toString('utf8') ?? null))
    for (const [table, columns] of grouped(listed)) {
      // Printed by itself, a FLOAT has six digits.
      const list = columns.map((c) =>
        String(c.type).startsWith('float') ? `CAST(${q(String(c.name))} AS DOUBLE)` : q(String(c.name)),
      )
      const rows = await ask(`SELECT ${list.map((e, i) => `${e} AS c${i}`).join(', ')} FROM ${q(table)}`)
      const bytes = columns.map((c) => MYSQL_BYTES.test(String(c.type)))
      found.set(table, {
        columns: columns.map((c) => ({ name: String(c.name), type: String(c.type).toLowerCase() })),
        rows: rows.map((r) =>
          columns.map((_, i) => {
            const value = r[`c${i}`]
            if (value === null) return null
            return bytes[i] ? `\\x${value.toString('hex')}` : value.toString('utf8')
          }),
        ),
      })
    }
    return found
  } finally {
    await connection.end()
  }
}

function mapValues<A, B>(row: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(row).map(([k, v]) => [k, change(v)]))
}

function sqliteContents(path: string): Contents {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = db
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'naru\\_%' ESCAPE '\\'",
      )
      .all()
    return new Map(tables.map((t) => [String(t.name), sqliteTable(db, String(t.name))]))
  } finally {
    db.close()
  }
}

function sqliteTable(db: DatabaseSync, name: string): TableContents {
  const info = db.prepare(`SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid`).all(name)
  const columns = info.map((c) => ({ name: String(c.name), type: String(c.type).toLowerCase() }))
  const list = columns.map((c, i) => `"${c.name.replaceAll('"', '""')}" AS c${i}`)
  const statement = db.prepare(`SELECT ${list.join(', ')} FROM "${name.replaceAll('"', '""')}"`)
  statement.setReadBigInts(true)
  const rows = statement.all().map((r) => columns.map((_, i) => sqliteText(r[`c${i}`])))
  return { columns, rows }
}

function sqliteText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  return String(value)
}

async function csvContents(folder: string): Promise<Contents> {
  const found = new Map<string, TableContents>()
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.csv')) continue
    const [header, ...rows] = csvRecords(await readFile(join(folder, file)))
    const columns = header.map((name) => ({ name: name ?? '', type: 'csv' }))
    found.set(decodeURIComponent(file.slice(0, -'.csv'.length)), { columns, rows })
  }
  return found
}

/** An empty field is NULL without quotes, and the empty text with them. */
function csvRecords(bytes: Buffer): (string | null)[][] {
  const cast = (value: string, c: { readonly quoting: boolean }) => (value === '' && !c.quoting ? null : value)
  return parse(bytes, { cast, bom: false, relax_column_count: false, skip_empty_lines: false }) as (string | null)[][]
}
