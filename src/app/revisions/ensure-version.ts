/** `naru ensure-version`: makes the version table where it is missing. */
import type { Address } from '../../core/engine.ts'
import type { Side } from '../../core/plan.ts'
import type { RevisionsSetup } from './setup.ts'
import { lockSite, openToChange, type RunContext, type RunPatience, sideOf, siteOf } from './site.ts'
import { onEach } from './targets.ts'
import { ensureVersions } from './walk.ts'

export interface EnsuredVersion {
  readonly database: Side
  /** The quoted name of the table. */
  readonly table: string
}

async function ensureOne(
  address: Address,
  setup: RevisionsSetup,
  patience: RunPatience,
  context: RunContext,
): Promise<EnsuredVersion> {
  await using database = await openToChange(address, 'naru ensure-version')
  const open = await siteOf(database, setup)
  await using site = await lockSite(open, patience, context)
  await ensureVersions(site)
  return { database: sideOf(database), table: site.versions.sql.table }
}

/** Makes the version table on each database where it is missing. Throws PERMISSION_DENIED, LOCK_TIMEOUT. */
export function ensureVersion(
  setup: RevisionsSetup,
  patience: RunPatience,
  context: RunContext,
): Promise<EnsuredVersion[]> {
  return onEach(setup, (address) => ensureOne(address, setup, patience, context))
}
