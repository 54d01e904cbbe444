/** Views, routines, types and all else that is no table: made, dropped, altered in place. */
import type { Hazard, Step } from '../../../core/change.ts'
import { displayName, type OtherObject } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import { textLiteral } from '../values.ts'
import { fullClauses, turned } from './columns.ts'
import { labelOf, objectAttributes, reference, step } from './reference.ts'

/** Kinds that columns may be of or draw from: they go last. */
export const LATE: ReadonlySet<OtherObject['kind']> = new Set<OtherObject['kind']>([
  'enum',
  'domain',
  'composite type',
  'range type',
  'collation',
  'extension',
  'sequence',
  'schema',
])

/** Whether naru can make an object from its definition. */
export function makeable(o: OtherObject): boolean {
  return o.kind === 'schema' || /^(CREATE|ALTER TABLE) /.test(o.definition)
}

/** Makes an object with everything that belongs to it. */
export function createObject(o: OtherObject, why: string, owner: string | undefined): Step[] {
  if (o.kind === 'schema') return objectAttributes(null, o)
  return [step(o.definition, why, labelOf(o)), ...objectAttributes(null, o, owner)]
}

function dropHazards(o: OtherObject, restored: boolean): Hazard[] {
  if (restored || ['trigger', 'policy', 'rule', 'exclusion', 'inheritance', 'statistics', 'schema'].includes(o.kind))
    return []
  if (o.kind === 'partition')
    return [
      {
        kind: 'drop-table',
        what: `the partition ${displayName(o.name)} goes with its rows`,
        table: o.name,
        count: `SELECT count(*) AS n FROM ${qualified(o.name)}`,
        counted: 'rows',
      },
    ]
  return [{ kind: 'drop-object', what: `the ${labelOf(o)} goes` }]
}

/** DROP of an object; null where there is no statement for it. `restored`: it comes back in the same plan. */
export function dropObject(o: OtherObject, restored: boolean): Step | null {
  const why = restored ? 'stands in the way; comes back below' : 'not there any more'
  const hazards = dropHazards(o, restored)
  const made = (sql: string) => step(sql, why, labelOf(o), { hazards })
  if (o.kind === 'inheritance') return made(`ALTER TABLE ${qualified(o.name)} NO INHERIT ${qualified(o.table!)}`)
  if (o.kind === 'exclusion' || (o.kind === 'other' && o.definition.startsWith('ALTER TABLE ')))
    return made(`ALTER TABLE ${qualified(o.table!)} DROP CONSTRAINT ${quote(o.name.name)}`)
  if (o.kind === 'schema') return null
  const ref = reference(o)
  if (ref === null) return null
  return made(`DROP ${ref.replace(/^(SEQUENCE|DOMAIN|TYPE) /, o.kind === 'sequence' ? 'SEQUENCE IF EXISTS ' : '$1 ')}`)
}

const details = (o: OtherObject, key: string) => o.details?.[key]

function columnsKept(from: OtherObject, to: OtherObject): boolean {
  const before = JSON.parse(details(from, 'columns') ?? '[]') as unknown[]
  const after = JSON.parse(details(to, 'columns') ?? '[]') as unknown[]
  return before.length > 0 && before.every((c, i) => JSON.stringify(c) === JSON.stringify(after[i]))
}

/** How an object whose definition differs gets there: replaced or altered in place, made anew, a type under its users, or not at all. */
export type Way = 'replace' | 'alter' | 'anew' | 'swap' | 'attach'

/** Chooses it. */
export function wayOf(from: OtherObject, to: OtherObject, labels: ReadonlyMap<string, string>): Way {
  switch (to.kind) {
    case 'view':
      return columnsKept(from, to) && details(from, 'extras') === details(to, 'extras') ? 'replace' : 'anew'
    case 'function':
    case 'procedure': {
      const same = (key: string) => details(from, key) === details(to, key)
      return same('result') && same('arguments') && same('reference') && same('kind') ? 'replace' : 'anew'
    }
    case 'enum':
      return enumGrows(from, to, labels) ? 'alter' : 'swap'
    case 'domain':
      return details(from, 'base') === details(to, 'base') ? 'alter' : 'swap'
    case 'composite type':
      return attributeSteps(from, to) === null ? 'swap' : 'alter'
    case 'range type':
      return 'swap'
    case 'sequence':
    case 'schema':
    case 'extension':
      return 'alter'
    case 'partition':
      return 'attach'
    default:
      return 'anew'
  }
}

/** CREATE OR REPLACE. */
export function replaceObject(to: OtherObject): Step[] {
  return [
    step(to.definition.replace(/^CREATE (OR REPLACE )?/, 'CREATE OR REPLACE '), 'another definition', labelOf(to)),
  ]
}

function relabelled(from: OtherObject, labels: ReadonlyMap<string, string>): string[] {
  return (from.values ?? []).map((v) => labels.get(v) ?? v)
}

function enumGrows(from: OtherObject, to: OtherObject, labels: ReadonlyMap<string, string>): boolean {
  const now = relabelled(from, labels)
  const kept = (to.values ?? []).filter((v) => now.includes(v))
  return kept.length === now.length && kept.every((v, i) => v === now[i])
}

