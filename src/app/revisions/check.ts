/** `naru check`: do the revisions lead to the desired state, and does a database have what its revisions made? */
import type { CheckReport, DatabaseDrift, DriftReport } from '../../core/autogenerate.ts'
import { NaruError } from '../../core/error.ts'
import { renameCandidates } from '../../diff/rename-candidates.ts'
import { changeLines } from '../apply/difference.ts'
import { comparisonNotes } from '../diff-compare.ts'
import { type Drift, type DriftOptions, driftLines, driftOf } from './drift.ts'
import { readFolder } from './files.ts'
import type { RevisionsSetup } from './setup.ts'
import { findMissing, type WantedOptions } from './wanted.ts'

/** Compares; writes nothing. Throws what autogenerate throws before it writes, but for several heads. */
export async function check(setup: RevisionsSetup, o: Omit<WantedOptions, 'ask'> = {}): Promise<CheckReport> {
  const found = await findMissing(setup, await readFolder(setup.folder), o)
  const unplanned = found.up.unplanned.map((u) => `${u.object}: ${u.why}`)
  const changed = changeLines(found)
  const lines = changed.length > 0 ? changed : unplanned
  const same = lines.length === 0
  return {
    models: found.models.label,
    present: found.present.label,
    against: o.fromDb ? 'database' : 'revisions',
    lines,
    notes: comparisonNotes(found),
    candidates: renameCandidates(found.changes),
    same,
    exit: same ? 0 : 1,
  }
}

function driftFound(database: string, drift: Drift): DatabaseDrift {
  const lines = driftLines(drift)
  const { applied, difference } = drift
  return { database, applied: applied.length, lines, notes: comparisonNotes(difference), same: lines.length === 0 }
}

/**
 * Compares each database of a setup with what the revisions that it has applied lead to. Changes nothing. Throws USAGE where none is named,
 * and what driftOf throws.
 */
export async function checkDatabases(setup: RevisionsSetup, o: DriftOptions = {}): Promise<DriftReport> {
  if (setup.targets.length === 0) {
    throw new NaruError('USAGE', 'no database is named', {
      why: 'neither --target nor revisions.database of naru.config.ts says which',
      hint: 'Name one with --target.',
    })
  }
  const databases: DatabaseDrift[] = []
  for (const target of setup.targets) {
    const address = await setup.address(target)
    databases.push(driftFound(address.label, await driftOf(setup, address, o)))
  }
  return { databases, exit: databases.every((d) => d.same) ? 0 : 1 }
}
