/** Keys, checks, foreign keys and indexes that stay: what of them changes in place. */
import type { Aspect, Step } from '../../../core/change.ts'
import type { Check, ForeignKey, Index, KeyConstraint } from '../../../core/schema.ts'
import { commentOn } from '../ddl-comment.ts'
import { qualified, quote } from '../names.ts'
import { validate } from './constraints.ts'
import { constraintRef, INDEX_COMMENT, indexRef, type PartContext, partLabel } from './part-context.ts'
import { fails, orphans } from './part-hazards.ts'
import { step } from './reference.ts'

const IN_PLACE = new Set(['name', 'comment', INDEX_COMMENT])

/** Whether a part becomes the other without being made anew. */
export function inPlace(part: string, aspects: readonly Aspect[]): boolean {
  return aspects.every((a) => {
    if (IN_PLACE.has(a.name)) return true
    if (part === 'foreign key')
      return /^(deferrable|initially deferred|initiallyDeferred)$/.test(a.name) || becomesValid(a)
    return part === 'check' && becomesValid(a)
  })
}

/** Whether a constraint that held for new rows only shall hold for all. */
const becomesValid = (a: Aspect) =>
  /^(not valid|notValid)$/.test(a.name) && a.from !== null && (a.to === null || a.to === 'no')

/** Steps for a part that stays: validated, deferred otherwise, comment. Its name is changed elsewhere. */
export function alterPart(
  c: PartContext,
  part: 'key' | 'check' | 'foreign key' | 'index',
  to: KeyConstraint | Check | ForeignKey | Index,
  aspects: readonly Aspect[],
): Step[] {
  const { table } = c
  const object = partLabel(part, table.name, to.name)
  const steps: Step[] = []
  if (part === 'foreign key' && aspects.some((a) => /deferr/i.test(a.name))) {
    const f = to as ForeignKey
    steps.push(
      step(
        `ALTER TABLE ${qualified(table.name)} ALTER CONSTRAINT ${quote(f.name)}${f.deferrable ? ' DEFERRABLE' : ' NOT DEFERRABLE'}${f.initiallyDeferred ? ' INITIALLY DEFERRED' : ' INITIALLY IMMEDIATE'}`,
        'when it is checked',
        object,
      ),
    )
  }
  if (aspects.some(becomesValid)) {
    const count = part === 'foreign key' ? orphans(c, to as ForeignKey) : null
    steps.push(validate(c, to.name, object, fails(c, `${object} holds for all rows`, 'rows that break it', count)))
  }
  const says = (on: string, comment: string | undefined) =>
    step(commentOn(on, comment)[0] ?? `COMMENT ON ${on} IS NULL`, 'the comment', object)
  const index = indexRef(table.name, to.name)
  if (aspects.some((a) => a.name === 'comment'))
    steps.push(says(part === 'index' ? index : constraintRef(table.name, to.name), to.comment))
  if (part !== 'index' && aspects.some((a) => a.name === INDEX_COMMENT))
    steps.push(says(index, (to as KeyConstraint).options?.[INDEX_COMMENT]))
  return steps
}
