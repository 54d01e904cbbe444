/** One table of a SQLite database → Table. */
import type { Check, Column, ForeignKey, KeyConstraint, ReferentialAction, Table } from '../../core/schema.ts'
import type { Catalog, ColumnInfo, Entry, ForeignKeyInfo, IndexInfo, TableInfo } from './catalog.ts'
import { NULL_CONFLICT, NULL_IN_KEY } from './create-statement.ts'
import { type ParsedForeignKey, type ParsedKey, type ParsedTable, parseCreateTable } from './create-table.ts'
import { parseDefault } from './default-value.ts'
import { inspectIndexes } from './inspect-index.ts'
import { literal, quote } from './literal.ts'
import { seenType } from './seen-type.ts'
import { touchedColumn } from './touch.ts'

interface Context {
  readonly catalog: Catalog
  readonly name: string
  readonly info: TableInfo
  readonly sql: string
  readonly parsed: ParsedTable
  readonly columns: readonly ColumnInfo[]
  readonly indexes: readonly IndexInfo[]
}

/** Reads one table. */
export function inspectTable(catalog: Catalog, entry: Entry, info: TableInfo): Table {
  const sql = entry.sql ?? ''
  const name = entry.name
  const parsed = parseCreateTable(sql)
  const c: Context = {
    catalog,
    name,
    info,
    sql,
    parsed,
    columns: catalog.columns(name),
    indexes: catalog.indexes(name),
  }
  const alias = rowidAlias(c)
  const primaryKey = primaryKeyOf(c)
  const columns = c.columns.filter((column) => column.hidden !== 1).map((column) => columnOf(c, column, alias))
  const counter = counterOf(c, alias)
  const table: Table = {
    name: { name },
    columns,
    ...(primaryKey !== undefined && { primaryKey }),
    uniques: uniquesOf(c),
    indexes: inspectIndexes(catalog, name, c.indexes, columns),
    foreignKeys: foreignKeysOf(c),
    checks: checksOf(c),
    options: optionsOf(c),
    ...sizeOf(c),
    ...(counter !== undefined && { counter }),
  }
  return withTouched(table, catalog)
}

/** Columns whose ON UPDATE CURRENT_TIMESTAMP is kept by a trigger of naru's form. */
function withTouched(table: Table, catalog: Catalog): Table {
  const triggers = catalog.entries.filter((e) => e.type === 'trigger' && e.table === table.name.name)
  const touched = new Set(triggers.flatMap((t) => touchedColumn(table, t)?.name ?? []))
  if (touched.size === 0) return table
  return { ...table, columns: table.columns.map((c) => (touched.has(c.name) ? { ...c, onUpdateNow: true } : c)) }
}

function optionsOf(c: Context): Record<string, string> {
  return {
    sql: c.sql,
    ...(c.info.strict && { strict: 'yes' }),
    ...(c.info.withoutRowid && { 'without rowid': 'yes' }),
    ...(c.parsed.autoincrement && { autoincrement: 'yes' }),
  }
}

/** The column that is the rowid under another name: a single INTEGER PRIMARY KEY that needed no index. */
function rowidAlias(c: Context): string | null {
  const key = c.columns.filter((column) => column.key > 0)
  if (key.length !== 1 || c.info.withoutRowid || !/^integer$/i.test(key[0].type)) return null
  return c.indexes.some((i) => i.origin === 'pk') ? null : key[0].name
}

function columnOf(c: Context, info: ColumnInfo, alias: string | null): Column {
  const type = seenType(c.catalog, c.name, info)
  const parsedDefault = parseDefault(info.defaultSql, type.logical)
  const expression = c.parsed.generated.get(info.name.toLowerCase())
  const collation = c.parsed.collations.get(info.name.toLowerCase())?.toUpperCase()
  const nullable = info.name === alias ? false : !info.notNull && !(info.key > 0 && !holdsNull(c, info.name))
  return {
    name: info.name,
    type,
    nullable,
    ...(parsedDefault !== undefined && { default: parsedDefault }),
    ...(info.name === alias && { identity: 'auto' as const }),
    ...(info.hidden >= 2 && { generated: { expression: expression ?? '', stored: info.hidden === 3 } }),
    ...(collation !== undefined && collation !== 'BINARY' && { collation }),
    ...(collation === 'NOCASE' && { caseInsensitive: true }),
    ...optionsOfColumn(c, info, alias),
  }
}

function optionsOfColumn(c: Context, info: ColumnInfo, alias: string | null): Pick<Column, 'options'> {
  const conflict = c.parsed.nullConflicts.get(info.name.toLowerCase())
  const open = info.key > 0 && !info.notNull && info.name !== alias && !c.info.withoutRowid && !c.info.strict
  if (conflict === undefined && !open) return {}
  return {
    options: { ...(conflict !== undefined && { [NULL_CONFLICT]: conflict }), ...(open && { [NULL_IN_KEY]: 'yes' }) },
  }
}

/** SQLite lets NULL into a primary key that does not forbid it: what is stored decides. */
function holdsNull(c: Context, column: string): boolean {
  if (c.info.withoutRowid) return false
  return c.catalog.all(`SELECT 1 AS one FROM ${quote(c.name)} WHERE ${quote(column)} IS NULL LIMIT 1`).length > 0
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name.toLowerCase() === b[i].toLowerCase())
}

