/** Texts behind flags → values. A text that cannot be meant throws InvalidArgumentError, which commander turns into a usage error. */

import { InvalidArgumentError } from 'commander'
import { parseRate, parseSize } from '../app/rate.ts'
import { reportFormat } from '../app/report-format.ts'
import { parseCondition } from '../app/while.ts'
import type { HazardKind } from '../core/apply.ts'
import type { Policy } from '../core/engine.ts'
import { parseRelation, RELATION_FORM } from '../core/relation.ts'
import { parseSchemaChoice, type SchemaChoice } from '../core/schema-choice.ts'
import type { Rate } from '../core/throttle.ts'

const POLICIES: readonly Policy[] = ['null', 'clip', 'replace', 'reject', 'fail']

/** `a,b` and repeated flags → one list; `\,` is a comma within a name. */
export function list(text: string, before: readonly string[] = []): string[] {
  const parts = text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ',').trim())
  if (parts.some((part) => part === '')) throw new InvalidArgumentError('There is an empty name in the list.')
  return [...before, ...parts]
}

/** `app`, `sales,hr`, `*`. */
export function schemas(text: string): SchemaChoice {
  const choice = parseSchemaChoice(text)
  if (choice !== null) return choice
  throw new InvalidArgumentError('Expected a name, several with commas between them, or * for all.')
}

function pair(text: string, form: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  throw new InvalidArgumentError(`Expected ${form}.`)
}

/** `table=expression`; the expression may hold further `=`. */
function predicate(flag: string) {
  return (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const [table, expression] = pair(text, `table=expression, as in ${flag} 'orders=id > 100'`)
    return { ...before, [table]: expression }
  }
}

/** Which rows of the source. */
export const where = predicate('--where')
/** Which rows of the target. */
export const targetWhere = predicate('--target-where')

/** `old=new`. */
export function rename(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [from, to] = pair(text, 'old=new, as in --rename user=users')
  return { ...before, [from]: to }
}

/** `table.column=type` or `type:NATIVE=type`. */
export function cast(text: string, before: readonly string[] = []): string[] {
  const [what, type] = pair(text, "table.column=type or type:NATIVE=type, as in --cast 'type:tinyint(1)=smallint'")
  if (/^type:./.test(what) || what.includes('.')) return [...before, `${what}=${type}`]
  throw new InvalidArgumentError(`"${what}" is neither table.column nor type:NATIVE.`)
}

const CODE = /^[A-Z][A-Z0-9_]*$/

function coded(text: string): string {
  const code = text.split(':', 1)[0]
  if (CODE.test(code)) return text
  throw new InvalidArgumentError(`"${code}" is not a code such as ZERO_DATE; the plan shows them.`)
}

/** `CODE` or `CODE:table.column`, several by commas. */
export function accept(text: string, before: readonly string[] = []): string[] {
  return [...before, ...list(text).map(coded)]
}

/** `CODE[:table.column]=policy`. */
export function policy(text: string, before: Readonly<Record<string, Policy>> = {}): Record<string, Policy> {
  const at = text.lastIndexOf('=')
  const value = text.slice(at + 1)
  const known = POLICIES.find((p) => p === value)
  if (at > 0 && known !== undefined) return { ...before, [coded(text.slice(0, at))]: known }
  throw new InvalidArgumentError(`Expected CODE[:table.column]=${POLICIES.join('|')}.`)
}

/** A whole number of at least one. */
export function positive(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number of at least 1.')
}

const HAZARDS: readonly HazardKind[] = [
  'drop-table',
  'drop-column',
  'drop-object',
  'may-fail',
  'rewrite',
  'blocking',
  'lossy',
]

/** Kinds of hazards, by commas or repeated. */
export function allow(text: string, before: readonly HazardKind[] = []): HazardKind[] {
  const kinds = list(text).map((name) => {
    const kind = HAZARDS.find((h) => h === name)
    if (kind === undefined) throw new InvalidArgumentError(`"${name}" is no hazard: ${HAZARDS.join(', ')}.`)
    return kind
  })
  return [...before, ...kinds]
}

/** `old=new`, kept as it was written. */
export function renaming(text: string, before: readonly string[] = []): string[] {
  pair(text, 'old=new, as in --rename user=users or --rename users.mail=email')
  return [...before, text]
}

/** Seconds, also with a fraction. */
export function seconds(text: string): number {
  if (/^\d{1,6}(\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected seconds, such as 5 or 0.5.')
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, '': 1, m: 60, min: 60, h: 3600 }

/** `60s`, `500ms`, `5m`, `60` → seconds. */
export function span(text: string): number {
  const match = /^(\d{1,6}(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(text)
  if (match !== null) return Number(match[1]) * UNITS[match[2] ?? '']
  throw new InvalidArgumentError('Expected a time such as 60s, 500ms or 5m.')
}

/** `column=value` or `table.column=value`. */
export function since(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [column, least] = pair(text, 'column=value, as in --since updated_at=2026-03-01')
  return { ...before, [column]: least }
}

/** `column=number` or `table.column=number`. */
export function tolerance(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [column, most] = pair(text, 'column=number, as in --tolerance price=0.01')
  if (/^\d+(\.\d+)?$/.test(most)) return { ...before, [column]: most }
  throw new InvalidArgumentError(`"${most}" is no number of at least 0.`)
}

/** `1%`, `0.5%` or a number of rows. */
export function sample(text: string): string {
  const share = /^(\d{1,2}(?:\.\d+)?)%$/.exec(text)
  if (/^[1-9]\d{0,11}$/.test(text) || (share !== null && Number(share[1]) > 0)) return text
  throw new InvalidArgumentError('Expected a percentage below 100 or a number of rows, such as 1% or 10000.')
}

/** `orders.customer_id -> customers.id`. */
export function relation(text: string, before: readonly string[] = []): string[] {
  if (parseRelation(text) !== null) return [...before, text]
  throw new InvalidArgumentError(`Expected ${RELATION_FORM}.`)
}

/** `0`, `5`. */
export function whole(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number, such as 0 or 5.')
}

/** `20MB`, `512k`, `5000/s`; given twice, of bytes and of rows, both hold. */
export function rate(text: string, before: Rate = {}): Rate {
  const found = parseRate(text)
  if (found !== null) return { ...before, ...found }
  throw new InvalidArgumentError('Expected a rate such as 20MB/s, or 5000/s for rows.')
}

/** `512MB`, `1.5GiB` → bytes. */
export function size(text: string): number {
  const found = parseSize(text)
  if (found !== null) return found
  throw new InvalidArgumentError('Expected a size such as 512MB.')
}

/** `QUERY < 40`, `target:QUERY >= 1`. */
export function condition(text: string, before: readonly string[] = []): string[] {
  const found = parseCondition(text)
  if (typeof found !== 'string') return [...before, text]
  throw new InvalidArgumentError(found)
}

/** `25` or `0.1%`. */
export function maxRejects(text: string): string {
  if (/^\d+$|^(\d{1,2}|100)(\.\d+)?%$/.test(text)) return text
  throw new InvalidArgumentError('Expected a count or a percentage, such as 25 or 0.1%.')
}

/** A report's path; its ending says the format. */
export function reportPath(text: string, before: readonly string[] = []): string[] {
  if (reportFormat(text) !== null) return [...before, text]
  throw new InvalidArgumentError('The file must end in .html, .md or .json.')
}
