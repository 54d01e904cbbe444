/** Jobs for programs: what `naru sync` does, with the configuration given. */
import { type Hooks, resolvePlace } from './library.ts'
import type { SyncOptions, SyncReport } from './sync.ts'

/**
 * Runs a job of the configuration once. The report's `exit` is 0 when everything that was due was written. Throws NaruError: LOCK_TIMEOUT where
 * the job runs already, STOPPED, REPAIR_LIMIT; run it again to go on.
 * @example
 * const { looked, due, written } = await runSync('comments', { dryRun: true }, { config })
 */
export async function runSync(name: string, options: SyncOptions = {}, hooks: Hooks = {}): Promise<SyncReport> {
  const { sync } = await import('./sync/jobs.ts')
  const site = {
    loaded: { path: null, folder: process.cwd(), config: hooks.config ?? {} },
    resolve: (database: string) => resolvePlace(database, hooks),
  }
  const reporter = { report: (event: Parameters<NonNullable<Hooks['onEvent']>>[0]) => hooks.onEvent?.(event) }
  return sync(name, site, options, { reporter, ...(hooks.signal !== undefined && { signal: hooks.signal }) })
}
