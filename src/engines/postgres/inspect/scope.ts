/** What of the catalogue belongs to the schema that is inspected. */
import { textLiteral } from '../values.ts'

/** The schemas that are read, and the one whose names are printed without it; null: every name is printed with its schema. */
export interface Scope {
  readonly schemas: readonly string[]
  readonly home: string | null
}

/** Predicate: a schema's name is among those that are read. */
export function among(scope: Scope, name: string): string {
  return scope.schemas.length === 0 ? 'false' : `${name} IN (${scope.schemas.map(textLiteral).join(', ')})`
}

/** Predicate: an object is not part of an extension. */
export function notOfExtension(catalogue: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${catalogue}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`
}

/** Where revisions that are applied are remembered: in the schema itself, and no part of it. */
export const VERSION_TABLE = 'naru_version'

/** Subquery: object ids of the tables, partitioned parents included, partitions left out. */
export function tableIds(scope: Scope): string {
  return `(SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${among(scope, 'n.nspname')} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '${VERSION_TABLE}' AND ${notOfExtension('pg_class', 'c.oid')})`
}

/** Expression: a possibly qualified name as the server prints it, without the schemas that need no naming. */
export function printedName({ home }: Scope, nsp: string, name: string): string {
  const bare = ['pg_catalog', ...(home === null ? [] : [home])].map(textLiteral).join(', ')
  return `CASE WHEN ${nsp} IN (${bare}) THEN '' ELSE quote_ident(${nsp}) || '.' END || quote_ident(${name})`
}

/** Reads a json column. */
export function json<T>(value: unknown): T {
  return JSON.parse(value as string) as T
}

/** A text column that may be NULL, as an optional property. */
export function optional<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  return (value === null || value === undefined ? {} : { [key]: String(value) }) as { readonly [P in K]?: string }
}

/** Expression: json array of privileges that differ from an object's default ones, NULL for none; `kind` as acldefault takes it. */
export function grantsOf(
  acl: string,
  kind: string,
  owner: string,
  defaults = `acldefault('${kind}', ${owner})`,
): string {
  const grantee = `CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END`
  const words = `string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type)`
  const usual = `aclexplode(${defaults})`
  return `CASE WHEN ${acl} IS NOT NULL THEN (SELECT json_agg(g.line ORDER BY g.line COLLATE "C") FROM (
      SELECT ${words} || ' TO ' || ${grantee} || CASE WHEN x.able THEN ' WITH GRANT OPTION' ELSE '' END AS line
        FROM (SELECT e.grantee, e.privilege_type, bool_or(e.is_grantable) AS able FROM aclexplode(${acl}) AS e GROUP BY 1, 2
          EXCEPT SELECT e.grantee, e.privilege_type, e.is_grantable FROM ${usual} AS e) AS x GROUP BY x.grantee, x.able
      UNION ALL SELECT 'REVOKE ' || ${words} || ' FROM ' || ${grantee}
        FROM (SELECT e.grantee, e.privilege_type FROM ${usual} AS e EXCEPT SELECT e.grantee, e.privilege_type FROM aclexplode(${acl}) AS e) AS x
        GROUP BY x.grantee) AS g) END`
}

/** A json array of texts that may be NULL, as an optional property. */
export function optionalList<K extends string>(key: K, value: unknown): { readonly [P in K]?: readonly string[] } {
  return (value === null || value === undefined ? {} : { [key]: json(value) }) as {
    readonly [P in K]?: readonly string[]
  }
}

/** A json object of texts without the empty and absent ones; undefined where none is left. */
export function filled(given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(given).flatMap(([key, v]) =>
    v === null || v === undefined || v === '' ? [] : [[key, String(v)] as const],
  )
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
