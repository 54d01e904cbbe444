/** A schema without what is no structure: rows and what they let columns mean, counters, sizes, the way statements are spelled. */
import type { Column, Index, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { canonicalOf, canonicalText } from '../canonical.ts'
import { createStatement, NULL_IN_KEY, sayingItself } from '../create-statement.ts'
import { indexText } from '../ddl.ts'
import { isWord, tokenize } from '../tokens.ts'
import { touchName, touchTrigger } from '../touch.ts'
import { parseType } from '../types.ts'
import { withWritten, writtenOf } from '../written.ts'
import { bodyOf, tableText } from './table-text.ts'

/** See Planner.normalize. What has been here already stays as it is. */
export function normalize(schema: Schema): Schema {
  if ([...schema.tables, ...schema.others].every((o) => writtenOf(o) !== undefined)) return schema
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
  const columns = table.columns.map((c) => normalColumn(table, c))
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
function normalColumn(table: Table, column: Column): Column {
  const { onUpdateNow: _, options = {}, ...rest } = column
  const { [NULL_IN_KEY]: __, ...kept } = options
  return {
    ...rest,
    ...(Object.keys(kept).length > 0 && { options: kept }),
    type: parseType(column.type.native.toUpperCase()),
    nullable: mayBeNull(table, column),
    ...(rest.default?.kind === 'expression' && { default: { ...rest.default, sql: canonicalText(rest.default.sql) } }),
    ...(rest.generated && {
      generated: { ...rest.generated, expression: canonicalText(rest.generated.expression) },
    }),
  }
}

/** What is declared, where inspection looks at the rows: a primary key alone forbids NULL in some tables only. */
function mayBeNull(table: Table, column: Column): boolean {
  if (!(table.primaryKey?.columns ?? []).includes(column.name)) return column.nullable
  return column.identity === undefined && column.options?.[NULL_IN_KEY] !== undefined
}
