/** Triggers: those that stand for ON UPDATE CURRENT_TIMESTAMP are a property of columns, all others are reported. */

import type { OtherObject } from '../../../core/schema.ts'
import type { Asked } from './present.ts'
import { among, optional, type Scope } from './scope.ts'

/** A trigger with its function. */
export interface FoundTrigger {
  readonly table: number
  readonly id: number
  readonly object: OtherObject
  readonly source: string
  readonly functionId: number
  /** BEFORE UPDATE … FOR EACH ROW, without arguments or condition, and its function beside the table under its own name. */
  readonly plain: boolean
}

/** Bits of pg_trigger.tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update. */
const BEFORE_UPDATE_ROW = 19

function query(scope: Scope): string {
  return `SELECT g.oid AS id, g.tgrelid, g.tgname, n.nspname, c.relname, pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'O' THEN '' ELSE
        format(E';\\nALTER TABLE %I.%I %s TRIGGER %I', n.nspname, c.relname, CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) END AS definition,
      obj_description(g.oid, 'pg_trigger') AS comment, p.prosrc, p.oid AS function,
      g.tgtype, g.tgqual IS NULL AND g.tgnargs = 0 AND g.tgattr::text = '' AND g.tgenabled = 'O'
        AND p.pronamespace = c.relnamespace AND p.proname = g.tgname AS bare
    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = g.tgfoid
    WHERE ${among(scope, 'n.nspname')} AND NOT g.tgisinternal AND coalesce((to_jsonb(g) ->> 'tgparentid')::int8, 0) = 0
    ORDER BY c.relname, g.tgname`
}

/** All triggers of the schema that are not the server's own. */
export async function triggers(session: Asked, scope: Scope): Promise<FoundTrigger[]> {
  const rows = await session.query(query(scope))
  return rows.map((r) => ({
    table: Number(r.tgrelid),
    id: Number(r.id),
    object: {
      kind: 'trigger',
      name: { schema: String(r.nspname), name: String(r.tgname) },
      table: { schema: String(r.nspname), name: String(r.relname) },
      definition: String(r.definition),
      ...optional('comment', r.comment),
    },
    source: String(r.prosrc),
    functionId: Number(r.function),
    plain: Number(r.tgtype) === BEFORE_UPDATE_ROW && r.bare === true,
  }))
}
