/**
 * NOT NULL as PostgreSQL 18 knows it: a constraint with a name, which tables that inherit need not share, and which rows from before need not
 * pass. Older servers take the name and forget it.
 * Source: https://www.postgresql.org/docs/18/sql-createtable.html, https://www.postgresql.org/docs/18/sql-altertable.html
 */
import type { Column, ObjectName, Table } from '../../core/schema.ts'
import { commentOn } from './ddl-comment.ts'
import { qualified, quote, usualNotNull } from './names.ts'

/** The first major version that has such constraints. */
export const NOT_NULL_NAMED = 18

/** What the constraint is called. */
export function notNullName(table: ObjectName, column: Pick<Column, 'name' | 'notNull'>): string {
  return column.notNull?.name ?? usualNotNull(table.name, column.name)
}

/** ` NOT NULL` inside a column's definition; empty where the column may be empty. */
export function notNullClause(column: Column): string {
  if (column.nullable) return ''
  const named = column.notNull?.name === undefined ? '' : ` CONSTRAINT ${quote(column.notNull.name)}`
  return `${named} NOT NULL${column.notNull?.noInherit ? ' NO INHERIT' : ''}`
}

/** `CONSTRAINT x NOT NULL y` as ADD takes it, but NOT VALID. */
function notNullConstraint(table: ObjectName, column: Column): string {
  const name = quote(notNullName(table, column))
  return `CONSTRAINT ${name} NOT NULL ${quote(column.name)}${column.notNull?.noInherit ? ' NO INHERIT' : ''}`
}

/** Whether rows from before need not pass it. */
export const isUnchecked = (column: Column) => column.nullable && column.notNull?.notValid === true

/** ADD CONSTRAINT … NOT VALID, once the rows are there. */
export function addUnchecked(table: ObjectName, column: Column): string {
  return `ALTER TABLE ${qualified(table)} ADD ${notNullConstraint(table, column)} NOT VALID`
}

/** Comments of such constraints. */
export function notNullComments(table: Table): string[] {
  return table.columns.flatMap((c) =>
    commentOn(`CONSTRAINT ${quote(notNullName(table.name, c))} ON ${qualified(table.name)}`, c.notNull?.comment),
  )
}
