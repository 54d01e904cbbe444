/** Who uses what, from pg_depend: views, routines, policies, triggers, and the parts of tables. */

import type { Row } from '../../../core/engine.ts'
import type { ObjectName, ObjectUse, UnreadSchema } from '../../../core/schema.ts'
import { textLiteral } from '../values.ts'
import type { Asked } from './present.ts'
import { among, type Scope } from './scope.ts'

/** Users of things by the catalogue and id that they are known by: `pg_class 4711`. */
export type Uses = ReadonlyMap<string, readonly ObjectUse[]>

/** Key of `Uses`. */
export const userKey = (catalogue: string, id: number) => `${catalogue} ${id}`

/** What there is to be used: members of extensions, and whatever lies in the schema, by kind and name. */
function usable(own: string): string {
  return `SELECT e.classid, e.objid, 'extension' AS kind, NULL::name AS nsp, x.extname::text AS name
        FROM pg_extension x JOIN pg_depend e ON e.refclassid = 'pg_extension'::regclass AND e.refobjid = x.oid AND e.deptype = 'e'
      UNION ALL SELECT 'pg_class'::regclass, c.oid, 'relation', n.nspname, c.relname FROM ${own} AS n JOIN pg_class c ON c.relnamespace = n.oid
      UNION ALL SELECT 'pg_type'::regclass, t.oid, CASE WHEN c.relkind IS NULL OR c.relkind = 'c' THEN 'type' ELSE 'relation' END, n.nspname, b.typname
        FROM ${own} AS n JOIN pg_type b ON b.typnamespace = n.oid JOIN pg_type t ON b.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
        LEFT JOIN pg_class c ON c.oid = b.typrelid
      UNION ALL SELECT 'pg_proc'::regclass, p.oid, 'function', n.nspname, p.proname FROM ${own} AS n JOIN pg_proc p ON p.pronamespace = n.oid
      UNION ALL SELECT 'pg_constraint'::regclass, k.oid, 'relation', n.nspname, k.conname FROM ${own} AS n JOIN pg_constraint k ON k.connamespace = n.oid WHERE k.conindid <> 0
      UNION ALL SELECT 'pg_collation'::regclass, l.oid, 'collation', n.nspname, l.collname FROM ${own} AS n JOIN pg_collation l ON l.collnamespace = n.oid
      UNION ALL SELECT 'pg_operator'::regclass, o.oid, 'operator', n.nspname, format('operator %s(%s, %s)', o.oprname, format_type(o.oprleft, NULL), format_type(o.oprright, NULL))
        FROM ${own} AS n JOIN pg_operator o ON o.oprnamespace = n.oid`
}

/**
 * One row a dependency. The user is told as the object it belongs to: a view for its rule, a table for its default, index, constraint.
 * What is used is told by kind and name: an array type as its element, a table's row type as the table. It is found first: pg_depend is that
 * of the whole database, and only what hangs on things of this schema is worth a look at its user.
 */
function query(own: string, condition = 'true'): string {
  return `WITH usable AS MATERIALIZED (SELECT * FROM (${usable(own)}) AS a WHERE a.objid >= 16384 AND EXISTS ${own} AND ${condition}),
    used AS MATERIALIZED (SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, o.kind, o.nsp, o.name
      FROM usable o JOIN pg_depend d ON d.refclassid = o.classid AND d.refobjid = o.objid AND d.deptype IN ('n', 'a'))
    SELECT DISTINCT u.catalogue, u.id::int8 AS id, u.by, d.kind, d.nsp,
      CASE d.kind WHEN 'function' THEN d.name || '(' || pg_get_function_identity_arguments(d.refobjid) || ')' ELSE d.name END AS name, r.attname AS col
    FROM used d CROSS JOIN LATERAL (
      SELECT CASE WHEN w.rulename = '_RETURN' THEN 'pg_class' ELSE 'pg_rewrite' END AS catalogue, CASE WHEN w.rulename = '_RETURN' THEN w.ev_class ELSE w.oid END AS id, NULL::text AS by, w.ev_class AS self
        FROM pg_rewrite w WHERE d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
      UNION ALL SELECT 'pg_class', f.adrelid, CASE WHEN a.attgenerated = '' THEN 'default ' ELSE 'column ' END || a.attname, NULL
        FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
      UNION ALL SELECT CASE WHEN k.conrelid = 0 THEN 'pg_type' WHEN k.contype = 'x' THEN 'pg_constraint' ELSE 'pg_class' END,
          CASE WHEN k.conrelid = 0 THEN k.contypid WHEN k.contype = 'x' THEN k.oid ELSE k.conrelid END, 'constraint ' || k.conname, NULL
        FROM pg_constraint k WHERE d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.contype <> 'n'
      UNION ALL SELECT 'pg_class', CASE WHEN c.relkind IN ('i', 'I') THEN i.indrelid ELSE c.oid END,
          CASE WHEN c.relkind IN ('i', 'I') THEN 'index ' || c.relname WHEN d.objsubid > 0 THEN 'column ' || a.attname ELSE 'table' END, NULL
        FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
        WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid
      UNION ALL SELECT 'pg_type', t.oid, NULL, NULL FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid
      UNION ALL SELECT g.catalogue, d.objid, NULL, NULL FROM (VALUES ('pg_proc'), ('pg_trigger'), ('pg_policy'), ('pg_statistic_ext'), ('pg_operator'), ('pg_cast'), ('pg_event_trigger')) AS g(catalogue)
        WHERE d.classid = g.catalogue::regclass
    ) AS u
    LEFT JOIN pg_attribute r ON d.kind = 'relation' AND d.refclassid = 'pg_class'::regclass AND r.attrelid = d.refobjid AND r.attnum = d.refobjsubid AND d.refobjsubid > 0
    WHERE NOT (d.classid = 'pg_rewrite'::regclass AND d.refobjid = u.self)
    ORDER BY 1, 2, 3, 4, 5, 6, 7`
}

