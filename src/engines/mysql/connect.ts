/** Opens a connection and pins everything of its session that changes what values look like or how long it may live. */
import { createConnection, isIP, type Socket } from 'node:net'
import mysql, { type Connection, type ConnectionOptions, type SslOptions } from 'mysql2'
import type { Address, OpenOptions, TlsOptions } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { askForBulk, checkDriver } from './driver.ts'
import { connectError, queryError } from './errors.ts'
import { featuresOf } from './plan/features.ts'
import { type Statements, statements } from './query.ts'

const CONNECT_TIMEOUT = 15_000

/** What a connection knows of its server. */
export interface Server {
  readonly flavor: 'mysql' | 'mariadb'
  /** `10.11.6-MariaDB-…` as the server says it. */
  readonly version: string
  readonly major: number
  readonly minor: number
  readonly variables: ReadonlyMap<string, string>
}

export interface Session {
  readonly connection: Connection
  readonly server: Server
}

function sslOf(tls: TlsOptions): SslOptions {
  return {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    rejectUnauthorized: tls.mode === 'verify-ca' || tls.mode === 'verify-full',
    verifyIdentity: tls.mode === 'verify-full',
  }
}

/** Without a word about TLS it is taken where the server offers it, except on this machine. */
function modeOf(address: Address): TlsOptions['mode'] {
  if (address.tls !== undefined) return address.tls.mode
  const local = address.socket !== undefined || /^(localhost|127\.[\d.]+|::1)$/i.test(address.host ?? 'localhost')
  return local ? 'disable' : 'prefer'
}

function optionsFor(address: Address, ssl: SslOptions | undefined, name: string | undefined): ConnectionOptions {
  const place =
    address.socket === undefined ? { host: address.host, port: address.port } : { socketPath: address.socket }
  return {
    ...place,
    user: address.user,
    password: address.password,
    database: address.database,
    charset: 'UTF8MB4_GENERAL_CI',
    connectTimeout: CONNECT_TIMEOUT,
    connectAttributes: { program_name: name ?? 'naru' },
    multipleStatements: true,
    dateStrings: true,
    trace: false,
    ...(ssl && { ssl }),
    ...(ssl?.verifyIdentity && isIP(address.host ?? '') !== 0 && { stream: () => namedStream(address) }),
  }
}

/**
 * The driver compares a certificate with the host's name only; for an address of numbers Node would take "localhost" in its place, were the
 * socket not to say where it leads.
 */
function namedStream({ host, port = 3306 }: Address): Socket {
  return Object.assign(createConnection({ host, port }), { _host: host })
}

function dial(options: ConnectionOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = mysql.createConnection(options)
    askForBulk(connection)
    // A connection that breaks tells every pending call; the event of its own would end the process.
    connection.on('error', () => {})
    connection.connect((error) => (error ? reject(error) : resolve(connection)))
  })
}

async function dialAs(address: Address, name: string | undefined): Promise<Connection> {
  const mode = modeOf(address)
  if (mode === 'disable') return dial(optionsFor(address, undefined, name))
  const ssl = sslOf(address.tls ?? { mode })
  try {
    return await dial(optionsFor(address, ssl, name))
  } catch (error) {
    const without = mode === 'prefer' && (error as { code?: string }).code === 'HANDSHAKE_NO_SSL_SUPPORT'
    if (!without) throw error
    return dial(optionsFor(address, undefined, name))
  }
}

/** A bare connection, without a session of naru's. Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING. */
export async function connect(address: Address, name?: string): Promise<Connection> {
  try {
    return await dialAs(address, name)
  } catch (error) {
    throw connectError(error, address.label)
  }
}

/** Months of seconds: no lane may be cut off because its other side is slow. */
const PATIENCE = 2_000_000

/** altering: a target whose rows stay, so that foreign keys are checked. */
type Role = 'source' | 'target' | 'altering'

