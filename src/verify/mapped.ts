/** Plans of mappings as they are compared: a row that the mapping cannot make is a row that is missing, not the end. */
import { NaruError } from '../core/error.ts'
import { rowPositions, type TablePlan } from '../core/plan.ts'
import type { FieldStep } from '../core/transfer.ts'

function lenient(step: FieldStep): FieldStep {
  if (step.kind === 'row') return step.fallback === undefined ? step : { ...step, fallback: lenient(step.fallback) }
  return 'miss' in step && step.miss.do === 'fail' ? { ...step, miss: { do: 'reject' } } : step
}

/** The plan with misses as rejects, and its columns under the names that they have on the target. */
export function comparedMapping(plan: TablePlan): TablePlan {
  const { stage } = plan
  if (stage === undefined) return plan
  const columns = plan.columns.map((c) => ({ ...c, source: { ...c.source, name: c.target.name } }))
  return { ...plan, columns, stage: { ...stage, fields: stage.fields.map(lenient) } }
}

/** The plan with these of its columns alone, made as before. Throws USAGE where rows are told apart by one that is not among them. */
export function withColumns(plan: TablePlan, kept: ReadonlySet<string>): TablePlan {
  const stays = plan.columns.map((c) => kept.has(c.target.name))
  const lost = rowPositions(plan)?.find((at) => !stays[at])
  if (lost !== undefined) {
    throw new NaruError('USAGE', `${plan.columns[lost].target.name} of ${plan.label} cannot be left out`, {
      why: 'rows of both sides are matched by it',
      state: 'nothing was changed',
    })
  }
  const { stage } = plan
  return {
    ...plan,
    columns: plan.columns.filter((_, i) => stays[i]),
    ...(stage !== undefined && { stage: { ...stage, fields: stage.fields.filter((_, i) => stays[i]) } }),
  }
}
