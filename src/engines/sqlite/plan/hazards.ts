/** What makes a step dangerous, with the query that counts the rows concerned. */
import type { Hazard } from '../../../core/change.ts'
import type { Column, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { writtenOf } from '../written.ts'
import { conversionHazards } from './conversions.ts'
import { checkHazards, foreignKeyHazards, notNullHazards, uniqueHazards } from './may-fail.ts'
import type { Pair } from './pair.ts'

/** Rows of a table. */
function countRows(table: Table): string {
  return `SELECT count(*) AS n FROM ${quote(table.name.name)}`
}

function sizeOf(table: Table): Pick<Hazard, 'rows' | 'bytes'> {
  const { rows, bytes } = writtenOf(table) ?? {}
  return { ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) }
}

/** A table that goes. */
export function dropTableHazard(table: Table): Hazard {
  const what = `table ${table.name.name} is dropped with its rows`
  return { kind: 'drop-table', what, table: table.name, count: countRows(table), counted: 'rows', ...sizeOf(table) }
}

/** A view, trigger or virtual table that goes; of a virtual table the rows go as well. */
export function dropObjectHazard(object: OtherObject): Hazard {
  const what = `${object.kind} ${object.name.name} is dropped`
  if (object.kind !== 'virtual table') return { kind: 'drop-object', what }
  const count = `SELECT count(*) AS n FROM ${quote(object.name.name)}`
  return { kind: 'drop-object', what: `${what} with its rows`, table: object.name, count, counted: 'rows' }
}

/** Columns of the old table that are columns of rows no more. */
export function dropColumnHazards(pair: Pair): Hazard[] {
  const kept = new Set(pair.origins.filter((_, i) => pair.to.columns[i].generated === undefined))
  return pair.from.columns.filter((c) => c.generated === undefined && !kept.has(c)).map((c) => dropped(pair.from, c))
}

function dropped(table: Table, column: Column): Hazard {
  return {
    kind: 'drop-column',
    what: `column ${table.name.name}.${column.name} is dropped with its values`,
    table: table.name,
    column: column.name,
    count: `SELECT count(*) AS n FROM ${quote(table.name.name)} WHERE ${quote(column.name)} IS NOT NULL`,
    counted: 'rows with a value in it',
  }
}

/** All hazards of a table that is rebuilt. */
export function rebuildHazards(pair: Pair, from: Schema): Hazard[] {
  const table = pair.from
  return [
    {
      kind: 'rewrite',
      what: `table ${table.name.name} is written anew`,
      table: table.name,
      count: countRows(table),
      counted: 'rows',
      ...sizeOf(table),
    },
    ...dropColumnHazards(pair),
    ...notNullHazards(pair),
    ...uniqueHazards(pair),
    ...checkHazards(pair),
    ...foreignKeyHazards(pair, from),
    ...conversionHazards(pair),
  ]
}
