/** The statements of a plan as a script that can be read, kept and run by hand. */
import type { ApplyPlan } from '../../core/apply.ts'
import { stepsSql } from '../diff-sql.ts'
import { printable } from '../format.ts'

/** A comment of one line, whatever is in the text. */
const comment = (text: string) => `-- ${printable(text)}`

/** Each statement with a comment why; transactions where the engine has them. */
export function planSql(plan: ApplyPlan): string {
  const missing = plan.unplanned.map((u) => comment(`NOT IN THIS SCRIPT: ${u.object}: ${u.why}`))
  const head = [comment(`${plan.database.label} becomes what ${plan.goal} says`), ...missing]
  const body = stepsSql(plan.steps, { engine: plan.database.engine, transactional: plan.transaction !== 'none' })
  return `${head.join('\n')}\n${body === '' ? '' : `\n${body}\n`}`
}
