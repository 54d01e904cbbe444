/** `naru stamp`: says where databases stand, without running anything. */
import type { Address } from '../../core/engine.ts'
import type { Revision, UpgradeReport } from '../../core/revision.ts'
import { ancestors, descendants, headsOf, order } from '../../revisions/graph.ts'
import { resolveRevisions } from '../../revisions/resolve.ts'
import { type Standing, standingOf } from '../../revisions/standing.ts'
import { inTransaction } from './execute.ts'
import { rowsAfterSquash } from './replace.ts'
import { beginner } from './run-revision.ts'
import type { RevisionsSetup } from './setup.ts'
import {
  type LockedSite,
  lockSite,
  openToChange,
  openToLook,
  operator,
  type RunContext,
  type RunPatience,
  type Site,
  siteOf,
  standing,
} from './site.ts'
import { onEach } from './targets.ts'
import { refuseUnknown } from './troubles.ts'
import { ensureVersions, reportOf } from './walk.ts'

export interface StampOptions extends RunPatience {
  /** What is to be there afterwards: ids, head, heads, branch@head …, base. */
  readonly revisions: readonly string[]
  /** Forgets first what the database has, also revisions that no file knows. */
  readonly purge?: boolean
  readonly dryRun?: boolean
}

/** Applied afterwards: each named revision with all before it and nothing after it; other branches as they are. */
function wanted(site: Site, now: Standing, { revisions, purge }: StampOptions): Revision[] {
  const heads = purge ? [] : now.heads
  const named = revisions.map((text) => resolveRevisions(site.graph, text, now.heads))
  // The base is left of everything, so all goes that is not named beside it.
  const keeps = !purge && !named.some((ids) => ids.length === 0)
  const after = descendants(site.graph, named.flat())
  const before = keeps ? [...ancestors(site.graph, heads)].filter((id) => !after.has(id)) : []
  return order(site.graph, [...ancestors(site.graph, [...named.flat(), ...before])])
}

/** Statements that make the rows say so. Rows that stay keep their history; their checksums become those of the files. */
async function rowSql(site: LockedSite, now: Standing, goal: readonly Revision[]): Promise<string[]> {
  const { sql } = site.versions
  const ids = new Set(goal.map((r) => r.id))
  const heads = new Set(headsOf(site.graph, ids))
  const kept = new Map(now.rows.filter((r) => ids.has(r.id) && r.progress === null).map((r) => [r.id, r]))
  const gone = now.rows.filter((r) => !kept.has(r.id)).map((r) => r.id)
  const statements = gone.length === 0 ? [] : [sql.remove(gone)]
  const at = new Date().toISOString()
  for (const revision of goal) {
    const { id, message } = revision
    const { checksum } = await site.body(revision)
    const row = kept.get(id)
    if (row === undefined)
      statements.push(sql.insert(id, { state: 'stamped', checksum, message, ms: 0, at, by: operator() }))
    else if (row.checksum !== checksum) statements.push(sql.checksum(id, checksum))
    const flagged = row?.head ?? true
    if (flagged !== heads.has(id)) statements.push(sql.head([id], heads.has(id)))
  }
  return statements
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
      wanted(open, now, options).map((r) => r.id),
    )
    return await reportOf(open, now, [], { outcome: 'planned', after })
  }
  await using site = await lockSite(open, options, context)
  await ensureVersions(site)
  const before = await standing(site)
  if (!options.purge) refuseUnknown(before)
  await rowsAfterSquash(site, before)
  const now = standingOf(site.graph, await site.versions.read())
  const statements = await rowSql(site, now, wanted(site, now, options))
  if (statements.length > 0) {
    await inTransaction(database, { begin: beginner(site) }, () => database.execute(statements.join('; ')))
  }
  return await reportOf(site, before, [], { outcome: statements.length === 0 ? 'unchanged' : 'done' })
}

/**
 * Says of each database that it has these revisions and all before them, and nothing after them; runs nothing. Throws REVISION_UNKNOWN,
 * REVISION_MISSING (unless purged), LOCK_TIMEOUT.
 */
export function stamp(setup: RevisionsSetup, options: StampOptions, context: RunContext): Promise<UpgradeReport[]> {
  return onEach(setup, (address) => stampOne(address, setup, options, context))
}
