/** Branches joined by a revision that follows several. */
import { NaruError } from '../../core/error.ts'
import type { Revision } from '../../core/revision.ts'
import { ancestors, type Graph, order } from '../../revisions/graph.ts'
import { checkWord, newId } from '../../revisions/ids.ts'
import { named, resolveRevisions } from '../../revisions/resolve.ts'
import type { RevisionFile } from '../../revisions/write.ts'
import type { RevisionEntry } from './entries.ts'
import { readFolder } from './files.ts'
import { checkFit, now, written } from './new.ts'

/** A branch that is to be joined: what it has and the others have not, oldest first. */
export interface MergedBranch {
  readonly head: string
  readonly revisions: readonly Revision[]
}

export interface MergeOptions {
  /** Default: the messages of what is joined. */
  readonly message?: string
  /** What is to be joined; default: all heads. */
  readonly revisions?: readonly string[]
  readonly labels?: readonly string[]
  readonly id?: string
  /** Asked before the file is written: whether the branches may be applied in any order. Gives warnings; throws to refuse. */
  readonly commute?: (branches: readonly MergedBranch[]) => Promise<readonly string[]>
}

export interface MergeReport {
  readonly revision: RevisionEntry
  readonly warnings: readonly string[]
}

const refused = (what: string, why: string, hint: string) => new NaruError('REVISION_INVALID', what, { why, hint })

/** What is to be joined: two heads at least, none of which another follows. */
function headsToJoin(graph: Graph, texts: readonly string[] | undefined): string[] {
  const ids = [
    ...new Set(
      texts === undefined || texts.length === 0 ? graph.heads : texts.flatMap((t) => resolveRevisions(graph, t)),
    ),
  ]
  if (ids.length < 2) {
    const why = ids.length === 0 ? 'there are no revisions' : `${named(graph, ids[0])} is the only one`
    throw refused('nothing is to be merged', why, 'A merge joins two revisions or more; see `naru heads`.')
  }
  for (const id of ids) {
    const next = graph.children.get(id)!
    if (next.length === 0) continue
    const why = `it is followed by ${next.map((child) => named(graph, child)).join('; ')}`
    throw refused(`${named(graph, id)} is no head`, why, 'Name the head of its branch; see `naru heads`.')
  }
  return ids
}

function branchesOf(graph: Graph, ids: readonly string[]): MergedBranch[] {
  const all = ids.map((id) => ancestors(graph, [id]))
  return ids.map((head, i) => ({
    head,
    revisions: order(
      graph,
      [...all[i]].filter((id) => all.some((other) => !other.has(id))),
    ),
  }))
}

function messageOf(graph: Graph, ids: readonly string[]): string {
  return `merge ${ids.map((id) => graph.revisions.get(id)?.message || id).join(' and ')}`
}

/**
 * Writes a revision that follows several heads and does nothing else. Throws REVISION_INVALID where there is nothing to join, and what
 * `commute` throws; REVISION_UNKNOWN, FILE_UNREADABLE.
 */
export async function merge(folder: string, o: MergeOptions = {}): Promise<MergeReport> {
  const graph = await readFolder(folder)
  const down = headsToJoin(graph, o.revisions)
  const file: RevisionFile = {
    id: checkWord(o.id ?? newId(), 'revision'),
    down,
    dependsOn: [],
    labels: (o.labels ?? []).map((label) => checkWord(label, 'branch label')),
    replaces: [],
    message: o.message ?? messageOf(graph, down),
    date: now(),
    kind: 'sql',
    upText: null,
    downText: null,
  }
  checkFit(graph, file)
  const warnings = (await o.commute?.(branchesOf(graph, down))) ?? []
  return { revision: await written(folder, file), warnings }
}
