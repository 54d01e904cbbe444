/** Desired states that are text: executed on a scratch database and inspected there, so that the server itself reads the SQL. */

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Schema } from '../core/schema.ts'
import { isSeveral, type SchemaChoice } from '../core/schema-choice.ts'
import { markSilent } from '../diff/silence.ts'
import { FAMILIES, type Family } from '../schema/sql-body.ts'
import { type SqlStatement, splitSql } from '../schema/sql-split.ts'
import { cachedSchema, cacheKey } from './schema-cache.ts'
import { openScratch } from './scratch.ts'
import { scratchKind } from './scratch-kind.ts'
import type { State, StateOptions } from './state-form.ts'

function familyOf(label: string, o: StateOptions): Family {
  const family = FAMILIES[o.engine ?? o.dev?.engine ?? '']
  if (family !== undefined) return family
  throw new NaruError('STATE_INVALID', `it is not known for which engine ${label} is written`, {
    why: o.engine === undefined ? 'no side names a database of an engine' : `${o.engine} executes no SQL files`,
    hint: 'Say it with --engine postgres, mysql or sqlite.',
  })
}

/** One file of a desired state. */
interface SqlFile {
  readonly name: string
  readonly text: string
}

/** Line within the whole file, as closely as the server tells it. */
function lineOfError(error: NaruError, statement: SqlStatement): number {
  const position = Number(error.details.position)
  if (position > 0) return statement.line + [...statement.sql].slice(0, position - 1).filter((ch) => ch === '\n').length
  const relative = /\bat line (\d+)$/.exec(error.message)
  return statement.line + (relative === null ? 0 : Number(relative[1]) - 1)
}

function refused(error: unknown, file: SqlFile, statement: SqlStatement): unknown {
  if (!(error instanceof NaruError) || error.code === 'CONNECTION_LOST') return error
  const begin = statement.sql.replace(/\s+/g, ' ').slice(0, 120)
  return new NaruError('STATE_REFUSED', `${file.name}, line ${lineOfError(error, statement)}: ${error.message}`, {
    why: `The scratch database refused: ${begin}`,
    state: 'nothing was changed',
    cause: error,
  })
}

/** Roles that a dump names exist on no throwaway PGlite: made there, where they can do no harm. */
async function makeRole(db: Database, error: unknown): Promise<boolean> {
  const missing =
    db.flavor === 'pglite' && error instanceof NaruError && /^role "(.+)" does not exist$/.exec(error.message)
  if (!missing) return false
  await db.execute(`CREATE ROLE ${db.engine.dialect.quote(missing[1])}`)
  return true
}

/** Runs a statement; a role that is missing on PGlite is made first. */
export async function tolerant(db: Database, sql: string): Promise<void> {
  try {
    await db.execute(sql)
  } catch (error) {
    if (!(await makeRole(db, error))) throw error
    await tolerant(db, sql)
  }
}

/** Accounts of MySQL, and privileges on a database that is named, are those of the server: no scratch database holds them. */
const OF_THE_SERVER =
  /^\s*(?:(?:CREATE|ALTER|DROP|RENAME)\s+(?:OR\s+REPLACE\s+)?(?:USER|ROLE)\b|SET\s+(?:PASSWORD|DEFAULT\s+ROLE)\b|(?:GRANT|REVOKE)\b(?!.*?\bON\s+(?:(?:TABLE|FUNCTION|PROCEDURE|PACKAGE(?:\s+BODY)?)\s+)?(?:`(?:[^`]|``)*`|\w+|\*)\s+(?:TO|FROM)\b))/is

function refuseServerWide(db: Database, file: SqlFile, statement: SqlStatement): void {
  if (db.engine.name !== 'mysql' || !OF_THE_SERVER.test(statement.sql)) return
  const begin = statement.sql.replace(/\s+/g, ' ').slice(0, 120)
  throw new NaruError('STATE_REFUSED', `${file.name}, line ${statement.line}: ${begin}`, {
    why: 'it would change accounts or privileges of the server itself, not of a scratch database',
    hint: 'Take it out of the desired state; privileges on what is in it are given without the name of a database: GRANT SELECT ON orders TO reader.',
    state: 'nothing was changed',
  })
}

async function run(db: Database, file: SqlFile, statement: SqlStatement): Promise<void> {
  refuseServerWide(db, file, statement)
  await tolerant(db, statement.sql).catch((error: unknown) => {
    throw refused(error, file, statement)
  })
}

/** PostgreSQL: names that say no schema mean this one from now on; it is made where it is not there. Of several none is meant. */
export async function enterSchema(db: Database, schema: SchemaChoice | undefined): Promise<void> {
  if (db.engine.name !== 'postgres' || schema === undefined || isSeveral(schema) || schema === 'public') return
  const name = db.engine.dialect.quote(schema)
  await db.execute(`CREATE SCHEMA IF NOT EXISTS ${name}`)
  await db.execute(`SET search_path TO ${name}, public`)
}

/**
 * Brings the session to where a script expects it, whatever was set in it before: as the engine's own client would find it, with names meaning
 * the schema that is meant. Not within a transaction.
 */
export async function settleScript(db: Database, schema: SchemaChoice | undefined): Promise<void> {
  await db.asClient?.()
  await enterSchema(db, schema)
}

/** Executes files on a scratch database and inspects what they made. Throws STATE_REFUSED with file and line, SCRATCH_UNAVAILABLE. */
async function executeSql(files: readonly SqlFile[], family: Family, o: StateOptions): Promise<Schema> {
  await using scratch = await openScratch({ engine: family, dev: o.dev, beside: o.beside })
  const db = scratch.database
  await settleScript(db, o.schema)
  for (const file of files) {
    for (const statement of splitSql(file.text, family)) await run(db, file, statement)
  }
  await settleScript(db, o.schema)
  return markSilent(await db.inspect({ schema: o.schema }))
}

/** The state that .sql files make, executed in the order given. */
export async function sqlState(paths: readonly string[], label: string, o: StateOptions): Promise<State> {
  const family = familyOf(label, o)
  const files: SqlFile[] = []
  for (const path of paths) files.push({ name: basename(path), text: await readFile(path, 'utf8') })
  const kind = await scratchKind(family, o)
  const key = kind === null ? null : cacheKey('sql', kind, ...files.map((f) => f.text))
  return { label, kind: 'sql', schema: await cachedSchema(key, () => executeSql(files, family, o)) }
}
