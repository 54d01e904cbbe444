/** A schema without what is no difference: statistics, counters, texts that only repeat others. */
import { displayName, type OtherObject, type Schema, type Table } from '../../../core/schema.ts'
import { soleOwner, withoutOwner } from './owners.ts'

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0

/** Partitions and parents are told as objects of their own. */
function ownOptions(options: Table['options']): Table['options'] {
  const told = (key: string) => key === 'inherits' || (key.startsWith('partition ') && key !== 'partition by')
  return Object.fromEntries(Object.entries(options).filter(([key]) => !told(key)))
}

function tableOf(table: Table): Table {
  const { counter: _, ...rest } = table
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

function objectOf(o: OtherObject): OtherObject {
  const { next: _, ...rest } = o
  return rest
}

/** See `Planner.normalize`. */
export function normalize(given: Schema): Schema {
  const sole = given.usualOwner === undefined ? soleOwner(given) : undefined
  const schema = sole === undefined ? given : withoutOwner(given, sole)
  const named = (a: Table, b: Table) => (displayName(a.name) < displayName(b.name) ? -1 : 1)
  return {
    ...schema,
    tables: schema.tables.map((t) => tableOf(t)).toSorted(named),
    others: schema.others.map((o) => objectOf(o)).toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)),
  }
}
