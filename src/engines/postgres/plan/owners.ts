/**
 * Owners as differences. Production and development are usually owned by different roles as a whole: that is none. Where most of both sides
 * belongs to one role, only what belongs to somebody else is told; where the sides are mixed in other ways, each owner counts.
 */
import type { Schema } from '../../../core/schema.ts'

/** How much is whose, but for the schema itself: that is often the administrator's, whoever fills it. */
function ownersOf(schema: Schema): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { owner } of [...schema.tables, ...schema.others.filter((o) => o.kind !== 'schema')]) {
    if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1)
  }
  return counts
}

/** Who owns all of a schema; undefined where several do or nobody is named. */
export function soleOwner(schema: Schema): string | undefined {
  const owners = [...ownersOf(schema).keys()]
  return owners.length === 1 ? owners[0] : undefined
}

/** Who owns most of it; of several the first by name. */
function mostOwner(schema: Schema): string | undefined {
  const counts = ownersOf(schema)
  const most = Math.max(...counts.values())
  return [...counts.keys()].sort().find((owner) => counts.get(owner) === most)
}

/** The schema without the owners that are this role. */
export function withoutOwner(schema: Schema, usual: string): Schema {
  const strip = <T extends { readonly owner?: string }>(owned: T): T => {
    if (owned.owner !== usual) return owned
    const { owner: _, ...rest } = owned
    return rest as T
  }
  return { ...schema, usualOwner: usual, tables: schema.tables.map(strip), others: schema.others.map(strip) }
}

/** See `Planner.align`. */
export function alignOwners(from: Schema, to: Schema): readonly [Schema, Schema] {
  if ([from, to].every((s) => ownersOf(s).size <= 1)) return [from, to]
  const [a, b] = [from, to].map((s) => s.usualOwner ?? mostOwner(s))
  if (a === undefined || b === undefined) return [from, to]
  if (a === b) return [withoutOwner(from, a), withoutOwner(to, a)]
  return [
    { ...from, usualOwner: a },
    { ...to, usualOwner: b },
  ]
}
