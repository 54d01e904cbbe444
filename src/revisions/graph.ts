/** The graph of revisions, read from their headers. Pure. */
import type { Revision } from '../core/revision.ts'
import { checkGraph, nameAliases } from './graph-check.ts'
import type { Graph } from './graph-form.ts'

export type { Graph } from './graph-form.ts'

/** By date, then id: the order of those that no edge puts in order. */
function older(a: Revision, b: Revision): number {
  return compare(a.date ?? '', b.date ?? '') || compare(a.id, b.id)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function inverse(revisions: readonly Revision[], edges: (r: Revision) => readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>(revisions.map((r) => [r.id, []]))
  for (const r of revisions) for (const id of edges(r)) found.get(id)?.push(r.id)
  return found
}

/**
 * The graph of these revisions. Throws REVISION_INVALID: an id twice, a revision that follows or needs an unknown one, a circle, several
 * roots without labels, a label twice.
 */
export function buildGraph(found: readonly Revision[]): Graph {
  const sorted = [...found].sort(older)
  const aliases = nameAliases(sorted)
  const named = (ids: readonly string[]) => [...new Set(ids.map((id) => aliases.get(id) ?? id))]
  const revisions = sorted.map((r) => ({ ...r, down: named(r.down), dependsOn: named(r.dependsOn) }))
  const children = inverse(revisions, (r) => r.down)
  const graph: Graph = {
    revisions: new Map(revisions.map((r) => [r.id, r])),
    children,
    dependents: inverse(revisions, (r) => r.dependsOn),
    aliases,
    heads: revisions.filter((r) => children.get(r.id)?.length === 0).map((r) => r.id),
    roots: revisions.filter((r) => r.down.length === 0).map((r) => r.id),
  }
  checkGraph(sorted, graph)
  return graph
}

function reach(from: Iterable<string>, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set(from)
  for (const id of seen) for (const further of next(id)) seen.add(further)
  return seen
}

/** Whether only `down` counts, or `dependsOn` as well (the default). */
export interface Edges {
  readonly lineage?: boolean
}

/** The revisions themselves and all that must be there before them. Ids that are not in the graph stand for themselves. */
export function ancestors(graph: Graph, ids: Iterable<string>, o: Edges = {}): Set<string> {
  return reach(ids, (id) => {
    const r = graph.revisions.get(id)
    if (r === undefined) return []
    return o.lineage ? r.down : [...r.down, ...r.dependsOn]
  })
}

/** The revisions themselves and all that follows them or depends on them. */
export function descendants(graph: Graph, ids: Iterable<string>, o: Edges = {}): Set<string> {
  return reach(ids, (id) => {
    const follow = graph.children.get(id) ?? []
    return o.lineage ? follow : [...follow, ...(graph.dependents.get(id) ?? [])]
  })
}

/** Those of the ids that no other of them follows by `down`: where a database that has applied them stands. Oldest first. */
export function headsOf(graph: Graph, applied: Iterable<string>): string[] {
  const set = new Set(applied)
  return sorted(graph, set).filter((id) => !graph.children.get(id)?.some((child) => set.has(child)))
}

function sorted(graph: Graph, ids: Iterable<string>): string[] {
  return [...ids]
    .flatMap((id) => graph.revisions.get(id) ?? [])
    .sort(older)
    .map((r) => r.id)
}

function insert(queue: Revision[], r: Revision): void {
  let low = 0
  let high = queue.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (older(queue[middle], r) < 0) low = middle + 1
    else high = middle
  }
  queue.splice(low, 0, r)
}

/** These revisions, each after all of them that it follows or depends on, directly or not; else by date and id. */
export function order(graph: Graph, ids: Iterable<string>): Revision[] {
  const wanted = new Set(ids)
  const open = ancestors(graph, wanted)
  const missing = new Map<string, number>()
  const ready: Revision[] = []
  for (const id of sorted(graph, open)) {
    const r = graph.revisions.get(id)!
    const before = r.down.length + r.dependsOn.length
    missing.set(id, before)
    if (before === 0) ready.push(r)
  }
  const done: Revision[] = []
  for (let r = ready.shift(); r !== undefined; r = ready.shift()) {
    done.push(r)
    for (const next of [...graph.children.get(r.id)!, ...graph.dependents.get(r.id)!]) {
      const left = missing.get(next)
      if (left === undefined) continue
      missing.set(next, left - 1)
      if (left === 1) insert(ready, graph.revisions.get(next)!)
    }
  }
  return done.filter((r) => wanted.has(r.id))
}
