/** Tables with their own options and estimates. */
import type { ObjectName } from '../../../core/schema.ts'
import type { Session } from '../session.ts'
import { json, optional, tableIds } from './scope.ts'

export interface FoundTable {
  readonly id: number
  readonly name: ObjectName
  readonly comment?: string
  readonly options: Readonly<Record<string, string>>
  readonly rows?: number
  readonly bytes: number
}

/** A partitioned table holds its rows in its leaves. */
const QUERY = (
  schema: string,
) => `SELECT c.oid, n.nspname, c.relname, obj_description(c.oid, 'pg_class') AS comment, c.relpersistence,
    array_to_string(c.reloptions, ', ') AS settings, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partkey,
    CASE WHEN c.relkind = 'p' THEN (SELECT json_object_agg(format('%s.%s', pn.nspname, p.relname),
        json_build_array(pn.nspname, p.relname, un.nspname, u.relname, pg_get_expr(p.relpartbound, p.oid), pg_get_partkeydef(p.oid)))
      FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid JOIN pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_class u ON u.oid = t.parentrelid JOIN pg_namespace un ON un.oid = u.relnamespace) END AS partitions,
    leaves.rows, leaves.bytes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
    LATERAL (SELECT sum(l.reltuples)::float8 AS rows, sum(pg_table_size(l.oid))::float8 AS bytes FROM pg_class l
      WHERE CASE WHEN c.relkind = 'p' THEN l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf) ELSE l.oid = c.oid END) AS leaves
  WHERE c.oid IN ${tableIds(schema)} ORDER BY c.relname`

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
export async function tables(session: Session, schema: string): Promise<FoundTable[]> {
  const rows = await session.query(QUERY(schema))
  return rows.map((r) => ({
    id: Number(r.oid),
    name: { schema: String(r.nspname), name: String(r.relname) },
    ...optional('comment', r.comment),
    options: {
      ...(r.relpersistence === 'u' && { unlogged: 'true' }),
      ...(r.settings !== null && { with: String(r.settings) }),
      ...partitionOptions(r.partkey, r.partitions),
    },
    // -1: never counted by ANALYZE.
    ...(r.rows !== null && Number(r.rows) >= 0 && { rows: Number(r.rows) }),
    bytes: Number(r.bytes ?? 0),
  }))
}
