/** The jobs of a configuration: found by name, listed with what is remembered of them, run by their schedules. */
import { Cron } from 'croner'
import type { Address } from '../../core/engine.ts'
import { NaruError, toNaruError } from '../../core/error.ts'
import { suggest } from '../../core/suggest.ts'
import type { SyncRecord } from '../../core/sync-ledger.ts'
import type { Sync } from '../../transfer/sync.ts'
import type { LoadedConfig } from '../config.ts'
import { openDatabase } from '../open.ts'
import { runSync, type SyncOptions, type SyncReport } from '../sync.ts'
import { findTransfers, type TransferSet } from '../transfer-set.ts'
import { type Trend, trendOf } from './trend.ts'
import type { SyncContext } from './work.ts'

/** Where jobs are found. */
export interface SyncSite {
  readonly loaded: LoadedConfig
  resolve(database: string): Promise<Address>
}

/** A job with what is known of it. */
export interface ListedSync {
  readonly job: Sync
  /** Its next run, ISO 8601; null without a schedule. */
  readonly next: string | null
  readonly last: SyncRecord | null
}

function jobNamed(name: string, { loaded }: SyncSite): Sync {
  const jobs = loaded.config.syncs ?? []
  const found = jobs.find((j) => j.name === name)
  if (found !== undefined) return found
  const names = jobs.map((j) => j.name)
  const near = suggest(name, names)
  throw new NaruError('USAGE', `there is no job ${name}`, {
    why: names.length === 0 ? 'naru.config.ts has no syncs' : `naru.config.ts has ${names.join(', ')}`,
    ...(near !== undefined && { hint: `Did you mean ${near}?` }),
    state: 'nothing was changed',
  })
}

function setOf(job: Sync, site: SyncSite): Promise<TransferSet> {
  return findTransfers(job.transfer, site.loaded, { resolve: site.resolve })
}

/** Runs a job by name. Throws as `runSync` does; USAGE for a name that is not there. */
export async function sync(
  name: string,
  site: SyncSite,
  options: SyncOptions,
  context: SyncContext,
): Promise<SyncReport> {
  const job = jobNamed(name, site)
  return runSync(job, await setOf(job, site), options, context)
}

async function remembered(job: Sync, site: SyncSite): Promise<SyncRecord[]> {
  const { target } = await setOf(job, site)
  await using db = await openDatabase(target.address, { role: 'source' })
  return (await db.syncs?.().list(job.name)) ?? []
}

async function lastOf(job: Sync, site: SyncSite): Promise<SyncRecord | null> {
  return (await remembered(job, site))[0] ?? null
}

/** The runs of a job, newest first. */
export async function syncHistory(
  name: string,
  site: SyncSite,
): Promise<{ readonly runs: readonly SyncRecord[]; readonly trend: Trend }> {
  const runs = await remembered(jobNamed(name, site), site)
  return { runs, trend: trendOf(runs) }
}

/** All jobs. */
export async function syncs(site: SyncSite): Promise<ListedSync[]> {
  const listed: ListedSync[] = []
  for (const job of site.loaded.config.syncs ?? []) {
    listed.push({ job, next: scheduleOf(job)?.nextRun()?.toISOString() ?? null, last: await lastOf(job, site) })
  }
  return listed
}

/** The schedule, without a timer. Throws CONFIG_INVALID. */
function scheduleOf(job: Sync): Cron | null {
  if (job.schedule === undefined) return null
  try {
    return new Cron(job.schedule, { paused: true, ...(job.timezone !== undefined && { timezone: job.timezone }) })
  } catch (error) {
    throw new NaruError('CONFIG_INVALID', `syncs: the schedule of ${job.name} is none: ${(error as Error).message}`, {
      hint: 'Five fields: minute, hour, day, month, weekday, such as 0 3 * * *.',
      state: 'nothing was changed',
    })
  }
}

/** Told what happens while jobs are watched. */
export interface WatchContext extends SyncContext {
  begun?(jobs: readonly string[]): void
  done?(report: SyncReport): void
  failed?(job: string, error: NaruError): void
}

/** Runs of one job that are made up for at most. */
const MOST_MISSED = 100

/** How many runs a job is behind. */
export function missedRuns(job: Sync, last: SyncRecord | null, now: Date): number {
  const schedule = scheduleOf(job)
  if (schedule === null || last === null || (job.missed ?? 'skip') === 'skip') return 0
  let missed = 0
  for (let at = schedule.nextRun(new Date(last.started)); at !== null && at <= now; at = schedule.nextRun(at)) {
    missed++
    if (job.missed === 'once' || missed === MOST_MISSED) break
  }
  return missed
}

/** Runs all jobs that have a schedule until the signal fires; a run under way then ends behind its chunk. */
export async function watchSyncs(site: SyncSite, context: WatchContext): Promise<void> {
  const jobs = (site.loaded.config.syncs ?? []).filter((j) => j.schedule !== undefined)
  if (jobs.length === 0) {
    throw new NaruError('USAGE', 'no job has a schedule', { hint: "Give one: schedule: '0 3 * * *'." })
  }
  const running = new Set<Promise<void>>()
  const once = async (job: Sync) => {
    try {
      context.done?.(await sync(job.name, site, {}, context))
    } catch (error) {
      context.failed?.(job.name, toNaruError(error))
    }
  }
  const begin = (job: Sync) => {
    const run = once(job).finally(() => running.delete(run))
    running.add(run)
    return run
  }
  for (const job of jobs) scheduleOf(job)
  context.begun?.(jobs.map((j) => j.name))
  const timers: Cron[] = []
  const follow = async (job: Sync) => {
    const last = await lastOf(job, site).catch((error) => context.failed?.(job.name, toNaruError(error)))
    for (let n = missedRuns(job, last ?? null, new Date()); n > 0 && !context.signal?.aborted; n--) await begin(job)
    if (context.signal?.aborted) return
    const options = { protect: true, ...(job.timezone !== undefined && { timezone: job.timezone }) }
    timers.push(new Cron(job.schedule as string, options, () => begin(job)))
  }
  // What one job makes up for does not keep the others from their time.
  const following = jobs.map(follow)
  await new Promise<void>((resolve) => {
    if (context.signal?.aborted) resolve()
    else context.signal?.addEventListener('abort', () => resolve(), { once: true })
  })
  await Promise.all(following)
  for (const timer of timers) timer.stop()
  await Promise.all(running)
}
