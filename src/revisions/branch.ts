/** Branches by their labels. */
import { NaruError } from '../core/error.ts'
import { suggest } from '../core/suggest.ts'
import { ancestors, descendants, type Graph } from './graph.ts'

/** All labels, with the revision that bears each. */
export function labelsOf(graph: Graph): Map<string, string> {
  return new Map([...graph.revisions.values()].flatMap((r) => r.labels.map((label) => [label, r.id] as const)))
}

/**
 * The revisions on the lines through the one that bears the label: all that it follows, itself, and all that follow it. Throws
 * REVISION_UNKNOWN.
 */
export function branchOf(graph: Graph, label: string): Set<string> {
  const labels = labelsOf(graph)
  const bearer = labels.get(label)
  if (bearer === undefined) {
    const known = [...labels.keys()]
    const near = suggest(label, known)
    const why = known.length === 0 ? 'no revision has a label' : `there are ${known.join(', ')}`
    throw new NaruError('REVISION_UNKNOWN', `no branch is labelled ${label}`, {
      why,
      ...(near !== undefined && { hint: `Did you mean ${near}?` }),
    })
  }
  return new Set([...ancestors(graph, [bearer], { lineage: true }), ...descendants(graph, [bearer], { lineage: true })])
}

/** The heads of a branch, oldest first. Throws REVISION_UNKNOWN. */
export function branchHeads(graph: Graph, label: string): string[] {
  const members = branchOf(graph, label)
  return graph.heads.filter((id) => members.has(id))
}
