/** The sequence behind a numbered column. */
import type { Column, ObjectName, Table } from '../../../core/schema.ts'
import { sequenceOptions } from '../ddl-table.ts'
import { nameLiteral } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { sequenceOf } from './graph.ts'

/** The name of the sequence behind a column, by the usual rule where none is known. */
export function sequenceName(table: Table, column: Column): ObjectName {
  const name = sequenceOf(table, column)
  return { schema: table.name.schema, name: name?.name ?? `${table.name.name}_${column.name}_seq` }
}

/** CREATE SEQUENCE … for a serial column; empty for others. */
export function makeSequence(table: Table, column: Column): string[] {
  if (column.identity !== 'auto') return []
  const { native } = column.type
  const { clauses } = sequenceOptions(table, column)
  const as = /^(smallint|integer)$/.test(native) && !clauses.startsWith('AS ') ? ` AS ${native}` : ''
  return [
    `CREATE SEQUENCE IF NOT EXISTS ${qualified(sequenceName(table, column))}${as}${clauses === '' ? '' : ` ${clauses}`}`,
  ]
}

/** ALTER SEQUENCE … OWNED BY for a serial column; empty for others. */
export function giveSequence(table: Table, column: Column): string[] {
  if (column.identity !== 'auto' || !sequenceOptions(table, column).owned) return []
  return [
    `ALTER SEQUENCE ${qualified(sequenceName(table, column))} OWNED BY ${qualified(table.name)}.${quote(column.name)}`,
  ]
}

/** The next number is one that no row has. */
export function advance(table: Table, column: Column): string {
  const down = /INCREMENT BY -/.test(sequenceOptions(table, column).clauses)
  const name = quote(column.name)
  const start = `(SELECT seqstart FROM pg_sequence WHERE seqrelid = ${nameLiteral(sequenceName(table, column))}::regclass)`
  const by = `(SELECT seqincrement FROM pg_sequence WHERE seqrelid = ${nameLiteral(sequenceName(table, column))}::regclass)`
  const wanted = down ? `least(min(${name}) + ${by}, ${start})` : `greatest(max(${name}) + ${by}, ${start})`
  return `SELECT setval(${nameLiteral(sequenceName(table, column))}, coalesce(${wanted}, ${start})::bigint, false) FROM ${qualified(table.name)}`
}
