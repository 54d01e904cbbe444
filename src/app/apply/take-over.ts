/** Makes a schema on an empty scratch database, without rows. */

import type { Database } from '../../core/engine.ts'
import type { Schema } from '../../core/schema.ts'
import { isSeveral, type SchemaChoice } from '../../core/schema-choice.ts'
import { unowned } from '../../diff/silence.ts'
import { differenceOf } from './difference.ts'

/** PostgreSQL: the schema that is altered, or several; absent: public. */
type Home = SchemaChoice | undefined

/**
 * Makes `wanted` on the scratch database and gives what is there then. `others`: schemas whose owners and grantees may be needed later.
 * Throws what its statements throw.
 */
export async function takeOver(db: Database, wanted: Schema, others: readonly Schema[], home: Home): Promise<Schema> {
  await prepare(db, [wanted, ...others], home)
  const build = differenceOf(db, await db.inspect({ schema: home }), asFarAs(db, wanted), {})
  for (const step of build.plan.steps) await db.execute(step.sql)
  return await db.inspect({ schema: home })
}

/** What can be made there: roles that own and may use things are made on a throwaway database in this process alone. */
export function asFarAs(db: Database, schema: Schema): Schema {
  return db.can.inProcess ? schema : unowned(schema)
}

/** The schema that is meant, and on a throwaway PostgreSQL the roles that own and may use things. */
async function prepare(db: Database, schemas: readonly Schema[], home: Home): Promise<void> {
  if (db.engine.name !== 'postgres') return
  const { quote } = db.engine.dialect
  if (home !== undefined && !isSeveral(home) && home !== 'public') {
    await db.execute(`CREATE SCHEMA IF NOT EXISTS ${quote(home)}; SET search_path TO ${quote(home)}, public`)
  }
  if (db.flavor !== 'pglite') return
  const roles = new Set(schemas.flatMap(rolesOf))
  for (const role of roles) await db.execute(`CREATE ROLE ${quote(role)}`).catch(() => {}) // there already
}

/** Owners, and whom privileges are given to: `SELECT, INSERT TO reader WITH GRANT OPTION`. */
function rolesOf(schema: Schema): string[] {
  return [...schema.tables, ...schema.others].flatMap((object) => {
    const columns = 'columns' in object ? object.columns : []
    const grants = [...(object.grants ?? []), ...columns.flatMap((c) => c.grants ?? [])]
    const named = grants.flatMap((grant) => {
      const role = / TO ("(?:[^"]|"")+"|\S+)(?: WITH GRANT OPTION)?$/.exec(grant)?.[1]
      if (role === undefined || role === 'PUBLIC') return []
      return [role.startsWith('"') ? role.slice(1, -1).replaceAll('""', '"') : role]
    })
    return object.owner === undefined ? named : [object.owner, ...named]
  })
}
