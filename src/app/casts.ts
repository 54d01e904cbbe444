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

const numbers = (type: string) => (type.match(/\d+/g) ?? []).join()
const withoutNumbers = (type: string) => type.replace(/\d+/g, 'n')

interface Growing extends CastGroup {
  readonly columns: string[]
  /** Whether types that differ in their numbers alone have met here. */
  mixed: boolean
}

/** `varchar(45) → character varying(45)` and `varchar(50) → character varying(50)` are one rule: both are written with n. */
function ruleOf(c: ColumnPlan): { from: string; to: string } {
  const [from, to] = [c.source.type.native, c.target.type.native]
  const alike = numbers(from) !== '' && numbers(from) === numbers(to) && !from.includes("'")
  return alike ? { from: withoutNumbers(from), to: withoutNumbers(to) } : { from, to }
}

/** Groups by source type, target type, rule and loss; those that lose something first, then the larger ones. */
export function castGroups(plan: CopyPlan): CastGroup[] {
  const groups = new Map<string, Growing>()
  for (const table of plan.tables) {
    for (const c of table.columns) {
      const loss = c.loss ?? null
      const [from, to] = [c.source.type.native, c.target.type.native]
      const key = JSON.stringify([ruleOf(c), c.rule, loss])
      const group = groups.get(key) ?? { from, to, rule: c.rule, loss, columns: [], mixed: false }
      group.columns.push(`${table.label}.${c.source.name}`)
      groups.set(key, { ...group, mixed: group.mixed || group.from !== from })
    }
  }
  return [...groups.values()]
    .map(({ mixed, ...g }) => (mixed ? { ...g, from: withoutNumbers(g.from), to: withoutNumbers(g.to) } : g))
    .sort((a, b) => Number(b.loss !== null) - Number(a.loss !== null) || b.columns.length - a.columns.length)
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
