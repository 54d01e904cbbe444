/** Rows that a constraint of the wanted table would refuse. */
import type { Hazard } from '../../../core/change.ts'
import type { ForeignKey, Index, KeyConstraint, Schema, Table } from '../../../core/schema.ts'
import { canonicalText } from '../canonical.ts'
import { quote } from '../literal.ts'
import { columnsNow, expressionNow, valueNow } from './old-terms.ts'
import type { Pair } from './pair.ts'
import { sameName } from './table-text.ts'

type Counted = Pick<Hazard, 'count' | 'counted' | 'column'>

/** Something that rows may not fit. */
export function mayFail(pair: Pair, what: string, more: Counted): Hazard {
  return { kind: 'may-fail', what, table: pair.from.name, ...more }
}

/** How many rows of the old table a predicate holds for. */
export function rowsWhere(pair: Pair, predicate: string): string {
  return `SELECT count(*) AS n FROM ${quote(pair.from.name.name)} WHERE ${predicate}`
}

/** Columns that take no NULL any more, new ones without a default among them. */
export function notNullHazards(pair: Pair): Hazard[] {
  return pair.to.columns.flatMap((column, i) => {
    const origin = pair.origins[i]
    if (column.nullable || origin?.nullable === false || column.identity !== undefined) return []
    const value = valueNow(pair, column)
    if (origin === undefined && value !== 'NULL') return []
    const what = `${pair.to.name.name}.${column.name} takes no NULL any more`
    const told = { column: column.name, counted: 'rows with NULL' }
    return [mayFail(pair, what, value === null ? told : { ...told, count: rowsWhere(pair, `${value} IS NULL`) })]
  })
}

/** Keys of the wanted table that the old one had not. */
export function uniqueHazards(pair: Pair): Hazard[] {
  const had = keysOf(pair.from).map((columns) => JSON.stringify(originNames(pair, columns, 'from')))
  return keysOf(pair.to)
    .filter((columns) => !had.includes(JSON.stringify(originNames(pair, columns, 'to'))))
    .map((columns) => duplicateHazard(pair, columns))
}

function keysOf(table: Table): (readonly string[])[] {
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques]
  return keys.map((k: KeyConstraint) => k.columns)
}

/** Columns of a key in the words of the old table, with their collations; a new column has no counterpart. */
function originNames(pair: Pair, columns: readonly string[], side: 'from' | 'to'): string[] {
  return columns
    .map((name) => {
      if (side === 'from') return identityOf(pair.from.columns.find((c) => sameName(c.name, name)))
      const at = pair.to.columns.findIndex((c) => sameName(c.name, name))
      const origin = pair.origins[at]
      return origin === undefined ? `new ${name}` : identityOf({ ...pair.to.columns[at], name: origin.name })
    })
    .sort()
}

function identityOf(column: Table['columns'][number] | undefined): string {
  return `${column?.name} ${column?.collation ?? ''}`
}

function duplicateHazard(pair: Pair, columns: readonly string[]): Hazard {
  const values = columnsNow(pair, columns)
  const what = `${columns.join(', ')} of ${pair.to.name.name} must be unique`
  if (values === null) return mayFail(pair, what, { counted: 'rows too many' })
  const collated = values.map((v, i) => {
    const collation = pair.to.columns.find((c) => sameName(c.name, columns[i]))?.collation ?? 'BINARY'
    return `${grouped(v)} COLLATE ${collation}`
  })
  return mayFail(pair, what, { count: duplicates(pair, values, collated, null), counted: 'rows too many' })
}

/** A bare number would be the place of a column. */
function grouped(value: string): string {
  return value.startsWith('"') ? value : `iif(1, ${value}, NULL)`
}

function duplicates(pair: Pair, values: readonly string[], groups: readonly string[], where: string | null): string {
  const set = [...values.map((v) => `${v} IS NOT NULL`), ...(where === null ? [] : [`(${where})`])].join(' AND ')
  return `SELECT coalesce(sum(many - 1), 0) AS n FROM (SELECT count(*) AS many FROM ${quote(pair.from.name.name)} WHERE ${set} GROUP BY ${groups.join(', ')} HAVING count(*) > 1)`
}

/** A unique index on rows that are there. */
export function uniqueIndexHazard(pair: Pair, index: Index): Hazard {
  const what = `index ${index.name} of ${pair.to.name.name} takes no two equal rows`
  const values = index.parts.map((p) =>
    p.column === undefined ? expressionNow(pair, p.expression ?? '') : (columnsNow(pair, [p.column])?.[0] ?? null),
  )
  const where = index.where === undefined ? null : expressionNow(pair, index.where)
  if (!values.every((v) => v !== null) || (where === null && index.where !== undefined)) {
    return mayFail(pair, what, { counted: 'rows too many' })
  }
  const groups = values.map((v, i) =>
    index.parts[i].collation === undefined ? grouped(v) : `${grouped(v)} COLLATE ${index.parts[i].collation}`,
  )
  return mayFail(pair, what, { count: duplicates(pair, values, groups, where), counted: 'rows too many' })
}

/** Checks that the old table had not. */
export function checkHazards(pair: Pair): Hazard[] {
  const had = new Set(pair.from.checks.map((c) => canonicalText(c.expression)))
  return pair.to.checks.flatMap((check) => {
    const now = expressionNow(pair, check.expression)
    if (had.has(canonicalText(check.expression)) || (now !== null && had.has(canonicalText(now)))) return []
    const what = `check ${check.name} of ${pair.to.name.name} must hold`
    const told = { counted: 'rows for which it does not hold' }
    return [mayFail(pair, what, now === null ? told : { ...told, count: rowsWhere(pair, `NOT (${now})`) })]
  })
}

/** Foreign keys that the old table had not. */
export function foreignKeyHazards(pair: Pair, from: Schema): Hazard[] {
  const key = (columns: readonly string[], f: ForeignKey) =>
    JSON.stringify([columns, f.references.name, f.referencedColumns]).toLowerCase()
  const had = new Set(pair.from.foreignKeys.map((f) => key(f.columns.map(quote), f)))
  return pair.to.foreignKeys.flatMap((f) => {
    const values = columnsNow(pair, f.columns)
    if (values !== null && had.has(key(values, f))) return []
    const what = `${f.columns.join(', ')} of ${pair.to.name.name} must be found in ${f.references.name}`
    const count = values === null ? undefined : orphans(pair, f, values, from)
    return [mayFail(pair, what, { counted: 'rows without a counterpart', ...(count !== undefined && { count }) })]
  })
}

/** Undefined where the parent is not there yet under the same names. */
function orphans(pair: Pair, f: ForeignKey, values: readonly string[], from: Schema): string | undefined {
  const parent = from.tables.find((t) => sameName(t.name.name, f.references.name))
  const there = f.referencedColumns.every((name) => parent?.columns.some((c) => sameName(c.name, name)))
  if (parent === undefined || !there) return undefined
  const fields = values.map((v, i) => `${v} AS x${i}`).join(', ')
  const set = values.map((_, i) => `c.x${i} IS NOT NULL`).join(' AND ')
  const on = f.referencedColumns.map((name, i) => `p.${quote(name)} = c.x${i}`).join(' AND ')
  return `SELECT count(*) AS n FROM (SELECT ${fields} FROM ${quote(pair.from.name.name)}) AS c WHERE ${set} AND NOT EXISTS (SELECT 1 FROM ${quote(parent.name.name)} AS p WHERE ${on})`
}
