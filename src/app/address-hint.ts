/** What someone most likely meant by a text that is no address. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NaruError } from '../core/error.ts'
import { suggest } from '../core/suggest.ts'
import { schemes } from '../engines/index.ts'
import type { LoadedConfig } from './config.ts'
import { redact } from './redact.ts'

/** The scheme of an address that naru has an engine for, else null. */
export function schemeOf(text: string): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1].toLowerCase()
  return scheme !== undefined && schemes.includes(scheme) ? scheme : null
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
  sqlite3: 'sqlite',
  file: 'sqlite',
  psql: 'postgres',
  pg: 'postgres',
  pgsql: 'postgres',
  maria: 'mariadb',
}

/** `jdbc:mysql://…`, `postgresql+psycopg2://…`, `sqlite3:…` → the same place in naru's words. */
function otherScheme(text: string): string | null {
  const match = /^(?:jdbc:)?([a-z][a-z0-9.-]+)(?:\+[a-z0-9_]+)?:(.*)$/is.exec(text)
  if (match === null) return null
  const scheme = match[1].toLowerCase()
  const known = OTHER_NAMES[scheme] ?? suggest(scheme, schemes)
  return known === undefined ? null : `${known}:${match[2]}`
}

async function kindOfPath(path: string): Promise<'sqlite' | 'pglite' | 'csv' | null> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() || /\.(db|db3|s3db|sqlite|sqlite3)$/i.test(path)) return 'sqlite'
  if (!found?.isDirectory()) return null
  const cluster = await stat(join(path, 'PG_VERSION')).catch(() => null)
  return cluster === null ? 'csv' : 'pglite'
}

async function guess(text: string, names: readonly string[]): Promise<string | null> {
  const windowsPath = /^[a-z]:[\\/]/i.test(text)
  if (!windowsPath && text.includes(':') && !/^[^:/]+@/.test(text)) return otherScheme(text)
  const near = suggest(text, names)
  if (near !== undefined) return near
  const kind = await kindOfPath(text)
  if (kind !== null) return `${kind}:${text}`
  return /[@/]/.test(text) && !/^[./\\~]/.test(text) ? `postgres://${text} or mysql://${text}` : null
}

/** The error for a text that is neither a name nor an address, with what was probably meant. */
export async function refuseAddress(text: string, config: LoadedConfig): Promise<NaruError> {
  const names = Object.keys(config.config.databases ?? {})
  const meant = await guess(text, names)
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]
  const known = names.length === 0 ? '' : ` The config names ${names.join(', ')}.`
  return new NaruError('ADDRESS_INVALID', `"${redact(text)}" is not an address of a database`, {
    why:
      scheme === undefined
        ? `It has no scheme such as sqlite: or postgres://, and ${config.path === null ? 'there is no naru.config.ts here that could name it' : `${config.path} has no such name`}.${known}`
        : `There is no engine for "${scheme}:".`,
    hint: meant === null ? undefined : `Did you mean ${redact(meant)}?`,
  })
}
