/** What programs say of revisions → what the use cases work on. */

import type { Reporter } from '../../core/event.ts'
import { type Hooks, resolvePlace } from '../library.ts'
import {
  type RevisionsChoice,
  type RevisionsPlace,
  type RevisionsSetup,
  revisionsPlace,
  revisionsSetup,
} from './setup.ts'

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

/** What a use case that opens databases works on. Throws what resolving an address throws. */
export function setupFor(hooks: RevisionsHooks): Promise<RevisionsSetup> {
  return revisionsSetup(hooks, surroundings(hooks))
}

/** Who is told what happens, and what ends the work. */
export function contextFor(hooks: RevisionsHooks): { readonly reporter: Reporter; readonly signal?: AbortSignal } {
  return { reporter: { report: (event) => hooks.onEvent?.(event) }, signal: hooks.signal }
}
