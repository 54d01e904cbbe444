/** The statements of a plan as a script that can be read, kept and run by hand. */
import type { ApplyPlan } from '../../core/apply.ts'
import { printable } from '../format.ts'
import { groupSteps } from './groups.ts'

/** The statement with its semicolon. */
export function closed(sql: string): string {
  const text = sql.trimEnd()
  return /(;|--[^\n]*)$/.test(text) && !/--[^\n]*$/.test(text) ? text : `${text};`
}

/** A comment of one line, whatever is in the text. */
const comment = (text: string) => `-- ${printable(text)}`

/** Each statement with a comment why; transactions where the engine has them. */
export function planSql(plan: ApplyPlan): string {
  const head = [comment(`${plan.database.label} becomes what ${plan.goal} says`)]
  const missing = plan.unplanned.map((u) => comment(`not in this script: ${u.object}: ${u.why}`))
  const groups = groupSteps(plan.steps, plan.transaction !== 'none').map((group) => {
    const statements = group.steps.map((s) => `${comment(s.why)}\n${closed(s.sql)}`)
    return (group.together ? ['BEGIN;', ...statements, 'COMMIT;'] : statements).join('\n\n')
  })
  return `${[[...head, ...missing].join('\n'), ...groups].join('\n\n')}\n`
}
