/** Applies a plan, or takes a repair back, in a process of its own that can be killed; tells of every chunk. */
import { applyPlan } from '../../src/app/repair/apply.ts'
import { undoRepair } from '../../src/app/repair/undo.ts'
import type { NaruEvent } from '../../src/core/event.ts'
import { address } from './mending.ts'

const [what, from, to] = process.argv.slice(2)
const reporter = {
  report(event: NaruEvent) {
    if (event.type === 'run' || event.type === 'chunk') process.send?.(event.type)
  },
}
const target = await address(to)
const report =
  from === '-'
    ? await undoRepair(target, what, {}, { reporter })
    : await applyPlan(what, await address(from), target, {}, { reporter })
process.send?.(report)
process.disconnect?.()
