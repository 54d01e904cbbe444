/** `naru stamp`: says where databases stand, without running anything. */
import type { Address } from '../../core/engine.ts'
import type { UpgradeReport } from '../../core/revision.ts'
import { headsOf } from '../../revisions/graph.ts'
import { type Standing, standingOf } from '../../revisions/standing.ts'
import { someOf } from '../format.ts'
import { inTransaction } from './execute.ts'
import { rowsAfterSquash } from './replace.ts'
import { beginner } from './run-revision.ts'
import type { RevisionsSetup } from './setup.ts'
import {
  lockSite,
  openToChange,
  openToLook,
  operator,
  type RunContext,
  type RunPatience,
  siteOf,
  standing,
} from './site.ts'
import { type StampGoal, stampedRevisions, stampStatements } from './stamp-rows.ts'
import { onEach } from './targets.ts'
import { refuseUnknown } from './troubles.ts'
import { ensureVersions, reportOf } from './walk.ts'

export interface StampOptions extends RunPatience, StampGoal {
  readonly dryRun?: boolean
}

/** What only the table knew. */
function forgotten({ unknown }: Standing, { purge }: StampOptions): string[] {
  if (!purge || unknown.length === 0) return []
  const ids = unknown.map((r) => r.id)
  return [`forgotten, as no file knows ${ids.length === 1 ? 'it' : 'them'}: ${someOf(ids, 5)}`]
}

async function stampOne(
  address: Address,
  setup: RevisionsSetup,
  options: StampOptions,
  context: RunContext,
): Promise<UpgradeReport> {
  await using database = options.dryRun ? await openToLook(address) : await openToChange(address, 'naru stamp')
  const open = await siteOf(database, setup)
  if (options.dryRun) {
    const now = await standing(open)
    if (!options.purge) refuseUnknown(now)
    const after = headsOf(
      open.graph,
      stampedRevisions(open.graph, now.heads, options).map((r) => r.id),
    )
    return await reportOf(open, now, [], { outcome: 'planned', after, notes: forgotten(now, options) })
  }
  await using site = await lockSite(open, options, context)
  await ensureVersions(site)
  const before = await standing(site)
  if (!options.purge) refuseUnknown(before)
  await rowsAfterSquash(site, before)
  const now = standingOf(site.graph, await site.versions.read())
  const marking = { ...site, sql: site.versions.sql, at: new Date().toISOString(), by: operator() }
  const statements = await stampStatements(marking, now.rows, stampedRevisions(site.graph, now.heads, options))
  if (statements.length > 0) {
    await inTransaction(database, { begin: beginner(site) }, () => database.execute(statements.join('; ')))
  }
  const outcome = statements.length === 0 ? 'unchanged' : 'done'
  return await reportOf(site, before, [], { outcome, notes: forgotten(before, options) })
}

/**
 * Says of each database that it has these revisions and all before them, and nothing after them; runs nothing. Throws REVISION_UNKNOWN,
 * REVISION_MISSING (unless purged), LOCK_TIMEOUT.
 */
export function stamp(setup: RevisionsSetup, options: StampOptions, context: RunContext): Promise<UpgradeReport[]> {
  return onEach(setup, (address) => stampOne(address, setup, options, context))
}
