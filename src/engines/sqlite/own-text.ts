/** A table's own CREATE TABLE text, where the model still says the same. */
import type { Table } from '../../core/schema.ts'
import { nameAt, replaceNames } from './create-index.ts'
import { bodyStart, parseCreateTable } from './create-table.ts'
import { isWord, splitItems, tokenize } from './tokens.ts'

const CONSTRAINTS = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'] as const

/**
 * The text that made the table, under its present name; null where columns, foreign keys or checks differ from it (renamed,
 * left out, cast), so that the statement must be written from the model.
 */
export function ownText(table: Table): string | null {
  const sql = table.options.sql
  if (sql === undefined || !/^\s*CREATE\s+TABLE\b/i.test(sql)) return null
  const tokens = tokenize(sql)
  const open = bodyStart(tokens)
  if (open < 0 || !sameColumns(table, sql) || !sameConstraints(table, sql)) return null
  const references = tokens.flatMap((t, i) => (isWord(t, 'REFERENCES') ? [tokens[i + 1]] : []))
  const parents = table.foreignKeys.map((f) => f.references.name)
  const own = tokens[nameAt(tokens, 'TABLE')]
  const renamed = !same(own.value, table.name.name)
  const moved = references
    .filter((t) => renamed && same(t.value, own.value))
    .map((token) => ({ token, name: table.name.name }))
  const strangers = references.filter((t) => !same(t.value, own.value))
  if (strangers.some((t) => !parents.some((p) => same(p, t.value)))) return null
  return replaceNames(sql, [{ token: own, name: table.name.name }, ...moved])
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function sameColumns(table: Table, sql: string): boolean {
  const tokens = tokenize(sql)
  const items = splitItems(tokens, bodyStart(tokens)).filter((item) => !isWord(item[0], ...CONSTRAINTS))
  return (
    items.length === table.columns.length &&
    items.every(
      (item, i) => item[0].value === table.columns[i].name && hasType(item.slice(1), table.columns[i].type.native),
    )
  )
}

function hasType(item: ReturnType<typeof tokenize>, native: string): boolean {
  const wanted = tokenize(native)
  return wanted.every((t, i) => item[i]?.text.toUpperCase() === t.text.toUpperCase())
}

function sameConstraints(table: Table, sql: string): boolean {
  const parsed = parseCreateTable(sql)
  const generated = table.columns.filter((c) => c.generated !== undefined)
  return (
    parsed.foreignKeys.length === table.foreignKeys.length &&
    parsed.uniques.length >= table.uniques.length &&
    parsed.checks.length === table.checks.length &&
    parsed.checks.every((check, i) => check.expression === table.checks[i].expression) &&
    parsed.generated.size === generated.length &&
    (parsed.primaryKey === null) === (table.primaryKey === undefined)
  )
}
