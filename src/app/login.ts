/** What an address leaves out, from where the engine's own client programs take it: environment, ~/.pgpass, ~/.my.cnf. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Address } from '../core/engine.ts'
import { readMyCnf, withIncludes } from './my-cnf.ts'
import { readSecretFile } from './password-file.ts'
import { findInPgpass } from './pgpass.ts'
import type { TlsSettings } from './tls.ts'

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** Login name of the operating system. */
  readonly osUser: string
  readonly warn: (message: string) => void
}

/** Parts of the address that its text names; only the others may be filled in. */
export interface Given {
  readonly host: boolean
  readonly port: boolean
  readonly user: boolean
  readonly database: boolean
}

export interface Login {
  readonly host?: string
  readonly port?: number
  readonly socket?: string
  readonly user?: string
  readonly database?: string
  readonly password?: string
  readonly tls: TlsSettings
}

/** `host` and `socket` exclude each other: naming one takes the other away. */
function at(host: string | undefined, socket: string | undefined): Pick<Login, 'host' | 'socket'> {
  if (socket !== undefined && socket !== '') return { socket, host: undefined }
  return host === undefined || host === '' ? {} : { host, socket: undefined }
}

const port = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined)

async function pgpass(address: Address, o: Surroundings): Promise<string | undefined> {
  const standard =
    process.platform === 'win32' ? join(o.env.APPDATA ?? o.home, 'postgresql', 'pgpass.conf') : join(o.home, '.pgpass')
  const path = o.env.PGPASSFILE ?? standard
  const text = await readSecretFile({ path, forbidden: 0o077, advice: `chmod 600 ${path}`, warn: o.warn })
  if (text === null) return undefined
  const folder = address.socket?.replace(/\/\.s\.PGSQL\.\d+$/, '')
  return findInPgpass(text, {
    hosts: folder === undefined ? [address.host ?? 'localhost'] : ['localhost', folder],
    port: String(address.port ?? 5432),
    database: address.database ?? address.user ?? '',
    user: address.user ?? '',
  })
}

/** libpq's environment and password file. */
export async function postgresLogin(address: Address, given: Given, o: Surroundings): Promise<Login> {
  const { env } = o
  const host = env.PGHOST?.startsWith('/') ? at(undefined, env.PGHOST) : at(env.PGHOST, undefined)
  const user = given.user ? address.user : (env.PGUSER ?? address.user ?? o.osUser)
  const filled: Address = {
    ...address,
    ...(!given.host && host),
    user,
    port: given.port ? address.port : (port(env.PGPORT) ?? address.port),
    database: given.database ? address.database : (env.PGDATABASE ?? user),
  }
  return {
    host: filled.host,
    socket: filled.socket,
    port: filled.port,
    user: filled.user,
    database: filled.database,
    password: address.password ?? env.PGPASSWORD ?? (await pgpass(filled, o)),
    tls: { mode: env.PGSSLMODE, ca: env.PGSSLROOTCERT, cert: env.PGSSLCERT, key: env.PGSSLKEY },
  }
}

async function optionFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.cnf'))
    .sort()
    .map((name) => join(folder, name))
}

/**
 * MySQL's environment and ~/.my.cnf; the file goes before the environment, as in MySQL. A password of the file is used only for
 * the user and host that the file itself is about, so that it is never sent elsewhere.
 */
export async function mysqlLogin(address: Address, given: Given, o: Surroundings): Promise<Login> {
  const path = join(o.home, '.my.cnf')
  const read = (file: string) =>
    readSecretFile({ path: file, forbidden: 0o002, advice: `chmod 600 ${file}`, warn: o.warn })
  const text = await read(path)
  const file = text === null ? {} : readMyCnf(await withIncludes(text, { read, list: optionFilesIn }))
  const host = at(file.host ?? o.env.MYSQL_HOST, file.socket ?? o.env.MYSQL_UNIX_PORT)
  const user = given.user ? address.user : (file.user ?? address.user ?? o.osUser)
  const place: Pick<Login, 'host' | 'socket'> = given.host ? address : { ...address, ...host }
  const meant = (file.user === undefined || file.user === user) && (file.host === undefined || file.host === place.host)
  const secure = file.ssl !== undefined && !/^(0|false|off)$/i.test(file.ssl)
  return {
    host: place.host,
    socket: place.socket,
    port: given.port ? address.port : (port(file.port ?? o.env.MYSQL_TCP_PORT) ?? address.port),
    user,
    database: given.database ? address.database : (file.database ?? address.database),
    password: address.password ?? (meant ? file.password : undefined) ?? o.env.MYSQL_PWD,
    tls: {
      mode: file['ssl-mode'] ?? (secure ? 'require' : undefined),
      ca: file['ssl-ca'],
      cert: file['ssl-cert'],
      key: file['ssl-key'],
    },
  }
}
