/** Counters that the keys of inserted rows have overtaken: the next row of an application would meet one of them. */

import type { Database } from '../../core/engine.ts'
import type { TablePlan } from '../../core/plan.ts'
import { displayName } from '../../core/schema.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import { greatest } from '../greatest.ts'

/** Advances them, and says which: never back. */
export async function countersAfter(
  target: Database,
  schema: SchemaChoice | undefined,
  plans: readonly TablePlan[],
): Promise<string[]> {
  if (plans.every((p) => !p.target.columns.some((c) => c.identity !== undefined))) return []
  const { dialect } = target.engine
  const now = new Map((await target.inspect({ schema })).tables.map((t) => [displayName(t.name), t]))
  const told: string[] = []
  for (const plan of plans) {
    const table = now.get(displayName(plan.target.name))
    if (table?.counter === undefined) continue
    const { column, next } = table.counter
    const last = await greatest(target, table.name, column)
    if (last < next) continue
    for (const step of dialect.ddl.counter(table, last + 1n)) await target.execute(step.sql)
    told.push(`${plan.label}.${column}: the next number is ${last + 1n}, it was ${next}`)
  }
  return told
}
