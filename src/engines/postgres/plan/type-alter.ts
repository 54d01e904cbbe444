/** Enums, domains and composite types: altered in place. */
import type { Hazard, Step } from '../../../core/change.ts'
import type { OtherObject } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import { textLiteral } from '../values.ts'
import { details } from './object-details.ts'
import { labelOf, step } from './reference.ts'

/** The labels that are there, under their new names. */
function relabelled(from: OtherObject, labels: ReadonlyMap<string, string>): string[] {
  return (from.values ?? []).map((v) => labels.get(v) ?? v)
}

/** Whether the labels that are there keep their order, so that new ones can be put between them. */
export function enumGrows(from: OtherObject, to: OtherObject, labels: ReadonlyMap<string, string>): boolean {
  const now = relabelled(from, labels)
  const kept = (to.values ?? []).filter((v) => now.includes(v))
  return kept.length === now.length && kept.every((v, i) => v === now[i])
}

/** RENAME VALUE and ADD VALUE. */
export function enumSteps(from: OtherObject, to: OtherObject, labels: ReadonlyMap<string, string>): Step[] {
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

/** Another name of a domain's NOT NULL, or the usual one of a domain that is called otherwise now (PostgreSQL 17 and later). */
export function domainNotNullRename(from: OtherObject, to: OtherObject): Step[] {
  if (details(from, 'not null') === undefined || details(to, 'not null') === undefined) return []
  const [was, is] = [from, to].map((o) => details(o, 'not null name') ?? `${o.name.name}_not_null`)
  if (was === is) return []
  const sql = `ALTER DOMAIN ${qualified(to.name)} RENAME CONSTRAINT ${quote(was)} TO ${quote(is)}`
  return [step(sql, 'another name', labelOf(to))]
}

/** ALTER DOMAIN for default, NOT NULL and constraints. */
export function domainSteps(from: OtherObject, to: OtherObject): Step[] {
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
  const filled = (o: OtherObject) => details(o, 'not null') !== undefined
  const named = details(to, 'not null name')
  if (filled(from) && !filled(to)) steps.push(alter('DROP NOT NULL'))
  if (!filled(from) && filled(to))
    steps.push(
      alter(named === undefined ? 'SET NOT NULL' : `ADD CONSTRAINT ${quote(named)} NOT NULL`, fails('NOT NULL')),
    )
  if (from.name.name === to.name.name) steps.push(...domainNotNullRename(from, to))
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
export function compositeSteps(from: OtherObject, to: OtherObject): Step[] | null {
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
          hazards: [{ kind: 'drop-object', what: `attribute ${name} of ${labelOf(to)} is dropped with its values` }],
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
