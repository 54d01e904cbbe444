/** What has changed in the tables of a source since a plan was made, for people. */
import type { TablePlan } from '../core/plan.ts'
import type { Column, Table } from '../core/schema.ts'
import { structure } from './hash.ts'

/** One line a table; empty where none has changed. */
export function sourceChanges(then: readonly TablePlan[], now: readonly TablePlan[]): string[] {
  const [before, after] = [then, now].map((plans) => new Map(plans.map((p) => [p.label, p.source])))
  const gone = [...before.keys()].filter((label) => !after.has(label)).map((label) => `${label} is gone`)
  const fresh = [...after.keys()].filter((label) => !before.has(label)).map((label) => `${label} is new`)
  const changed = [...after].flatMap(([label, table]) => {
    const old = before.get(label)
    return old === undefined || structure(old) === structure(table) ? [] : [`${label}: ${changeOf(old, table)}`]
  })
  return [...gone, ...fresh, ...changed]
}

function changeOf(old: Table, table: Table): string {
  const known = new Map(old.columns.map((c) => [c.name, c]))
  const there = new Set(table.columns.map((c) => c.name))
  const told = [
    ...old.columns.filter((c) => !there.has(c.name)).map((c) => `column ${c.name} is gone`),
    ...table.columns.flatMap((c) => columnChange(known.get(c.name), c)),
  ]
  return told.length === 0 ? 'its columns, keys, indexes or checks' : told.join(', ')
}

function columnChange(old: Column | undefined, column: Column): string[] {
  if (old === undefined) return [`column ${column.name} is new`]
  if (old.type.native !== column.type.native)
    return [`column ${column.name} is ${column.type.native}, was ${old.type.native}`]
  if (old.nullable !== column.nullable)
    return [`column ${column.name} ${column.nullable ? 'takes' : 'refuses'} NULL now`]
  return []
}
