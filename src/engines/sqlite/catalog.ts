/** The catalogue of one SQLite database, as its PRAGMAs and sqlite_schema give it. */
import type { DatabaseSync } from 'node:sqlite'
import { literal } from './literal.ts'

/** A row of sqlite_schema. */
export interface Entry {
  readonly type: 'table' | 'index' | 'view' | 'trigger'
  readonly name: string
  readonly table: string
  /** Null for indexes that SQLite makes itself. */
  readonly sql: string | null
}

export interface TableInfo {
  readonly name: string
  readonly kind: 'table' | 'view' | 'shadow' | 'virtual'
  readonly withoutRowid: boolean
  readonly strict: boolean
}

export interface ColumnInfo {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly defaultSql: string | null
  /** Place in the primary key from 1, 0 = not in it. */
  readonly key: number
  /** 0 plain, 1 hidden, 2 generated when read, 3 generated and stored. */
  readonly hidden: number
}

export interface IndexInfo {
  readonly name: string
  readonly unique: boolean
  /** c: CREATE INDEX, u: UNIQUE constraint, pk: primary key. */
  readonly origin: 'c' | 'u' | 'pk'
  readonly columns: readonly IndexColumn[]
}

interface IndexColumn {
  /** Null for an expression (and for the rowid). */
  readonly name: string | null
  readonly descending: boolean
  readonly collation: string
}

export interface ForeignKeyInfo {
  readonly table: string
  readonly from: readonly string[]
  /** Null: the parent's primary key. */
  readonly to: readonly string[] | null
  readonly onUpdate: string
  readonly onDelete: string
}

type Raw = Record<string, unknown>

/** Reads PRAGMAs and sqlite_schema. */
export interface Catalog {
  readonly entries: readonly Entry[]
  readonly tables: readonly TableInfo[]
  columns(table: string): ColumnInfo[]
  indexes(table: string): IndexInfo[]
  foreignKeys(table: string): ForeignKeyInfo[]
  all(sql: string): Raw[]
}

/** A catalogue over an open connection; the lists are read at once, the rest when asked for. */
export function openCatalog(db: DatabaseSync): Catalog {
  const all = (sql: string): Raw[] => db.prepare(sql).all()
  const entries = all('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid').map(
    (r): Entry => ({
      type: r.type as Entry['type'],
      name: String(r.name),
      table: String(r.tbl_name),
      sql: r.sql as string | null,
    }),
  )
  const tables = all("SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'").map(
    (r): TableInfo => ({
      name: String(r.name),
      kind: r.type as TableInfo['kind'],
      withoutRowid: r.wr === 1,
      strict: r.strict === 1,
    }),
  )
  return {
    entries,
    tables,
    columns: (table) => all(`SELECT * FROM pragma_table_xinfo(${literal(table)}) ORDER BY cid`).map(toColumn),
    indexes: (table) => readIndexes(all, table),
    foreignKeys: (table) => readForeignKeys(all, table),
    all,
  }
}

function toColumn(r: Raw): ColumnInfo {
  return {
    name: String(r.name),
    type: String(r.type),
    notNull: r.notnull === 1,
    defaultSql: r.dflt_value as string | null,
    key: Number(r.pk),
    hidden: Number(r.hidden),
  }
}

/** In the order in which they were made. */
function readIndexes(all: Catalog['all'], table: string): IndexInfo[] {
  return all(`SELECT * FROM pragma_index_list(${literal(table)}) ORDER BY seq DESC`).map((r) => ({
    name: String(r.name),
    unique: r.unique === 1,
    origin: r.origin as IndexInfo['origin'],
    columns: all(`SELECT * FROM pragma_index_xinfo(${literal(String(r.name))}) WHERE key = 1 ORDER BY seqno`).map(
      (c) => ({
        name: c.name as string | null,
        descending: c.desc === 1,
        collation: String(c.coll),
      }),
    ),
  }))
}

/** In the order in which they are written: SQLite counts them from the last. */
function readForeignKeys(all: Catalog['all'], table: string): ForeignKeyInfo[] {
  const byId = new Map<number, Raw[]>()
  for (const r of all(`SELECT * FROM pragma_foreign_key_list(${literal(table)}) ORDER BY id DESC, seq`)) {
    const id = Number(r.id)
    byId.set(id, [...(byId.get(id) ?? []), r])
  }
  return [...byId.values()].map((rows) => ({
    table: String(rows[0].table),
    from: rows.map((r) => String(r.from)),
    to: rows[0].to === null ? null : rows.map((r) => String(r.to)),
    onUpdate: String(rows[0].on_update),
    onDelete: String(rows[0].on_delete),
  }))
}
