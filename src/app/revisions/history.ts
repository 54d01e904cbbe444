/** What stands in a folder of revisions: all of them, their heads, the places where they branch. */
import { branchHeads, labelsOf } from '../../revisions/branch.ts'
import { type Graph, order } from '../../revisions/graph.ts'
import { rangeIds, resolveRange } from '../../revisions/range.ts'
import { entryOf, type RevisionEntry } from './entries.ts'
import { readFolder } from './files.ts'

export interface HistoryOptions {
  /** `A:B`, `A:`, `:B`, or one revision; default: all. */
  readonly range?: string
  /** Heads of what a database has applied: marked, and what `current` in a range means. */
  readonly current?: readonly string[]
}

export interface HistoryReport {
  /** Newest first: each before all that it follows. */
  readonly revisions: readonly RevisionEntry[]
  readonly heads: readonly string[]
  readonly roots: readonly string[]
}

/** Revisions of a folder, newest first. Throws REVISION_INVALID, REVISION_UNKNOWN, SEVERAL_HEADS. */
export async function history(folder: string, o: HistoryOptions = {}): Promise<HistoryReport> {
  const graph = await readFolder(folder)
  const ids = o.range === undefined ? graph.revisions.keys() : rangeIds(graph, resolveRange(graph, o.range, o.current))
  const revisions = order(graph, ids).reverse()
  return { revisions: revisions.map((r) => entryOf(graph, r.id, o.current)), heads: graph.heads, roots: graph.roots }
}

/** The heads of a folder, newest first. Throws REVISION_INVALID. */
export async function heads(folder: string): Promise<readonly RevisionEntry[]> {
  const graph = await readFolder(folder)
  return order(graph, graph.heads)
    .reverse()
    .map((r) => entryOf(graph, r.id))
}

/** A place where revisions branch, or where a labelled branch begins. */
export interface Branch {
  /** null: the base, where several roots begin. */
  readonly at: RevisionEntry | null
  /** What follows it, oldest first. */
  readonly next: readonly RevisionEntry[]
}

export interface BranchesReport {
  readonly branches: readonly Branch[]
  /** By label: where it begins, and the heads that it leads to. */
  readonly labels: readonly { readonly label: string; readonly begins: string; readonly heads: readonly string[] }[]
}

function branchAt(graph: Graph, id: string): Branch {
  return { at: entryOf(graph, id), next: graph.children.get(id)!.map((child) => entryOf(graph, child)) }
}

/** Where revisions branch, newest first, and what labels there are. Throws REVISION_INVALID. */
export async function branches(folder: string): Promise<BranchesReport> {
  const graph = await readFolder(folder)
  const parting = [...graph.revisions.keys()].filter((id) => graph.children.get(id)!.length > 1)
  const found = order(graph, parting)
    .reverse()
    .map((r) => branchAt(graph, r.id))
  const roots = graph.roots.length < 2 ? [] : [{ at: null, next: graph.roots.map((id) => entryOf(graph, id)) }]
  const labels = [...labelsOf(graph)].map(([label, begins]) => ({ label, begins, heads: branchHeads(graph, label) }))
  return { branches: [...found, ...roots], labels }
}
