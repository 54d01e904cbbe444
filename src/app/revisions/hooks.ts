/** What programs say of revisions → what the use cases work on. */
import { type Hooks, resolvePlace } from '../library.ts'
import { type RevisionsChoice, type RevisionsPlace, revisionsPlace } from './setup.ts'

/** Which revisions and databases; relative paths start from the working directory. */
export interface RevisionsHooks extends Hooks, RevisionsChoice {}

function surroundings(hooks: RevisionsHooks) {
  const cwd = process.cwd()
  const address = (nameOrUrl: string) => resolvePlace(nameOrUrl, hooks)
  return { config: hooks.config ?? {}, configFolder: cwd, cwd, address }
}

/** Where the files lie; no address is resolved. */
export function placeFor(hooks: RevisionsHooks): RevisionsPlace {
  return revisionsPlace(hooks, surroundings(hooks))
}
