/** What a statement that broke off leaves behind although it failed: an index that CREATE INDEX CONCURRENTLY did not finish. */
import type { Step } from '../../core/change.ts'
import type { Database, Debris } from '../../core/engine.ts'
import type { Schema } from '../../core/schema.ts'

/** What lies about now. */
export async function debrisOf(database: Database): Promise<readonly Debris[]> {
  return (await database.debris?.()) ?? []
}

/** Takes away what was not there before. */
export async function sweep(database: Database, before: readonly Pick<Debris, 'object'>[]): Promise<void> {
  const known = new Set(before.map((d) => d.object))
  for (const found of await debrisOf(database)) if (!known.has(found.object)) await database.execute(found.remove)
}

/** Steps that take away what would be in the way of the plan; the rest is only told. */
export function debrisSteps(found: readonly Debris[], to: Schema): { steps: Step[]; notes: string[] } {
  const wanted = new Set(to.tables.flatMap((t) => t.indexes.map((i) => i.name)))
  const inTheWay = found.filter((d) => wanted.has(d.name))
  const steps = inTheWay.map(
    (d): Step => ({ sql: d.remove, why: d.why, object: d.object, inTransaction: false, hazards: [] }),
  )
  const others = found.filter((d) => !wanted.has(d.name))
  return { steps, notes: others.map((d) => `${d.object}: ${d.why}; to remove it: ${d.remove}`) }
}
