/** Indexes of the inspected tables that do not merely back a constraint. */

import type { Row } from '../../../core/engine.ts'
import type { Index, IndexPart } from '../../../core/schema.ts'
import type { Asked } from './present.ts'
import { filled, json, optional, printedName, type Scope, tableIds } from './scope.ts'

function query(scope: Scope): string {
  const collation = `CASE WHEN i.indcollation[k.n - 1] <> 0 AND i.indcollation[k.n - 1] <> coalesce(a.attcollation, 100)
    THEN (SELECT ${printedName(scope, 'n.nspname', 'o.collname')} FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace WHERE o.oid = i.indcollation[k.n - 1]) END`
  const opclass = scope.home === null ? printedName(scope, 'n.nspname', 'o.opcname') : 'o.opcname'
  return `SELECT i.indrelid, c.relname, i.indisunique, am.amname, pg_get_indexdef(c.oid) AS definition,
      pg_get_expr(i.indpred, i.indrelid) AS predicate, obj_description(c.oid, 'pg_class') AS comment,
      coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS together,
      array_to_string(c.reloptions, ', ') AS settings, (SELECT spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace) AS tablespace,
      (SELECT json_agg(json_build_object('column', a.attname, 'expression', pg_get_indexdef(c.oid, k.n, false), 'key', k.n <= i.indnkeyatts,
          'options', CASE WHEN k.n <= i.indnkeyatts THEN i.indoption[k.n - 1] END,
          'opclass', CASE WHEN k.n <= i.indnkeyatts THEN (SELECT ${opclass} FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid = i.indclass[k.n - 1] AND (NOT o.opcdefault OR ao.settings IS NOT NULL)) END,
          'settings', ao.settings, 'statistics', CASE WHEN ia.attstattarget >= 0 THEN ia.attstattarget END,
          'collation', CASE WHEN k.n <= i.indnkeyatts THEN ${collation} END) ORDER BY k.n)
        FROM (SELECT generate_series(1, i.indnatts::int) AS n) AS k
        LEFT JOIN pg_attribute ia ON ia.attrelid = c.oid AND ia.attnum = k.n
        LEFT JOIN LATERAL (SELECT string_agg(o, ', ') AS settings FROM unnest(ia.attoptions) AS o WHERE o NOT LIKE 'pg\\_%') AS ao ON true
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1] AND a.attnum > 0) AS parts
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
    WHERE i.indrelid IN ${tableIds(scope)} AND i.indisvalid
      AND NOT EXISTS (SELECT FROM pg_constraint con WHERE con.conindid = c.oid AND con.contype IN ('p', 'u', 'x'))
    ORDER BY i.indrelid, c.relname`
}

interface FoundPart {
  readonly column: string | null
  readonly expression: string
  readonly key: boolean
  readonly options: number | null
  readonly opclass: string | null
  readonly collation: string | null
  readonly settings: string | null
  readonly statistics: number | null
}

/** Bits of pg_index.indoption: 1 descending, 2 NULLs first. Without them NULLs come last, with DESC first. */
function part(p: FoundPart): IndexPart {
  const descending = ((p.options ?? 0) & 1) !== 0
  const first = ((p.options ?? 0) & 2) !== 0
  return {
    ...(p.column === null ? { expression: p.expression } : { column: p.column }),
    ...(descending && { descending }),
    ...(first !== descending && { nulls: first ? ('first' as const) : ('last' as const) }),
    ...(p.opclass !== null && { opclass: p.settings === null ? p.opclass : `${p.opclass} (${p.settings})` }),
    ...optional('collation', p.collation),
  }
}

function toIndex(r: Row): Index {
  const parts = json<FoundPart[]>(r.parts)
  const targets = parts.flatMap((p, n) => (p.statistics === null ? [] : [`${n + 1}: ${p.statistics}`]))
  const options = filled({ with: r.settings, tablespace: r.tablespace, statistics: targets.join(', ') })
  const include = parts.filter((p) => !p.key).map((p) => p.column ?? p.expression)
  return {
    name: String(r.relname),
    parts: parts.filter((p) => p.key).map(part),
    unique: r.indisunique === true,
    method: String(r.amname),
    ...optional('where', r.predicate),
    ...(include.length > 0 && { include }),
    ...(r.together === true && { nullsNotDistinct: true }),
    ...optional('comment', r.comment),
    definition: String(r.definition),
    ...(options !== undefined && { options }),
  }
}

/** Indexes by table id, by name. */
export async function indexes(session: Asked, scope: Scope): Promise<Map<number, Index[]>> {
  const found = new Map<number, Index[]>()
  for (const r of await session.query(query(scope))) {
    const table = Number(r.indrelid)
    found.set(table, [...(found.get(table) ?? []), toIndex(r)])
  }
  return found
}
