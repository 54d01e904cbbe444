/** Folders, made with what is missing above them. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { NaruError } from '../core/error.ts'

/**
 * Makes a folder and those above it. Throws what mkdir throws. `recursive` of Node tries without end where a folder says that it is there and
 * nothing can be made in it, as /proc does.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Makes the folder in which a database shall lie. Throws CONNECT_FAILED. */
export function makeHome(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    throw new NaruError('CONNECT_FAILED', `the folder ${folder} could not be made`, {
      why: error instanceof Error ? error.message : String(error),
      hint: 'Check the path; relative paths start at the current folder.',
      state: 'nothing was changed',
      cause: error,
    })
  }
}
