/** Ranges of revisions: `A:B`, `A:`, `:B`. Pure. */
import { ancestors, descendants, type Graph } from './graph.ts'
import { resolveRevisions } from './resolve.ts'
import { named, unknown } from './walk.ts'

export interface Range {
  /** [] is the base. */
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/**
 * What a range names; a text without `:` is both ends. A side that is missing is the base, or the heads. Where one side only counts steps
 * (`-3:current`, `1a2b:+2`) they are taken from the other. Throws REVISION_UNKNOWN, SEVERAL_HEADS.
 */
export function resolveRange(graph: Graph, text: string, current: readonly string[] = []): Range {
  const at = text.indexOf(':')
  if (at < 0) {
    const ids = resolveRevisions(graph, text, current)
    return { from: ids, to: ids }
  }
  const [a, b] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  const steps = (side: string) => /^[+-]\d+$/.test(side)
  if (steps(b) && !steps(a)) {
    const from = a === '' ? [] : resolveRevisions(graph, a, current)
    return { from, to: resolveRevisions(graph, b, from) }
  }
  const to = b === '' ? graph.heads : resolveRevisions(graph, b, current)
  return { from: a === '' ? [] : resolveRevisions(graph, a, steps(a) && !steps(b) ? to : current), to }
}

/** The revisions of a range, both ends among them. Throws REVISION_UNKNOWN where nothing leads from one end to the other. */
export function rangeIds(graph: Graph, { from, to }: Range): Set<string> {
  const below = ancestors(graph, to, { lineage: true })
  if (from.length === 0) return below
  const found = [...descendants(graph, from, { lineage: true })].filter((id) => below.has(id))
  if (found.length > 0) return new Set(found)
  const end = (ids: readonly string[]) => (ids.length === 0 ? 'the base' : ids.map((id) => named(graph, id)).join(', '))
  throw unknown(
    `nothing leads from ${end(from)} to ${end(to)}`,
    'they are on different branches, or the other way round',
  )
}
