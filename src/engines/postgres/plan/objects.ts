/** Views, routines, types and all else that is no table: made, replaced, dropped. */
import type { Hazard, Step } from '../../../core/change.ts'
import { displayName, type OtherObject, type Schema } from '../../../core/schema.ts'
import { defaultPrivileges, isDefaultPrivileges } from '../default-privileges.ts'
import { qualified, quote } from '../names.ts'
import { freshObject } from './fresh-grants.ts'
import { granteeOf, labelOf, objectAttributes, reference, step } from './reference.ts'

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
  return o.kind === 'schema' || isDefaultPrivileges(o) || /^(CREATE|ALTER TABLE) /.test(o.definition)
}

/** Whether a schema is made and dropped like any object: one of several that were read. Else it is where all the others lie. */
export function isMadeSchema(o: OtherObject): boolean {
  return o.kind === 'schema' && o.details?.made !== undefined
}

/** Makes an object with everything that belongs to it. */
export function createObject(
  o: OtherObject,
  why: string,
  { owner, from }: { readonly owner: string | undefined; readonly from: Schema },
): Step[] {
  if (o.kind === 'schema' && !isMadeSchema(o)) return objectAttributes(null, o)
  if (isDefaultPrivileges(o)) return defaultPrivileges(o).map((sql) => step(sql, why, labelOf(o), granteeOf(sql)))
  const ref = reference(o)
  const fresh = ref === null ? [] : freshObject(from, o, { ref, object: labelOf(o) })
  return [step(o.definition, why, labelOf(o)), ...fresh, ...objectAttributes(null, o, owner)]
}

function dropHazards(o: OtherObject, restored: boolean): Hazard[] {
  if (restored || ['trigger', 'policy', 'rule', 'exclusion', 'inheritance', 'statistics', 'schema'].includes(o.kind))
    return []
  if (o.kind === 'partition')
    return [
      {
        kind: 'drop-table',
        what: `partition ${displayName(o.name)} is dropped with its rows`,
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
  if (o.kind === 'schema' && !isMadeSchema(o)) return null
  if (isDefaultPrivileges(o)) return step(defaultPrivileges(o, true).join(';\n'), why, labelOf(o))
  const ref = reference(o)
  if (ref === null) return null
  return made(`DROP ${ref.replace(/^(SEQUENCE|DOMAIN|TYPE) /, o.kind === 'sequence' ? 'SEQUENCE IF EXISTS ' : '$1 ')}`)
}

/** CREATE OR REPLACE. */
export function replaceObject(to: OtherObject): Step[] {
  return [
    step(to.definition.replace(/^CREATE (OR REPLACE )?/, 'CREATE OR REPLACE '), 'another definition', labelOf(to)),
  ]
}
