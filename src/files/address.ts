/** Addresses as rows have them → one spelling for each file, and names of objects → new addresses. Pure. */
import { hash } from 'node:crypto'
import type { Addressing } from './store.ts'

/** Where paths without any base live, so that they can be reckoned with as addresses. */
export const NOWHERE = 'http://naru.invalid/store/'

/** What an address of a row means. */
export type FileAddress =
  | {
      readonly kind: 'file'
      readonly id: string
      /** The one spelling, as the ledger has it. */
      readonly source: string
      /** What is asked for: `source` with what it leaves out. */
      readonly url: string
      /** `#…` or '': what the new address ends with, too. */
      readonly fragment: string
    }
  /** A `data:` address; its content is `url`. */
  | {
      readonly kind: 'inline'
      readonly id: string
      readonly source: string
      readonly url: string
      readonly fragment: ''
    }
  | { readonly kind: 'outside' | 'invalid'; readonly why: string }
  /** Nothing, or blanks. */
  | { readonly kind: 'none' }

const sha256 = (text: string) => hash('sha256', text)

const UNRESERVED = /^[\w.~-]$/

/** A percent sign that begins no escape is meant as itself. */
const escapeStray = (text: string) => text.replace(/%(?![0-9a-f]{2})/gi, '%25')

/** Escapes in capitals, and none where none is needed: two spellings of one path become one. */
function settleEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (code) => {
    const char = String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return UNRESERVED.test(char) ? char : code.toUpperCase()
  })
}

/** An address with a scheme of the web, normalised, without its fragment; null where it is none. */
function webUrl(text: string, base: string | undefined): URL | null {
  const url = URL.canParse(text, base) ? new URL(text, base) : null
  if (url === null) return null
  url.pathname = settleEscapes(url.pathname)
  url.search = settleEscapes(url.search)
  return url
}

/** A base as it is compared: normalised, with a slash at its end. Throws TypeError where it is no address. */
export function normalBase(text: string, origin: string): string {
  const url = webUrl(escapeStray(text), origin)
  if (url === null) throw new TypeError(`${text} is no address`)
  url.hash = ''
  url.search = ''
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

/** What the ledger calls it: addresses below nowhere are paths. */
function sourceOf(url: string): string {
  if (url.startsWith(NOWHERE)) return url.slice(NOWHERE.length)
  const origin = new URL(NOWHERE).origin
  return url.startsWith(origin) ? url.slice(origin.length) : url
}

/** An address for people: a password in it is nobody's business. */
export function shownAddress(text: string): string {
  return text.replace(/(\/\/[^/?#@\s:]*):[^/?#@\s]*@/g, '$1:***@')
}

/** The inverse of what the ledger calls a file. */
export function urlOf(source: string): string {
  if (/^(https?|data|naru-inline):/i.test(source)) return source
  return source.startsWith('/') ? new URL(NOWHERE).origin + source : NOWHERE + source
}

/** Path and query below the first base, still percent-encoded; null where the address leads elsewhere. */
export function pathBelow(url: string, { bases }: Pick<Addressing, 'bases'>): string | null {
  return url.startsWith(bases[0]) ? url.slice(bases[0].length) : null
}

/** What an address of a row means to a store. */
export function readAddress(raw: string, a: Addressing): FileAddress {
  // What URLs strip, they strip; a path of a store without a base may begin with a slash or a backslash.
  let text = raw.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')
  if (text === '') return { kind: 'none' }
  if (/^data:/i.test(text)) return inline(text, a)
  if (a.relativeTo === NOWHERE && !/^[\\/]{2}/.test(text)) text = text.replace(/^[\\/]/, '')
  const url = webUrl(escapeStray(text), a.relativeTo)
  if (url === null) return { kind: 'invalid', why: 'it is no address' }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { kind: 'outside', why: `${url.protocol} is no address of the web` }
  }
  const fragment = url.hash
  url.hash = ''
  return located(url, fragment, a)
}

function located(url: URL, fragment: string, a: Addressing): FileAddress {
  const base = a.bases.find((b) => url.href.startsWith(b))
  if (base === undefined && (a.outside !== 'move' || url.href.startsWith('http://naru.invalid/'))) {
    return { kind: 'outside', why: `it is not below ${a.bases.map(sourceOf).join(' or ') || 'the folder'}` }
  }
  const below = base === undefined ? '' : url.href.slice(base.length)
  // A path that begins with a slash would be read again as one from the root: in a folder, further slashes say nothing.
  const path = a.bases[0] === NOWHERE ? below.replace(/^\/+/, '') : below
  const href = base === undefined ? url.href : a.bases[0] + path
  const source = sourceOf(href)
  if (source === '' || href === a.bases[0]) return { kind: 'invalid', why: 'it names no file' }
  return { kind: 'file', id: sha256(source), source, url: href, fragment }
}

function inline(text: string, a: Addressing): FileAddress {
  if (a.inline === 'keep') return { kind: 'outside', why: 'it holds the file itself' }
  const source = `naru-inline:${sha256(text)}`
  return { kind: 'inline', id: sha256(source), source, url: text, fragment: '' }
}

/** Percent-encoded as a path: slashes stay. */
export function encodeKey(key: string): string {
  return key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/')
}

/** The new address of an object. */
export function newAddress(key: string, fragment: string, template: string): string {
  return template.replace(/\{(key|path)\}/g, (_, what) => (what === 'key' ? encodeKey(key) : key)) + fragment
}

/** A template for what the config says: the name is appended where nothing says where it stands. */
export function addressTemplate(text: string | undefined): string {
  if (text === undefined) return '{path}'
  if (/\{(key|path)\}/.test(text)) return text
  const encoded = /^(\w+:)?\/\//.test(text) || text.startsWith('/')
  return `${text.replace(/\/?$/, '/')}${encoded ? '{key}' : '{path}'}`
}

/** The object's name inside an address that the template made; null where it did not make it. */
export function keyOfAddress(address: string, template: string): string | null {
  const match = /^([\s\S]*)\{(key|path)\}([\s\S]*)$/.exec(template)
  if (match === null) return null
  const [, before, what, after] = match
  if (!address.startsWith(before) || !address.endsWith(after)) return null
  const inner = address.slice(before.length, address.length - after.length)
  try {
    return what === 'key' ? decodeURIComponent(inner) : inner
  } catch {
    return null
  }
}
