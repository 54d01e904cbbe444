/** The part of a drift that was chosen: where it leads, and by which statements. */
import type { Change, PlannedSteps } from '../../core/change.ts'
import type { Schema } from '../../core/schema.ts'
import { diffSchemas } from '../../diff/compare.ts'
import type { Difference } from '../apply/difference.ts'
import type { Drift } from './drift.ts'
import { type Chosen, mixed } from './drift-choice.ts'

export interface DriftPart {
  readonly from: Schema
  /** As `from`, with what was chosen as the other side has it. */
  readonly to: Schema
  readonly changes: readonly Change[]
  readonly plan: PlannedSteps
}

/** What differs between two schemas that went through the comparison of a drift. */
export function changesBetween({ how }: Drift, from: Schema, to: Schema): Change[] {
  const { planner, can, options } = how
  const ordersColumns = planner.ordersColumns && !options.ignore?.includes('column-order')
  return diffSchemas(from, to, { ordersColumns, foldsNames: can.foldsNames })
}

/** Statements for changes; none are needed where nothing changes. */
export function planFor({ how }: Drift, from: Schema, to: Schema, changes: readonly Change[]): PlannedSteps {
  return how.planner.plan({ from, to, changes, can: how.can })
}

/** The chosen part of one direction of a drift. */
export function partOf(drift: Drift, { before, after }: Difference, chosen: Chosen): DriftPart {
  const to = mixed(before, after, chosen)
  const changes = changesBetween(drift, before, to)
  return { from: before, to, changes, plan: planFor(drift, before, to, changes) }
}
