/** Puts revisions into their folder. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NaruError } from '../core/error.ts'
import { makeFolder } from '../disk/make-folder.ts'
import { fileName, fileText, type RevisionFile } from './file-text.ts'

export type { RevisionFile } from './file-text.ts'

function unwritable(path: string, error: NodeJS.ErrnoException): NaruError {
  const why = error.code === 'EEXIST' ? 'it is there already' : error.message
  return new NaruError('FILE_UNREADABLE', `${path} could not be written`, {
    why,
    state: 'nothing was changed',
    cause: error,
  })
}

/**
 * Writes a revision; makes the folder where it is missing. Gives the path. Throws FILE_UNREADABLE (also where the file
 * is there), REVISION_INVALID for an empty message.
 */
export async function writeRevision(folder: string, file: RevisionFile): Promise<string> {
  const text = fileText(file)
  const path = join(folder, fileName(file))
  try {
    makeFolder(folder)
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException)
  }
  return path
}
