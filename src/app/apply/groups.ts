/** Which statements of a plan stand or fall together. Pure. */
import type { ApplyPlan } from '../../core/apply.ts'
import type { Step } from '../../core/change.ts'

/** Consecutive steps: one transaction, or a step of its own that is final by itself. */
export interface Group<S extends Step> {
  readonly together: boolean
  readonly steps: readonly S[]
}

/** The steps in order. Where the engine's DDL is not transactional every step is final by itself. */
export function groupSteps<S extends Step>(steps: readonly S[], transactional: boolean): Group<S>[] {
  const groups: { together: boolean; steps: S[] }[] = []
  for (const step of steps) {
    const together = transactional && step.inTransaction
    const last = groups.at(-1)
    if (together && last?.together === true) last.steps.push(step)
    else groups.push({ together, steps: [step] })
  }
  return groups
}

/** How much of the plan one transaction holds. */
export function transactionOf(steps: readonly Step[], transactional: boolean): ApplyPlan['transaction'] {
  if (!transactional) return 'none'
  return steps.every((s) => s.inTransaction) ? 'all' : 'parts'
}
