/** Checks: made. */
import type { Step } from '../../../core/change.ts'
import type { Check } from '../../../core/schema.ts'
import { checkClause } from '../ddl-table.ts'
import { constraintExists } from '../ddl-text.ts'
import { qualified } from '../names.ts'
import { constraintComment, validate } from './constraints.ts'
import { OUTSIDE, type PartContext, partLabel } from './part-context.ts'
import { blocks, fails } from './part-hazards.ts'
import { step } from './reference.ts'

/** Adds a check, unless its table was made with it. */
export function addCheck(c: PartContext, check: Check): Step[] {
  const { table } = c
  const object = partLabel('check', table.name, check.name)
  const add = `ALTER TABLE ${qualified(table.name)} ADD ${checkClause(check)}`
  const same = c.before !== null && c.before.columns.length > 0
  const count = same ? `SELECT count(*) AS n FROM ${qualified(c.before!.name)} WHERE NOT (${check.expression})` : null
  const hazards =
    check.notValid || check.notEnforced
      ? []
      : fails(
          c,
          `${table.name.name} holds ${check.expression}`,
          'rows that break it',
          mentionsNew(c, check) ? null : count,
        )
  const comment = constraintComment(table.name, check)
  if (c.online && !check.notValid && !check.notEnforced)
    return [
      step(`${add} NOT VALID`, 'holds for new rows', object, {
        ...OUTSIDE,
        done: constraintExists(table.name, check.name),
      }),
      validate(c, check.name, object, hazards),
      ...comment,
    ]
  return [
    step(
      check.notValid ? `${add} NOT VALID` : add,
      check.notValid ? 'not valid for older rows there either' : 'a check',
      object,
      {
        hazards: check.notValid
          ? []
          : [...hazards, ...blocks(c, `nobody writes ${table.name.name} while its rows are looked at`)],
      },
    ),
    ...comment,
  ]
}

/** Whether it names a column that is not there yet: then nothing can be counted before. */
function mentionsNew(c: PartContext, check: Check): boolean {
  const old = new Set(c.before?.columns.map((k) => k.name))
  return c.table.columns.some((k) => !old.has(k.name) && check.expression.includes(k.name))
}