function primaryKeyOf(c: Context): KeyConstraint | undefined {
  const key = c.columns.filter((column) => column.key > 0).sort((a, b) => a.key - b.key)
  if (key.length === 0) return undefined
  const descending = c.indexes.find((i) => i.origin === 'pk')?.columns.some((part) => part.descending)
  return {
    name: c.parsed.primaryKey?.name ?? `${c.name}_pkey`,
    columns: key.map((column) => column.name),
    ...(descending && { parts: partsOf(c.indexes.find((i) => i.origin === 'pk')) }),
    ...conflictOf(c.parsed.primaryKey),
  }
}

function partsOf(index: IndexInfo | undefined) {
  return (index?.columns ?? []).map((p) => ({ column: p.name ?? '', ...(p.descending && { descending: true }) }))
}

function uniquesOf(c: Context): KeyConstraint[] {
  return c.indexes
    .filter((index) => index.origin === 'u')
    .map((index) => {
      const columns = index.columns.map((part) => part.name ?? '')
      const parsed = c.parsed.uniques.find((u: ParsedKey) => sameColumns(u.columns, columns))
      return { name: parsed?.name ?? `${c.name}_${columns.join('_')}_key`, columns, ...conflictOf(parsed) }
    })
}

function conflictOf(key: ParsedKey | null | undefined): Pick<KeyConstraint, 'onConflict'> {
  return key?.onConflict === undefined ? {} : { onConflict: key.onConflict }
}

function checksOf(c: Context): Check[] {
  const taken = new Set<string>()
  return c.parsed.checks.map((check) => {
    let name = check.name ?? `${c.name}_check`
    for (let n = 1; taken.has(name); n++) name = `${check.name ?? `${c.name}_check`}${n}`
    taken.add(name)
    return { name, expression: check.expression }
  })
}

function foreignKeysOf(c: Context): ForeignKey[] {
  const infos = c.catalog.foreignKeys(c.name)
  const parsed = [...c.parsed.foreignKeys]
  return infos.map((info) => {
    const at = parsed.findIndex((p) => sameColumns(p.columns, info.from))
    return foreignKeyOf(c, info, at < 0 ? undefined : parsed.splice(at, 1)[0])
  })
}

function foreignKeyOf(c: Context, info: ForeignKeyInfo, parsed: ParsedForeignKey | undefined): ForeignKey {
  const parent = c.catalog.tables.find((t) => t.name.toLowerCase() === info.table.toLowerCase())?.name ?? info.table
  const parentColumns = c.catalog.columns(parent)
  const own = (names: readonly string[], all: readonly ColumnInfo[]) =>
    names.map((name) => all.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name ?? name)
  const key = parentColumns.filter((column) => column.key > 0).sort((a, b) => a.key - b.key)
  const columns = own(info.from, c.columns)
  return {
    name: parsed?.name ?? `${c.name}_${columns.join('_')}_fkey`,
    columns,
    references: { name: parent },
    referencedColumns: info.to === null ? key.map((column) => column.name) : own(info.to, parentColumns),
    onUpdate: info.onUpdate.toLowerCase() as ReferentialAction,
    onDelete: info.onDelete.toLowerCase() as ReferentialAction,
    ...(parsed?.deferrable && { deferrable: true }),
    ...(parsed?.initiallyDeferred && { initiallyDeferred: true }),
  }
}

/** Only AUTOINCREMENT keeps a counter; without it SQLite takes the highest id and one. */
function counterOf(c: Context, alias: string | null): Table['counter'] {
  if (alias === null || !c.parsed.autoincrement) return undefined
  const [row] = c.catalog.all(`SELECT CAST(seq AS TEXT) AS seq FROM sqlite_sequence WHERE name = ${literal(c.name)}`)
  return { column: alias, next: BigInt(String(row?.seq ?? '0')) + 1n }
}

/** Rows from ANALYZE or the highest rowid; bytes from the width of the first rows. */
function sizeOf(c: Context): { rows: number; bytes: number } {
  const t = quote(c.name)
  const widths = c.columns
    .filter((column) => column.hidden !== 1)
    .map((column) => `coalesce(octet_length(${quote(column.name)}), 0)`)
  const [sample] = c.catalog.all(
    `SELECT count(*) AS n, coalesce(avg(w), 0) AS w FROM (SELECT ${widths.join(' + ')} AS w FROM ${t} LIMIT 200)`,
  )
  const few = Number(sample?.n ?? 0)
  const rows = few < 200 ? few : estimatedRows(c, t)
  return { rows, bytes: Math.round(rows * (Number(sample?.w ?? 0) + 4 + widths.length)) }
}

function estimatedRows(c: Context, t: string): number {
  const statistics = c.catalog.entries.some((e) => e.name === 'sqlite_stat1')
  const [row] = statistics ? c.catalog.all(`SELECT stat FROM sqlite_stat1 WHERE tbl = ${literal(c.name)}`) : []
  if (row !== undefined) return Number.parseInt(String(row.stat), 10)
  return Number(c.catalog.all(`SELECT count(*) AS n FROM ${t}`)[0].n)
}
