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

/** How much of the plan one transaction holds. What concerns the session alone does not count. */
export function transactionOf(steps: readonly Step[], transactional: boolean): ApplyPlan['transaction'] {
  if (!transactional) return 'none'
  const groups = groupSteps(steps, true).filter((g) => !g.steps.every((s) => s.session))
  return groups.every((g) => g.together) && groups.length < 2 ? 'all' : 'parts'
}

/** How many of the first `done` steps changed something that stays. */
export function lasting(steps: readonly Step[], done: number): number {
  return steps.slice(0, done).filter((s) => !s.session).length
}
