/** Columns that come and go. */

import type { Hazard, Step } from '../../../core/change.ts'
import type { Column, Table } from '../../../core/schema.ts'
import { stepName } from '../../../core/schema.ts'
import { columnExtras, columnSql } from '../ddl-table.ts'
import { qualified, quote } from '../names.ts'
import { columnAttributes, sequenceExtras } from './column-attributes.ts'
import { freshNotNull } from './column-not-null.ts'
import { alterTable, columnLabel } from './column-pair.ts'
import { giveSequence, makeSequence } from './column-sequence.ts'
import { sizeOf, step } from './reference.ts'

const VOLATILE = /random|clock_timestamp|timeofday|uuid|nextval|\btxid_|statement_timestamp/

function addHazards(table: Table, column: Column): Hazard[] {
  const hazards: Hazard[] = []
  const filled = column.default !== undefined || column.identity !== undefined || column.generated !== undefined
  if (!column.nullable && !filled) {
    hazards.push({
      kind: 'may-fail',
      what: `${stepName(table.name)}.${column.name} is NOT NULL and has no default: rows that are there have no value for it`,
      ...sizeOf(table),
      column: column.name,
      count: `SELECT count(*) AS n FROM ${qualified(table.name)}`,
      counted: 'rows without a value',
    })
  }
  const written =
    column.identity !== undefined ||
    column.generated?.stored === true ||
    column.default?.kind === 'uuid' ||
    (column.default?.kind === 'expression' && VOLATILE.test(column.default.sql))
  if (written) {
    hazards.push(
      {
        kind: 'rewrite',
        what: `each row of ${stepName(table.name)} gets its own ${column.name}: the table is written anew`,
        ...sizeOf(table),
        column: column.name,
      },
      { kind: 'blocking', what: `nobody reads or writes ${stepName(table.name)} meanwhile`, ...sizeOf(table) },
    )
  }
  return hazards
}

/** ADD COLUMN. `before`: the table as it is, for names and sizes. */
export function addColumn(before: Table, table: Table, column: Column): Step[] {
  const sql = [
    ...makeSequence(table, column),
    alterTable(table.name, `ADD COLUMN ${columnSql(table, column)}`),
    ...giveSequence(table, column),
    ...columnExtras(table.name, column),
  ].join(';\n')
  const hazards = addHazards({ ...before, name: before.name }, column)
  return [
    step(sql, 'a new column', columnLabel(table.name, column.name), { hazards }),
    ...freshNotNull(table, column),
    ...columnAttributes(null, column, table),
    ...sequenceExtras(null, table, column),
  ]
}

/** DROP COLUMN. */
export function dropColumn(table: Table, column: Column, why: string): Step {
  const hazard: Hazard = {
    kind: 'drop-column',
    what: `column ${stepName(table.name)}.${column.name} is dropped with its values`,
    ...sizeOf(table),
    column: column.name,
    count: `SELECT count(*) AS n FROM ${qualified(table.name)} WHERE ${quote(column.name)} IS NOT NULL`,
    counted: 'rows with a value',
  }
  return step(alterTable(table.name, `DROP COLUMN ${quote(column.name)}`), why, columnLabel(table.name, column.name), {
    hazards: column.generated === undefined ? [hazard] : [],
  })
}
