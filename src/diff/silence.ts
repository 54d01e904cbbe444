/** What a desired state says nothing of is no difference: a .sql file or a Drizzle module seldom names owners and privileges. */
import type { Schema, Table } from '../core/schema.ts'
import { SEQUENCE_GRANTS } from './ignore.ts'

type Property = NonNullable<Schema['silent']>[number]

/** The schema of a state that was executed as `schema.user`: owners and privileges count only where the state names any. */
export function markSilent(schema: Schema): Schema {
  if (schema.user === undefined) return schema
  const objects = [...schema.tables, ...schema.others]
  const columns = schema.tables.flatMap((t) => t.columns)
  const silent: Property[] = []
  if (objects.every((o) => o.owner === undefined || o.owner === schema.user)) silent.push('owner')
  const granted = schema.tables.some((t) => Object.keys(t.options).some((name) => SEQUENCE_GRANTS.test(name)))
  if (!granted && [schema, ...objects, ...columns].every((o) => (o.grants ?? []).length === 0)) silent.push('grants')
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

function tableWithout(table: Table, silent: ReadonlySet<Property>): Table {
  const { options } = table
  const said = Object.entries(options).filter(([name]) => !(silent.has('grants') && SEQUENCE_GRANTS.test(name)))
  const columns = table.columns.map((c) => without(c, silent))
  return without({ ...table, columns, options: Object.fromEntries(said) }, silent)
}

/** The schema without these properties. */
export function quiet(schema: Schema, silent: ReadonlySet<Property>): Schema {
  if (silent.size === 0) return schema
  return {
    ...without(schema, silent),
    tables: schema.tables.map((t) => tableWithout(t, silent)),
    others: schema.others.map((o) => without(o, silent)),
  }
}

/** The schema as if it said nothing of owners and privileges: for a server that may not know these roles. */
export function unowned(schema: Schema): Schema {
  return { ...schema, silent: ['owner', 'grants'] }
}

export interface Silenced {
  readonly from: Schema
  readonly to: Schema
  /** What `to` alone says nothing of: it stays as it is in `from`, also where an object is made anew. */
  readonly kept: readonly Property[]
}

/** Both without what `from` says nothing of, and `to` without what it says nothing of itself. */
export function silenced(from: Schema, to: Schema): Silenced {
  const unsaid = new Set(from.silent ?? [])
  const both = new Set([...unsaid, ...(to.silent ?? [])])
  return { from: quiet(from, unsaid), to: quiet(to, both), kept: [...both].filter((p) => !unsaid.has(p)) }
}
