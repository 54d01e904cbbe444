/** What of the old schema must go, what of the new one must be made or altered, and what merely stands in the way of that. */
import type { PlanInput } from '../../../core/change.ts'
import { seed } from './decide-changes.ts'
import { spread } from './decide-spread.ts'
import { staying } from './decide-stays.ts'
import { type Decisions, isTable } from './decisions.ts'
import { graphOf, objectId } from './graph.ts'
import { makeable } from './objects.ts'
import { labelOf } from './reference.ts'

/** All decisions of a plan. */
export function decide(input: PlanInput): Decisions {
  const [before, after] = [graphOf(input.from), graphOf(input.to)]
  const labels = new Map<string, Map<string, string>>()
  for (const c of input.changes) {
    if (c.kind !== 'alter' || c.to.kind !== 'object') continue
    const told = c.edits.flatMap((e) =>
      e.part === 'option' && e.name === 'value' && e.from !== null && e.to !== null ? [[e.from, e.to] as const] : [],
    )
    if (told.length > 0) labels.set(objectId(c.to.object), new Map(told))
  }
  const d: Decisions = {
    before,
    after,
    gone: new Set(),
    work: new Map(),
    retyped: new Set(),
    swapped: new Set(),
    stays: staying(input, before, after),
    tables: input.changes.filter(isTable),
    labels,
    unplanned: [],
  }
  seed(input, d)
  spread(d)
  for (const [id, work] of d.work) {
    const node = after.nodes.get(id)
    if (work.mode === 'create' && node?.kind === 'object' && !makeable(node.object)) {
      d.work.delete(id)
      d.unplanned.push({
        object: labelOf(node.object),
        why: `naru has no statement that ${before.nodes.has(id) ? 'alters' : 'makes'} it`,
      })
    }
  }
  return d
}
