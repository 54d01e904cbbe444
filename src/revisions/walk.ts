/** Relative steps over the graph. */
import { NaruError } from '../core/error.ts'
import { labelsOf } from './branch.ts'
import { descendants, type Graph, headsOf } from './graph.ts'

export const unknown = (what: string, why: string, hint?: string) =>
  new NaruError('REVISION_UNKNOWN', what, { why, ...(hint !== undefined && { hint }) })

/** `3f2a9c1b7d04 (add users)`. */
export function named(graph: Graph, id: string): string {
  const message = graph.revisions.get(id)?.message ?? ''
  return message === '' ? id : `${id} (${message})`
}

function ways(graph: Graph, ids: readonly string[]): string {
  const labels = [...labelsOf(graph).entries()]
  return ids
    .map((id) => {
      const label = labels.find(([, bearer]) => descendants(graph, [id], { lineage: true }).has(bearer))?.[0]
      return label === undefined ? named(graph, id) : `${named(graph, id)}, on branch ${label}`
    })
    .join('; ')
}

/** Where steps began, and which revisions count. */
export interface Walk {
  readonly text: string
  readonly steps: number
  /** Only these are walked over; null: all. */
  readonly within: ReadonlySet<string> | null
}

function far(w: Walk, done: number): NaruError {
  const end = w.steps > 0 ? 'the head' : 'the base'
  return unknown(`${w.text} leads too far`, `after ${done} of ${Math.abs(w.steps)} steps ${end} is reached`)
}

/** The revision so many steps up; from null: from before the first. Throws REVISION_UNKNOWN where it ends, SEVERAL_HEADS where it parts. */
export function walkUp(graph: Graph, from: string | null, w: Walk): string {
  let at = from
  for (let i = 0; i < w.steps; i++) {
    const all = at === null ? graph.roots : (graph.children.get(at) ?? [])
    const next = w.within === null ? all : all.filter((id) => w.within?.has(id))
    if (next.length === 0) throw far(w, i)
    if (next.length > 1)
      throw new NaruError('SEVERAL_HEADS', `${w.text} could mean several revisions`, {
        why: `${at === null ? 'the base' : named(graph, at)} is followed by ${ways(graph, next)}`,
        hint: 'Name the revision, or the branch: label@+1.',
      })
    at = next[0]
  }
  return at!
}

/** The revision so many steps down; null: the base. Throws REVISION_UNKNOWN where it leads below the base or parts. */
export function walkDown(graph: Graph, from: string, w: Walk): string | null {
  let at: string | null = from
  for (let i = 0; i < -w.steps; i++) {
    if (at === null) throw far(w, i)
    const all: readonly string[] = graph.revisions.get(at)?.down ?? []
    const next: readonly string[] = w.within === null ? all : all.filter((id) => w.within?.has(id))
    if (next.length > 1)
      throw unknown(
        `${w.text} could mean several revisions`,
        `${named(graph, at)} joins ${ways(graph, next)}`,
        'Name the revision that you mean.',
      )
    at = next[0] ?? null
  }
  return at
}

/**
 * What must go so that a database at these heads takes so many revisions back, one after the other; through a merge one step leads to
 * the lines that it joined. Throws REVISION_UNKNOWN, SEVERAL_HEADS where the next step could be on several lines.
 */
export function takeBack(graph: Graph, applied: ReadonlySet<string>, w: Walk): string[] {
  const left = new Set(applied)
  const gone: string[] = []
  for (let i = 0; i < -w.steps; i++) {
    const heads = headsOf(graph, left).filter((id) => w.within === null || w.within.has(id))
    if (heads.length === 0) throw far(w, i)
    if (heads.length > 1)
      throw new NaruError('SEVERAL_HEADS', `${w.text} could mean several revisions`, {
        why: `the database stands at ${ways(graph, heads)}${i === 0 ? '' : ` after ${i} of ${-w.steps} steps`}`,
        hint: 'Name the branch (label@-1) or the revision to go back to.',
      })
    gone.push(heads[0])
    for (const id of descendants(graph, [heads[0]])) left.delete(id)
  }
  return gone
}
