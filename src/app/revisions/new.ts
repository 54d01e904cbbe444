/** A new revision: where it belongs, and its file. */
import { NaruError } from '../../core/error.ts'
import { buildGraph, type Graph } from '../../revisions/graph.ts'
import { checkWord, newId } from '../../revisions/ids.ts'
import { named, onlyHead, resolveRevisions } from '../../revisions/resolve.ts'
import { type RevisionFile, writeRevision } from '../../revisions/write.ts'
import { entryOf, type RevisionEntry } from './entries.ts'
import { readFolder } from './files.ts'

export interface NewRevision {
  readonly message: string
  /** A file in TypeScript. */
  readonly ts?: boolean
  /** What it follows: as for `naru upgrade`, `base` for a branch of its own. Default: the only head. */
  readonly head?: string
  /** It may follow a revision that is no head. */
  readonly splice?: boolean
  readonly labels?: readonly string[]
  readonly dependsOn?: readonly string[]
  /** Default: 12 hexadecimal digits. */
  readonly id?: string
  /** Texts of the sections. */
  readonly up?: string
  readonly down?: string
}

function checkHead(graph: Graph, id: string): void {
  const next = graph.children.get(id)!
  if (next.length === 0) return
  throw new NaruError('REVISION_INVALID', `${named(graph, id)} is no head`, {
    why: `it is followed by ${next.map((child) => named(graph, child)).join('; ')}`,
    hint: 'Say --splice where a new branch is meant, or name a head.',
  })
}

/** What a new revision follows. */
function downOf(graph: Graph, o: NewRevision): readonly string[] {
  if (o.head === undefined) {
    const head = onlyHead(graph)
    return head === null ? [] : [head]
  }
  const ids = resolveRevisions(graph, o.head)
  if (!o.splice) for (const id of ids) checkHead(graph, id)
  return ids
}

/** Revisions of other branches; a label stands for the head of its branch at this time. */
function needsOf(graph: Graph, texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => resolveRevisions(graph, text)))]
}

/** The time to the second: `2026-11-22T02:50:00Z`. */
export const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`

/** Throws REVISION_INVALID where the graph with this file in it would contradict itself. */
export function checkFit(graph: Graph, file: RevisionFile, without: ReadonlySet<string> = new Set()): void {
  const { upText: _up, downText: _down, ...header } = file
  const kept = [...graph.revisions.values()].filter((r) => !without.has(r.id))
  buildGraph([...kept, { ...header, path: `${file.id}.${file.kind} (new)` }])
}

/** Writes a file and reads it back. */
export async function written(folder: string, file: RevisionFile): Promise<RevisionEntry> {
  await writeRevision(folder, file)
  return entryOf(await readFolder(folder), file.id)
}

/**
 * Writes a new revision; makes the folder where it is missing. Throws SEVERAL_HEADS where it is not said which head it follows,
 * REVISION_INVALID (no head and no splice, an id or label that is taken, an empty message), REVISION_UNKNOWN, FILE_UNREADABLE.
 */
export async function newRevision(folder: string, o: NewRevision): Promise<RevisionEntry> {
  const graph = await readFolder(folder)
  const file: RevisionFile = {
    id: checkWord(o.id ?? newId(), 'revision'),
    down: downOf(graph, o),
    dependsOn: needsOf(graph, o.dependsOn ?? []),
    labels: (o.labels ?? []).map((label) => checkWord(label, 'branch label')),
    replaces: [],
    message: o.message,
    date: now(),
    kind: o.ts ? 'ts' : 'sql',
    upText: o.up ?? null,
    downText: o.down ?? null,
  }
  checkFit(graph, file)
  return written(folder, file)
}
