/** Revisions from their files, with modules imported by Node itself. */
import { basename } from 'node:path'
import { NaruError } from '../../core/error.ts'
import type { Revision, RevisionBody } from '../../core/revision.ts'
import { readBody as bodyOf } from '../../revisions/body.ts'
import { readFolder as graphOf } from '../../revisions/folder.ts'
import type { Graph } from '../../revisions/graph.ts'
import type { Family } from '../../schema/sql-body.ts'

async function load(path: string): Promise<Record<string, unknown>> {
  const { importModule } = await import('../module-import.ts')
  const name = basename(path)
  return importModule(path, name).catch((error: unknown) => {
    const { message, why, hint } = error as NaruError
    throw new NaruError('REVISION_INVALID', message, { why, hint: `Mend ${name}. ${hint ?? ''}`.trim(), cause: error })
  })
}

/**
 * The graph of the revisions in a folder, from their headers; no folder is an empty one. Throws REVISION_INVALID with file and line,
 * FILE_UNREADABLE.
 */
export function readFolder(folder: string): Promise<Graph> {
  return graphOf(folder, load)
}

/** What a revision does. Throws REVISION_INVALID with file and line, FILE_UNREADABLE. */
export function readBody(revision: Revision, family: Family): Promise<RevisionBody> {
  return bodyOf(revision, family, load)
}
