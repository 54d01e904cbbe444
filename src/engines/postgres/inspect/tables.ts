/** Tables with their own options and estimates. */

import type { ObjectName } from '../../../core/schema.ts'
import type { Asked } from './present.ts'
import { filled, grantsOf, json, optional, optionalList, printedName, type Scope, tableIds } from './scope.ts'

export interface FoundTable {
  readonly id: number
  readonly name: ObjectName
  readonly comment?: string
  readonly options: Readonly<Record<string, string>>
  readonly rows?: number
  readonly bytes: number
  readonly owner: string
  readonly grants?: readonly string[]
}

/** A partitioned table holds its rows in its leaves. An array finds them by the index: with OR or CASE each table would read all of pg_class. */
const QUERY = (
  scope: Scope,
) => `SELECT c.oid, n.nspname, c.relname, obj_description(c.oid, 'pg_class') AS comment, c.relpersistence,
    array_to_string(c.reloptions, ', ') AS settings, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partkey,
    CASE WHEN c.relkind = 'p' THEN (SELECT json_object_agg(format('%s.%s', pn.nspname, p.relname),
        json_build_array(pn.nspname, p.relname, un.nspname, u.relname, pg_get_expr(p.relpartbound, p.oid), pg_get_partkeydef(p.oid)))
      FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid JOIN pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_class u ON u.oid = t.parentrelid JOIN pg_namespace un ON un.oid = u.relnamespace) END AS partitions,
    leaves.rows, leaves.bytes, pg_get_userbyid(c.relowner) AS owner, ${grantsOf('c.relacl', 'r', 'c.relowner')} AS grants,
    concat_ws(', ', CASE WHEN c.relrowsecurity THEN 'enabled' END, CASE WHEN c.relforcerowsecurity THEN 'forced' END) AS rowsecurity,
    CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full'
      WHEN 'i' THEN 'index ' || (SELECT ic.relname FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END AS identity,
    (SELECT spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace) AS tablespace,
    (SELECT amname FROM pg_am a WHERE a.oid = c.relam AND a.amname <> 'heap') AS method,
    (SELECT 'toast.' || array_to_string(x.reloptions, ', toast.') FROM pg_class x WHERE x.oid = c.reltoastrelid AND x.reloptions IS NOT NULL) AS toast,
    (SELECT ic.relname FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered) AS clustered,
    CASE WHEN c.reloftype <> 0 THEN (SELECT ${printedName(scope, 'tn.nspname', 't.typname')} FROM pg_type t JOIN pg_namespace tn ON tn.oid = t.typnamespace WHERE t.oid = c.reloftype) END AS oftype,
    CASE WHEN c.relkind = 'r' THEN (SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY h.inhseqno) FROM pg_inherits h
      JOIN pg_class p ON p.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = c.oid) END AS parents
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
    LATERAL (SELECT sum(l.reltuples)::float8 AS rows, sum(pg_table_size(l.oid))::float8 AS bytes FROM pg_class l
      WHERE l.oid = ANY (CASE WHEN c.relkind = 'p' THEN ARRAY(SELECT relid::oid FROM pg_partition_tree(c.oid) WHERE isleaf) ELSE ARRAY[c.oid] END)) AS leaves
  WHERE c.oid IN ${tableIds(scope)} ORDER BY n.nspname, c.relname`

type Partition = readonly [string, string, string, string, string, string | null]

/** `partition by`, and one option per partition; their text is all that `ddl` needs to make them again. */
function partitionOptions(partkey: unknown, partitions: unknown): Record<string, string> {
  if (partkey === null) return {}
  const found: Record<string, string> = { 'partition by': String(partkey) }
  if (partitions === null) return found
  for (const [id, parts] of Object.entries(json<Record<string, Partition>>(partitions))) {
    found[`partition ${id}`] = JSON.stringify(parts)
  }
  return found
}

/** Tables of the schema by name; partitions belong to their parent. */
export async function tables(session: Asked, scope: Scope): Promise<FoundTable[]> {
  const rows = await session.query(QUERY(scope))
  return rows.map((r) => ({
    id: Number(r.oid),
    name: { schema: String(r.nspname), name: String(r.relname) },
    ...optional('comment', r.comment),
    options: {
      ...(r.relpersistence === 'u' && { unlogged: 'true' }),
      ...filled({
        with: [r.settings, r.toast].filter((t) => t !== null).join(', '),
        'row security': r.rowsecurity,
        'replica identity': r.identity,
        tablespace: r.tablespace,
        'access method': r.method,
        clustered: r.clustered,
        'of type': r.oftype,
        inherits: r.parents,
      }),
      ...partitionOptions(r.partkey, r.partitions),
    },
    // -1: never counted by ANALYZE.
    ...(r.rows !== null && Number(r.rows) >= 0 && { rows: Number(r.rows) }),
    bytes: Number(r.bytes ?? 0),
    owner: String(r.owner),
    ...optionalList('grants', r.grants),
  }))
}
