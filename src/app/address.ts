/** A name from the config or an address as text → Address, complete: login, password, TLS files. */

import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { Disposables } from '../core/disposables.ts'
import type { Address, Engine } from '../core/engine.ts'
import { NaruError, toNaruError } from '../core/error.ts'
import { choicesMeet, readSchemaChoice, schemaChoiceText } from '../core/schema-choice.ts'
import { suggest } from '../core/suggest.ts'
import { engineFor } from '../engines/index.ts'
import { refuseAddress, schemeOf } from './address-hint.ts'
import type { LoadedConfig } from './config.ts'
import type { DatabaseConfig } from './config-form.ts'
import { type Given, type Login, mysqlLogin, postgresLogin } from './login.ts'
import { redact } from './redact.ts'
import { readTls, splitTls, TLS_PARAMETERS, type TlsSettings } from './tls.ts'

export interface AddressContext {
  readonly config: LoadedConfig
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** Told about password files that are ignored. */
  readonly warn?: (message: string) => void
  /** Takes what a dump is restored into until the work is done; absent: dumps are refused. */
  readonly keep?: Disposables
}

/** `${NAME}` → the environment's value; percent-encoded inside a server's address, as it is where it is the whole address or a path. */
function expand(text: string, env: AddressContext['env']): string {
  const whole = /^\$\{\w+\}$/.test(text)
  const server = /^(postgres|postgresql|mysql|mariadb):\/\//i.test(text)
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = env[name]
    if (value !== undefined) return server && !whole ? encodeURIComponent(value) : value
    throw new NaruError('ADDRESS_INVALID', `the environment variable ${name} is not set`, {
      why: `The address uses \${${name}}.`,
      hint: `Set ${name}, or write the value into the address.`,
    })
  })
}

/** Relative paths in the config start at the config's folder. */
function anchor(url: string, folder: string): string {
  const match = /^(sqlite|pglite|csv|ndjson|dump):(?!\/\/)([^?]+)(.*)$/s.exec(url)
  if (match === null || isAbsolute(match[2]) || /^:?memory:$/.test(match[2])) return url
  return `${match[1]}:${join(folder, match[2])}${match[3]}`
}

/** Which parts the text itself names: an engine fills in defaults for the others, and so do the surroundings. */
function givenParts(url: string): Given {
  const match = /^[^:]+:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?/.exec(url)
  const [, login = '', place = '', database = ''] = match ?? []
  const params = new URLSearchParams(url.split('?')[1] ?? '')
  return {
    user: login.replace(/:.*/s, '') !== '' || params.has('user'),
    host: place.replace(/:\d*$/, '') !== '' || params.has('host') || params.has('socket'),
    port: /:\d+$/.test(place) || params.has('port'),
    database: database !== '' || params.has('dbname') || params.has('database'),
  }
}

async function configuredPassword(name: string, entry: DatabaseConfig, o: AddressContext): Promise<string | undefined> {
  const own = o.env[`NARU_PASSWORD_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`]
  if (own !== undefined) return own
  if (typeof entry.password === 'function') return entry.password()
  if (entry.password !== undefined) return entry.password
  if (entry.passwordFile === undefined) return undefined
  const path = resolve(o.config.folder, entry.passwordFile)
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/)[0]
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `the password file of "${name}" could not be read: ${path}`, {
      why: (error as Error).message,
      cause: error,
    })
  }
}

function parse(engine: Engine, url: string): Address {
  try {
    return engine.parse(url)
  } catch (error) {
    const e = toNaruError(error)
    throw new NaruError(e.code === 'INTERNAL' ? 'ADDRESS_INVALID' : e.code, redact(e.message), {
      why: e.why === undefined ? undefined : redact(e.why),
      hint: redact(e.hint),
    })
  }
}

/** A password written as a parameter (`?password=…`) belongs with the password, not with the parameters. */
function liftPassword(address: Address): Address {
  const { password, ...params } = address.params
  return password === undefined ? address : { ...address, params, password: address.password ?? password }
}

/** The address as text with all of its parts and no password: the engine makes the same label of it as if someone had typed it. */
function spelled(scheme: string, a: Address): string {
  const socket = a.engine === 'postgres' ? 'host' : 'socket'
  const params = new URLSearchParams({
    ...(a.socket !== undefined && { [socket]: a.socket }),
    ...(a.schema !== undefined && { schema: schemaChoiceText(a.schema) }),
  })
  const query = params.size === 0 ? '' : `?${params.toString().replaceAll('+', '%20')}`
  if (a.path !== undefined) return `${scheme}:${encodeURI(a.path)}${query}`
  const host = a.host?.includes(':') ? `[${a.host}]` : (a.host ?? '')
  const port = a.port === undefined || a.socket !== undefined ? '' : `:${a.port}`
  const user = a.user === undefined ? '' : `${encodeURIComponent(a.user)}@`
  return `${scheme}://${user}${host}${port}/${encodeURIComponent(a.database ?? '')}${query}`
}

/** What addresses of servers take. */
const SERVER_PARAMETERS = [...TLS_PARAMETERS, 'socket', 'host', 'port', 'user', 'password', 'schema', 'dbname']

/**
 * A parameter that nothing reads: other programs' own are told and passed over, but a misspelt `sslmode` would have left TLS out without a
 * word. Throws ADDRESS_INVALID.
 */
function passOver(params: Address['params'], known: readonly string[], warn: AddressContext['warn']): void {
  for (const name of Object.keys(params)) {
    if (!/^[\w.-]+$/.test(name)) {
      throw new NaruError('ADDRESS_INVALID', 'the parameters of an address could not be understood', {
        hint: 'An @, :, /, ? or # in a password must be written as %40, %3A, %2F, %3F or %23.',
      })
    }
    const near = known.includes(name) ? undefined : suggest(name, known)
    if (near !== undefined) {
      throw new NaruError('ADDRESS_INVALID', `an address has no parameter ${name}`, { hint: `Did you mean ${near}?` })
    }
    warn?.(`the parameter ${name} of the address is not used`)
  }
}

