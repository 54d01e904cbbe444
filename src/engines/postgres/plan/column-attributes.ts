/** Comments and privileges of columns and of the sequences behind them. */
import type { Step } from '../../../core/change.ts'
import { type Column, displayName, type Table } from '../../../core/schema.ts'
import { qualified } from '../names.ts'
import { columnLabel } from './column-pair.ts'
import { sequenceName } from './column-sequence.ts'
import { type Birthplace, freshSequence } from './fresh-grants.ts'
import { attributeSteps } from './reference.ts'

/** Privileges and comment of the sequence behind a column, which lie in the table's options. */
export function sequenceExtras(before: Table | null, table: Table, column: Column): Step[] {
  const read = (t: Table | null, what: string) => t?.options[`sequence ${what} of ${column.name}`]
  const attributes = (t: Table | null) => ({
    ...(read(t, 'comment') !== undefined && { comment: read(t, 'comment') }),
    ...(read(t, 'grants') !== undefined && { grants: read(t, 'grants')!.split('; ') }),
  })
  if (column.identity === undefined) return []
  return attributeSteps(attributes(before), attributes(table), sequencePlace(table, column))
}

const sequencePlace = (table: Table, column: Column) => ({
  ref: `SEQUENCE ${qualified(sequenceName(table, column))}`,
  object: `sequence ${displayName(sequenceName(table, column))}`,
})

/** Privileges that the sequence behind a new column gets by itself and is not to have. */
export function freshSequenceOf(from: Birthplace, table: Table, column: Column): Step[] {
  if (column.identity === undefined) return []
  const wanted = table.options[`sequence grants of ${column.name}`]?.split('; ') ?? []
  return freshSequence(from, sequenceName(table, column).schema, wanted, sequencePlace(table, column))
}

const columnPlace = (table: Table, column: Column) => ({
  ref: `TABLE ${qualified(table.name)}`,
  object: columnLabel(table.name, column.name),
  column: column.name,
})

const attributesOf = (c: Column) => ({
  ...(c.comment !== undefined && { comment: c.comment }),
  ...(c.grants !== undefined && { grants: c.grants }),
})

/** Comment and privileges. */
export function columnAttributes(from: Column | null, to: Column, table: Table): Step[] {
  return attributeSteps(from === null ? null : attributesOf(from), attributesOf(to), columnPlace(table, to))
}