/** Settings that are made where the server knows them. */
function settings(role: Role, server: Server): Readonly<Record<string, string | number>> {
  const common = {
    time_zone: "'+00:00'",
    net_read_timeout: PATIENCE,
    net_write_timeout: PATIENCE,
    wait_timeout: PATIENCE,
    interactive_timeout: PATIENCE,
    group_concat_max_len: 4_000_000,
    max_statement_time: 0,
    max_execution_time: 0,
    innodb_lock_wait_timeout: 120,
    information_schema_stats_expiry: 0,
    max_error_count: 64,
    sql_notes: 1,
    sql_safe_updates: 0,
    sql_select_limit: '18446744073709551615',
    sql_big_selects: 1,
    sql_auto_is_null: 0,
    sql_quote_show_create: 1,
    character_set_results: 'utf8mb4',
    explicit_defaults_for_timestamp: 1,
  }
  // A source must give whatever is stored, a target must refuse rather than change. Zero dates are not refused as such: copies of the
  // same engine carry them. unique_checks stays on: switched off, MariaDB would lock an empty table for one writer alone.
  if (role === 'source')
    return {
      ...common,
      sql_mode: "''",
      lock_wait_timeout: 60,
      ...only(server, 'transaction_isolation', "'REPEATABLE-READ'"),
    }
  return {
    ...common,
    sql_mode: "'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
    lock_wait_timeout: 3600,
    foreign_key_checks: role === 'altering' ? 1 : 0,
    unique_checks: 1,
    innodb_strict_mode: 1,
    sql_generate_invisible_primary_key: 0,
    ...only(server, 'transaction_isolation', isolation(server)),
  }
}

/** MariaDB before 11.1 knows the variable as tx_isolation only. */
function only(server: Server, name: string, value: string): Readonly<Record<string, string>> {
  return server.variables.has(name) ? { [name]: value } : { tx_isolation: value }
}

/**
 * Under READ COMMITTED the INSERT … SELECT of a mark takes no gap locks: lanes that store marks side by side would otherwise lock
 * each other out. A binlog of statements does not allow it.
 */
function isolation(server: Server): string {
  const statements = server.variables.get('log_bin') === 'ON' && server.variables.get('binlog_format') === 'STATEMENT'
  return statements ? "'REPEATABLE-READ'" : "'READ-COMMITTED'"
}

async function serverOf(connection: Connection): Promise<Server> {
  const q = statements(connection)
  const [{ version }] = await q.query('SELECT version() AS version')
  const rows = await q.query('SHOW VARIABLES')
  const text = String(version)
  const [major, minor] = text.split(/[.-]/).map(Number)
  const variables = new Map(
    rows.map((r) => [String(r.Variable_name ?? r.VARIABLE_NAME).toLowerCase(), String(r.Value ?? r.VARIABLE_VALUE)]),
  )
  return { flavor: /mariadb/i.test(text) ? 'mariadb' : 'mysql', version: text, major, minor, variables }
}

/** Older ones have no JSON and take no key of 255 characters, which naru's own tables have. They can be read. Throws UNSUPPORTED. */
export function checkTarget(server: Server, { label }: Pick<Address, 'label'>): void {
  if (featuresOf(server).json) return
  throw new NaruError('UNSUPPORTED', `${label} is MySQL ${server.version}, to which naru does not write`, {
    why: 'it has neither JSON nor keys of 255 characters',
    hint: 'Take MySQL 5.7.8 or later, or MariaDB, as the target. Older servers can be read.',
  })
}

/** All in one statement; one by one where the server does not let go of some of them. */
async function pin(connection: Connection, server: Server, role: Role): Promise<void> {
  const q = statements(connection)
  await q.execute('SET NAMES utf8mb4')
  const known = Object.entries(settings(role, server)).filter(([name]) => server.variables.has(name))
  const all = known.map(([name, value]) => `SESSION ${name} = ${value}`)
  try {
    await q.execute(`SET ${all.join(', ')}`)
  } catch {
    for (const [name, value] of known) await setOne(q, name, value)
  }
}

async function setOne(q: Statements, name: string, value: string | number): Promise<void> {
  try {
    await q.execute(`SET SESSION ${name} = ${value}`)
  } catch (error) {
    // Some are read only on some versions; what values look like depends on these three alone.
    if (['time_zone', 'sql_mode', 'foreign_key_checks'].includes(name)) throw error
  }
}

/** Connects and pins the session; `known`: its server, where it was asked before. Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING. */
export async function openSession(address: Address, o: OpenOptions = {}, known?: Server): Promise<Session> {
  const connection = await connect(address, o.name)
  try {
    checkDriver(connection)
    if (address.database === undefined) {
      throw new NaruError('ADDRESS_INVALID', `${address.label} names no database`, {
        hint: 'Put it behind the host: mysql://user@host/database.',
      })
    }
    const server = known ?? (await serverOf(connection))
    if (o.role === 'target') checkTarget(server, address)
    await pin(connection, server, o.alters ? 'altering' : (o.role ?? 'source'))
    return { connection, server }
  } catch (error) {
    connection.destroy()
    throw queryError(error)
  }
}
