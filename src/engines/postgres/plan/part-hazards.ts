/** What may fail or block when a part is added, and the queries that count the rows in its way beforehand. */
import type { Hazard } from '../../../core/change.ts'
import type { ForeignKey, Table } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import type { PartContext } from './part-context.ts'
import { sizeOf } from './reference.ts'

/** The hazard that rows break the part; none on a new table. */
export function fails(c: PartContext, what: string, counted: string, count: string | null): Hazard[] {
  if (c.before === null) return []
  return [{ kind: 'may-fail', what, ...sizeOf(c.before), counted, ...(count !== null && { count }) }]
}

/** The hazard that others wait; none on a new table. */
export function blocks(c: PartContext, what: string): Hazard[] {
  return c.before === null ? [] : [{ kind: 'blocking', what, ...sizeOf(c.before) }]
}

function hasColumns(table: Table | null, names: readonly string[]): boolean {
  return table !== null && names.every((name) => table.columns.some((c) => c.name === name))
}

/** Old names of columns, for queries on the unchanged schema; null where one is new. */
function oldColumns(c: PartContext, columns: readonly string[], renames: ReadonlyMap<string, string>): string[] | null {
  const old = columns.map((name) => [...renames].find(([, to]) => to === name)?.[0] ?? name)
  return hasColumns(c.before, old) ? old : null
}

/** Query for the rows that are too many in a unique key, on the unchanged schema; null where a column is new. `together`: NULLs count as equal. */
export function duplicates(
  c: PartContext,
  columns: readonly string[],
  renames: ReadonlyMap<string, string>,
  together: boolean,
): string | null {
  const old = oldColumns(c, columns, renames)
  if (c.before === null || old === null) return null
  const list = old.map(quote).join(', ')
  const filled = together ? '' : ` WHERE ${old.map((o) => `${quote(o)} IS NOT NULL`).join(' AND ')}`
  return `SELECT coalesce(sum(d.n - 1), 0)::bigint AS n FROM (SELECT count(*) AS n FROM ${qualified(c.before.name)}${filled} GROUP BY ${list} HAVING count(*) > 1) AS d`
}

/** Query for rows without a counterpart, on the unchanged schema; null where a column is new. */
export function orphans(c: PartContext, f: ForeignKey): string | null {
  if (c.before === null || !hasColumns(c.before, f.columns)) return null
  const joined = f.columns.map((name, i) => `p.${quote(f.referencedColumns[i])} = c.${quote(name)}`).join(' AND ')
  const filled = f.columns.map((name) => `c.${quote(name)} IS NOT NULL`).join(' AND ')
  return `SELECT count(*) AS n FROM ${qualified(c.before.name)} AS c WHERE ${filled} AND NOT EXISTS (SELECT FROM ${qualified(f.references)} AS p WHERE ${joined})`
}
