/** The revisions that lie between where a database stands and where it is to stand. Pure. */
import type { Revision } from '../core/revision.ts'
import { ancestors, descendants, type Graph, order } from './graph.ts'
import type { Target } from './resolve.ts'

/** What is to be applied, in order: each after all that it follows or depends on. */
export function upgradePath(graph: Graph, applied: ReadonlySet<string>, target: Target): Revision[] {
  return order(
    graph,
    [...ancestors(graph, target.ids)].filter((id) => !applied.has(id)),
  )
}

/** What is to be taken back, in order: each before all that it follows or depends on. */
export function downgradePath(graph: Graph, applied: ReadonlySet<string>, target: Target): Revision[] {
  return order(
    graph,
    [...descendants(graph, target.ids)].filter((id) => applied.has(id)),
  ).reverse()
}
