/** Applies plans, or takes repairs back, several at a time, when it is told to; tells of every chunk; to be killed. */
import { enableCompileCache, flushCompileCache } from 'node:module'
import type { NaruEvent } from '../../src/core/event.ts'

// Started dozens of times: what was compiled once is taken from the cache.
enableCompileCache()
const { engineFor } = await import('../../src/engines/index.ts')
const { undoRepair } = await import('../../src/app/repair/undo.ts')
const { applyPlan } = await import('../../src/app/repair/apply.ts')
for (const scheme of ['sqlite', 'postgres']) await engineFor(scheme)
// Who is killed writes no cache at its end.
flushCompileCache()

/** A plan's file with the addresses of both sides, or the name of a repair with that of the target. */
export interface Job {
  readonly what: string
  readonly from: string | null
  readonly to: string
}

const address = async (url: string) => (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)

async function work({ what, from, to }: Job) {
  const reporter = {
    report(event: NaruEvent) {
      if (event.type === 'run' || event.type === 'chunk') process.send?.(event.type)
    },
  }
  const target = await address(to)
  return from === null
    ? undoRepair(target, what, {}, { reporter })
    : applyPlan(what, await address(from), target, {}, { reporter })
}

process.once('message', async (jobs: readonly Job[]) => {
  process.send?.(await Promise.all(jobs.map(work)), () => process.exit(0))
})
process.send?.('ready')
