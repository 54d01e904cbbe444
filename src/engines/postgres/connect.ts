/** Address → logged-in session with everything pinned on which texts, order or patience depend. */
import { join } from 'node:path'
import pg from 'pg'
import type { Address, OpenOptions, TlsOptions } from '../../core/engine.ts'
import { openPglite, pgliteChannel } from './channel-pglite.ts'
import { type Place, processOf, socketChannel } from './channel-socket.ts'
import { connectError } from './failure.ts'
import { LendingSocket } from './lending-socket.ts'
import { refuseLending } from './pooler.ts'
import { Session } from './session.ts'
import { driverTls, isSpared, tlsOf } from './tls.ts'
import { textLiteral } from './values.ts'

/** Milliseconds until a server that does not answer counts as unreachable. */
const CONNECT_TIMEOUT = 20_000

/** Settings of every session. Names that a version does not know are left out. */
const PINS: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  timezone: 'UTC',
  datestyle: 'ISO, YMD',
  intervalstyle: 'iso_8601',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  xmloption: 'content',
  client_min_messages: 'warning',
  // Waiting is the copy's business, not the server's; only locks are not waited for without end.
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  lock_timeout: '60s',
  // Better an error than rows that a policy hides.
  row_security: 'off',
  // Tables without a key are read in the same order each time.
  synchronize_seqscans: 'off',
  // Long reads of one plan: compiling it costs more than it gains.
  jit: 'off',
}

const SOURCE_PINS = { default_transaction_read_only: 'on' }
/** Memory of one index build; the server's default is 64 MB. */
const TARGET_PINS = { maintenance_work_mem: '256MB' }

/** `pid`: only where this is the process that answers. One row for each setting. */
function pinStatement(role: OpenOptions['role'], pid?: number): string {
  const pins = { ...PINS, ...(role === 'source' && SOURCE_PINS), ...(role === 'target' && TARGET_PINS) }
  const values = Object.entries(pins).map(([name, value]) => `(${textLiteral(name)}, ${textLiteral(value)})`)
  return `SELECT set_config(p.name, p.value, false) FROM (VALUES ${values.join(', ')}) AS p(name, value) WHERE current_setting(p.name, true) IS NOT NULL${pid === undefined ? '' : ` AND pg_backend_pid() = ${pid}`}`
}

function socketPath(address: Address): string | undefined {
  if (address.socket === undefined) return undefined
  return /\.s\.PGSQL\.\d+$/.test(address.socket)
    ? address.socket
    : join(address.socket, `.s.PGSQL.${address.port ?? 5432}`)
}

async function connectOnce(address: Address, tls: TlsOptions, name: string): Promise<pg.Client> {
  const path = socketPath(address)
  const folder = path?.slice(0, path.lastIndexOf('/'))
  const client = new pg.Client({
    host: folder ?? address.host ?? 'localhost',
    port: path === undefined ? (address.port ?? 5432) : Number(path.slice(path.lastIndexOf('.') + 1)),
    user: address.user,
    database: address.database ?? address.user,
    // A function is asked only when the server wants a password, and keeps the driver from looking for one itself.
    password: async () => address.password ?? '',
    ssl: driverTls(tls),
    ...(tls.mode === 'disable' && { stream: () => new LendingSocket() }),
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

const NO_TLS: TlsOptions = { mode: 'disable' }

/** What a server without TLS is met with by the driver. */
const hasNoTls = (error: Error): boolean => /does not support SSL|SSL connection/.test(error.message)

/** Servers that take a user over TLS alone refuse them by a code of this class: no entry in pg_hba.conf. */
const wasRefused = (error: Error & { readonly code?: string }): boolean => error.code?.startsWith('28') === true

/**
 * `prefer` goes on without TLS where the server has none, as libpq does. On this machine, without a word about it, TLS is taken only where
 * the server refuses to do without (libpq's `allow`): both ends would spend processor time to hide rows from nobody.
 * `plain`: it is known to do without.
 */
async function connectServer(address: Address, name: string, plain: boolean): Promise<Connected> {
  const attempt = async (tls: TlsOptions) => ({
    client: await connectOnce(address, tls, name),
    plain: tls.mode === 'disable',
  })
  try {
    const tls = await tlsOf(address)
    if (tls.mode !== 'prefer') return await attempt(tls)
    if (plain) return await attempt(NO_TLS)
    const [first, second, another] = isSpared(address)
      ? ([NO_TLS, tls, wasRefused] as const)
      : ([tls, NO_TLS, hasNoTls] as const)
    return await attempt(first).catch(async (error: Error) => {
      if (!another(error)) throw error
      return await attempt(second).catch((last: Error) => {
        throw second === tls && hasNoTls(last) ? error : last
      })
    })
  } catch (error) {
    throw connectError(error, address.label)
  }
}

interface Connected {
  readonly client: pg.Client
  /** Its server does without TLS. */
  readonly plain: boolean
}

function placeOf(address: Address): Place {
  const path = socketPath(address)
  return path === undefined ? { host: address.host ?? 'localhost', port: address.port ?? 5432 } : { path }
}

async function pinned(session: Session, pin: () => Promise<unknown>): Promise<Session> {
  try {
    await pin()
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

/** A session, and whether its server does without TLS. */
export interface OpenSession {
  readonly session: Session
  readonly plain: boolean
}

/** Opens a session. `plain`: its server is known to do without TLS. Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING, UNSUPPORTED. */
export async function openSession(address: Address, o: OpenOptions, plain: boolean): Promise<OpenSession> {
  if (address.flavor === 'pglite') {
    const db = await openPglite(address, o)
    const session = new Session((listener) => pgliteChannel(db, listener))
    return { session: await pinned(session, () => session.query(pinStatement(o.role))), plain: true }
  }
  const connected = await connectServer(address, o.name ?? 'naru', plain)
  const session = new Session((listener) => socketChannel(connected.client, placeOf(address), listener))
  const pin = async () => {
    const told = processOf(connected.client)
    if ((await session.query(pinStatement(o.role, told))).length > 0) return
    // Another process answers than the one that said hello: there is a pooler in between.
    const beside = () => connectServer(address, o.name ?? 'naru', connected.plain).then(({ client }) => client)
    await refuseLending(session, beside, address.label)
    await session.query(pinStatement(o.role))
  }
  return { session: await pinned(session, pin), plain: connected.plain }
}
