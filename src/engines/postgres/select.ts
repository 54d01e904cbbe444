/** The SELECT that reads rows in wire form. */
import type { SourceOptions, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { KeyRange } from '../../core/key.ts'
import type { Column, Table } from '../../core/schema.ts'
import { isPageable, rangeSql, tableColumn } from './key-sql.ts'
import { qualified } from './names.ts'
import { readExpression } from './wire-form.ts'

/** What is read of a table, and how. */
export interface Reading {
  readonly table: Table
  readonly columns: readonly WireColumn[]
  /** Key columns, or null where there is no key that can be paged by. */
  readonly key: readonly Column[] | null
  readonly where?: string
  readonly lock?: boolean
}

/** Throws UNSUPPORTED for a column that cannot be read in the form asked for, INTERNAL for a key column that is not read. */
export function readingOf(table: Table, columns: readonly WireColumn[], o: SourceOptions): Reading {
  const key = o.key?.map((name) => {
    const found = columns.find((c) => c.name === name)
    if (found === undefined) throw new NaruError('INTERNAL', `the key column ${name} is not among the columns read`)
    return found.column
  })
  const paged = key?.every(isPageable) ? key : null
  return { table, columns, key: paged, lock: o.lock, ...(o.where !== undefined && { where: o.where }) }
}

/** A table without the tables that inherit from it; a partitioned one with its partitions. */
export function fromSql(table: Table): string {
  return `${table.options['partition by'] === undefined ? 'ONLY ' : ''}${qualified(table.name)}`
}

/** What a column is read as. */
function expressionOf(table: Table, c: WireColumn): string {
  return readExpression(c.column.type, c.wire, c.expression ?? tableColumn(table, c.name), c.expression !== undefined)
}

/** `WHERE …` of a range and the user's predicate; empty for a whole table. */
export function whereSql(r: Reading, range: KeyRange): string {
  const predicates = [...rangeSql(r.table, r.key ?? [], range), ...(r.where === undefined ? [] : [`(${r.where})`])]
  return predicates.length === 0 ? '' : ` WHERE ${predicates.join(' AND ')}`
}

/** The rows of a range in key order, `most` of them. */
export function selectSql(r: Reading, range: KeyRange, most?: number): string {
  const list = r.columns.map((c) => expressionOf(r.table, c)).join(', ')
  const ordered = range.kind === 'key' && r.key !== null
  const order = ordered ? ` ORDER BY ${r.key.map((c) => tableColumn(r.table, c.name)).join(', ')}` : ''
  const limit = ordered && most !== undefined ? ` LIMIT ${most}` : ''
  return `SELECT ${list} FROM ${fromSql(r.table)}${whereSql(r, range)}${order}${limit}${r.lock ? ' FOR UPDATE' : ''}`
}
