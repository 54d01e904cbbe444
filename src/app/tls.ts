/** TLS parameters of both families (libpq: sslmode, sslrootcert …; MySQL: ssl-mode, ssl-ca …) → TlsOptions with PEM texts. */
import { access, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { TlsOptions } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { suggest } from '../core/suggest.ts'

type Mode = TlsOptions['mode']

const MODES: Readonly<Record<string, Mode>> = {
  disable: 'disable',
  disabled: 'disable',
  false: 'disable',
  '0': 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  preferred: 'prefer',
  require: 'require',
  required: 'require',
  true: 'require',
  '1': 'require',
  'verify-ca': 'verify-ca',
  verify_ca: 'verify-ca',
  'verify-full': 'verify-full',
  verify_identity: 'verify-full',
}

const NAMES = {
  mode: ['sslmode', 'ssl-mode', 'ssl'],
  ca: ['sslrootcert', 'ssl-ca'],
  cert: ['sslcert', 'ssl-cert'],
  key: ['sslkey', 'ssl-key'],
} as const

type Field = keyof typeof NAMES

/** Names of parameters about TLS. */
export const TLS_PARAMETERS: readonly string[] = Object.values(NAMES).flat()

export interface TlsSettings {
  readonly mode?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** Splits TLS parameters from the others. `_` and `-` in names are alike, case does not matter. */
export function splitTls(params: Readonly<Record<string, string>>): {
  settings: TlsSettings
  rest: Record<string, string>
} {
  const settings: Partial<Record<Field, string>> = {}
  const rest: Record<string, string> = {}
  for (const [name, value] of Object.entries(params)) {
    const plain = name.toLowerCase().replaceAll('_', '-')
    const field = (Object.keys(NAMES) as Field[]).find((f) => (NAMES[f] as readonly string[]).includes(plain))
    if (field === undefined) rest[name] = value
    else settings[field] = value
  }
  return { settings, rest }
}

async function pem(value: string, what: string, place: Place): Promise<string> {
  if (value.includes('-----BEGIN')) return value
  const path = resolve(place.folder, value.replace(/^~(?=[/\\])/, place.home))
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `the TLS ${what} could not be read from ${path}`, {
      why: (error as Error).message,
      cause: error,
    })
  }
}

export interface Place {
  /** Where relative paths start. */
  readonly folder: string
  readonly home: string
  /** libpq also looks for ~/.postgresql/root.crt when it is to verify. */
  readonly defaultCa: boolean
}

function parseMode(text: string): Mode {
  const mode = MODES[text.toLowerCase()]
  if (mode !== undefined) return mode
  const near = suggest(text, Object.keys(MODES))
  throw new NaruError('ADDRESS_INVALID', `no TLS mode is called "${text}"`, {
    hint: near === undefined ? 'Use disable, prefer, require, verify-ca or verify-full.' : `Did you mean ${near}?`,
  })
}

async function caOf(settings: TlsSettings, mode: Mode | undefined, place: Place): Promise<string | undefined> {
  if (settings.ca === 'system') return undefined
  if (settings.ca !== undefined) return pem(settings.ca, 'root certificate', place)
  const path = join(place.home, '.postgresql', 'root.crt')
  const wanted = place.defaultCa && (mode === 'verify-ca' || mode === 'verify-full')
  if (!wanted) return undefined
  const there = await access(path).then(
    () => true,
    () => false,
  )
  return there ? pem(path, 'root certificate', place) : undefined
}

/**
 * The options with the files read, or undefined where nothing was said. A root certificate without a verifying mode means
 * verify-ca, as in libpq (require) and MySQL (no mode). Throws ADDRESS_INVALID, FILE_UNREADABLE.
 */
export async function readTls(settings: TlsSettings, place: Place): Promise<TlsOptions | undefined> {
  if (Object.values(settings).every((v) => v === undefined)) return undefined
  const asked = settings.mode === undefined ? undefined : parseMode(settings.mode)
  if (asked === 'disable') return { mode: asked }
  const ca = await caOf(settings, asked, place)
  const weak = asked === undefined || asked === 'require'
  return {
    mode:
      weak && settings.ca !== undefined
        ? settings.ca === 'system'
          ? 'verify-full'
          : 'verify-ca'
        : (asked ?? 'require'),
    ...(ca !== undefined && { ca }),
    ...(settings.cert !== undefined && { cert: await pem(settings.cert, 'client certificate', place) }),
    ...(settings.key !== undefined && { key: await pem(settings.key, 'client key', place) }),
  }
}
