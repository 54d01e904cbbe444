/** A schema without what is no difference: statistics, counters, texts that only repeat others. */
import { displayName, type OtherObject, type Schema, type Table } from '../../../core/schema.ts'

/** Who owns all of a schema; undefined where several do or nobody is named. */
function soleOwner(schema: Pick<Schema, 'tables' | 'others'>): string | undefined {
  const owners = new Set([...schema.tables, ...schema.others].flatMap((o) => o.owner ?? []))
  return owners.size === 1 ? [...owners][0] : undefined
}

function without<T extends { readonly owner?: string }>(owned: T, usual: string | undefined): T {
  if (owned.owner === undefined || owned.owner !== usual) return owned
  const { owner: _, ...rest } = owned
  return rest as T
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0

/** Partitions and parents are told as objects of their own. */
function ownOptions(options: Table['options']): Table['options'] {
  const told = (key: string) => key === 'inherits' || (key.startsWith('partition ') && key !== 'partition by')
  return Object.fromEntries(Object.entries(options).filter(([key]) => !told(key)))
}

function tableOf(table: Table, usual: string | undefined): Table {
  const { counter: _, ...rest } = without(table, usual)
  return {
    ...rest,
    uniques: table.uniques.toSorted(byName),
    indexes: table.indexes.map(({ definition: _text, ...index }) => index).toSorted(byName),
    foreignKeys: table.foreignKeys.toSorted(byName),
    checks: table.checks.toSorted(byName),
    options: ownOptions(table.options),
  }
}

const key = (o: OtherObject) => `${o.kind} ${displayName(o.name)} ${o.table === undefined ? '' : displayName(o.table)}`

function objectOf(o: OtherObject, usual: string | undefined): OtherObject {
  const { next: _, ...rest } = without(o, usual)
  return rest
}

/** See `Planner.normalize`. Other schemas of the database, which inspection only points at, are not compared. */
export function normalize(schema: Schema): Schema {
  const usual = soleOwner(schema)
  const others = schema.others.filter(
    (o) => !(o.kind === 'other' && o.name.schema === undefined && o.name.name.startsWith('schema ')),
  )
  const named = (a: Table, b: Table) => (displayName(a.name) < displayName(b.name) ? -1 : 1)
  return {
    ...schema,
    ...(usual !== undefined && { soleOwner: usual }),
    tables: schema.tables.map((t) => tableOf(t, usual)).toSorted(named),
    others: others.map((o) => objectOf(o, usual)).toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)),
  }
}
