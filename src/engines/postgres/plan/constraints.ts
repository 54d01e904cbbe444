/** What all kinds of constraints share: validated, dropped, commented on. */
import type { Hazard, Step } from '../../../core/change.ts'
import type { ObjectName, Table } from '../../../core/schema.ts'
import { commentOn } from '../ddl-comment.ts'
import { constraintExists } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { constraintRef, OUTSIDE, type PartContext, partLabel } from './part-context.ts'
import { step } from './reference.ts'

/** COMMENT ON CONSTRAINT. */
export function constraintComment(table: ObjectName, c: { readonly name: string; readonly comment?: string }): Step[] {
  return commentOn(constraintRef(table, c.name), c.comment).map((sql) =>
    step(sql, 'the comment', partLabel('constraint', table, c.name)),
  )
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
