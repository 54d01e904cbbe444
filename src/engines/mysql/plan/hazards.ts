/** What a changed table does to the rows that are there, with the queries that count them. In the names of the table as it is. */
import type { Hazard } from '../../../core/change.ts'
import type { Check, Column, Index, Table } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { tableSql } from '../table-name.ts'
import { isInnodb, type Way } from './algorithm.ts'
import type { CheckChange } from './checks.ts'
import type { ColumnChange } from './columns.ts'
import type { IndexChange, KeyChange } from './indexes.ts'
import type { TableChange } from './names.ts'
import { changedOptions } from './options.ts'
import { retypeHazards } from './retype-hazards.ts'

/** `SELECT count(*) AS n FROM t WHERE …` */
function countRows(table: Table, where: string): string {
  return `SELECT count(*) AS n FROM ${tableSql(table.name)} WHERE ${where}`
}

/** A table that goes. */
export function dropTableHazard(table: Table): Hazard {
  return {
    kind: 'drop-table',
    what: `table ${table.name.name} is dropped with its rows`,
    table: table.name,
    count: `SELECT count(*) AS n FROM ${tableSql(table.name)}`,
    counted: 'rows',
    rows: table.rows,
    bytes: table.bytes,
  }
}

/** Columns that go, and columns whose values may not fit. */
export function columnHazards(table: Table, c: ColumnChange): Hazard[] {
  const { from, to } = c
  if (from === null) return []
  if (to === null || (c.anew && from.generated === undefined)) return dropped(table, from)
  if (c.anew) return []
  const nulls = from.nullable && !to.nullable && from.generated === undefined
  return [...(nulls ? [noNulls(table, from)] : []), ...retypeHazards(table, c)]
}

/** What is computed comes back as long as what it is computed from is there. */
function dropped(table: Table, column: Column): Hazard[] {
  if (column.generated !== undefined) return []
  const place = `${table.name.name}.${column.name}`
  return [
    {
      kind: 'drop-column',
      what: `column ${place} is dropped with its values`,
      table: table.name,
      column: column.name,
      count: countRows(table, `${quote(column.name)} IS NOT NULL`),
      counted: 'rows with a value',
      rows: table.rows,
      bytes: table.bytes,
    },
  ]
}

function noNulls(table: Table, column: Column): Hazard {
  return {
    kind: 'may-fail',
    what: `${table.name.name}.${column.name} must not be NULL any more`,
    table: table.name,
    column: column.name,
    count: countRows(table, `${quote(column.name)} IS NULL`),
    counted: 'rows with NULL',
  }
}

/** Unique keys and the primary key: rows that are there twice. */
export function keyHazards(
  change: TableChange,
  columns: readonly ColumnChange[],
  indexes: readonly IndexChange[],
  key: KeyChange | null,
): Hazard[] {
  const { from } = change
  const unique = indexes.flatMap((c) => (c.kind === 'add' && c.to.unique ? [c.to] : []))
  const primary = key?.to
  const all = [
    ...unique,
    ...(primary
      ? [
          {
            name: 'PRIMARY KEY',
            parts: primary.parts ?? primary.columns.map((column) => ({ column })),
            unique: true,
            method: 'btree',
          },
        ]
      : []),
  ]
  return all.flatMap((index) => {
    const count = duplicates(from, columns, index)
    return count === 'none' ? [] : [duplicateHazard(from, index, count)]
  })
}

function duplicateHazard(table: Table, index: Index, count: string | undefined): Hazard {
  return {
    kind: 'may-fail',
    what: `${index.name} of ${table.name.name} lets every value stand once only`,
    table: table.name,
    ...(count !== undefined && { count, counted: 'rows whose values are there already' }),
  }
}

