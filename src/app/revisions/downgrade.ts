/** `naru downgrade`: takes revisions back. */
import type { Address } from '../../core/engine.ts'
import type { UpgradeOptions, UpgradeReport } from '../../core/revision.ts'
import { headsOf } from '../../revisions/graph.ts'
import { downgradePath } from '../../revisions/path.ts'
import { resolveTarget } from '../../revisions/resolve.ts'
import type { Standing } from '../../revisions/standing.ts'
import { rowsAfterSquash } from './replace.ts'
import type { RevisionsSetup } from './setup.ts'
import { lockSite, openToChange, openToLook, type RunContext, type Site, siteOf, standing } from './site.ts'
import { onEach } from './targets.ts'
import { refuseHalf, refuseUnknown, rowName } from './troubles.ts'
import { comingOf, ensureVersions, type Path, plannedRuns, reportOf, walk } from './walk.ts'

/** What is applied, the one that is half taken back among it. */
function appliedNow(now: Standing): Set<string> {
  return new Set([...now.applied, ...now.half.map((r) => r.id)])
}

/** Where it leads is worked out once; a half taken back revision goes first. */
function pathDown(site: Site, options: UpgradeOptions, first: Standing): Path {
  const heads = headsOf(site.graph, appliedNow(first))
  const target = resolveTarget(site.graph, options.target, heads, 'down')
  return (now) => {
    const half = now.half.flatMap((row) => site.graph.revisions.get(row.id) ?? [])
    const begun = new Set(half.map((r) => r.id))
    const path = downgradePath(site.graph, appliedNow(now), target)
    return [...half, ...path.filter((r) => !begun.has(r.id))]
  }
}

function halfNotes(now: Standing): string[] {
  return now.half.map((r) => `${rowName(r)}: going on where an earlier downgrade broke off`)
}

async function downgradeOne(
  address: Address,
  setup: RevisionsSetup,
  options: UpgradeOptions,
  context: RunContext,
): Promise<UpgradeReport> {
  await using database = options.dryRun ? await openToLook(address) : await openToChange(address, 'naru downgrade')
  const open = await siteOf(database, setup)
  const first = await standing(open)
  refuseUnknown(first)
  refuseHalf(first, 'upgrading')
  const planned = pathDown(open, options, first)(first)
  const runs = plannedRuns(await comingOf(open, planned, 'down'), 'down', first)
  const gone = new Set(planned.map((r) => r.id))
  const after = headsOf(
    open.graph,
    [...appliedNow(first)].filter((id) => !gone.has(id)),
  )
  if (runs.length === 0) return await reportOf(open, first, [], {})
  if (options.dryRun) return await reportOf(open, first, runs, { outcome: 'planned', notes: halfNotes(first), after })
  await using site = await lockSite(open, options, context)
  await ensureVersions(site)
  const before = await standing(site)
  refuseUnknown(before)
  refuseHalf(before, 'upgrading')
  await rowsAfterSquash(site, before)
  for (const message of halfNotes(before)) context.reporter.report({ type: 'note', message })
  return await reportOf(site, before, await walk(site, pathDown(site, options, before), 'down'), {})
}

/**
 * Takes revisions back on each database until `options.target` is left, one database after the other. Throws REVISION_IRREVERSIBLE before
 * anything runs, and what `upgrade` throws.
 */
export function downgrade(
  setup: RevisionsSetup,
  options: UpgradeOptions,
  context: RunContext,
): Promise<UpgradeReport[]> {
  return onEach(setup, (address) => downgradeOne(address, setup, options, context))
}
