/** What of the catalogue belongs to the schema that is inspected. */
import { textLiteral } from '../values.ts'

/** Predicate: an object is not part of an extension. */
export function notOfExtension(catalogue: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${catalogue}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`
}

/** Subquery: object ids of the tables, partitioned parents included, partitions left out. */
export function tableIds(schema: string): string {
  return `(SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${textLiteral(schema)} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${notOfExtension('pg_class', 'c.oid')})`
}

/** Expression: a possibly qualified name as the server prints it, without the schemas that need no naming. */
export function printedName(schema: string, nsp: string, name: string): string {
  return `CASE WHEN ${nsp} IN ('pg_catalog', ${textLiteral(schema)}) THEN '' ELSE quote_ident(${nsp}) || '.' END || quote_ident(${name})`
}

/** Reads a json column. */
export function json<T>(value: unknown): T {
  return JSON.parse(value as string) as T
}

/** A text column that may be NULL, as an optional property. */
export function optional<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  return (value === null || value === undefined ? {} : { [key]: String(value) }) as { readonly [P in K]?: string }
}
