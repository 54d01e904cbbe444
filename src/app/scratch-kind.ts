/** What kind of scratch database statements are tried on: equal kinds make equal schemas of equal statements. */

import type { Address } from '../core/engine.ts'
import { schemaChoiceText } from '../core/schema-choice.ts'
import { pgliteVersion } from '../engines/postgres/pglite-version.ts'
import type { Family } from '../schema/sql-body.ts'
import { openDatabase } from './open.ts'
import type { StateOptions } from './state-form.ts'

/** A temporary database takes character set and collation of the one that it stands for, see scratch.ts. */
async function serverKind(address: Address): Promise<string> {
  await using db = await openDatabase(address, { role: 'source' })
  // Two servers of one version may have other extensions and roles.
  const kind = `${db.flavor} ${db.version} ${address.label}`
  if (db.engine.name !== 'mysql') return kind
  const [row] = await db.query(
    'SELECT CONVERT(@@character_set_database USING utf8mb4) AS cs, CONVERT(@@collation_database USING utf8mb4) AS co, CONVERT(@@GLOBAL.sql_mode USING utf8mb4) AS mode, CONVERT(@@GLOBAL.time_zone USING utf8mb4) AS zone',
  )
  return [kind, address.database === undefined ? '' : row.cs, row.co, row.mode, row.zone].join(' ')
}

/** Names the kind without making a database. Null where it cannot be told. Throws what opening a server throws. */
export async function scratchKind(
  family: Family,
  o: Pick<StateOptions, 'dev' | 'beside' | 'schema'>,
): Promise<string | null> {
  if (o.dev !== undefined && o.dev.engine !== family) return null
  const server = o.dev ?? (family === 'mysql' ? o.beside : undefined)
  const home = o.schema === undefined ? '' : schemaChoiceText(o.schema)
  if (server?.engine === family && server.path === undefined) {
    return `${await serverKind(server)} ${home}`
  }
  if (family === 'sqlite') return `sqlite ${process.versions.sqlite}`
  const version = family === 'postgres' ? await pgliteVersion() : null
  return version === null ? null : `pglite ${version} ${home}`
}
