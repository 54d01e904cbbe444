/** Owners and privileges of what a copy has made. */
import type { Step } from '../../core/change.ts'
import type { AccessStep, MadeObjects } from '../../core/engine.ts'
import type { OtherObject, Table } from '../../core/schema.ts'
import { columnGrants } from './ddl-object.ts'
import { defaultPrivileges, isDefaultPrivileges } from './default-privileges.ts'
import { columnAttributes, freshSequenceOf, sequenceExtras } from './plan/column-attributes.ts'
import { freshObject } from './plan/fresh-grants.ts'
import { granteeOf, labelOf, objectAttributes, reference } from './plan/reference.ts'
import { freshGrantsOf, tableAttributes } from './plan/tables.ts'

/** Of the steps that give a new object all that it has, those that name a role. */
function ofRoles(steps: readonly Step[]): AccessStep[] {
  return steps.flatMap(({ grantee, object, sql }) =>
    grantee === undefined ? [] : [{ part: sql.startsWith('ALTER ') ? 'owner' : 'privileges', grantee, object, sql }],
  )
}

function tableAccess(table: Table): AccessStep[] {
  return ofRoles([
    ...tableAttributes(null, table, undefined),
    ...table.columns.flatMap((c) => [...columnAttributes(null, c, table), ...sequenceExtras(null, table, c)]),
  ])
}

function objectAccess(o: OtherObject): AccessStep[] {
  const own = isDefaultPrivileges(o)
    ? defaultPrivileges(o)
    : columnGrants(o.details?.extras ?? o.definition, o.name).grants
  const more = own.flatMap((sql): AccessStep[] => {
    const { grantee } = granteeOf(sql)
    return grantee === undefined ? [] : [{ part: 'privileges', grantee, object: labelOf(o), sql }]
  })
  return [...ofRoles(objectAttributes(null, o)), ...more]
}

/** What default privileges of the target have given to what was made there, taken back: the source's privileges are all that it is to have. */
function taken({ tables, objects, present }: MadeObjects): AccessStep[] {
  if (present === undefined) return []
  return ofRoles([
    ...tables.flatMap((t) => [
      ...freshGrantsOf(present, t),
      ...t.columns.flatMap((c) => freshSequenceOf(present, t, c)),
    ]),
    ...objects.flatMap((o) => {
      const ref = reference(o)
      return ref === null ? [] : freshObject(present, o, { ref, object: labelOf(o) })
    }),
  ])
}

/** See `Ddl.access`. What nobody gave goes first, while it is the copy's user's to take. The schema first, for in it a new owner must be allowed to make things; tables before objects, for a sequence behind a column has the owner of its table; owners before privileges, which are theirs to give. */
export function accessSteps(made: MadeObjects): AccessStep[] {
  const { tables, objects } = made
  const [schemas, others] = [objects.filter((o) => o.kind === 'schema'), objects.filter((o) => o.kind !== 'schema')]
  const all = [...schemas.flatMap(objectAccess), ...tables.flatMap(tableAccess), ...others.flatMap(objectAccess)]
  return [...taken(made), ...all.filter((s) => s.part === 'owner'), ...all.filter((s) => s.part === 'privileges')]
}
