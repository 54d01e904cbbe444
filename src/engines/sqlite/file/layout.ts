/** How a table lies in its file: the first page of its b-tree, and what its records hold. Asked inside the snapshot that is read. */
import type { StatementSync } from 'node:sqlite'
import type { Handle } from '../handle.ts'
import { affinity } from '../types.ts'

export interface Layout {
  readonly root: number
  readonly columns: readonly StoredColumn[]
}

/** A column as records hold it, in their order. */
interface StoredColumn {
  readonly name: string
  /** Another name of the rowid: records hold NULL in its place. */
  readonly isRowid: boolean
  /** Whole numbers are kept as integers and read as reals. */
  readonly real: boolean
  /** NULL where a record ends before it. */
  readonly nullByDefault: boolean
}

const all = (statement: StatementSync, name: string) => statement.all(name) as Record<string, unknown>[]

/** Null for what is not read past SQLite: virtual tables, views, tables with generated columns. */
export function layoutOf(handle: Handle, table: string): Layout | null {
  const [entry] = all(handle.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?"), table)
  const root = Number(entry?.rootpage ?? 0)
  if (root < 2) return null
  const columns = all(handle.prepare('SELECT name, type, dflt_value, pk, hidden FROM pragma_table_xinfo(?)'), table)
  if (columns.length === 0 || columns.some((c) => c.hidden !== 0)) return null
  const alias = rowidAlias(handle, table, columns)
  return {
    root,
    columns: columns.map((c) => ({
      name: String(c.name),
      isRowid: c === alias,
      real: affinity(String(c.type)) === 'real',
      nullByDefault: c.dflt_value === null,
    })),
  }
}

/** A single INTEGER PRIMARY KEY, unless it is kept in an index of its own (`INTEGER PRIMARY KEY DESC`). */
function rowidAlias(handle: Handle, table: string, columns: readonly Record<string, unknown>[]) {
  const keys = columns.filter((c) => Number(c.pk) > 0)
  if (keys.length !== 1 || !/^integer$/i.test(String(keys[0].type))) return undefined
  const own = all(handle.prepare("SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'"), table)
  return own.length === 0 ? keys[0] : undefined
}
