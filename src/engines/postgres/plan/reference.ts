/** How statements name an object, and what belongs to any of them: comment, owner, privileges. */
import type { Hazard, Step } from '../../../core/change.ts'
import { displayName, type ObjectName, type OtherObject, type Table } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import { textLiteral } from '../values.ts'

const WORDS: Readonly<Partial<Record<OtherObject['kind'], string>>> = {
  view: 'VIEW',
  'materialized view': 'MATERIALIZED VIEW',
  sequence: 'SEQUENCE',
  enum: 'TYPE',
  domain: 'DOMAIN',
  'composite type': 'TYPE',
  'range type': 'TYPE',
  collation: 'COLLATION',
  statistics: 'STATISTICS',
}

/** `VIEW "public"."v"`, `TRIGGER "t" ON "public"."x"`; null where naru has no words for it. */
export function reference(o: OtherObject): string | null {
  const words = WORDS[o.kind]
  if (words !== undefined) return `${words} ${qualified(o.name)}`
  switch (o.kind) {
    case 'trigger':
    case 'policy':
    case 'rule':
      return `${o.kind.toUpperCase()} ${quote(o.name.name)} ON ${qualified(o.table!)}`
    case 'exclusion':
      return `CONSTRAINT ${quote(o.name.name)} ON ${qualified(o.table!)}`
    case 'partition':
      return `TABLE ${qualified(o.name)}`
    case 'extension':
    case 'schema':
      return `${o.kind.toUpperCase()} ${quote(o.name.name)}`
    default:
      return o.details?.reference ?? null
  }
}

/** For people and for the journal: `view public.v`, `trigger x of public.t`. */
export function labelOf(o: OtherObject): string {
  if (o.kind === 'other') return o.table === undefined ? o.name.name : `${o.name.name} of ${displayName(o.table)}`
  const on = o.table === undefined || o.kind === 'inheritance' ? '' : ` of ${displayName(o.table)}`
  return `${o.kind} ${o.table !== undefined && o.kind !== 'partition' ? o.name.name : displayName(o.name)}${on}`
}

/** A step that runs in the transaction of all others and endangers nothing, unless told otherwise. */
export function step(sql: string, why: string, object: string, more: Partial<Step> = {}): Step {
  return { sql, why, object, inTransaction: true, hazards: [], ...more }
}

const PASSING_NAME_LENGTH = 40

/** A name that something bears only while a plan runs: short enough for any alphabet. */
export function passingName(text: string): string {
  return text.slice(0, PASSING_NAME_LENGTH)
}

/** Estimated size of a table, for hazards. */
export function sizeOf(table: Table): Pick<Hazard, 'table' | 'rows' | 'bytes'> {
  return {
    table: table.name,
    ...(table.rows !== undefined && { rows: table.rows }),
    ...(table.bytes !== undefined && { bytes: table.bytes }),
  }
}

/** What any object has beside its definition. */
export interface Attributes {
  readonly comment?: string
  readonly owner?: string
  readonly grants?: readonly string[]
}

/** An object as statements and people call it. */
export interface Place {
  /** `TABLE "public"."t"`. */
  readonly ref: string
  readonly object: string
  /** What GRANT calls it, where that is another word. */
  readonly grantRef?: string
  /** The column whose privileges these are. */
  readonly column?: string
}

/** `SELECT, INSERT TO reader` → the statement that gives it, or takes it back. */
function grantSql(line: string, place: Place, undo: boolean): string {
  const revoked = line.startsWith('REVOKE ')
  const text = revoked ? line.slice(7) : line
  const at = text.indexOf(revoked ? ' FROM ' : ' TO ')
  const privileges = text
    .slice(0, at)
    .split(', ')
    .map((p) => (place.column === undefined ? p : `${p} (${quote(place.column)})`))
    .join(', ')
  const rest = text.slice(at + (revoked ? 6 : 4))
  const on = `${privileges} ON ${place.grantRef ?? place.ref.replace(/^(VIEW|MATERIALIZED VIEW) /, 'TABLE ').replace(/^AGGREGATE /, 'FUNCTION ')}`
  if (revoked === undo) return `GRANT ${on} TO ${rest}`
  return `REVOKE ${on} FROM ${rest.replace(/ WITH GRANT OPTION$/, '')}`
}

const GRANTEE = / (?:TO|FROM) ("(?:[^"]|"")+"|[^\s"]+)(?: WITH GRANT OPTION)?$/

/** Whom a line of privileges names, without quotes. */
export function granteeOf(line: string): { readonly grantee?: string } {
  const name = GRANTEE.exec(line)?.[1]
  if (name === undefined) return {}
  return { grantee: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name }
}

function grantSteps(from: readonly string[], to: readonly string[], place: Place): Step[] {
  const gone = from.filter((g) => !to.includes(g))
  const come = to.filter((g) => !from.includes(g))
  return [
    ...gone.map((g) => step(grantSql(g, place, true), `privileges: no more ${g}`, place.object, granteeOf(g))),
    ...come.map((g) => step(grantSql(g, place, false), `privileges: ${g}`, place.object, granteeOf(g))),
  ]
}

/** Steps that undo privileges that an object has by itself and is not to have. */
export function surplusSteps(fresh: readonly string[], wanted: readonly string[], place: Place): Step[] {
  return grantSteps(
    fresh.filter((g) => !wanted.includes(g)),
    [],
    place,
  )
}

/** Steps from one set of attributes to another; `from` null: the object was just made. */
export function attributeSteps(from: Attributes | null, to: Attributes, place: Place): Step[] {
  const steps: Step[] = []
  if (from?.comment !== to.comment) {
    const text = to.comment === undefined ? 'NULL' : textLiteral(to.comment)
    const what =
      place.column === undefined ? place.ref : `COLUMN ${place.ref.replace(/^TABLE /, '')}.${quote(place.column)}`
    steps.push(step(`COMMENT ON ${what} IS ${text}`, 'the comment', place.object))
  }
  if (to.owner !== undefined && from?.owner !== to.owner)
    steps.push(step(`ALTER ${place.ref} OWNER TO ${quote(to.owner)}`, 'the owner', place.object, { grantee: to.owner }))
  return [...steps, ...grantSteps(from?.grants ?? [], to.grants ?? [], place)]
}

/** Attributes of an object. Steps only for what its kind can have. */
export function objectAttributes(from: OtherObject | null, to: OtherObject, owner?: string): Step[] {
  const ref = reference(to)
  if (ref === null) return []
  const owned = !['trigger', 'policy', 'rule', 'exclusion', 'extension'].includes(to.kind)
  const of = (o: OtherObject, usual?: string): Attributes => ({
    ...(o.comment !== undefined && { comment: o.comment }),
    ...(owned && (o.owner ?? usual) !== undefined && { owner: o.owner ?? usual }),
    ...(o.grants !== undefined && { grants: o.grants }),
  })
  return attributeSteps(from === null ? null : of(from, owner), of(to, owner), { ref, object: labelOf(to) })
}

/** `table public.t`. */
export function tableLabel(name: ObjectName): string {
  return `table ${displayName(name)}`
}
