/** Planned tables as they can be compared after their rows have moved. */
import type { TablePlan } from '../core/plan.ts'

/**
 * Numbers that were handed out cannot be made again, and rows that were left out because they were there already are not to be told from
 * those that came: the columns of new numbers are not compared, and all rows of the source are.
 */
export function comparablePlan(plan: TablePlan): TablePlan {
  const { stage } = plan
  if (stage === undefined) return plan
  const kept = stage.fields.flatMap((step, i) => (step.kind === 'fresh' ? [] : [i]))
  if (kept.length === stage.fields.length) return plan
  const { unless: _there, ...rest } = stage
  const columns = kept.map((i) => plan.columns[i])
  const { rowKey, ...others } = plan
  return {
    ...others,
    columns,
    stage: { ...rest, fields: kept.map((i) => stage.fields[i]) },
    ...(rowKey?.every((name) => columns.some((c) => c.target.name === name)) && { rowKey }),
  }
}
