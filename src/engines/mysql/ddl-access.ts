/** Definers, and privileges on what a copy has made. */
import type { AccessStep, MadeObjects } from '../../core/engine.ts'
import type { OtherObject } from '../../core/schema.ts'
import { quote } from './literal.ts'
import { underItsSettings } from './object-sql.ts'
import { givenSteps } from './plan/grants.ts'
import { withoutDefiner } from './plan/normalize.ts'

/** See `Ddl.access`. */
export function accessSteps(made: MadeObjects): AccessStep[] {
  return givenSteps(made).flatMap(({ grantee, object, sql }) =>
    grantee === undefined ? [] : [{ part: 'privileges', grantee, object: object.replace(/^privileges of /, ''), sql }],
  )
}

/** See `Ddl.unowned`. */
export function unowned(o: OtherObject): OtherObject | null {
  const definition = withoutDefiner(o)
  if (definition === o.definition) return null
  const { owner: _, ...rest } = o
  return { ...rest, definition }
}

const WORDS: Readonly<Partial<Record<OtherObject['kind'], string>>> = {
  view: 'VIEW',
  trigger: 'TRIGGER',
  function: 'FUNCTION',
  procedure: 'PROCEDURE',
  event: 'EVENT',
}

/** See `Ddl.owning`: only by being made anew does it get another definer. */
export function owning(o: OtherObject): string {
  const word = WORDS[o.kind]
  const drop = word === undefined ? '' : `DROP ${word} IF EXISTS ${quote(o.name.name)};\n`
  return `${drop}${underItsSettings(o, o.definition)}`
}