/** RENAME VALUE and ADD VALUE. `used`: other statements of the plan name the new label, so it must be there for good before them. */
function enumSteps(from: OtherObject, to: OtherObject, labels: ReadonlyMap<string, string>): Step[] {
  const ref = `ALTER TYPE ${qualified(to.name)}`
  const renames = [...labels].map(([was, is]) =>
    step(`${ref} RENAME VALUE ${textLiteral(was)} TO ${textLiteral(is)}`, 'another label', labelOf(to)),
  )
  const now = relabelled(from, labels)
  const adds: Step[] = []
  ;(to.values ?? []).forEach((value, i, values) => {
    if (now.includes(value)) return
    const place =
      i > 0 ? ` AFTER ${textLiteral(values[i - 1])}` : now.length > 0 ? ` BEFORE ${textLiteral(now[0])}` : ''
    adds.push(step(`${ref} ADD VALUE ${textLiteral(value)}${place}`, 'a new label', labelOf(to)))
    now.splice(i, 0, value)
  })
  return [...renames, ...adds]
}

function domainSteps(from: OtherObject, to: OtherObject): Step[] {
  const alter = (what: string, hazards: readonly Hazard[] = []) =>
    step(`ALTER DOMAIN ${qualified(to.name)} ${what}`, 'another definition', labelOf(to), { hazards })
  const of = (o: OtherObject) => JSON.parse(details(o, 'constraints') ?? '{}') as Record<string, string>
  const [was, is] = [of(from), of(to)]
  const steps: Step[] = []
  const fails = (what: string): Hazard[] => [
    { kind: 'may-fail', what: `${labelOf(to)}: values that are there must hold ${what}` },
  ]
  for (const name of Object.keys(was)) if (was[name] !== is[name]) steps.push(alter(`DROP CONSTRAINT ${quote(name)}`))
  if (details(from, 'default') !== details(to, 'default'))
    steps.push(alter(details(to, 'default') === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${details(to, 'default')}`))
  if (details(from, 'not null') !== details(to, 'not null'))
    steps.push(
      details(to, 'not null') === undefined ? alter('DROP NOT NULL') : alter('SET NOT NULL', fails('NOT NULL')),
    )
  for (const name of Object.keys(is))
    if (was[name] !== is[name]) steps.push(alter(`ADD CONSTRAINT ${quote(name)} ${is[name]}`, fails(is[name])))
  return [...steps, ...trailing(from, to, 'CONSTRAINT')]
}

/** COMMENT ON statements that follow a definition: those of `to`, and NULL for those that only `from` has. */
function trailing(from: OtherObject, to: OtherObject, what: string): Step[] {
  const of = (o: OtherObject) =>
    new Map(
      o.definition.split(';\n').flatMap((line) => {
        const match = new RegExp(`^(COMMENT ON ${what} .*?) IS (.*)$`, 's').exec(line)
        return match === null ? [] : [[match[1], match[2]] as const]
      }),
    )
  const [was, is] = [of(from), of(to)]
  const steps: Step[] = []
  for (const [on, text] of is)
    if (was.get(on) !== text) steps.push(step(`${on} IS ${text}`, 'the comment', labelOf(to)))
  for (const on of was.keys())
    if (!is.has(on) && to.definition.includes('CONSTRAINT'))
      steps.push(step(`${on} IS NULL`, 'the comment', labelOf(to)))
  return steps
}

type Attribute = readonly [name: string, type: string, comment: string | null]

/** ADD, DROP and ALTER ATTRIBUTE; null where the order would not come out. */
function attributeSteps(from: OtherObject, to: OtherObject): Step[] | null {
  const of = (o: OtherObject) => JSON.parse(details(o, 'attributes') ?? '[]') as Attribute[]
  const [was, is] = [of(from), of(to)]
  const kept = was.filter(([name]) => is.some((a) => a[0] === name))
  if (!kept.every(([name], i) => is[i]?.[0] === name)) return null
  const alter = (what: string) => step(`ALTER TYPE ${qualified(to.name)} ${what}`, 'another definition', labelOf(to))
  const steps: Step[] = []
  for (const [name] of was)
    if (!is.some((a) => a[0] === name))
      steps.push(
        step(`ALTER TYPE ${qualified(to.name)} DROP ATTRIBUTE ${name}`, 'another definition', labelOf(to), {
          hazards: [{ kind: 'drop-object', what: `the attribute ${name} of ${labelOf(to)} goes with its values` }],
        }),
      )
  for (const [name, type, comment] of is) {
    const old = was.find((a) => a[0] === name)
    if (old === undefined) steps.push(alter(`ADD ATTRIBUTE ${name} ${type}`))
    else if (old[1] !== type) steps.push(alter(`ALTER ATTRIBUTE ${name} TYPE ${type}`))
    if ((old?.[2] ?? null) !== comment)
      steps.push(
        step(
          `COMMENT ON COLUMN ${qualified(to.name)}.${name} IS ${comment === null ? 'NULL' : textLiteral(comment)}`,
          'the comment',
          labelOf(to),
        ),
      )
  }
  return steps
}

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
  if (details(from, 'extras') !== details(to, 'extras') || tails(from) !== tails(to)) return null
  const name = qualified(to.name)
  return [
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
      return attributeSteps(from, to)
    case 'sequence':
      return sequenceSteps(from, to)
    case 'partition':
      return attachSteps(from, to)
    default:
      return []
  }
}
