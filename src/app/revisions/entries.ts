/** Revisions as they are shown: with their places in the graph. */
import type { Revision } from '../../core/revision.ts'
import type { Graph } from '../../revisions/graph.ts'

export interface RevisionEntry extends Revision {
  readonly head: boolean
  /** Several revisions follow it. */
  readonly branchPoint: boolean
  /** It joins several revisions. */
  readonly merge: boolean
  /** A database stands here; null: none was asked. */
  readonly current: boolean | null
}

/** One revision of a graph. `current`: heads of what a database has applied. */
export function entryOf(graph: Graph, id: string, current: readonly string[] | null = null): RevisionEntry {
  const r = graph.revisions.get(id)!
  const following = graph.children.get(id)!.length
  return {
    ...r,
    head: following === 0,
    branchPoint: following > 1,
    merge: r.down.length > 1,
    current: current === null ? null : current.includes(id),
  }
}
