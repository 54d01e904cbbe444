/** mysql:// and mariadb:// addresses. */
import type { Address, TlsOptions } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'

const MODES: Readonly<Record<string, TlsOptions['mode']>> = {
  disable: 'disable',
  disabled: 'disable',
  prefer: 'prefer',
  preferred: 'prefer',
  require: 'require',
  required: 'require',
  'verify-ca': 'verify-ca',
  verify_ca: 'verify-ca',
  'verify-full': 'verify-full',
  verify_identity: 'verify-full',
}

const HINT = 'Write mysql://user@host:3306/database, or mysql://user@/database?socket=/run/mysqld/mysqld.sock.'

function invalid(why: string): NaruError {
  return new NaruError('ADDRESS_INVALID', 'the MySQL address could not be understood', { why, hint: HINT })
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(`the ${what} holds a % that does not begin an encoded character`)
  }
}

/** A host in brackets is IPv6; `new URL` refuses an empty host, which a socket's address has. */
const SHAPE =
  /^(mysql|mariadb):\/\/(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/is

function port(text: string | undefined): number {
  if (text === undefined || text === '') return 3306
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > 65535) throw invalid(`${text} is no port`)
  return value
}

function tlsOf(params: Readonly<Record<string, string>>): TlsOptions | undefined {
  const name = ['ssl-mode', 'sslmode', 'ssl_mode'].find((n) => n in params)
  const mode = name === undefined ? undefined : MODES[params[name].toLowerCase()]
  return mode === undefined ? undefined : { mode }
}

/** The text form for people: no password, no parameters but the socket. */
function labelOf(scheme: string, a: Pick<Address, 'user' | 'host' | 'port' | 'socket' | 'database'>): string {
  const user = a.user === undefined ? '' : `${a.user}@`
  const place = a.socket === undefined ? `${a.host?.includes(':') ? `[${a.host}]` : a.host}:${a.port}` : ''
  return `${scheme}://${user}${place}/${a.database ?? ''}${a.socket === undefined ? '' : `?socket=${a.socket}`}`
}

/** Reads an address. Parameters: socket, host, port, user, ssl-mode / sslmode; the rest is kept in `params`. Throws ADDRESS_INVALID. */
export function parseAddress(url: string): Address {
  const match = SHAPE.exec(url)
  if (match === null) throw invalid('it is not of the form mysql://user:password@host:port/database')
  const [, scheme, login = '', hostText, portText, path = '', query = ''] = match
  // What stands there then is half of a password, and would be shown as a host or a database.
  if (/[@/]/.test(path)) throw invalid('an @, :, / or ? in a password must be written as %40, %3A, %2F or %3F')
  const { socket, host, port: portParam, user, ...params } = Object.fromEntries(new URLSearchParams(query))
  const colon = login.indexOf(':')
  const userText = decoded(colon < 0 ? login : login.slice(0, colon), 'user') || user
  const password = colon < 0 ? undefined : decoded(login.slice(colon + 1), 'password')
  const name = decoded(hostText.replace(/^\[|\]$/g, ''), 'host') || host || 'localhost'
  const place = socket ? { socket } : { host: name, port: port(portText || portParam) }
  const tls = tlsOf(params)
  const parts = {
    ...place,
    ...(userText ? { user: userText } : {}),
    ...(path === '' ? {} : { database: decoded(path, 'database') }),
  }
  return {
    engine: 'mysql',
    label: labelOf(scheme.toLowerCase(), parts),
    ...parts,
    ...(password === undefined ? {} : { password }),
    ...(tls && { tls }),
    params,
  }
}
