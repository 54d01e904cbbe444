/** Foreign keys: made. */
import type { Step } from '../../../core/change.ts'
import type { ForeignKey } from '../../../core/schema.ts'
import { foreignKeySql } from '../ddl-foreign-key.ts'
import { constraintExists, isPartitioned } from '../ddl-text.ts'
import { constraintComment, validate } from './constraints.ts'
import { OUTSIDE, type PartContext, partLabel } from './part-context.ts'
import { blocks, fails, orphans } from './part-hazards.ts'
import { step } from './reference.ts'

/** Adds a foreign key. `countable`: the table that it points to is there already under that name, with these columns. */
export function addForeignKey(c: PartContext, f: ForeignKey, countable: boolean): Step[] {
  const { table } = c
  const object = partLabel('foreign key', table.name, f.name)
  const hazards =
    f.notValid || f.notEnforced
      ? []
      : fails(
          c,
          `${table.name.name} (${f.columns.join(', ')}) points to ${f.references.name}`,
          'rows without a counterpart',
          countable ? orphans(c, f) : null,
        )
  const comment = constraintComment(table.name, f)
  if (c.online && c.before !== null && !isPartitioned(table) && !f.notValid) {
    return [
      step(foreignKeySql(table, f, true), 'holds for new rows', object, {
        ...OUTSIDE,
        done: constraintExists(table.name, f.name),
      }),
      validate(c, f.name, object, hazards),
      ...comment,
    ]
  }
  const unchecked = f.notValid === true
  const both = `nobody writes ${table.name.name} and ${f.references.name} while the rows are looked at`
  return [
    step(foreignKeySql(table, f, unchecked), 'a foreign key', object, {
      hazards: [...hazards, ...(unchecked ? [] : blocks(c, both))],
    }),
    ...comment,
  ]
}
