/** Runs single revisions on scratch databases. */
import { basename } from 'node:path'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Revision, RevisionWay } from '../../core/revision.ts'
import type { Schema } from '../../core/schema.ts'
import { markSilent } from '../../diff/silence.ts'
import { lasting } from '../../schema/snapshot.ts'
import type { Family } from '../../schema/sql-body.ts'
import { openScratch, type Scratch } from '../scratch.ts'
import { settleScript } from '../state-sql.ts'
import { type Books, executeWay } from './execute.ts'
import { readBody } from './files.ts'
import type { RevisionsSetup } from './setup.ts'

/** What of a setup replaying needs. */
export type ReplaySetup = Pick<RevisionsSetup, 'folderLabel' | 'family' | 'states'>

/** Which engine the revisions are for. Throws USAGE. */
export function revisionsFamily({ family, folderLabel }: ReplaySetup): Family {
  if (family !== null) return family
  throw new NaruError('USAGE', `it is not known for which engine the revisions in ${folderLabel} are written`, {
    why: 'no database of an engine is named, and the config does not say it',
    hint: 'Say it with --engine postgres, mysql or sqlite, or with revisions.engine in naru.config.ts.',
    state: 'nothing was changed',
  })
}

/** An empty scratch database, with a session as the revisions expect it. */
export async function emptyScratch(setup: ReplaySetup): Promise<Scratch> {
  const { dev, beside } = setup.states
  const scratch = await openScratch({ engine: revisionsFamily(setup), dev, beside })
  try {
    await settle(scratch.database, setup)
    return scratch
  } catch (error) {
    await scratch[Symbol.asyncDispose]()
    throw error
  }
}

/** What is there now, as a state that revisions made: without statistics, and silent about owners and privileges unless they name some. */
export async function schemaOf(database: Database, setup: ReplaySetup): Promise<Schema> {
  await settle(database, setup)
  return lasting(markSilent(await database.inspect({ schema: setup.states.schema })))
}

/** Brings the session back to what the next revision expects, whatever the one before set. */
export function settle(database: Database, { states }: ReplaySetup): Promise<void> {
  return settleScript(database, states.schema)
}

/** Runs the way up of one revision. Throws STATE_REFUSED with file and line. */
export async function goUp(database: Database, setup: ReplaySetup, revision: Revision): Promise<void> {
  const { up } = await readBody(revision, revisionsFamily(setup))
  await go(database, setup, revision, up)
}

/** Runs one way of a revision. Throws STATE_REFUSED with file and line, REVISION_IRREVERSIBLE. */
export async function go(database: Database, setup: ReplaySetup, revision: Revision, way: RevisionWay): Promise<void> {
  await settle(database, setup)
  const { path, id } = revision
  const done = counting()
  for (;;) {
    try {
      return await executeWay(database, way, { path, id, from: done.statements(), books: done })
    } catch (error) {
      if (!(await makeRole(database, error))) throw refused(error, revision)
    }
  }
}

/** How many statements are final, so that the rest can be tried again. */
function counting(): Books & { readonly statements: () => number } {
  let statements = 0
  return {
    statements: () => statements,
    async within(done) {
      statements = done
    },
    async begun() {},
    async before() {},
    async after(place, error) {
      if (error === null) statements = place + 1
    },
  }
}

/** Roles that revisions name exist on no throwaway PGlite: made there, where they can do no harm. */
async function makeRole(database: Database, error: unknown): Promise<boolean> {
  if (database.flavor !== 'pglite') return false
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const missing = /^role "(.+)" does not exist$/.exec(e.message)
    if (missing === null) continue
    await database.execute(`CREATE ROLE ${database.engine.dialect.quote(missing[1])}`)
    return true
  }
  return false
}

function refused(error: unknown, revision: Revision): unknown {
  if (!(error instanceof NaruError) || error.code === 'CONNECTION_LOST' || error.code === 'REVISION_IRREVERSIBLE')
    return error
  return new NaruError('STATE_REFUSED', error.message, {
    ...(error.why !== undefined && { why: error.why }),
    hint: `On a scratch database revisions run one after the other from nothing: mend ${basename(revision.path)}, or name a server with --dev-url that has what it needs.`,
    state: 'nothing was changed but a temporary database',
    details: { ...error.details, revision: revision.id },
    cause: error,
  })
}
