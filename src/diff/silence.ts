/** What a desired state says nothing of is no difference: a .sql file or a Drizzle module seldom names owners and privileges. */
import type { Schema } from '../core/schema.ts'

type Property = NonNullable<Schema['silent']>[number]

/** The schema of a state that was executed as `schema.user`: owners and privileges count only where the state names any. */
export function markSilent(schema: Schema): Schema {
  if (schema.user === undefined) return schema
  const objects = [...schema.tables, ...schema.others]
  const columns = schema.tables.flatMap((t) => t.columns)
  const silent: Property[] = []
  if (objects.every((o) => o.owner === undefined || o.owner === schema.user)) silent.push('owner')
  if ([...objects, ...columns].every((o) => (o.grants ?? []).length === 0)) silent.push('grants')
  return silent.length === 0 ? schema : { ...schema, silent }
}

function without<T extends { readonly owner?: string; readonly grants?: readonly string[] }>(
  object: T,
  silent: ReadonlySet<Property>,
): T {
  const { owner, grants, ...rest } = object
  return {
    ...rest,
    ...(owner !== undefined && !silent.has('owner') && { owner }),
    ...(grants !== undefined && !silent.has('grants') && { grants }),
  } as T
}

/** Both without what either says nothing of. */
export function silenced(from: Schema, to: Schema): readonly [Schema, Schema] {
  const silent = new Set([...(from.silent ?? []), ...(to.silent ?? [])])
  if (silent.size === 0) return [from, to]
  const quiet = (schema: Schema): Schema => ({
    ...schema,
    tables: schema.tables.map((t) => without({ ...t, columns: t.columns.map((c) => without(c, silent)) }, silent)),
    others: schema.others.map((o) => without(o, silent)),
  })
  return [quiet(from), quiet(to)]
}
