/** What plans and reports say of a sample that is taken. */
import type { SamplePlan } from '../core/plan.ts'
import { count, plural, someOf } from './format.ts'

/** How much was asked for, what it came to, and what was taken whole. */
export function sampleNotes(s: SamplePlan): string[] {
  const sum = (of: 'rows' | 'taken' | 'needed') => s.tables.reduce((n, t) => n + t[of], 0)
  const asked = s.asked.endsWith('%') ? s.asked.replace('%', ' %') : `${count(Number(s.asked))} rows a table`
  const taken = `${count(sum('taken'))} of ${plural(sum('rows'), 'row')}`
  return [
    `sample: ${asked}, seed ${s.seed}: ${taken}, closure added ${plural(sum('needed'), 'row')} that others refer to`,
    ...sampleRemarks(s),
  ]
}

/** Why there may be more or other rows than were asked for: tables that are taken whole, and those that nothing relates to another. */
export function sampleRemarks(s: SamplePlan): string[] {
  return [...takenWhole(s), ...standingAlone(s)]
}

/** Tables of which all rows are taken although a sample was asked for, and why; none: an empty list. */
function takenWhole(s: SamplePlan): string[] {
  const whole = s.tables.filter((t) => t.whole !== undefined && t.rows > 0).map((t) => `${t.table} (${t.whole})`)
  return whole.length === 0 ? [] : [`taken whole: ${someOf(whole, 6)}`]
}

/** Tables whose rows are chosen as if there were no others. Said of several tables only: one has nothing to belong to. */
function standingAlone(s: SamplePlan): string[] {
  const alone = s.tables.filter((t) => t.alone && t.rows > 0).map((t) => t.table)
  if (alone.length === 0 || s.tables.length === 1) return []
  const which = `related to no other table: ${someOf(alone, 6)}`
  return [`${which}; if rows of theirs belong together, --relation or \`relations\` in naru.config.ts says so`]
}
