/** A database to try things on and throw away: where desired states are executed, and where plans are rehearsed. */
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { engineFor } from '../engines/index.ts'
import { canMakeOn, scratchOnServer } from './scratch-server.ts'

export interface ScratchOptions {
  /** postgres, mysql, sqlite */
  readonly engine: string
  /** `--dev-url`: a server that may be used freely; a temporary database is made on it. */
  readonly dev?: Address
  /** A server on which the user permits a temporary schema (the other side of a diff); used where nothing else will do. */
  readonly beside?: Address
  /** A plan is rehearsed on it, under the settings of a session that alters a database in use. */
  readonly alters?: boolean
}

/** Disposing closes the connection and drops whatever was made for it, also after a failure. */
export interface Scratch extends AsyncDisposable {
  readonly database: Database
}

function unavailable(what: string, parts: { why: string; hint?: string; cause?: unknown }): NaruError {
  return new NaruError('SCRATCH_UNAVAILABLE', what, { state: 'nothing was changed', ...parts })
}

async function inMemory(url: string): Promise<Scratch> {
  const engine = await engineFor(url.split(':', 1)[0])
  const database = await engine.open(engine.parse(url), { role: 'target' })
  return { database, [Symbol.asyncDispose]: () => database.close() }
}

function refuseOtherEngine(o: ScratchOptions): void {
  if (o.dev === undefined || o.dev.engine === o.engine) return
  throw unavailable(`--dev-url is of another engine: ${o.dev.label}`, {
    why: `a scratch database of ${o.engine} is needed`,
    hint: `Give --dev-url a server of ${o.engine}.`,
  })
}

/**
 * Opens an empty scratch database: a temporary database on `dev` where that is given; else PGlite in memory for PostgreSQL, memory for
 * SQLite, a temporary schema on `beside` for MySQL and MariaDB. Throws SCRATCH_UNAVAILABLE, and what opening throws.
 */
export async function openScratch(o: ScratchOptions): Promise<Scratch> {
  refuseOtherEngine(o)
  if (o.dev !== undefined && canMakeOn(o.dev)) return scratchOnServer(o.dev, o)
  if (o.engine === 'sqlite') return inMemory('sqlite::memory:')
  if (o.engine === 'postgres') return inMemory('pglite::memory:')
  if (o.engine === 'mysql' && o.beside !== undefined && o.beside.engine === 'mysql') return scratchOnServer(o.beside, o)
  if (o.engine === 'mysql') {
    throw unavailable('there is no scratch database for MySQL or MariaDB', {
      why: 'MySQL and MariaDB run only as servers, and none was named on which a temporary database may be made',
      hint: 'Name one with --dev-url mysql://user@host/, or permit a temporary schema beside the database with --scratch-beside.',
    })
  }
  throw unavailable(`there is no scratch database for ${o.engine}`, {
    why: `desired states of ${o.engine} cannot be executed`,
  })
}
