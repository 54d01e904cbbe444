/** A store of the config → the Store that the files room works with: texts read, defaults filled in, paths made absolute. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NaruError } from '../../core/error.ts'
import { suggest } from '../../core/suggest.ts'
import { addressTemplate, NOWHERE, normalBase } from '../../files/address.ts'
import type { Addressing, FolderPlace, S3Place, Store, WebPlace } from '../../files/store.ts'
import type { LoadedConfig } from '../config.ts'
import { parseSize } from '../rate.ts'
import type { BucketTargetConfig, StoreConfig } from '../store-form.ts'

export interface StoreContext {
  readonly config: LoadedConfig
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A store, and the texts in it that nobody may see. */
export interface ReadStore {
  readonly store: Store
  readonly secrets: readonly string[]
}

type Place = WebPlace | FolderPlace | S3Place

const MOST_BYTES = 5_000_000_000

/** Every `${NAME}` in every text. */
function expand<T>(value: T, name: string, env: StoreContext['env']): T {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (_, variable: string) => {
      const found = env[variable]
      if (found !== undefined) return found
      throw invalid(name, `the environment variable ${variable} is not set`)
    }) as T
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, expand(v, name, env)])) as T
}

function invalid(store: string, what: string, why?: string): NaruError {
  return new NaruError('CONFIG_INVALID', `stores.${store}: ${what}`, { ...(why !== undefined && { why }) })
}

/** The store of that name in the config. Throws USAGE where there is none, CONFIG_INVALID. */
export function readStore(name: string, context: StoreContext): ReadStore {
  const stores = context.config.config.stores ?? {}
  const config = Object.hasOwn(stores, name) ? stores[name] : undefined
  if (config === undefined) throw unknown(name, Object.keys(stores))
  const from = placeOf(expand(config.from, name, context.env), name, context)
  const to = placeOf(expand(config.to, name, context.env), name, context)
  if (to.kind === 'web')
    throw invalid(name, 'to: files cannot be written to a web server', 'Name a folder or an S3 bucket.')
  const store: Store = {
    name,
    from,
    to,
    addressing: addressingOf(name, config, from),
    naming: config.name ?? 'keep',
    types: config.types?.map((t) => t.toLowerCase()) ?? null,
    allowHosts: config.allowHosts ?? [],
    limits: limitsOf(config),
  }
  return { store, secrets: [...secretsOf(from), ...secretsOf(to)] }
}

function unknown(name: string, known: readonly string[]): NaruError {
  const near = suggest(name, known)
  const list = known.length === 0 ? 'The config has no stores.' : `Stores of the config: ${known.join(', ')}.`
  return new NaruError('USAGE', `there is no store ${name}`, {
    why: near === undefined ? list : `Did you mean ${near}? ${list}`,
    hint: 'Describe it in naru.config.ts under `stores`, see docs/files.md.',
  })
}

function limitsOf(config: StoreConfig): Store['limits'] {
  const { maxBytes = MOST_BYTES } = config
  return {
    concurrency: config.concurrency ?? 64,
    perHost: config.perHost ?? Math.min(8, config.concurrency ?? 8),
    retries: config.retries ?? 4,
    timeout: Math.round((config.timeout ?? 30) * 1000),
    maxBytes: typeof maxBytes === 'string' ? (parseSize(maxBytes) ?? MOST_BYTES) : maxBytes,
  }
}

/** A place as text or object; a text is told apart by how it begins. */
function placeOf(given: StoreConfig['from'] | StoreConfig['to'], name: string, { config }: StoreContext): Place {
  if (typeof given === 'object') {
    if ('url' in given) return webPlace(given.url, given.headers ?? {}, name)
    if ('folder' in given) return { kind: 'folder', path: resolve(config.folder, given.folder) }
    return s3Place(given)
  }
  if (/^https?:\/\//i.test(given)) return webPlace(given, {}, name)
  if (/^s3:\/\//i.test(given)) return s3Place(s3Address(given, name))
  if (/^file:\/\//i.test(given)) return { kind: 'folder', path: fileURLToPath(given) }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) {
    throw invalid(name, `${given.replace(/:.*/s, '')}:// is no place for files`, 'Name https://, s3:// or a folder.')
  }
  return { kind: 'folder', path: resolve(config.folder, given) }
}

/** A login in the address becomes a header: it must not stand in any row, ledger or message. */
function webPlace(text: string, headers: Readonly<Record<string, string>>, name: string): WebPlace {
  if (!URL.canParse(text)) throw invalid(name, 'from: this is no address of the web')
  const url = new URL(text)
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  const lower = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]))
  const basic: Record<string, string> =
    login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
  return { kind: 'web', url: normalBase(url.href, NOWHERE), headers: { ...basic, ...lower } }
}

function s3Address(text: string, name: string): BucketTargetConfig {
  const url = new URL(text)
  const known = ['endpoint', 'region', 'profile', 'acl', 'cacheControl', 'pathStyle'] as const
  for (const key of url.searchParams.keys()) {
    if (!known.some((k) => k === key))
      throw invalid(name, `s3://: no such parameter ${key}`, `Known: ${known.join(', ')}.`)
  }
  if (url.username !== '') {
    throw invalid(
      name,
      's3://: credentials do not belong into the address',
      'Use the environment, a profile, or `credentials`.',
    )
  }
  const { pathStyle, ...rest } = Object.fromEntries(url.searchParams)
  return {
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname.slice(1)),
    ...rest,
    ...(pathStyle !== undefined && { pathStyle: pathStyle !== 'false' }),
  }
}

function s3Place({ prefix = '', ...rest }: BucketTargetConfig): S3Place {
  const clean = prefix.replace(/^\/+/, '')
  return { kind: 's3', ...rest, prefix: clean === '' || clean.endsWith('/') ? clean : `${clean}/` }
}

function addressingOf(name: string, config: StoreConfig, from: Place): Addressing {
  const given = config.base === undefined ? [] : [config.base].flat()
  const fallback = from.kind === 'web' ? from.url : NOWHERE
  const origin = given.find((b) => /^https?:/i.test(b)) ?? fallback
  const base = (text: string) => {
    try {
      return normalBase(text, origin)
    } catch (error) {
      throw invalid(name, `base: ${(error as Error).message}`)
    }
  }
  const bases = given.length === 0 ? [fallback] : given.map(base)
  const { outside = 'keep', inline = 'keep', missing = 'fail', empty = 'fail' } = config
  if (outside === 'move' && from.kind !== 'web') throw invalid(name, 'outside: move needs a web server in `from`')
  return {
    store: name,
    bases,
    relativeTo: config.relativeTo === undefined ? bases[0] : base(config.relativeTo),
    outside,
    inline,
    address: addressTemplate(config.address),
    policies: { missing, empty, 'wrong-type': config.wrongType ?? 'fail', 'too-large': config.tooLarge ?? 'fail' },
  }
}

function secretsOf(place: Place): string[] {
  if (place.kind === 'web') return Object.values(place.headers)
  if (place.kind !== 's3' || place.credentials === undefined) return []
  const { secretAccessKey, sessionToken } = place.credentials
  return sessionToken === undefined ? [secretAccessKey] : [secretAccessKey, sessionToken]
}
