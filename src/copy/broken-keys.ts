/** Foreign keys of tables that were there before: off while rows were loaded, so what they promise is looked at afterwards. */

import type { Database } from '../core/engine.ts'
import { isExisting, type TablePlan } from '../core/plan.ts'
import type { FailedStep } from '../core/report.ts'
import { displayName, type ForeignKey, type Table } from '../core/schema.ts'
import type { SchemaChoice } from '../core/schema-choice.ts'
import { countOrphans, orphanSamples } from './orphans.ts'

/** The keys that rows of this run may have broken: those of tables that were written, and those that point to tables that lost rows. */
function suspects(tables: readonly Table[], plans: readonly TablePlan[]): { table: Table; key: ForeignKey }[] {
  const names = (some: readonly TablePlan[]) => new Set(some.map((t) => displayName(t.target.name)))
  const written = names(plans.filter(isExisting))
  const emptied = names(plans.filter((t) => t.action === 'truncate'))
  return tables.flatMap((table) =>
    table.foreignKeys
      .filter((key) => written.has(displayName(table.name)) || emptied.has(displayName(key.references)))
      .filter((key) => !key.notValid && !key.notEnforced)
      .map((key) => ({ table, key })),
  )
}

/** Keys with rows that point nowhere, one anti-join each: counted, up to five named. */
export async function brokenKeys(
  target: Database,
  plans: readonly TablePlan[],
  schema: SchemaChoice | undefined,
): Promise<FailedStep[]> {
  const { tables } = await target.inspect(schema === undefined ? {} : { schema })
  const broken: FailedStep[] = []
  for (const { table, key } of suspects(tables, plans)) {
    const { count, sql } = await countOrphans(target, table.name, key)
    if (count === 0) continue
    const samples = await orphanSamples(target, table.name, key, table.primaryKey?.columns ?? [])
    const rows = `${count} ${count === 1 ? 'row points' : 'rows point'} to no row of ${displayName(key.references)}`
    const object = `foreign key ${key.name} of ${displayName(table.name)}`
    broken.push({ object, broken: true, sql, reason: rows, samples })
  }
  return broken
}
