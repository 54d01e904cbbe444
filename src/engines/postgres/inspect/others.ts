/** Whatever is no table: one query per kind, each giving name, table it hangs on, and the statement that makes it. */
import type { OtherObject } from '../../../core/schema.ts'
import type { Session } from '../session.ts'
import { textLiteral } from '../values.ts'
import { json, notOfExtension } from './scope.ts'

type Kind = OtherObject['kind']

interface Source {
  /** Null: the query gives it as `kind`. */
  readonly kind: Kind | null
  /** FROM … WHERE with columns nsp, name, definition, and `rel` (table), `labels` or `id` where there are any. */
  readonly sql: (schema: string) => string
}

const named = (nsp: string, name: string) => `${nsp} AS nsp, ${name} AS name`

const RELATIONS = 'FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace'
const own = (schema: string) => `n.nspname = ${textLiteral(schema)}`

/** CREATE AGGREGATE of a plain aggregate, from pg_aggregate; the server has no function that prints it. Others (ordered-set) are only named. */
const AGGREGATE = `CASE WHEN g.aggkind <> 'n' THEN 'aggregate function ' || p.proname ELSE
          format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, p.proname, coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'), g.aggtransfn::regproc, format_type(g.aggtranstype, NULL))
          || CASE WHEN g.aggfinalfn <> 0 THEN ', FINALFUNC = ' || g.aggfinalfn::regproc ELSE '' END
          || CASE WHEN g.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || g.aggcombinefn::regproc ELSE '' END
          || coalesce(', INITCOND = ' || quote_literal(g.agginitval), '') || ', PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END || ')' END`

