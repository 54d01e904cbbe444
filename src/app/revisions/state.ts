/** A folder of revisions as a desired state: what they lead to, replayed on a scratch database. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from '../../revisions/folder.ts'
import { parseHeader } from '../../revisions/header.ts'
import { resolveRevisions } from '../../revisions/resolve.ts'
import { FAMILIES } from '../../schema/sql-body.ts'
import type { State, StateOptions } from '../state-form.ts'
import { readFolder } from './files.ts'
import { replay } from './replay.ts'

function isRevision(path: string, name: string): boolean {
  try {
    const text = readText(path)
    return /\.sql$/i.test(name)
      ? parseHeader(text, name) !== null
      : /\bdefineRevision\s*\(|\bdownRevision\s*:/.test(text)
  } catch {
    return true // a header that cannot be read is one; replaying says what is wrong with it
  }
}

/** Whether some file in a folder is a revision. */
export function holdsRevisions(folder: string): boolean {
  const names = readdirSync(folder).filter((name) => /\.(?:sql|ts)$/i.test(name) && !/^\.|\.d\.ts$/i.test(name))
  return names.some((name) => isRevision(join(folder, name), name))
}

/**
 * What the revisions of a folder lead to: all of them, or those up to `rev` (an id, label@head …). Throws STATE_REFUSED with file and line,
 * REVISION_INVALID, REVISION_UNKNOWN, USAGE where nothing says the engine, SCRATCH_UNAVAILABLE.
 */
export async function revisionsState(
  folder: string,
  rev: string | null,
  label: string,
  o: StateOptions,
): Promise<State> {
  const graph = await readFolder(folder)
  const family = FAMILIES[o.engine ?? o.dev?.engine ?? ''] ?? null
  const ids = rev === null ? null : resolveRevisions(graph, rev)
  const schema = await replay({ folderLabel: label, family, states: o }, graph, ids)
  return { label, kind: 'revisions', schema }
}
