/** A process that runs a job when it is told to, and tells of every page; to be killed. */
import { enableCompileCache, flushCompileCache } from 'node:module'

// Started dozens of times: what was compiled once is taken from the cache.
enableCompileCache()
const { runSync } = await import('../../src/app/library-sync.ts')
const { syncConfig } = await import('./sync-lives.ts')
const { engineFor } = await import('../../src/engines/index.ts')
// What a run imports when it is first needed: loaded while others run.
await import('../../src/app/sync.ts')
for (const scheme of ['sqlite', 'postgres']) await engineFor(scheme)
// Who is killed writes no cache at its end.
flushCompileCache()

process.once('message', async ([old, app]: [string, string]) => {
  const report = await runSync('job', {}, { config: syncConfig(old, app), onEvent: () => process.send?.('page') })
  process.send?.(report, () => process.exit(0))
})
process.send?.('ready')
