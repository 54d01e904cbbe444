/** Names of objects: kept, made from the content, or a function's, made safe for folders and buckets, and never two alike. Pure. */
import { hash } from 'node:crypto'
import { NaruError } from '../core/error.ts'
import { pathBelow } from './address.ts'
import { extensionOf } from './sniff.ts'
import type { Addressing, NamedFile, Store } from './store.ts'

/** What file systems take as one name, and S3 as a whole key, in bytes of UTF-8. */
const MOST_SEGMENT = 255
const MOST_KEY = 1024

const short = (text: string) => hash('sha256', text).slice(0, 8)
const byteLength = (text: string) => Buffer.byteLength(text)

/** Escapes resolved; those that are no UTF-8 stay as they are. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Path below the base without query, decoded; of an address elsewhere, its host and path. */
function readablePath(url: string, a: Pick<Addressing, 'bases'>): string {
  const below = pathBelow(url, a)
  if (below !== null) return below.split('?')[0].split('/').map(segment).join('/')
  if (!URL.canParse(url) || !/^https?:/.test(url)) return 'inline'
  const { host, pathname } = new URL(url)
  return `${host.replaceAll(':', '_')}${pathname.split('/').map(segment).join('/')}`
}

/** One part of a path: what the escapes hide must not become structure. */
const segment = (text: string) => decoded(text).replaceAll('/', '_')

/** `photo.tar.gz` → ['photo.tar', '.gz']; an ending of more than 12 characters is none. */
function splitName(name: string): [string, string] {
  const match = /^([\s\S]+)(\.[^.\s]{1,11})$/.exec(name)
  return match === null ? [name, ''] : [match[1], match[2]]
}

/** A suffix before the ending of the last part. */
export function withSuffix(key: string, suffix: string): string {
  const at = key.lastIndexOf('/') + 1
  const [stem, ending] = splitName(key.slice(at))
  return `${key.slice(0, at)}${fitted(stem, MOST_SEGMENT - byteLength(ending) - suffix.length)}${suffix}${ending}`
}

/** The beginning of a text in so many bytes, no character cut in two. */
function fitted(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text
  let cut = ''
  let used = 0
  for (const char of text) {
    used += byteLength(char)
    if (used > bytes) break
    cut += char
  }
  return cut
}

/** No control characters, nothing that a file system reads as more than a name, at most 255 bytes. */
function safeSegment(text: string): string {
  const clean = text
    .normalize('NFC')
    .replace(/[\0-\x1f\x7f\\:*?"<>|]/g, '_')
    .replace(/[. ]+$/, (tail) => '_'.repeat(tail.length))
  const name = clean.toWellFormed()
  if (byteLength(name) <= MOST_SEGMENT) return name
  const [stem, ending] = splitName(name)
  const mark = `~${short(text)}`
  return fitted(stem, MOST_SEGMENT - byteLength(ending) - mark.length) + mark + ending
}

/** Any path as a key: no empty, `.` or `..` parts, no part and no whole that is too long. */
function safeKey(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const key = parts.map((part) => safeSegment(part)).join('/')
  if (byteLength(key) <= MOST_KEY - 64) return key
  const name = parts.at(-1) ?? ''
  const [, ending] = splitName(safeSegment(name))
  return `long/${short(path)}${short(`${path} `)}${ending}`
}

/**
 * The name that a store gives a file whose own is not kept, or that has none, before it is known whether another one has it. Throws USAGE where
 * its function gives none.
 */
export function keyFor(store: Store, file: NamedFile): string {
  if (typeof store.naming === 'function') return ownName(store, file)
  return store.naming === 'hash'
    ? `${file.sha256.slice(0, 2)}/${file.sha256}${file.extension}`
    : safeKey(`inline/${file.sha256}${file.extension}`)
}

/** The name of a file that keeps its path: known before the file is. */
export function keptKey({ addressing }: Pick<Store, 'addressing'>, url: string): string {
  const path = safeKey(readablePath(url, addressing))
  const query = pathBelow(url, addressing)?.split('?').slice(1).join('?') ?? new URL(url).search.slice(1)
  return query === '' ? path : withSuffix(path, `~${short(query)}`)
}

function ownName(store: Store & { readonly naming: unknown }, file: NamedFile): string {
  const name: unknown = typeof store.naming === 'function' ? store.naming(file) : ''
  const key = typeof name === 'string' ? safeKey(name) : ''
  if (key !== '') return key
  throw new NaruError('USAGE', `the function that names files of the store ${store.name} gave no name`, {
    why: `for ${file.source} it gave ${JSON.stringify(name) ?? typeof name}`,
    hint: 'Let `name` give a text that is not empty.',
  })
}

/** Two names with one fold are one name somewhere: file systems ignore case, or how a letter is composed. */
export function fold(key: string): string {
  return hash('sha256', key.normalize('NFKC').toLowerCase().normalize('NFC'))
}

/** What a function that names files is told. */
export function namedFile(
  a: Addressing,
  file: {
    readonly source: string
    readonly url: string
    readonly sha256: string
    readonly bytes: number
    readonly type: string | null
  },
): NamedFile {
  const path = readablePath(file.url, a)
  const { source, sha256, bytes, type } = file
  return { source, path, sha256, bytes, type, extension: extensionOf(type) ?? splitName(path)[1].toLowerCase() }
}
