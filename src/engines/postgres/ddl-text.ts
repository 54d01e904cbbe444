/** Pieces that the statements of all phases share. */
import type { ObjectName, Table } from '../../core/schema.ts'
import { qualified, quote } from './names.ts'
import { isBuiltIn } from './types.ts'
import { textLiteral } from './values.ts'

/** `("a", "b")`. */
export function columnList(names: readonly string[]): string {
  return `(${names.map(quote).join(', ')})`
}

/** A name as a text literal that regclass and its kin read: `'"public"."orders"'`. */
export function nameLiteral(name: ObjectName): string {
  return textLiteral(qualified(name))
}

/** Statements whose texts come from the server they were inspected on, where names of the schema stood without it. */
export function withinPath(schema: string | undefined, sql: string): string {
  if (schema === undefined) return sql
  const path = schema === 'public' ? 'public' : `${quote(schema)}, public`
  return `SET LOCAL search_path TO ${path};\n${sql}`
}

/** Whether the table's own statement holds names that depend on the search path. */
export function dependsOnPath(table: Table): boolean {
  if (table.checks.length > 0) return true
  return table.columns.some(
    (c) => c.generated !== undefined || c.default?.kind === 'expression' || !isBuiltIn(c.type.native),
  )
}

/** A dollar-quoted body. */
export function dollar(body: string): string {
  let tag = '$do$'
  for (let n = 2; body.includes(tag); n++) tag = `$do${n}$`
  return `${tag}${body}${tag}`
}

/** A query that gives a row when a relation of a kind is there. */
export function relationExists(name: ObjectName, kinds: readonly string[]): string {
  const among = kinds.map(textLiteral).join(', ')
  return `SELECT 1 AS there FROM pg_class WHERE oid = to_regclass(${nameLiteral(name)}) AND relkind IN (${among})`
}

/** A query that gives a row when a table has a constraint of that name. */
export function constraintExists(table: ObjectName, name: string, valid = false): string {
  return `SELECT 1 AS there FROM pg_constraint WHERE conrelid = to_regclass(${nameLiteral(table)}) AND conname = ${textLiteral(name)}${valid ? ' AND convalidated' : ''}`
}

/** Whether the table is made with its partitions: then constraints cannot be taken from indexes, nor added unchecked. */
export function isPartitioned(table: Table): boolean {
  return table.options['partition by'] !== undefined
}
