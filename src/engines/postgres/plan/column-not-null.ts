/** NOT NULL of a column that stays. */

import type { Hazard, Step } from '../../../core/change.ts'
import { stepName } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import { alterTable, type ColumnPair, columnLabel } from './column-pair.ts'
import { passingName, sizeOf, step } from './reference.ts'

/** Sets or drops NOT NULL; online, by way of a check that is validated while others write. */
export function nullSteps(p: ColumnPair): Step[] {
  const { before, table, from, to } = p
  if (from.nullable === to.nullable) return []
  const object = columnLabel(table.name, to.name)
  const alter = (what: string) => alterTable(table.name, `ALTER COLUMN ${quote(to.name)} ${what}`)
  if (to.nullable) return [step(alter('DROP NOT NULL'), 'may be empty from now on', object)]
  const fails: Hazard = {
    kind: 'may-fail',
    what: `${stepName(before.name)}.${from.name} becomes NOT NULL`,
    ...sizeOf(before),
    column: from.name,
    count: `SELECT count(*) AS n FROM ${qualified(before.name)} WHERE ${quote(from.name)} IS NULL`,
    counted: 'rows with NULL',
  }
  const blocks: Hazard = {
    kind: 'blocking',
    what: `nobody reads or writes ${stepName(before.name)} while its rows are looked at`,
    ...sizeOf(before),
  }
  if (!p.online) return [step(alter('SET NOT NULL'), 'never empty from now on', object, { hazards: [fails, blocks] })]
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
      { ...own, hazards: [fails] },
    ),
    step(alter('SET NOT NULL'), 'takes the constraint for proof', object, own),
    step(alterTable(table.name, `DROP CONSTRAINT ${name}`), 'NOT NULL says it now', object, own),
  ]
}
