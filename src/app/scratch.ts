/** A database to try things on and throw away: where desired states are executed, and where plans are rehearsed. */
import { randomBytes } from 'node:crypto'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { engineFor } from '../engines/index.ts'
import { openDatabase } from './open.ts'

/** Names of temporary databases and schemas begin like this, so that one that a killed process left behind is recognized. */
export const SCRATCH_PREFIX = 'naru_scratch_'

export interface ScratchOptions {
  /** postgres, mysql, sqlite */
  readonly engine: string
  /** `--dev-url`: a server that may be used freely; a temporary database is made on it. */
  readonly dev?: Address
  /** A server on which the user permits a temporary schema (the other side of a diff); used where nothing else will do. */
  readonly beside?: Address
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

/** How a server makes and drops a temporary database. */
interface Making {
  /** Where to connect for the making itself. */
  readonly home: Address
  readonly create: (admin: Database, name: string) => Promise<string>
  readonly drop: (name: string) => string
}

const MAKING: Readonly<Record<string, (server: Address) => Making>> = {
  postgres: (server) => ({
    home: { ...server, database: server.database ?? 'postgres' },
    create: async (_, name) => `CREATE DATABASE "${name}" TEMPLATE template0`,
    drop: (name) => `DROP DATABASE IF EXISTS "${name}"`,
  }),
  mysql: (server) => ({
    home: { ...server, database: server.database ?? 'information_schema' },
    create: async (admin, name) => `CREATE DATABASE \`${name}\`${await defaultsOf(admin, server.database)}`,
    drop: (name) => `DROP DATABASE IF EXISTS \`${name}\``,
  }),
}

/** Tables that name no character set take the database's: the temporary one has that of the database it stands for. */
async function defaultsOf(admin: Database, database: string | undefined): Promise<string> {
  if (database === undefined) return ''
  const [row] = await admin.query(
    'SELECT CONVERT(@@character_set_database USING utf8mb4) AS cs, CONVERT(@@collation_database USING utf8mb4) AS co',
  )
  const [charset, collation] = [String(row.cs), String(row.co)]
  return /^\w+$/.test(charset) && /^\w+$/.test(collation) ? ` CHARACTER SET ${charset} COLLATE ${collation}` : ''
}

async function make(server: Address, making: Making, name: string): Promise<void> {
  await using admin = await openDatabase(making.home, { role: 'target', name: 'naru scratch' })
  try {
    await admin.execute(await making.create(admin, name))
  } catch (error) {
    throw unavailable(`a temporary database could not be made on ${server.label}`, {
      why: (error as Error).message,
      hint: `Grant the right to create databases (their names begin with ${SCRATCH_PREFIX}), or name another server with --dev-url.`,
      cause: error,
    })
  }
}

async function remove(making: Making, name: string): Promise<void> {
  await using admin = await openDatabase(making.home, { role: 'target', name: 'naru scratch' })
  await admin.execute(making.drop(name))
}

async function onServer(server: Address): Promise<Scratch> {
  const making = MAKING[server.engine](server)
  const name = `${SCRATCH_PREFIX}${process.pid}_${randomBytes(4).toString('hex')}`
  await make(server, making, name)
  const { schema: _, ...rest } = server
  const label = `${server.label.replace(/[?].*$/s, '').replace(/\/[^/]*$/, '')}/${name}`
  try {
    const database = await openDatabase({ ...rest, database: name, label }, { role: 'target', name: 'naru scratch' })
    return {
      database,
      async [Symbol.asyncDispose]() {
        await database.close().finally(() => remove(making, name))
      },
    }
  } catch (error) {
    await remove(making, name)
    throw error
  }
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
  if (o.dev !== undefined && o.engine in MAKING && o.dev.path === undefined) return onServer(o.dev)
  if (o.engine === 'sqlite') return inMemory('sqlite::memory:')
  if (o.engine === 'postgres') return inMemory('pglite::memory:')
  if (o.engine === 'mysql' && o.beside !== undefined && o.beside.engine === 'mysql') return onServer(o.beside)
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
