/** The statements that read and rewrite one column. Pure; texts are compared byte by byte, whatever the column's collation. */
import type { Dialect, Value } from '../core/engine.ts'
import { type Column, type ObjectName, stepName, type Table } from '../core/schema.ts'

/** A column of a table that holds addresses. */
export interface AddressColumn {
  readonly table: Table
  readonly column: Column
  /** SQL of the database: which rows are taken; absent: all. */
  readonly where?: string
}

/** The column's value as something that compares byte by byte, and a text as the same. */
function exact(d: Dialect, column: string): { readonly sql: string; literal(text: string): string } {
  const bytes = (text: string) => d.literal(new Uint8Array(Buffer.from(text)))
  if (d.engine === 'postgres') return { sql: `CAST(${column} AS text) COLLATE "C"`, literal: (text) => d.literal(text) }
  if (d.engine === 'mysql') return { sql: `CAST(CONVERT(${column} USING utf8mb4) AS BINARY)`, literal: bytes }
  return { sql: `CAST(${column} AS BLOB)`, literal: bytes }
}

/** `after` in key order: (a > x) or (a = x and b > y). */
function beyond(d: Dialect, key: readonly string[], after: readonly Value[]): string {
  const terms = key.map((name, i) => {
    const equal = key.slice(0, i).map((k, n) => `${d.quote(k)} = ${d.literal(after[n])}`)
    return `(${[...equal, `${d.quote(name)} > ${d.literal(after[i])}`].join(' AND ')})`
  })
  return `(${terms.join(' OR ')})`
}

const taken = ({ where }: AddressColumn) => (where === undefined ? [] : [`(${where})`])

/** Columns k0, k1 … and v of the next rows in the order of the key; rows without a value are left out. */
export function pageSql(
  d: Dialect,
  c: AddressColumn,
  key: readonly string[],
  after: readonly Value[] | null,
  rows: number,
): string {
  const value = d.quote(c.column.name)
  const columns = [...key.map((name, i) => `${d.quote(name)} AS k${i}`), `${value} AS v`]
  const where = [`${value} IS NOT NULL`, ...taken(c), ...(after === null ? [] : [beyond(d, key, after)])]
  return `SELECT ${columns.join(', ')} FROM ${d.table(c.table.name)} WHERE ${where.join(' AND ')} ORDER BY ${key.map(d.quote).join(', ')} LIMIT ${rows}`
}

/** The next distinct values, as column v, in the order of their bytes: for tables without a key. */
export function distinctSql(d: Dialect, c: AddressColumn, after: string | null, rows: number): string {
  const e = exact(d, d.quote(c.column.name))
  const more = after === null ? '' : ` AND ${e.sql} > ${e.literal(after)}`
  const where = [`${d.quote(c.column.name)} IS NOT NULL`, ...taken(c)].join(' AND ')
  return `SELECT DISTINCT ${e.sql} AS v FROM ${d.table(c.table.name)} WHERE ${where}${more} ORDER BY 1 LIMIT ${rows}`
}

const keyIs = (d: Dialect, names: readonly string[], values: readonly Value[]) =>
  names.map((name, i) => `${d.quote(name)} = ${d.literal(values[i])}`).join(' AND ')

/** Sets the column of one row, if it still has the value that was read. */
export function rewriteSql(
  d: Dialect,
  c: AddressColumn,
  key: readonly string[],
  row: { readonly key: readonly Value[]; readonly from: string; readonly to: string | null },
): string {
  const value = d.quote(c.column.name)
  const e = exact(d, value)
  return `UPDATE ${d.table(c.table.name)} SET ${value} = ${d.literal(row.to)} WHERE ${keyIs(d, key, row.key)} AND ${e.sql} = ${e.literal(row.from)}`
}

/** Columns k0, k1 … and v of these rows. */
export function rowsSql(
  d: Dialect,
  c: AddressColumn,
  key: readonly string[],
  keys: readonly (readonly Value[])[],
): string {
  const columns = [...key.map((name, i) => `${d.quote(name)} AS k${i}`), `${d.quote(c.column.name)} AS v`]
  const these = keys.map((values) => `(${keyIs(d, key, values)})`)
  return `SELECT ${columns.join(', ')} FROM ${d.table(c.table.name)} WHERE ${these.join(' OR ')}`
}

/** Columns that tell rows apart and are never NULL: the primary key, else a unique one. Null: there is none. */
export function rowKey(table: Table): readonly string[] | null {
  const isNotNull = (name: string) => table.columns.some((c) => c.name === name && !c.nullable)
  const plain = (columns: readonly (string | undefined)[]) => columns.every((c) => c !== undefined && isNotNull(c))
  const uniques = table.uniques.filter((u) => u.parts === undefined).map((u) => u.columns)
  return [...(table.primaryKey === undefined ? [] : [table.primaryKey.columns]), ...uniques].find(plain) ?? null
}

/** How a table or column is named by people. */
export const columnLabel = (table: ObjectName, column: string) => `${stepName(table)}.${column}`