function toUse(r: Row): ObjectUse {
  return {
    name: { ...(r.nsp !== null && { schema: String(r.nsp) }), name: String(r.name) },
    ...(r.col !== null && { column: String(r.col) }),
    kind: String(r.kind),
    ...(r.by !== null && { by: String(r.by) }),
  }
}

/** All uses of things of the schema and of extensions. */
export async function uses(session: Asked, scope: Scope): Promise<Uses> {
  const found = new Map<string, ObjectUse[]>()
  for (const r of await session.query(
    query(`(SELECT oid, nspname FROM pg_namespace WHERE ${among(scope, 'nspname')})`),
  )) {
    put(found, userKey(String(r.catalogue), Number(r.id)), toUse(r))
  }
  return found
}

/** Neither an extension nor one of its members. */
const USERS_OWN = `a.kind <> 'extension' AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = a.classid AND e.objid = a.objid AND e.deptype = 'e')`

/** Uses of schemas beside a scope. */
export interface Crossing {
  /**
   * By tables, by the schema that is used: not what foreign keys point at and tables inherit from, for these are left out, nor enums, which
   * are made with the columns that have them.
   */
  readonly byTables: ReadonlyMap<string, NonNullable<UnreadSchema['usedBy']>>
  /** By everything else. */
  readonly byOthers: Uses
}

/** What a scope uses of schemas beside it. */
export async function usesOfOthers(session: Asked, scope: Scope, unread: readonly string[]): Promise<Crossing> {
  const names = unread.map(textLiteral).join(', ')
  const found = query(`(SELECT oid, nspname FROM pg_namespace WHERE nspname IN (${names}))`, USERS_OWN)
  const rows =
    await session.query(`SELECT u.*, n.nspname AS home, c.relname AS table, s.oid AS sequence FROM (${found}) AS u
    LEFT JOIN pg_class c ON u.catalogue = 'pg_class' AND c.oid = u.id AND c.relkind IN ('r', 'p') LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_type t ON u.kind = 'type' AND t.typname = u.name AND t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = u.nsp)
    LEFT JOIN pg_class s ON u.kind = 'relation' AND s.relkind = 'S' AND s.relname = u.name AND s.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = u.nsp)
    WHERE c.oid IS NULL OR ${among(scope, 'n.nspname')} AND t.typtype IS DISTINCT FROM 'e' AND NOT (u.kind = 'relation' AND (u.by = 'table' OR u.by LIKE 'constraint %'))
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", u.by COLLATE "C", u.name COLLATE "C"`)
  const byTables = new Map<string, { readonly table: ObjectName; readonly use: ObjectUse }[]>()
  const byOthers = new Map<string, ObjectUse[]>()
  for (const r of rows) {
    const use = { ...toUse(r), ...(r.sequence !== null && { kind: 'sequence' }) }
    if (r.table === null) put(byOthers, userKey(String(r.catalogue), Number(r.id)), use)
    else put(byTables, String(r.nsp), { table: { schema: String(r.home), name: String(r.table) }, use })
  }
  return { byTables, byOthers }
}

function put<T>(map: Map<string, T[]>, key: string, item: T): void {
  const own = map.get(key)
  if (own === undefined) map.set(key, [item])
  else own.push(item)
}
