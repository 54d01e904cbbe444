/** Marks → what became of each table. The numbers come from the ledger, not from what the process remembers. */
import { isKept, type Mark, type UnitRecord } from '../core/ledger.ts'
import type { TablePlan } from '../core/plan.ts'
import type { TableOutcome, TableVerification } from '../core/report.ts'
import { displayName } from '../core/schema.ts'

/** Bytes and milliseconds per table label, as seen by the lanes of this process. */
export type Effort = ReadonlyMap<string, { readonly bytes: number; readonly ms: number }>

/** One outcome a table, in the plan's order. `closes` is the ledger's law: read + filtered = written + rejected + filtered + merged + kept, and every unit has ended. */
export function tableOutcomes(
  tables: readonly TablePlan[],
  units: readonly UnitRecord[],
  marks: readonly Mark[],
  effort: Effort,
  verifications: ReadonlyMap<string, TableVerification>,
): TableOutcome[] {
  const sums = sumMarks(units, marks)
  return tables.map((plan) => {
    const label = plan.label
    const sum = sums.get(label) ?? nothing()
    const spent = effort.get(label) ?? { bytes: 0, ms: 0 }
    return {
      table: label,
      target: displayName(plan.target.name),
      read: sum.read - sum.filtered,
      written: sum.written,
      rejected: sum.rejected,
      filtered: plan.filtered + sum.filtered,
      merged: sum.merged,
      ...(plan.refresh !== undefined && { kept: sum.kept, units: { kept: sum.keptUnits.size, of: sum.units } }),
      closes: sum.open === 0 && sum.read === sum.written + sum.rejected + sum.filtered + sum.merged + sum.kept,
      bytes: spent.bytes,
      ms: spent.ms,
      verification: verifications.get(label) ?? null,
    }
  })
}

interface Sum {
  read: number
  written: number
  rejected: number
  filtered: number
  merged: number
  kept: number
  /** Units that were kept, and all. */
  keptUnits: Set<string>
  units: number
  /** Units without an end mark. */
  open: number
}

const nothing = (): Sum => ({
  read: 0,
  written: 0,
  rejected: 0,
  filtered: 0,
  merged: 0,
  kept: 0,
  keptUnits: new Set(),
  units: 0,
  open: 0,
})

function sumMarks(units: readonly UnitRecord[], marks: readonly Mark[]): Map<string, Sum> {
  const sums = new Map<string, Sum>()
  const tableOf = new Map(units.map((u) => [u.unit, u.table]))
  const ended = new Set(marks.filter((m) => m.done).map((m) => m.unit))
  for (const unit of units) {
    const sum = sums.get(unit.table) ?? nothing()
    sum.units++
    if (!ended.has(unit.unit)) sum.open++
    sums.set(unit.table, sum)
  }
  for (const mark of marks) {
    const sum = sums.get(tableOf.get(mark.unit) ?? '')
    if (sum === undefined) continue
    sum.read += mark.read
    sum.written += mark.written
    sum.rejected += mark.rejected
    sum.filtered += mark.filtered
    sum.merged += mark.merged
    sum.kept += mark.kept ?? 0
    if (isKept(mark)) sum.keptUnits.add(mark.unit)
  }
  return sums
}

/** Whether a table's rejects are within --max-rejects (`25` or `0.1%` of the rows read). Throws nothing: the text was checked before. */
export function withinRejects(outcome: TableOutcome, limit: string): boolean {
  if (outcome.rejected === 0) return true
  const percent = /^([\d.]+)%$/.exec(limit)
  const allowed = percent ? (Number(percent[1]) / 100) * outcome.read : Number(limit)
  return outcome.rejected <= allowed
}
