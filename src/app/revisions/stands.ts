/** Where one database stands, for commands that only mark it. */
import { onlyTarget, type RevisionsSetup } from './setup.ts'
import { openToLook, siteOf, standing } from './site.ts'

/** Heads of what the only target has applied, of what the folder knows. Throws USAGE where none or several are named, CONNECT_FAILED … */
export async function standsAt(setup: RevisionsSetup): Promise<readonly string[]> {
  await using database = await openToLook(await onlyTarget(setup))
  return (await standing(await siteOf(database, setup))).heads
}
