/** Applies a plan, or takes a repair back, in a process of its own that can be killed; tells of every chunk. */
import { enableCompileCache } from 'node:module'
import type { NaruEvent } from '../../src/core/event.ts'

// Started dozens of times: what was compiled once is taken from the cache.
enableCompileCache()
const { engineFor } = await import('../../src/engines/index.ts')
const address = async (url: string) => (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)

const [what, from, to] = process.argv.slice(2)
const reporter = {
  report(event: NaruEvent) {
    if (event.type === 'run' || event.type === 'chunk') process.send?.(event.type)
  },
}

async function work() {
  const target = await address(to)
  if (from === '-') {
    const { undoRepair } = await import('../../src/app/repair/undo.ts')
    return undoRepair(target, what, {}, { reporter })
  }
  const { applyPlan } = await import('../../src/app/repair/apply.ts')
  return applyPlan(what, await address(from), target, {}, { reporter })
}

process.send?.(await work())
process.disconnect?.()
