/** Steps for one object that is no table. */
import type { Step } from '../../../core/change.ts'
import { displayName, type OtherObject } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import { type Assembly, NO_NAMES, ownerBack } from './assembly.ts'
import type { Work } from './decisions.ts'
import { objectId, tableId } from './graph.ts'
import { alterObject } from './object-alter.ts'
import { wayOf } from './object-way.ts'
import { createObject, replaceObject } from './objects.ts'
import { labelOf, objectAttributes, step } from './reference.ts'

/** Makes, replaces or alters an object, with its attributes; adds to `unplanned` what no statement can change. */
export function objectSteps(a: Assembly, to: OtherObject, work: Work): Step[] {
  const from = work.from?.kind === 'object' ? work.from.object : null
  if (work.mode === 'create' || from === null) return createdObject(a, to)
  const labels = a.d.labels.get(objectId(to)) ?? NO_NAMES
  const attributes = objectAttributes(from, { ...to, ...ownerBack(a, from, to) })
  if (from.definition !== to.definition && wayOf(from, to, labels) === 'replace')
    return [...replaceObject(to), ...attributes]
  const steps = alterObject(from, to, labels)
  if (steps === null)
    a.unplanned.push({ object: labelOf(to), why: 'it differs in a way that no statement changes while rows are in it' })
  return [...(steps ?? []), ...attributes]
}

function createdObject(a: Assembly, to: OtherObject): Step[] {
  if (to.kind === 'inheritance' && a.d.work.get(tableId(to.name))?.mode === 'create') return []
  const back = a.d.before.nodes.has(objectId(to))
  if (to.kind === 'sequence' && a.sequences.from.has(displayName(to.name))) {
    const bare = {
      ...to,
      definition: `CREATE SEQUENCE ${qualified(to.name)}`,
      details: { clauses: '?', 'owned by': '?' },
    }
    return [...(alterObject(bare, to, NO_NAMES) ?? []), ...objectAttributes(null, to, a.owner)]
  }
  const bare = to.kind === 'sequence' ? { ...to, definition: to.definition.split(';\n')[0] } : to
  return createObject(bare, back ? 'restored' : 'not there yet', { owner: a.owner, from: a.input.from })
}

/** Sequences get their sequenceOwners once the tables are there. */
export function sequenceOwners(a: Assembly): Step[] {
  return [...a.d.work].flatMap(([id, work]) => {
    const node = a.d.after.nodes.get(id)
    if (work.mode !== 'create' || node?.kind !== 'object' || node.object.kind !== 'sequence') return []
    const owner = node.object.details?.['owned by']
    if (owner === undefined) return []
    const { name } = node.object
    const sql = `ALTER SEQUENCE ${qualified(name)} OWNED BY ${quote(name.schema ?? 'public')}.${owner}`
    return [step(sql, 'whose it is', labelOf(node.object))]
  })
}
