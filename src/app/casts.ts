/** Columns that go over alike, put together: what the plan on the terminal and the report show of casts. */
import type { ColumnPlan, CopyPlan } from '../core/plan.ts'

export interface CastGroup {
  readonly from: string
  readonly to: string
  readonly rule: ColumnPlan['rule']
  readonly loss: string | null
  /** `table.column`, in the plan's order. */
  readonly columns: readonly string[]
}

const native = (column: ColumnPlan['source']) => column.type.native

/** Groups by source type, target type, rule and loss; those that lose something first, then the larger ones. */
export function castGroups(plan: CopyPlan): CastGroup[] {
  const groups = new Map<string, CastGroup & { columns: string[] }>()
  for (const table of plan.tables) {
    for (const c of table.columns) {
      const loss = c.loss ?? null
      const key = JSON.stringify([native(c.source), native(c.target), c.rule, loss])
      const group = groups.get(key) ?? { from: native(c.source), to: native(c.target), rule: c.rule, loss, columns: [] }
      group.columns.push(`${table.label}.${c.source.name}`)
      groups.set(key, group)
    }
  }
  return [...groups.values()].sort(
    (a, b) => Number(b.loss !== null) - Number(a.loss !== null) || b.columns.length - a.columns.length,
  )
}

/** A group whose columns keep their type and lose nothing. */
export function unchanged(group: CastGroup): boolean {
  const alike = group.rule === 'same' || group.from.toLowerCase() === group.to.toLowerCase()
  return alike && group.loss === null && group.rule !== 'cast'
}

/** Where a cast comes from, in words. */
export const RULES: Readonly<Record<ColumnPlan['rule'], string>> = {
  same: 'as it is',
  default: 'default',
  cast: '--cast',
  existing: 'existing table',
}
