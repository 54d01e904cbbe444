/** Which part of the old schema is which of the new one. */
import type { PlanInput } from '../../../core/change.ts'
import { displayName, type ObjectName } from '../../../core/schema.ts'
import { idOf, isTable } from './decisions.ts'
import { type Graph, objectId, partId, partNodes, tableId } from './graph.ts'

/** Old id → new id for all that neither side's changes drop or add. */
export function staying(input: PlanInput, before: Graph, after: Graph): Map<string, string> {
  const stays = new Map<string, string>()
  const tables = new Map<string, ObjectName>()
  const pair = (from: string, to: string) => {
    if (before.nodes.has(from) && after.nodes.has(to)) stays.set(from, to)
  }
  const alters = input.changes.filter((c) => c.kind === 'alter')
  const altered = new Map(alters.filter(isTable).map((c) => [displayName(c.from.table.name), c]))
  for (const table of input.from.tables) {
    const change = altered.get(displayName(table.name))
    const to = change?.to.table.name ?? table.name
    tables.set(displayName(table.name), to)
    pair(tableId(table.name), tableId(to))
    const renamed = new Map<string, string>()
    for (const e of change?.edits ?? [])
      if (e.part !== 'option' && e.part !== 'order' && e.from !== null && e.to !== null) {
        renamed.set(idOf(table.name, e, 'from'), idOf(to, e, 'to'))
        if (e.part === 'column')
          renamed.set(partId(table.name, `default ${e.from.name}`), partId(to, `default ${e.to.name}`))
      }
    for (const part of partNodes(table)) pair(part.id, renamed.get(part.id) ?? moved(part.id, table.name, to))
  }
  const objects = new Map<string, string>()
  for (const c of alters)
    if (c.from.kind === 'object' && c.to.kind === 'object') objects.set(objectId(c.from.object), objectId(c.to.object))
  for (const o of input.from.others) {
    const on = o.table === undefined ? undefined : (tables.get(displayName(o.table)) ?? o.table)
    pair(objectId(o), objects.get(objectId(o)) ?? objectId({ ...o, ...(on !== undefined && { table: on }) }))
  }
  return stays
}

const moved = (id: string, from: ObjectName, to: ObjectName) =>
  partId(to, id.slice(0, id.length - partId(from, '').length))
