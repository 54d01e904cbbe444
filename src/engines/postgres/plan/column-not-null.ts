/** NOT NULL: of a column that stays, and what a new column's own clause has no words for. */

import type { Hazard, Step } from '../../../core/change.ts'
import { type Column, stepName, type Table } from '../../../core/schema.ts'
import { commentOn } from '../ddl-comment.ts'
import { addUnchecked, isUnchecked, notNullName } from '../ddl-not-null.ts'
import { qualified, quote, usualNotNull } from '../names.ts'
import { alterTable, type ColumnPair, columnLabel } from './column-pair.ts'
import { passingName, sizeOf, step } from './reference.ts'

/** Nothing, a constraint that older rows need not pass, or one that all rows pass. */
type Held = 'no' | 'unchecked' | 'yes'

const heldOf = (c: Column): Held => (c.nullable ? (isUnchecked(c) ? 'unchecked' : 'no') : 'yes')

/** Old name → new name of the constraint of a column that stays; null where it keeps its name or there is none on one side. */
export function notNullRename(
  before: Table,
  from: Column,
  table: Table,
  to: Column,
): [from: string, to: string] | null {
  if (heldOf(from) === 'no' || heldOf(to) === 'no' || to.options?.inherited !== undefined) return null
  const names: [string, string] = [notNullName(before.name, from), notNullName(table.name, to)]
  return names[0] === names[1] ? null : names
}

/** What a new column gets besides its clause: a constraint that older rows need not pass, a comment on it. */
export function freshNotNull(table: Table, column: Column): Step[] {
  const object = columnLabel(table.name, column.name)
  return [
    ...(isUnchecked(column) ? [step(addUnchecked(table.name, column), 'holds for new rows', object)] : []),
    ...commentSteps(table, column, undefined),
  ]
}

/** `said`: the comment that is there. */
function commentSteps(table: Table, column: Column, said: string | undefined): Step[] {
  const on = `CONSTRAINT ${quote(notNullName(table.name, column))} ON ${qualified(table.name)}`
  const wanted = column.notNull?.comment
  if (wanted === said) return []
  const sql = commentOn(on, wanted)[0] ?? `COMMENT ON ${on} IS NULL`
  return [step(sql, 'the comment', columnLabel(table.name, column.name))]
}

/** Sets, drops or checks NOT NULL; online, by way of a check that is validated while others write. Its name was changed before. */
export function nullSteps(p: ColumnPair): Step[] {
  const { table, from, to } = p
  const [was, is] = [heldOf(from), heldOf(to)]
  if (is === 'no') return was === 'no' ? [] : [drop(p, 'may be empty from now on')]
  const kept = was === is || (was === 'unchecked' && p.named)
  return [
    ...heldSteps(p, was, is),
    ...inheritSteps(p, kept ? from.notNull?.noInherit : is === 'unchecked' && to.notNull?.noInherit),
    ...commentSteps(table, to, kept ? from.notNull?.comment : undefined),
  ]
}

function heldSteps(p: ColumnPair, was: Held, is: Held): Step[] {
  const { table, to } = p
  if (was === is) return []
  if (is === 'unchecked') {
    const add = step(addUnchecked(table.name, to), 'holds for new rows', columnLabel(table.name, to.name))
    return [...(was === 'yes' ? [drop(p, 'older rows may be empty')] : []), add]
  }
  if (was === 'unchecked' && p.named) return [validate(p)]
  // A constraint of unknown name makes way for one.
  return [...(was === 'unchecked' ? [drop(p, 'makes way')] : []), ...fill(p), ...nameSteps(p)]
}

function drop({ table, to }: ColumnPair, why: string): Step {
  const sql = alterTable(table.name, `ALTER COLUMN ${quote(to.name)} DROP NOT NULL`)
  return step(sql, why, columnLabel(table.name, to.name))
}

/** SET NOT NULL gives the usual name. */
function nameSteps({ table, to }: ColumnPair): Step[] {
  const name = to.notNull?.name
  if (name === undefined) return []
  const usual = quote(usualNotNull(table.name.name, to.name))
  const sql = alterTable(table.name, `RENAME CONSTRAINT ${usual} TO ${quote(name)}`)
  return [step(sql, 'another name', columnLabel(table.name, to.name))]
}

/** `alone`: whether the constraint that is there now is not for tables that inherit. */
function inheritSteps({ table, to }: ColumnPair, alone: boolean | undefined): Step[] {
  const wanted = to.notNull?.noInherit ?? false
  if (wanted === (alone ?? false)) return []
  const sql = `ALTER CONSTRAINT ${quote(notNullName(table.name, to))}${wanted ? ' NO' : ''} INHERIT`
  return [step(alterTable(table.name, sql), 'which tables share NOT NULL', columnLabel(table.name, to.name))]
}

function fails({ before, from }: ColumnPair): Hazard {
  return {
    kind: 'may-fail',
    what: `${stepName(before.name)}.${from.name} becomes NOT NULL`,
    ...sizeOf(before),
    column: from.name,
    count: `SELECT count(*) AS n FROM ${qualified(before.name)} WHERE ${quote(from.name)} IS NULL`,
    counted: 'rows with NULL',
  }
}

function validate(p: ColumnPair): Step {
  const { table, to } = p
  return step(
    alterTable(table.name, `VALIDATE CONSTRAINT ${quote(notNullName(table.name, to))}`),
    'holds for all rows; others read and write meanwhile',
    columnLabel(table.name, to.name),
    { hazards: [fails(p)], ...(p.online && { inTransaction: false }) },
  )
}

function fill(p: ColumnPair): Step[] {
  const { before, table, to } = p
  const object = columnLabel(table.name, to.name)
  const alter = (what: string) => alterTable(table.name, `ALTER COLUMN ${quote(to.name)} ${what}`)
  const blocks: Hazard = {
    kind: 'blocking',
    what: `nobody reads or writes ${stepName(before.name)} while its rows are looked at`,
    ...sizeOf(before),
  }
  if (!p.online)
    return [step(alter('SET NOT NULL'), 'never empty from now on', object, { hazards: [fails(p), blocks] })]
  const name = quote(passingName(`naru_${to.name}_not_null`))
  const own = { inTransaction: false }
  return [
    step(
      alterTable(table.name, `ADD CONSTRAINT ${name} CHECK (${quote(to.name)} IS NOT NULL) NOT VALID`),
      'holds for new rows',
      object,
      own,
    ),
    step(
      alterTable(table.name, `VALIDATE CONSTRAINT ${name}`),
      'holds for all rows; others read and write meanwhile',
      object,
      { ...own, hazards: [fails(p)] },
    ),
    step(alter('SET NOT NULL'), 'takes the constraint for proof', object, own),
    step(alterTable(table.name, `DROP CONSTRAINT ${name}`), 'NOT NULL says it now', object, own),
  ]
}
