/** One pair of SQLite schemas, and the proof by SQLite's own catalogue that naru led from one to the other and back. */
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { Step } from '../../src/core/change.ts'
import type { Rename } from '../../src/diff/rename-map.ts'
import { databaseOf, lead, stateOf } from './law.ts'

/** Scripts of both sides; `rows` are put into the from side. */
export interface SqliteCase {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly rows?: string
  /** `old=new`, `table.old=new`. */
  readonly renames?: readonly string[]
  /** Columns whose values are stored otherwise afterwards, `table.column`; `*`: all. */
  readonly converted?: readonly string[]
  /** False: the way back would lose what it needs (a NOT NULL column without default in a table with rows). */
  readonly back?: boolean
  /** The sides differ in the case of keywords and types alone, or besides. */
  readonly anyCase?: true
  /** What some step must match. */
  readonly uses?: RegExp
  /** What no step may match. */
  readonly avoids?: RegExp
  readonly proof?: (db: DatabaseSync) => void
}

const pathOf = (url: string): string => url.slice('sqlite:'.length)

/** A connection of node:sqlite, without naru. */
export function plain<T>(url: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(pathOf(url), { enableForeignKeyConstraints: false })
  try {
    return work(db)
  } finally {
    db.close()
  }
}

const WORDS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}\p{N}_$]+|[^\s]/gu

/** A statement without blanks, comments and the quotes around names: what SQLite itself changes when it renames or adds. */
function bare(sql: string): string {
  return (sql.match(WORDS) ?? [])
    .filter((w) => !w.startsWith('--') && !w.startsWith('/*'))
    .map((w) => (/^["`[]/.test(w) ? w.slice(1, -1).replaceAll('""', '"').replaceAll('``', '`') : w))
    .join(' ')
}

/** Everything in sqlite_master, in a stable order. */
export function master(url: string, form: (sql: string) => string = bare): unknown[] {
  return plain(url, (db) =>
    db
      .prepare(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'sqlite_sequence' ORDER BY type, name",
      )
      .all()
      .map((r) => [r.type, r.name, r.tbl_name, r.sql === null ? null : form(String(r.sql))]),
  )
}

interface Held {
  readonly columns: readonly string[]
  readonly rowid: boolean
}

type Tables = ReadonlyMap<string, Held>

function tables(db: DatabaseSync): Tables {
  const list = db
    .prepare(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    .all()
  return new Map(
    list.map((t) => {
      const columns = db.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0').all(String(t.name))
      return [String(t.name), { columns: columns.map((c) => String(c.name)), rowid: t.wr === 0 }]
    }),
  )
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Rows of a table: the named columns in SQLite's own literals, with their rowid. */
function rowsOf(db: DatabaseSync, table: string, columns: readonly string[], rowid: boolean): string[] {
  const parts = [...(rowid ? ['rowid'] : []), ...columns.map((c) => `quote(${quoted(c)})`)]
  const all = db.prepare(`SELECT ${parts.join(" || ',' || ") || '1'} AS row FROM ${quoted(table)}`).all()
  return all.map((r) => String(r.row)).sort()
}

interface Shared {
  readonly from: string
  readonly to: string
  readonly columns: readonly (readonly [string, string])[]
  readonly rowid: boolean
}

/** What is there on both sides, after the renames. */
function shared(c: SqliteCase, a: Tables, b: Tables): Shared[] {
  const named = new Map((c.renames ?? []).map((r) => r.split('=') as [string, string]))
  return [...a].flatMap(([from, held]) => {
    const to = named.get(from) ?? from
    const there = b.get(to)
    if (there === undefined || c.converted?.includes('*')) return []
    const columns = held.columns
      .map((column) => [column, named.get(`${from}.${column}`) ?? column] as const)
      .filter(([old, name]) => there.columns.includes(name) && !c.converted?.includes(`${from}.${old}`))
    return [{ from, to, columns, rowid: held.rowid && there.rowid }]
  })
}

function renamesOf(texts: readonly string[], back: boolean): Rename[] {
  const pairs = texts.map((t) => t.split('=') as [string, string])
  return pairs.map(([old, name]) => {
    const [table, column] = old.includes('.') ? old.split('.') : [old, undefined]
    const now = back ? (pairs.find(([o]) => o === table)?.[1] ?? table) : table
    if (column === undefined) return back ? { table: { name }, to: table } : { table: { name: table }, to: name }
    return back ? { table: { name: now }, column: name, to: column } : { table: { name: table }, column, to: name }
  })
}

/** What sqlite_sequence holds. */
export function counters(db: DatabaseSync): unknown[] {
  const there = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").all().length > 0
  return there
    ? db
        .prepare('SELECT name, seq FROM sqlite_sequence ORDER BY name')
        .all()
        .map((r) => `${r.name} ${r.seq}`)
    : []
}

/** Goes there, compares with a database made directly, and goes back. */
export async function assertCase(c: SqliteCase): Promise<readonly Step[]> {
  await using a = await databaseOf('sqlite', c.from)
  await using b = await databaseOf('sqlite', c.to)
  const [before, after] = [await stateOf(a.db), await stateOf(b.db)]
  const seen = (url: string) => master(url, c.anyCase ? (sql) => bare(sql).toLowerCase() : bare)
  const [first, goal] = [seen(a.url), seen(b.url)]
  if (c.rows !== undefined) await a.db.execute(c.rows)
  const both = shared(c, plain(a.url, tables), plain(b.url, tables))
  const held = (side: 'from' | 'to') =>
    plain(a.url, (db) =>
      both.map((s) =>
        rowsOf(
          db,
          s[side],
          s.columns.map((p) => p[side === 'from' ? 0 : 1]),
          s.rowid,
        ),
      ),
    )
  const rows = held('from')
  const { steps } = await lead(a.db, after, { renames: renamesOf(c.renames ?? [], false) })
  expect(seen(a.url)).toEqual(goal)
  expect(held('to')).toEqual(rows)
  const sql = steps.map((s) => s.sql).join('\n')
  if (c.uses !== undefined) expect(sql).toMatch(c.uses)
  if (c.avoids !== undefined) expect(sql).not.toMatch(c.avoids)
  if (c.proof !== undefined) plain(a.url, c.proof)
  expect(plain(a.url, (db) => db.prepare('PRAGMA integrity_check').get())).toEqual({ integrity_check: 'ok' })
  if (c.back === false) return steps
  await lead(a.db, before, { renames: renamesOf(c.renames ?? [], true) })
  expect(seen(a.url)).toEqual(first)
  expect(held('from')).toEqual(rows)
  return steps
}
