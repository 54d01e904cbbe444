/**
 * SQLite has no switch for triggers, but its DDL is transactional: they are dropped and made again within the transaction that moves
 * rows. Nobody else ever sees the table without them, and a process that dies takes back that they were dropped.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { ObjectName } from '../../core/schema.ts'
import { quote } from './literal.ts'

/** Statements that take the triggers of a table away, and that bring them back as they were, in their order. */
export interface Aside {
  readonly drop: string
  readonly create: string
}

/** The triggers of a table; null where it has none. */
export function triggersAside(db: DatabaseSync, table: ObjectName): Aside | null {
  const found = db
    .prepare(
      "SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid",
    )
    .all(table.name)
  if (found.length === 0) return null
  return {
    drop: found.map((t) => `DROP TRIGGER main.${quote(String(t.name))};`).join('\n'),
    // On lines of their own: the last line of a trigger's text may be a comment.
    create: found.map((t) => `${t.sql}\n;`).join('\n'),
  }
}
