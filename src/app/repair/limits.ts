/** How many rows a repair may change: what is beyond is refused before anything is written. */
import { NaruError } from '../../core/error.ts'
import type { RepairOptions, RepairPlan } from '../../core/repair.ts'
import { count } from '../format.ts'

/** Throws REPAIR_LIMIT with the plan in its details. */
export function refuseTooMany(plan: RepairPlan, o: Pick<RepairOptions, 'maxRows' | 'maxPercent'>): void {
  const refuse = (message: string, why: string): never => {
    throw new NaruError('REPAIR_LIMIT', message, {
      why,
      state: 'nothing was changed in either database',
      details: { plan },
    })
  }
  const { maxRows, maxPercent } = o
  if (maxRows !== undefined && plan.planned > maxRows) {
    refuse(`the plan changes ${count(plan.planned)} rows, and ${count(maxRows)} are allowed`, '--max-rows')
  }
  if (maxPercent === undefined) return
  for (const t of plan.tables) {
    const planned = t.insert + t.update + t.delete
    const rows = Math.max(t.sourceRows, t.targetRows, 1)
    if (planned * 100 <= rows * maxPercent) continue
    const share = ((planned * 100) / rows).toFixed(1)
    refuse(
      `the plan changes ${count(planned)} of ${count(rows)} rows of ${t.table} (${share} %), and ${maxPercent} % are allowed`,
      '--max-percent',
    )
  }
}
