/** A process that runs a job when it is told to, and tells of every page; to be killed. */
import { runSync } from '../../src/app/library-sync.ts'
import { syncConfig } from './sync-lives.ts'

process.once('message', async ([old, app]: [string, string]) => {
  const report = await runSync('job', {}, { config: syncConfig(old, app), onEvent: () => process.send?.('page') })
  process.send?.(report, () => process.exit(0))
})
process.send?.('ready')
