/** Indexes that CREATE INDEX CONCURRENTLY left invalid: writes keep them up, queries do not use them. */
import type { Debris } from '../../core/engine.ts'
import type { Session } from './session.ts'
import { textLiteral } from './values.ts'

/** Those of some schemas that nobody is building at this moment. Parts of partitioned indexes are another matter. */
export async function invalidIndexes(session: Session, schemas: readonly string[]): Promise<Debris[]> {
  const [{ known }] = await session.query(
    "SELECT to_regclass('pg_catalog.pg_stat_progress_create_index') IS NOT NULL AS known",
  )
  const building =
    known === true ? 'AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid)' : ''
  const rows = await session.query(
    `SELECT c.relname AS name, t.relname AS owner, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname = ANY (ARRAY[${schemas.map(textLiteral).join(', ')}]::text[]) ${building} ORDER BY c.relname`,
  )
  return rows.map((r) => ({
    object: `index ${r.owner}.${r.name}`,
    name: String(r.name),
    why: 'a CREATE INDEX CONCURRENTLY that did not finish left it invalid: writes keep it up, queries do not use it',
    remove: `DROP INDEX CONCURRENTLY IF EXISTS ${r.quoted}`,
  }))
}
