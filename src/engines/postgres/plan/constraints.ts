/** What all kinds of constraints share: validated, dropped, commented on. */
import type { Hazard, Step } from '../../../core/change.ts'
import type { KeyConstraint, ObjectName, Table } from '../../../core/schema.ts'
import { commentOn } from '../ddl-comment.ts'
import { constraintExists } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { constraintRef, INDEX_COMMENT, indexRef, OUTSIDE, type PartContext, partLabel } from './part-context.ts'
import { step } from './reference.ts'

interface Commented {
  readonly name: string
  readonly comment?: string
  readonly options?: KeyConstraint['options']
}

/** COMMENT ON CONSTRAINT, and on the index behind it. */
export function constraintComment(table: ObjectName, c: Commented): Step[] {
  const index = c.options?.[INDEX_COMMENT]
  const all = [...commentOn(constraintRef(table, c.name), c.comment), ...commentOn(indexRef(table, c.name), index)]
  return all.map((sql) => step(sql, 'the comment', partLabel('constraint', table, c.name)))
}

/** VALIDATE CONSTRAINT. */
export function validate(c: PartContext, name: string, object: string, hazards: readonly Hazard[]): Step {
  return step(
    `ALTER TABLE ${qualified(c.table.name)} VALIDATE CONSTRAINT ${quote(name)}`,
    'holds for all rows; others read and write meanwhile',
    object,
    {
      ...(c.online && OUTSIDE),
      hazards,
      ...(c.online && { done: constraintExists(c.table.name, name, true) }),
    },
  )
}

/** DROP CONSTRAINT. */
export function dropConstraint(table: Table, kind: string, name: string, why: string): Step {
  return step(
    `ALTER TABLE ${qualified(table.name)} DROP CONSTRAINT ${quote(name)}`,
    why,
    partLabel(kind, table.name, name),
  )
}
