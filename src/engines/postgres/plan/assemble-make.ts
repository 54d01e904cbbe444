/** The stage in which things are made and altered, each after what it uses. */

import type { Step } from '../../../core/change.ts'
import { isDefaultPrivileges } from '../default-privileges.ts'
import { objectSteps } from './assemble-object.ts'
import { partSteps } from './assemble-part.ts'
import type { Assembly } from './assembly.ts'
import type { Decisions } from './decisions.ts'
import { type Node, nodeOf, ordered, partId, partNodes } from './graph.ts'

/** Among what is independent of each other, in this order. */
const RANKS: readonly string[] = [
  'schema',
  'extension',
  'collation',
  'enum',
  'range type',
  'composite type',
  'domain',
  'sequence',
  'function',
  'procedure',
  'other',
  'table',
  'partition',
  'column',
  'key',
  'index',
  'check',
  'exclusion',
  'inheritance',
  'foreign key',
  'aggregate',
  'statistics',
  'view',
  'materialized view',
  'rule',
  'trigger',
  'policy',
]

/** Privileges on what is made later come last: what this plan makes has its own. */
const rankOf = (node: Node) =>
  node.kind === 'object' && isDefaultPrivileges(node.object)
    ? RANKS.length
    : RANKS.indexOf(node.kind === 'object' ? node.object.kind : node.kind === 'default' ? 'column' : node.kind)

/** A created table is what its parts use; a column is what its default uses. */
function makingEdges(d: Decisions): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map(d.after.uses)
  const lend = (id: string, from: string) =>
    edges.set(id, new Set([...(edges.get(id) ?? []), ...(d.after.uses.get(from) ?? [])].filter((x) => x !== id)))
  for (const [id, work] of d.work) {
    const node = d.after.nodes.get(id)
    if (node?.kind === 'column') lend(id, partId(node.table.name, `default ${node.column.name}`))
    if (node?.kind === 'table' && work.mode === 'create')
      for (const part of partNodes(node.table)) if (!d.work.has(part.id)) lend(id, part.id)
  }
  return edges
}

/** Steps for all that is made or altered. */
export function makeStage(a: Assembly): Step[] {
  const { d } = a
  const rank = (id: string) => rankOf(nodeOf(d.after, id))
  const known = [...d.work.keys()].filter((id) => d.after.nodes.has(id))
  const ranked = known.sort((x, y) => rank(x) - rank(y) || (x < y ? -1 : 1))
  return ordered(ranked, makingEdges(d)).flatMap((id) => {
    const [node, work] = [nodeOf(d.after, id), d.work.get(id)]
    if (work === undefined) return []
    return node.kind === 'object' ? objectSteps(a, node.object, work) : partSteps(a, node, work)
  })
}
