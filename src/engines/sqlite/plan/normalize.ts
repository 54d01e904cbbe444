/** A schema without what is no structure: rows and what they let columns mean, counters, sizes, the way statements are spelled. */
import type { Column, Index, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { canonicalOf, canonicalText } from '../canonical.ts'
import { createStatement, sayingItself } from '../create-statement.ts'
import { bodyStart } from '../create-table.ts'
import { indexText } from '../ddl.ts'
import { isWord, splitItems, type Token, tokenize } from '../tokens.ts'
import { touchName, touchTrigger } from '../touch.ts'
import { parseType } from '../types.ts'
import { withWritten, writtenOf } from '../written.ts'
import { bodyOf, tableText } from './table-text.ts'

/** See Planner.normalize. */
export function normalize(schema: Schema): Schema {
  const { charset: _, collation: __, ...rest } = schema
  const touches = schema.tables.flatMap((t) =>
    t.columns.filter((c) => c.onUpdateNow).map((c): OtherObject => touchObject(t, c)),
  )
  const others = [...schema.others, ...touches].map(normalObject)
  return { ...rest, tables: schema.tables.map(normalTable).sort(byName), others: others.sort(byKindAndName) }
}

function byName(a: Table, b: Table): number {
  return a.name.name < b.name.name ? -1 : 1
}

function byKindAndName(a: OtherObject, b: OtherObject): number {
  return JSON.stringify([a.kind, a.name.name]) < JSON.stringify([b.kind, b.name.name]) ? -1 : 1
}

/** ON UPDATE CURRENT_TIMESTAMP is a trigger here, whatever it was elsewhere. */
function touchObject(table: Table, column: Column): OtherObject {
  const name = { name: touchName(table, column) }
  return { kind: 'trigger', name, table: table.name, definition: touchTrigger(table, column) }
}

function normalObject(o: OtherObject): OtherObject {
  return withWritten({ ...o, definition: canonicalText(o.definition) }, { sql: o.definition })
}

function normalTable(table: Table): Table {
  const { rows, bytes, counter: _, options, ...rest } = table
  const { sql: own, definition, ...kept } = options
  const written = own ?? writtenOf(table)?.sql
  const sql = written ?? createStatement(sayingItself(table))
  const text = written === undefined ? definition : bodyOf(tableText(written))
  const columns = table.columns.map((c) => normalColumn(table, sql, c))
  const checks = table.checks.map((c) => ({ ...c, expression: canonicalText(c.expression) }))
  const normal = { ...rest, columns, checks, options: { ...kept, ...(text !== undefined && { definition: text }) } }
  const indexes = table.indexes.map((i) => normalIndex(table, i))
  return withWritten(
    { ...normal, indexes },
    {
      sql,
      ...(written === undefined && { made: true as const }),
      ...(rows !== undefined && { rows }),
      ...(bytes !== undefined && { bytes }),
    },
  )
}

function normalIndex(table: Table, index: Index): Index {
  const sql = writtenOf(index)?.sql ?? indexText(table, index)
  const parts = index.parts.map((p) =>
    p.expression === undefined ? p : { ...p, expression: canonicalText(p.expression) },
  )
  const where = index.where === undefined ? {} : { where: canonicalText(index.where) }
  return withWritten({ ...index, ...where, parts, definition: indexBody(sql) }, { sql })
}

/** The statement without the names of index and table: what they are called is told elsewhere. */
function indexBody(sql: string): string {
  const tokens = tokenize(sql)
  return canonicalOf(tokens.slice(tokens.findIndex((t) => isWord(t, 'ON')) + 2))
}

/** A type and a NULL as declared: inspection tells what the rows say. */
function normalColumn(table: Table, sql: string, column: Column): Column {
  const { onUpdateNow: _, ...rest } = column
  return {
    ...rest,
    type: parseType(column.type.native.toUpperCase()),
    nullable: mayBeNull(table, sql, column),
    ...(rest.default?.kind === 'expression' && { default: { ...rest.default, sql: canonicalText(rest.default.sql) } }),
    ...(rest.generated && {
      generated: { ...rest.generated, expression: canonicalText(rest.generated.expression) },
    }),
  }
}

function mayBeNull(table: Table, sql: string, column: Column): boolean {
  const key = table.primaryKey?.columns ?? []
  if (!key.includes(column.name)) return column.nullable
  if (column.identity !== undefined || table.options['without rowid'] === 'yes' || table.options.strict === 'yes') {
    return false
  }
  return !declaredNotNull(sql, column.name)
}

function declaredNotNull(sql: string, column: string): boolean {
  const tokens = tokenize(sql)
  const item = splitItems(tokens, bodyStart(tokens)).find((i) => i[0].value.toLowerCase() === column.toLowerCase())
  return item?.some((t, i) => isWord(t, 'NOT') && isWord(item[i + 1], 'NULL') && depthAt(item, i) === 0) ?? false
}

function depthAt(item: readonly Token[], at: number): number {
  return item.slice(0, at).reduce((d, t) => d + (t.text === '(' ? 1 : t.text === ')' ? -1 : 0), 0)
}
