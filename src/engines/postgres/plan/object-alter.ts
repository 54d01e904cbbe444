/** Objects that stay: altered in place. */
import type { Step } from '../../../core/change.ts'
import { displayName, type OtherObject } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import { details } from './object-details.ts'
import { extraSteps } from './partition-extras.ts'
import { labelOf, step } from './reference.ts'
import { fullClauses, turned } from './sequence-clauses.ts'
import { compositeSteps, domainSteps, enumSteps } from './type-alter.ts'

function sequenceSteps(from: OtherObject, to: OtherObject): Step[] {
  const name = qualified(to.name)
  const steps: Step[] = []
  if (details(from, 'clauses') !== details(to, 'clauses'))
    steps.push(
      step(
        `ALTER SEQUENCE ${name} ${fullClauses(details(to, 'clauses') ?? '', 'bigint')}${turned(details(from, 'clauses'), details(to, 'clauses'))}`,
        'another definition',
        labelOf(to),
      ),
    )
  if (/^CREATE UNLOGGED/.test(from.definition) !== /^CREATE UNLOGGED/.test(to.definition))
    steps.push(
      step(
        `ALTER SEQUENCE ${name} SET ${/^CREATE UNLOGGED/.test(to.definition) ? 'UNLOGGED' : 'LOGGED'}`,
        'how it is stored',
        labelOf(to),
      ),
    )
  if (details(from, 'owned by') !== details(to, 'owned by')) {
    const owner = details(to, 'owned by')
    steps.push(
      step(
        `ALTER SEQUENCE ${name} OWNED BY ${owner === undefined ? 'NONE' : `${quote(to.name.schema!)}.${owner}`}`,
        'whose it is',
        labelOf(to),
      ),
    )
  }
  return steps
}

/** What follows the first statement of a partition's definition. */
function attachSteps(from: OtherObject, to: OtherObject): Step[] | null {
  const tails = (o: OtherObject) =>
    /( PARTITION BY .*)?$/s.exec(o.definition.split(';\n')[0].slice((details(o, 'bound') ?? '').length))?.[1]
  const extras = extraSteps(from, to)
  if (extras === null || tails(from) !== tails(to)) return null
  const name = qualified(to.name)
  const bound = (o: OtherObject) => `${displayName(o.table!)} ${details(o, 'bound')}`
  if (bound(from) === bound(to)) return extras
  return [
    ...extras,
    step(
      `ALTER TABLE ${qualified(from.table!)} DETACH PARTITION ${qualified(from.name)}`,
      'another range of rows',
      labelOf(from),
    ),
    step(
      `ALTER TABLE ${qualified(to.table!)} ATTACH PARTITION ${name} ${details(to, 'bound')}`,
      'another range of rows',
      labelOf(to),
      {
        hazards: [
          {
            kind: 'may-fail',
            what: `${displayName(to.name)} must hold only rows ${details(to, 'bound')}`,
            table: from.name,
          },
        ],
      },
    ),
  ]
}

/** Steps of an alteration in place; null where there is none. */
export function alterObject(from: OtherObject, to: OtherObject, labels: ReadonlyMap<string, string>): Step[] | null {
  if (from.definition === to.definition && labels.size === 0) return []
  switch (to.kind) {
    case 'enum':
      return enumSteps(from, to, labels)
    case 'domain':
      return domainSteps(from, to)
    case 'composite type':
      return compositeSteps(from, to)
    case 'sequence':
      return sequenceSteps(from, to)
    case 'partition':
      return attachSteps(from, to)
    default:
      return []
  }
}
