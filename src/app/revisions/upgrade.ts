/** `naru upgrade`: brings databases up to a revision. */
import type { Address } from '../../core/engine.ts'
import type { Revision, UpgradeOptions, UpgradeReport } from '../../core/revision.ts'
import { order } from '../../revisions/graph.ts'
import { upgradePath } from '../../revisions/path.ts'
import { resolveTarget } from '../../revisions/resolve.ts'
import type { Standing } from '../../revisions/standing.ts'
import { type BackupPlan, planBackup, takeBackup } from './backup.ts'
import { rowsAfterSquash } from './replace.ts'
import type { RevisionsSetup } from './setup.ts'
import { lockSite, openToChange, openToLook, type RunContext, type Site, siteOf, standing } from './site.ts'
import { onEach } from './targets.ts'
import { refuseChanged, refuseHalf, refuseUnknown, rowName } from './troubles.ts'
import { comingOf, ensureVersions, type Path, plannedRuns, reportOf, walk } from './walk.ts'

/** Revisions that are half applied come first: the rest may need them. */
function pathTo(site: Site, target: { readonly ids: readonly string[] }): Path {
  return (now) => {
    const half = now.half.flatMap((row) => site.graph.revisions.get(row.id) ?? [])
    const first = new Set(half.map((r) => r.id))
    const path = upgradePath(site.graph, now.applied, { text: '', direction: 'up', ...target })
    return [...half, ...path.filter((r) => !first.has(r.id))]
  }
}

/** Throws where files and database do not fit together, so that nothing should run. */
async function refuse(site: Site, now: Standing, options: UpgradeOptions): Promise<void> {
  refuseUnknown(now)
  refuseHalf(now, 'downgrading')
  if (options.allowChanged !== true) await refuseChanged(site, now)
}

function halfNotes(now: Standing, path: readonly Revision[]): string[] {
  const ids = new Set(path.map((r) => r.id))
  return now.half.filter((r) => ids.has(r.id)).map((r) => `${rowName(r)}: going on where an earlier upgrade broke off`)
}

const headsAfter = (site: Site, now: Standing, path: readonly Revision[]) => {
  const all = new Set([...now.applied, ...path.map((r) => r.id)])
  const covered = new Set([...all].flatMap((id) => site.graph.revisions.get(id)?.down ?? []))
  return order(
    site.graph,
    [...all].filter((id) => !covered.has(id)),
  ).map((r) => r.id)
}

/** Most likely another folder was meant. */
const emptyNotes = ({ graph }: Site, { folderLabel }: RevisionsSetup) =>
  graph.heads.length === 0 ? [`there are no revisions in ${folderLabel}`] : []

async function planOnly(site: Site, setup: RevisionsSetup, options: UpgradeOptions): Promise<UpgradeReport> {
  const now = await standing(site)
  await refuse(site, now, options)
  const path = pathTo(site, resolveTarget(site.graph, options.target, now.heads, 'up'))(now)
  const runs = plannedRuns(await comingOf(site, path, 'up'), 'up', now)
  const outcome = runs.length === 0 ? 'unchanged' : 'planned'
  const notes = [...emptyNotes(site, setup), ...halfNotes(now, path)]
  return await reportOf(site, now, runs, { outcome, notes, after: headsAfter(site, now, path) })
}

/** Nothing to do is seen without waiting for anybody. */
async function isThere(site: Site, options: UpgradeOptions): Promise<Standing | null> {
  const now = await standing(site)
  await refuse(site, now, options)
  const path = pathTo(site, resolveTarget(site.graph, options.target, now.heads, 'up'))(now)
  return path.length === 0 && now.replacements.length === 0 ? now : null
}

/** What is copied first. Null: no backup is wanted. */
async function planned(site: Site, now: Standing, path: Path, options: UpgradeOptions): Promise<BackupPlan | null> {
  const way = path(now)
  if (options.backup === undefined || way.length === 0) return null
  const coming = await comingOf(site, way, 'up')
  return planBackup({ database: site.database, coming, before: now.heads, after: headsAfter(site, now, way) })
}

type BackupJob = Parameters<typeof takeBackup>

async function take(plan: BackupPlan | null, setup: RevisionsSetup, o: UpgradeOptions, context: RunContext) {
  if (plan === null || o.backup === undefined) return null
  const job: BackupJob = [plan, await setup.address(o.backup), context.reporter, context.signal]
  return takeBackup(...job)
}

/** Only one at a time may have open what lives in this process: the backup is taken before it is opened for the upgrade. */
async function takenApart(address: Address, setup: RevisionsSetup, o: UpgradeOptions, context: RunContext) {
  if (o.backup === undefined || o.dryRun || address.flavor !== 'pglite') return null
  const plan = await planFor(address, setup, o)
  return take(plan, setup, o, context)
}

async function planFor(address: Address, setup: RevisionsSetup, options: UpgradeOptions): Promise<BackupPlan | null> {
  await using database = await openToLook(address)
  const site = await siteOf(database, setup)
  const now = await standing(site)
  await refuse(site, now, options)
  return await planned(site, now, pathTo(site, resolveTarget(site.graph, options.target, now.heads, 'up')), options)
}

async function upgradeOne(
  address: Address,
  setup: RevisionsSetup,
  options: UpgradeOptions,
  context: RunContext,
): Promise<UpgradeReport> {
  if (options.dryRun) {
    await using database = await openToLook(address)
    return await planOnly(await siteOf(database, setup), setup, options)
  }
  const apart = await takenApart(address, setup, options, context)
  await using database = await openToChange(address, 'naru upgrade')
  const open = await siteOf(database, setup)
  const there = await isThere(open, options)
  if (there !== null) return await reportOf(open, there, [], { notes: emptyNotes(open, setup) })
  await using site = await lockSite(open, options, context)
  await ensureVersions(site)
  const before = await standing(site)
  await refuse(site, before, options)
  await rowsAfterSquash(site, before)
  const path = pathTo(site, resolveTarget(site.graph, options.target, before.heads, 'up'))
  const way = path(before)
  await comingOf(site, way, 'up')
  const backup = apart ?? (await take(await planned(site, before, path, options), setup, options, context))
  for (const message of halfNotes(before, way)) context.reporter.report({ type: 'note', message })
  return await reportOf(site, before, await walk(site, path, 'up'), { backup })
}

/**
 * Brings each database up to `options.target`, one after the other; a revision that is half applied is finished first. Throws
 * REVISION_MISSING, REVISION_CHANGED, REVISION_UNKNOWN, SEVERAL_HEADS, REVISION_INVALID, LOCK_TIMEOUT, PERMISSION_DENIED with nothing
 * changed, and STEP_FAILED, APPLY_STOPPED, CONNECTION_LOST, STOPPED with the state that was left.
 */
export function upgrade(setup: RevisionsSetup, options: UpgradeOptions, context: RunContext): Promise<UpgradeReport[]> {
  return onEach(setup, (address) => upgradeOne(address, setup, options, context))
}
