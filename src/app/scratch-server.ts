/** Temporary databases on a server: made, dropped, and those of processes that died before they could drop theirs. */
import { randomBytes } from 'node:crypto'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { openDatabase } from './open.ts'

/** Names of temporary databases and schemas begin like this, so that one that a killed process left behind is recognized. */
export const SCRATCH_PREFIX = 'naru_scratch_'

/** A whole name, for both servers' regular expressions. */
const NAME = `^${SCRATCH_PREFIX}[0-9]+_[0-9a-f]{8}$`

/**
 * How a server makes and drops a temporary database, and knows that nobody has it any more. Its maker holds a lock of its name from before
 * it is there until after it is gone; the server lets go of the lock when the maker's connection ends, wherever the maker ran.
 */
interface Making {
  /** Where to connect for the making itself. */
  readonly home: Address
  readonly hold: (name: string) => string
  readonly create: (admin: Database, name: string) => Promise<string>
  readonly drop: (name: string) => string
  /** A query for the `name`s of scratch databases that nobody holds, and to which nobody is connected as far as it can ask. */
  readonly abandoned: string
  /** A query with the `db` of each connection, where `abandoned` cannot ask for them. */
  readonly connected?: string
  /** A query with a row where several servers write to one set of databases: each knows only its own locks, so nothing is abandoned for sure. */
  readonly several?: string
}

/** Advisory locks of two numbers: "scra" in ASCII, and the name's hash. pg_locks shows those of all databases. */
const POSTGRES_LOCK = 0x73637261

const ABANDONED_ON_POSTGRES = `SELECT d.datname AS name FROM pg_database d WHERE d.datname ~ '${NAME}'
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
  AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2
    AND l.classid = ${POSTGRES_LOCK} AND l.objid::bigint = (hashtext(d.datname::text)::bigint & 4294967295))`

const SEVERAL_MYSQL = `SHOW GLOBAL VARIABLES WHERE variable_name = 'wsrep_on' AND value = 'ON'
  OR variable_name = 'group_replication_single_primary_mode' AND value = 'OFF'`

const ABANDONED_ON_MYSQL = `SELECT s.schema_name AS name FROM information_schema.schemata s WHERE s.schema_name REGEXP '${NAME}'
  AND IS_FREE_LOCK(s.schema_name) = 1`

const MAKING: Readonly<Record<string, (server: Address) => Making>> = {
  postgres: (server) => ({
    home: { ...server, database: server.database ?? 'postgres' },
    hold: (name) => `SELECT pg_advisory_lock(${POSTGRES_LOCK}, hashtext('${name}'))`,
    create: async (_, name) => `CREATE DATABASE "${name}" TEMPLATE template0`,
    drop: (name) => `DROP DATABASE IF EXISTS "${name}"`,
    abandoned: ABANDONED_ON_POSTGRES,
  }),
  mysql: (server) => ({
    home: { ...server, database: server.database ?? 'information_schema' },
    hold: (name) => `SELECT GET_LOCK('${name}', 0)`,
    create: async (admin, name) => `CREATE DATABASE \`${name}\`${await defaultsOf(admin, server.database)}`,
    drop: (name) => `DROP DATABASE IF EXISTS \`${name}\``,
    abandoned: ABANDONED_ON_MYSQL,
    // Its table in information_schema is refused by MySQL 8 while any session's statement holds characters beyond U+FFFF.
    connected: 'SHOW PROCESSLIST',
    several: SEVERAL_MYSQL,
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

const openHome = (making: Making) => openDatabase(making.home, { role: 'target', name: 'naru scratch' })

/** Drops what killed processes left behind, as far as this user may. What cannot be told or dropped is left; it is in nobody's way. */
async function sweep(admin: Database, making: Making): Promise<void> {
  try {
    if (making.several !== undefined && (await admin.query(making.several)).length > 0) return
    const names = (await admin.query(making.abandoned)).map((row) => String(row.name))
    const connected = making.connected === undefined ? [] : await admin.query(making.connected)
    const used = new Set(connected.map((row) => String(row.db)))
    for (const name of names.filter((n) => !used.has(n))) {
      await admin.execute(making.drop(name)).catch(() => undefined)
    }
  } catch {
    // A server that does not answer such questions still makes databases.
  }
}

async function make(server: Address, making: Making, admin: Database, name: string): Promise<void> {
  try {
    await admin.query(making.hold(name))
    await admin.execute(await making.create(admin, name))
  } catch (error) {
    throw new NaruError('SCRATCH_UNAVAILABLE', `a temporary database could not be made on ${server.label}`, {
      state: 'nothing was changed',
      why: (error as Error).message,
      hint: `Grant the right to create databases (their names begin with ${SCRATCH_PREFIX}), or name another server with --dev-url.`,
      cause: error,
    })
  }
}

/** Over the maker's connection, or another where that one was lost in the meantime. */
async function remove(making: Making, admin: Database, name: string): Promise<void> {
  try {
    await admin.execute(making.drop(name))
  } catch {
    await using another = await openHome(making)
    await another.execute(making.drop(name))
  }
}

async function openMade(server: Address, name: string, alters: boolean): Promise<Database> {
  const { schema: _, ...rest } = server
  const label = `${server.label.replace(/[?].*$/s, '').replace(/\/[^/]*$/, '')}/${name}`
  return await openDatabase({ ...rest, database: name, label }, { role: 'target', alters, name: 'naru scratch' })
}

/** Whether temporary databases can be made where the address points: on a server of an engine that has them. */
export function canMakeOn(address: Address): boolean {
  return address.engine in MAKING && address.path === undefined
}

/**
 * A temporary database on the server, open; disposing closes and drops it. Those that killed processes left there are dropped first.
 * `alters`: its session is one that alters a database in use. Throws SCRATCH_UNAVAILABLE, and what opening throws.
 */
export async function scratchOnServer(
  server: Address,
  { alters = false }: { readonly alters?: boolean } = {},
): Promise<AsyncDisposable & { readonly database: Database }> {
  const making = MAKING[server.engine](server)
  const name = `${SCRATCH_PREFIX}${process.pid}_${randomBytes(4).toString('hex')}`
  const admin = await openHome(making)
  try {
    await sweep(admin, making)
    await make(server, making, admin, name)
  } catch (error) {
    await admin.close()
    throw error
  }
  const end = () => remove(making, admin, name).finally(() => admin.close())
  try {
    const database = await openMade(server, name, alters)
    // Privileges that a script gave would outlive the database.
    const leave = () => Promise.resolve(database.revokeAll?.()).finally(() => database.close())
    return { database, [Symbol.asyncDispose]: () => leave().finally(end) }
  } catch (error) {
    await end()
    throw error
  }
}