const SOURCES: readonly Source[] = [
  {
    kind: 'extension',
    sql: () => `SELECT NULL AS nsp, e.extname AS name,
        'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname) AS definition
      FROM pg_extension e WHERE e.extname <> 'plpgsql' ORDER BY 2`,
  },
  {
    kind: 'enum',
    sql: (s) => `SELECT ${named('n.nspname', 't.typname')},
        format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)) AS definition,
        coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '[]') AS labels
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE ${own(s)} AND t.typtype = 'e' AND ${notOfExtension('pg_type', 't.oid')} ORDER BY 2`,
  },
  {
    kind: 'domain',
    sql: (s) => `SELECT ${named('n.nspname', 't.typname')},
        format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod))
          || CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE ' || (SELECT quote_ident(collname) FROM pg_collation WHERE oid = t.typcollation) ELSE '' END
          || coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
          || coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', o.conname, pg_get_constraintdef(o.oid)), '' ORDER BY o.conname) FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c'), '') AS definition
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
      WHERE ${own(s)} AND t.typtype = 'd' AND ${notOfExtension('pg_type', 't.oid')} ORDER BY t.oid`,
  },
  {
    kind: 'composite type',
    sql: (s) => `SELECT ${named('n.nspname', 'c.relname')},
        format('CREATE TYPE %I.%I AS (%s)', n.nspname, c.relname, (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS definition
      ${RELATIONS} WHERE ${own(s)} AND c.relkind = 'c' AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY c.oid`,
  },
  {
    kind: null,
    sql: (
      s,
    ) => `SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS kind, ${named('n.nspname', 'c.relname')},
        format('CREATE %s %I.%I ', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, n.nspname, c.relname)
          || coalesce('WITH (' || array_to_string(c.reloptions, ', ') || ') ', '') || 'AS '
          || coalesce(pg_get_viewdef(c.oid), '') AS definition
      ${RELATIONS} WHERE ${own(s)} AND c.relkind IN ('v', 'm') AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY c.relname`,
  },
  {
    kind: null,
    sql: (
      s,
    ) => `SELECT CASE WHEN p.prokind = 'p' THEN 'procedure' WHEN g.aggkind <> 'n' THEN 'other' ELSE 'function' END AS kind, p.oid AS id,
        ${named('n.nspname', "p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'")},
        CASE WHEN p.prokind = 'a' THEN ${AGGREGATE} ELSE pg_get_functiondef(p.oid) END AS definition
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
      WHERE ${own(s)} AND ${notOfExtension('pg_proc', 'p.oid')} ORDER BY 4`,
  },
  {
    kind: 'policy',
    sql: (s) => `SELECT ${named('n.nspname', 'o.polname')}, c.relname AS rel,
        format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY;', n.nspname, c.relname) || E'\\n'
          || format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', o.polname, n.nspname, c.relname,
            CASE WHEN o.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE o.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(o.polroles) AS r))
          || coalesce(' USING (' || pg_get_expr(o.polqual, o.polrelid) || ')', '')
          || coalesce(' WITH CHECK (' || pg_get_expr(o.polwithcheck, o.polrelid) || ')', '') AS definition
      FROM pg_policy o JOIN pg_class c ON c.oid = o.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${own(s)} ORDER BY c.relname, o.polname`,
  },
  {
    kind: 'rule',
    sql: (s) => `SELECT ${named('n.nspname', 'w.rulename')}, c.relname AS rel, pg_get_ruledef(w.oid) AS definition
      FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${own(s)} AND w.rulename <> '_RETURN' AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY c.relname, w.rulename`,
  },
  {
    kind: null,
    sql: (
      s,
    ) => `SELECT CASE WHEN c.relispartition THEN 'partition' ELSE 'inheritance' END AS kind, ${named('n.nspname', 'c.relname')}, p.relname AS rel,
        CASE WHEN c.relispartition
          THEN format('CREATE TABLE %I.%I PARTITION OF %I.%I %s', n.nspname, c.relname, pn.nspname, p.relname, pg_get_expr(c.relpartbound, c.oid))
            || coalesce(' PARTITION BY ' || pg_get_partkeydef(c.oid), '')
          ELSE format('ALTER TABLE %I.%I INHERIT %I.%I', n.nspname, c.relname, pn.nspname, p.relname) END AS definition
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
      WHERE ${own(s)} AND c.relkind IN ('r', 'p', 'f') AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY c.relname, i.inhseqno`,
  },
  {
    kind: 'other',
    sql: (s) => `SELECT ${named('n.nspname', 'c.relname')}, 'foreign table ' || c.relname AS definition
      ${RELATIONS} WHERE ${own(s)} AND c.relkind = 'f' AND NOT c.relispartition AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY 2`,
  },
  {
    kind: 'other',
    sql: (
      s,
    ) => `SELECT ${named('n.nspname', 'x.stxname')}, c.relname AS rel, pg_get_statisticsobjdef(x.oid) AS definition
      FROM pg_statistic_ext x JOIN pg_class c ON c.oid = x.stxrelid JOIN pg_namespace n ON n.oid = x.stxnamespace
      WHERE ${own(s)} ORDER BY x.stxname`,
  },
  {
    kind: 'other',
    sql: (s) => `SELECT ${named('n.nspname', 'o.collname')}, 'collation ' || o.collname AS definition
      FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
      WHERE ${own(s)} AND ${notOfExtension('pg_collation', 'o.oid')} ORDER BY 2`,
  },
  {
    kind: 'other',
    sql: (s) => `SELECT NULL AS nsp, 'schema ' || n.nspname AS name,
        format('Only the schema %I was read; %I has tables too: name it with ?schema=%s', ${textLiteral(s)}, n.nspname, n.nspname) AS definition
      FROM pg_namespace n WHERE n.nspname <> ${textLiteral(s)} AND n.nspname NOT IN ('information_schema', 'naru_ledger') AND n.nspname !~ '^pg_'
        AND ${notOfExtension('pg_namespace', 'n.oid')}
        AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND ${notOfExtension('pg_class', 'c.oid')}) ORDER BY 2`,
  },
]

/** All other objects but sequences, triggers and constraints. Functions whose ids are in `left` are left out. */
export async function others(session: Session, schema: string, left: ReadonlySet<number>): Promise<OtherObject[]> {
  const found: OtherObject[] = []
  for (const source of SOURCES) {
    for (const r of await session.query(source.sql(schema))) {
      if (left.has(Number(r.id))) continue
      const within = r.nsp === null ? {} : { schema: String(r.nsp) }
      found.push({
        kind: source.kind ?? (r.kind as Kind),
        name: { ...within, name: String(r.name) },
        ...(r.rel !== undefined && { table: { ...within, name: String(r.rel) } }),
        definition: String(r.definition),
        ...(r.labels !== undefined && { values: json<string[]>(r.labels) }),
      })
    }
  }
  return found
}