/** Undefined: cannot be asked before; 'none': a column that numbers itself is new. */
function duplicates(table: Table, columns: readonly ColumnChange[], index: Index): string | undefined | 'none' {
  const old = new Map(columns.flatMap((c) => (c.to ? [[c.to.name, c] as const] : [])))
  const parts = index.parts.map((k) => {
    const change = old.get(k.column ?? '')
    if (change?.from === null && change.to?.identity !== undefined) return 'none'
    const name = change === undefined ? k.column : change.anew ? undefined : change.from?.name
    const retyped = change?.aspects.some((a) => a === 'type' || a === 'collation' || a === 'charset')
    if (name === undefined || retyped || k.opclass !== undefined) return undefined
    return k.prefix === undefined ? quote(name) : `left(${quote(name)}, ${k.prefix})`
  })
  if (parts.includes('none')) return 'none'
  if (parts.some((k) => k === undefined)) return undefined
  const set = parts.map((k) => `${k} IS NOT NULL`).join(' AND ')
  return `SELECT coalesce(sum(d.many - 1), 0) AS n FROM (SELECT count(*) AS many FROM ${tableSql(table.name)} WHERE ${set} GROUP BY ${parts.join(', ')} HAVING count(*) > 1) d`
}

/** Rows that a new check refuses. */
export function checkHazards(change: TableChange, checks: readonly CheckChange[]): Hazard[] {
  const ofColumns = change.edits.flatMap((e) => (e.part === 'check' && e.to?.column !== undefined ? [e.to] : []))
  const ofTable = checks.flatMap((c) => (c.to === null || c.to.notValid || renamedOnly(c) ? [] : [c.to]))
  return [...new Set([...ofTable, ...ofColumns])].map((check) => checkHazard(change, check))
}

function renamedOnly({ from, to }: CheckChange): boolean {
  return from !== null && to !== null && from.expression === to.expression && !from.notValid
}

function checkHazard({ from, to }: TableChange, check: Check): Hazard {
  const known = new Set(from.columns.map((c) => c.name))
  const used = to.columns.filter((c) => check.expression.includes(quote(c.name)))
  const askable = used.every((c) => known.has(c.name))
  return {
    kind: 'may-fail',
    what: `check ${check.name} of ${from.name.name} refuses rows`,
    table: from.name,
    ...(askable && { count: countRows(from, `NOT (${check.expression})`), counted: 'rows that it refuses' }),
  }
}

/** What the statement as a whole does to a table that others use meanwhile. */
export function wayHazards(change: TableChange, way: Way): Hazard[] {
  const { from } = change
  const size = { table: from.name, rows: from.rows, bytes: from.bytes }
  const name = from.name.name
  const rewrite: Hazard = {
    kind: 'rewrite',
    what: `${name} is written anew${way.level === 3 ? ', row by row' : ''}`,
    ...size,
  }
  const blocking: Hazard = { kind: 'blocking', what: `nobody can write to ${name} meanwhile`, ...size }
  return [...(way.level >= 2 ? [rewrite] : []), ...(way.locks ? [blocking] : [])]
}

/** The past of a table goes with its versioning; an engine without transactions or foreign keys is a loss of its own. */
export function optionHazards(change: TableChange): Hazard[] {
  const { from, to } = change
  const names = changedOptions(change)
  const name = tableSql(from.name)
  const hazards: Hazard[] = []
  if (names.has('system_versioning') && to.options.system_versioning === undefined) {
    hazards.push({
      kind: 'drop-object',
      what: `former versions of the rows of ${from.name.name} go`,
      table: from.name,
      count: `SELECT (SELECT count(*) FROM ${name} FOR SYSTEM_TIME ALL) - (SELECT count(*) FROM ${name}) AS n`,
      counted: 'former versions',
    })
  }
  if (names.has('engine') && isInnodb(from) && !isInnodb(to)) {
    hazards.push({
      kind: 'lossy',
      what: `${from.name.name} loses transactions: ${to.options.engine} has none of InnoDB's`,
      table: from.name,
    })
  }
  return hazards
}