/** The server address with login and TLS; files and folders need neither. */
async function complete(parsed: Address, given: Given, entry: DatabaseConfig, o: AddressContext): Promise<Address> {
  const { settings, rest } = splitTls(parsed.params)
  passOver(rest, SERVER_PARAMETERS, o.warn)
  const surroundings = { env: o.env, home: o.home, osUser: userInfo().username, warn: o.warn ?? (() => {}) }
  const find = parsed.engine === 'postgres' ? postgresLogin : mysqlLogin
  const { tls: around, ...parts }: Login = await find(parsed, given, surroundings)
  const own: TlsSettings = { ...(parsed.tls as TlsSettings | undefined), ...settings, ...entry.tls }
  // What the address says about TLS replaces what the surroundings say as a whole: mixed halves make no sense.
  const said = Object.values(own).some((v) => v !== undefined)
  const tls = await readTls(said ? own : around, {
    folder: o.config.folder,
    home: o.home,
    defaultCa: parsed.engine === 'postgres',
  })
  return { ...parsed, ...parts, params: rest, ...(tls !== undefined && { tls }) }
}

/** The entry of the config for a name, or one that is the address itself. */
function entryOf(nameOrUrl: string, o: AddressContext): { entry: DatabaseConfig; named: boolean } {
  const databases = o.config.config.databases ?? {}
  const found = Object.hasOwn(databases, nameOrUrl) ? databases[nameOrUrl] : undefined
  if (found === undefined) return { entry: { url: nameOrUrl }, named: false }
  return { entry: typeof found === 'string' ? { url: found } : found, named: true }
}

/** The database behind a name of naru.config.ts, with the relations that stand there, or behind an address. Throws as `addressOf`. */
export async function resolveAddress(nameOrUrl: string, o: AddressContext): Promise<Address> {
  const { relations } = entryOf(nameOrUrl, o).entry
  const address = await addressOf(nameOrUrl, o)
  return relations === undefined ? address : { ...address, relations }
}

/**
 * The database behind a name of naru.config.ts or behind an address. Looks for what the address leaves out where libpq and MySQL's
 * clients look: PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD, PGSSL…, ~/.pgpass; ~/.my.cnf, MYSQL_HOST, MYSQL_PWD …; for a
 * named database also NARU_PASSWORD_<NAME>. Throws ADDRESS_INVALID, FILE_UNREADABLE; no password is in any message.
 */
async function addressOf(nameOrUrl: string, o: AddressContext): Promise<Address> {
  const { entry, named } = entryOf(nameOrUrl, o)
  const text = expand(entry.url, o.env)
  const url = named ? anchor(text, o.config.folder) : text
  if (url.startsWith('dump:')) return await dumpAddress(url, o)
  const scheme = schemeOf(url)
  if (scheme === null && !named && (await isDump(url))) return await dumpAddress(`dump:${url}`, o)
  if (scheme === null) throw await refuseAddress(url, o.config)
  const engine = await engineFor(scheme)
  const bare = liftPassword(parse(engine, url))
  const password = named ? await configuredPassword(nameOrUrl, entry, o) : undefined
  const { user = bare.user } = entry
  const schema = entry.schema === undefined ? bare.schema : readSchemaChoice(entry.schema)
  const parsed: Address = {
    ...bare,
    ...(user !== undefined && { user }),
    ...(schema !== undefined && { schema }),
    ...(password !== undefined && { password }),
  }
  // A folder of files checks its own.
  if (parsed.path !== undefined && parsed.engine !== 'csv') passOver(parsed.params, ['schema'], o.warn)
  const given = givenParts(url)
  const whole =
    parsed.path === undefined
      ? await complete(parsed, { ...given, user: given.user || entry.user !== undefined }, entry, o)
      : parsed
  const filled = PARTS.some((part) => whole[part] !== bare[part])
  return filled ? { ...whole, label: engine.parse(spelled(scheme, whole)).label } : whole
}

/** A path without a scheme that leads to a dump. */
async function isDump(path: string): Promise<boolean> {
  return (await (await import('./dump/kind.ts')).dumpKind(path)) !== null
}

/** Restores the dump into a temporary database, which `keep` removes. */
async function dumpAddress(url: string, o: AddressContext): Promise<Address> {
  if (o.keep === undefined)
    throw new NaruError('UNSUPPORTED', 'a dump cannot be read here', {
      why: 'it would be restored into a temporary database that nobody removes',
      hint: 'Restore it, and name the database.',
    })
  const { openDump, parseDump } = await import('./dump/open.ts')
  const place = parseDump(url)
  const on = place.on === undefined ? undefined : await resolveAddress(place.on, o)
  return o.keep.use(await openDump(place, on)).address
}

const PARTS = ['host', 'port', 'socket', 'user', 'database', 'schema'] as const

/** Whether two addresses lead to the same place, as far as their texts can tell: of two databases one, of PostgreSQL to a schema that both name. */
export function sameDatabase(a: Address, b: Address): boolean {
  const place = (x: Address) => JSON.stringify([x.engine, x.path, x.socket, x.host?.toLowerCase(), x.port, x.database])
  return place(a) === place(b) && choicesMeet(a.schema, b.schema)
}

/** Whether the server is certainly on this machine: by a socket, or by a loopback address. */
export function isOnThisMachine(a: Address): boolean {
  return a.socket !== undefined || /^(localhost|127(\.\d+){3}|::1)$/i.test(a.host ?? '')
}
