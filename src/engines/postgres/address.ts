/** postgres://user:password@host:port/database?… and pglite:folder → Address. */
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { readSchemaChoice } from '../../core/schema-choice.ts'
import { MEMORY } from './channel-pglite.ts'

function invalid(why: string): NaruError {
  return new NaruError('ADDRESS_INVALID', 'this is no address of a PostgreSQL database', {
    why,
    hint: 'Write postgres://USER@HOST:PORT/DATABASE, postgres:///DATABASE?host=/socket/folder, or pglite:FOLDER.',
  })
}

/** What stands behind is half of a password then, and must not be shown as a host, a database or a parameter. */
const ENCODED = 'An @, :, / or ? in a password must be written as %40, %3A, %2F or %3F.'

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('A % in it does not stand before two hexadecimal digits.')
  }
}

function parameters(text: string | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  for (const pair of (text ?? '').split('&').filter((p) => p !== '')) {
    const at = pair.indexOf('=')
    if (at < 1) throw invalid(/^[\w.-]+$/.test(pair) ? `The parameter ${pair.slice(0, 20)} has no value.` : ENCODED)
    found[decode(pair.slice(0, at))] = decode(pair.slice(at + 1))
  }
  return found
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const port = Number(text)
  if (/^\d+$/.test(text) && port > 0 && port < 65536) return port
  throw invalid(`The port ${text} is no number from 1 to 65535.`)
}

const URL_PARTS =
  /^postgres(?:ql)?:\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:@/?#]*)(?::(\d*))?(?:\/([^?#]*))?(?:\?([^#]*))?$/i

interface Given {
  readonly user: string
  readonly password?: string
  readonly host: string
  readonly port: number
  readonly database: string
}

function labelOf(g: Given, socket: string | undefined, schema: string | undefined): string {
  const place = socket !== undefined ? '' : `${g.host.includes(':') ? `[${g.host}]` : g.host}:${g.port}`
  const more = [
    ...(socket === undefined ? [] : [`host=${socket}`]),
    ...(schema === undefined ? [] : [`schema=${schema}`]),
  ]
  return `postgres://${g.user}@${place}/${g.database}${more.length > 0 ? `?${more.join('&')}` : ''}`
}

function parseServer(url: string): Address {
  const match = URL_PARTS.exec(url)
  if (/^[^?]*@[^?]*@/.test(url) || /[@/]/.test(match?.[5] ?? '')) throw invalid(ENCODED)
  if (match === null) throw invalid('Its parts could not be told apart.')
  const { schema, host, port, user, dbname, ...params } = parameters(match[6])
  const name = decode(match[1] ?? '') || user || userInfo().username
  const place = host ?? decode((match[3] ?? '').replace(/^\[|\]$/g, ''))
  const socket = place.startsWith('/') ? place : undefined
  const given: Given = {
    user: name,
    host: socket === undefined ? place || 'localhost' : '',
    port: portOf(match[4]) ?? portOf(port) ?? 5432,
    database: decode(match[5] ?? '') || dbname || name,
  }
  return {
    engine: 'postgres',
    label: labelOf(given, socket, schema),
    ...(socket === undefined ? { host: given.host } : { socket }),
    port: given.port,
    user: given.user,
    ...(match[2] !== undefined && { password: decode(match[2]) }),
    database: given.database,
    ...(schema !== undefined && { schema: readSchemaChoice(schema) }),
    params,
  }
}

function parseFolder(url: string): Address {
  const [, given, query] = /^pglite:(?:\/\/)?([^?]*)(?:\?(.*))?$/is.exec(url) ?? []
  if (given === undefined || given === '') throw invalid('pglite: wants a folder, or :memory:.')
  const { schema, ...params } = parameters(query)
  const path = given === MEMORY || given === 'memory:' ? MEMORY : resolve(decode(given))
  return {
    engine: 'postgres',
    flavor: 'pglite',
    label: `pglite:${path}${schema === undefined ? '' : `?schema=${schema}`}`,
    path,
    ...(schema !== undefined && { schema: readSchemaChoice(schema) }),
    params,
  }
}

/** URL text → Address. No password is looked up; what stands in the URL is taken. Throws ADDRESS_INVALID, never with the URL in it. */
export function parseAddress(url: string): Address {
  return /^pglite:/i.test(url) ? parseFolder(url) : parseServer(url)
}
