/** Revisions with what they do. */
import type { RevisionBody, RevisionStatement, RevisionWay } from '../../core/revision.ts'
import { readText } from '../../revisions/folder.ts'
import { resolveRevisions } from '../../revisions/resolve.ts'
import type { Family } from '../../schema/sql-body.ts'
import { entryOf, type RevisionEntry } from './entries.ts'
import { readBody, readFolder } from './files.ts'

export interface ShowOptions {
  /** What the statements are written for; null: they are not told apart. */
  readonly family: Family | null
  readonly current?: readonly string[]
}

/** A way as far as it can be told: statements, or why there are none to tell. */
export type ShownWay =
  | { readonly kind: 'sql'; readonly statements: readonly RevisionStatement[] }
  | { readonly kind: 'ts' }
  | { readonly kind: 'none'; readonly why: string }

export interface ShownRevision extends RevisionEntry {
  /** The file, line ends as `\n`. */
  readonly text: string
  /** null: it is not known for which engine it is written. */
  readonly ways: { readonly up: ShownWay; readonly down: ShownWay; readonly checksum: string } | null
}

const shown = (way: RevisionWay): ShownWay => (way.kind === 'ts' ? { kind: 'ts' } : way)

const waysOf = (body: RevisionBody) => ({ up: shown(body.up), down: shown(body.down), checksum: body.checksum })

/** The revisions that a text names, newest first. Throws REVISION_INVALID, REVISION_UNKNOWN, SEVERAL_HEADS. */
export async function show(folder: string, text: string, o: ShowOptions): Promise<readonly ShownRevision[]> {
  const graph = await readFolder(folder)
  const found: ShownRevision[] = []
  for (const id of resolveRevisions(graph, text, o.current).toReversed()) {
    const entry = entryOf(graph, id, o.current)
    const body: RevisionBody | null = o.family === null ? null : await readBody(entry, o.family)
    found.push({ ...entry, text: readText(entry.path), ways: body === null ? null : waysOf(body) })
  }
  return found
}
