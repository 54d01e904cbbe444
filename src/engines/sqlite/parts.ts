/**
 * A table in parts as it lies in the file, for questions to its values: by rowid, whatever its key is (an index over texts leads to rows all
 * over the file), and by the primary key where that is the order of the rows.
 */
import type { PartOptions, TablePart } from '../../core/engine.ts'
import type { Key, KeyRange } from '../../core/key.ts'
import type { Table } from '../../core/schema.ts'
import type { Handle } from './handle.ts'
import { literal } from './literal.ts'
import { rangeEnds, rowidName, selectionOf } from './selection.ts'
import { splitTable } from './split.ts'

/** See `Database.parts`. Empty for views, virtual tables, and where no index has the order of the key. */
export function tableParts(handle: Handle, table: Table, o: PartOptions): TablePart[] {
  if (!isPlain(handle, table)) return []
  const key = rowidName(table) === undefined ? (table.primaryKey?.columns ?? []) : null
  const selection = selectionOf(table, [], { key })
  const ranges = splitTable(handle, selection, o)
  if (ranges.length < 2) return []
  const { columns } = selection.order
  // Of a key of texts nobody knows before it is counted: older versions of Node cut them.
  return ranges.map((range) => ({ sql: predicate(columns, range), most: key === null ? o.rows : null, range }))
}

function isPlain(handle: Handle, table: Table): boolean {
  const list = handle.prepare("SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?")
  return list.get(table.name.name)?.type === 'table'
}

function predicate(columns: readonly string[], range: KeyRange): string {
  const { after, upto } = rangeEnds(range)
  const tuple = (values: readonly string[]) => (values.length === 1 ? values[0] : `(${values.join(', ')})`)
  const bound = (sign: string, key: Key | null) =>
    key === null ? [] : [`${tuple(columns)} ${sign} ${tuple(key.map(literal))}`]
  return [...bound('>', after), ...bound('<=', upto)].join(' AND ')
}
