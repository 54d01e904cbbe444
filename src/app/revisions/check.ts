/** `naru check`: do the revisions lead to the desired state, and does a database have what its revisions made? */
import type { CheckReport } from '../../core/autogenerate.ts'
import { readFolder } from './files.ts'
import type { RevisionsSetup } from './setup.ts'
import { findMissing, linesOf, notesOf, type WantedOptions } from './wanted.ts'

/** Compares; writes nothing. Throws what autogenerate throws before it writes, but for several heads. */
export async function check(setup: RevisionsSetup, o: Omit<WantedOptions, 'ask'> = {}): Promise<CheckReport> {
  const found = await findMissing(setup, await readFolder(setup.folder), o)
  const unplanned = found.up.unplanned.map((u) => `${u.object}: ${u.why}`)
  const changed = linesOf(found)
  const lines = changed.length > 0 ? changed : unplanned
  const same = lines.length === 0
  return {
    models: found.models.label,
    present: found.present.label,
    lines,
    notes: notesOf(found),
    same,
    exit: same ? 0 : 1,
  }
}
