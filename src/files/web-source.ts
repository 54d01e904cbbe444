/** Files behind web addresses. Where a host leads is checked at every hop and for the address that is connected to. */
import { lookup as resolveName } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { Agent } from 'undici'
import { decoded } from './name.ts'
import { isAllowed, isPrivate } from './private-address.ts'
import type { Answer, Asked, FileSource } from './source.ts'
import type { Limits, WebPlace } from './store.ts'
import { answerOf, discard } from './web-answer.ts'
import { get, type WebResponse } from './web-request.ts'

const MOST_HOPS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const CONNECT_TIMEOUT = 15_000

/** Thrown by the look-up of a name that leads to a private address. */
class PrivateAddress extends Error {}

const refusal = (host: string) => `${host} is a private address; allow it with allowHosts where that is meant`

/** Looks a name up as usual, and refuses it where any of its addresses is private: what is checked is what is connected to. */
const guardedLookup: LookupFunction = (host, options, callback) => {
  resolveName(host, { ...options, all: true }, (error, addresses) => {
    const found = error === null ? addresses : []
    const bad = found.some((a) => isPrivate(a.address))
    const failure = bad ? new PrivateAddress(refusal(host)) : error
    if (failure !== null) return callback(failure, '', 0)
    if (options.all) return callback(null, found)
    callback(null, found[0].address, found[0].family)
  })
}

interface Agents {
  readonly guarded: Agent
  readonly free: Agent
}

/** A host that is a number is never looked up, so it is checked here. */
function isRefused(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && isPrivate(host)
}

function requestHeaders(asked: Asked, own: Readonly<Record<string, string>>): Record<string, string> {
  const { from, unless } = asked
  return {
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'naru',
    ...own,
    ...(from !== null && { range: `bytes=${from.offset}-`, 'if-range': from.etag }),
    ...(unless?.etag != null && { 'if-none-match': unless.etag }),
    ...(unless?.etag == null && unless?.modified != null && { 'if-modified-since': unless.modified }),
  }
}

interface Hop {
  readonly url: URL
  readonly agents: Agents
  readonly allowHosts: readonly string[]
  readonly headers: Record<string, string>
  readonly asked: Asked
}

type Requested = { readonly response: WebResponse } | { readonly refused: string }

async function request(hop: Hop): Promise<Requested> {
  const { url, asked } = hop
  const allowed = isAllowed(url, hop.allowHosts)
  if (!allowed && isRefused(url)) return { refused: refusal(url.hostname) }
  const dispatcher = allowed ? hop.agents.free : hop.agents.guarded
  try {
    return { response: await get(url, { dispatcher, headers: hop.headers, signal: asked.signal }) }
  } catch (error) {
    const cause = causes(error).find((e) => e instanceof PrivateAddress)
    if (cause !== undefined) return { refused: cause.message }
    throw error
  }
}

/** An error, its causes and those that it gathers. */
function causes(error: unknown): Error[] {
  if (!(error instanceof Error)) return []
  const gathered = error instanceof AggregateError ? error.errors.flatMap(causes) : []
  return [error, ...gathered, ...causes(error.cause)]
}

/** Where a redirect leads; a text where it must not be followed. */
function nextHop(from: URL, response: WebResponse): URL | string {
  const { location } = response.headers
  const target = Array.isArray(location) ? location[0] : location
  if (target === undefined || !URL.canParse(target, from)) return 'a redirect that leads nowhere'
  const url = new URL(target, from)
  url.hash = ''
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : `a redirect to ${url.protocol}`
}

/** The address with its letters composed the other way (NFC, NFD), as some systems name files; null where that is the same. */
function otherForm(url: string): string | null {
  const { pathname } = new URL(url)
  if (!/%[c-f][0-9a-f]/i.test(pathname)) return null
  const name = decoded(pathname)
  const form = name === name.normalize('NFC') ? name.normalize('NFD') : name.normalize('NFC')
  // Escapes that hide structure would come out as structure.
  if (form === name || /%(2f|3f|23|25|5c)/i.test(pathname)) return null
  const other = new URL(url)
  other.pathname = form
  return other.href
}

interface OpenPlace extends WebPlace {
  readonly origin: string
}

async function follow(place: OpenPlace, agents: Agents, allowHosts: readonly string[], asked: Asked): Promise<Answer> {
  let url = new URL(asked.url)
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const headers = requestHeaders(asked, url.origin === place.origin ? place.headers : {})
    const requested = await request({ url, agents, allowHosts, headers, asked })
    if ('refused' in requested) return { kind: 'refused', why: requested.refused }
    const { response } = requested
    if (!REDIRECTS.has(response.status)) return answerOf(response, asked)
    await discard(response)
    const next = nextHop(url, response)
    if (typeof next === 'string') return { kind: 'failed', why: next }
    url = next
  }
  return { kind: 'failed', why: `more than ${MOST_HOPS} redirects` }
}

/** The web as a source. Loads the HTTP client when it is first asked. */
export function webSource(from: WebPlace, limits: Limits, allowHosts: readonly string[]): FileSource {
  const place = { ...from, origin: new URL(from.url).origin }
  let made: Promise<Agents> | undefined
  const agents = () => {
    made ??= makeAgents(limits)
    return made
  }
  return {
    host: (url) => new URL(url).host,
    async open(asked) {
      const ask = async (a: Asked) => follow(place, await agents(), allowHosts, a)
      const { path } = asked
      // The place where files are read need not be the address by which rows know them.
      const url = path === null ? asked.url : place.url + path
      const answer = await ask({ ...asked, url })
      const other = answer.kind === 'missing' ? otherForm(url) : null
      return other === null ? answer : ask({ ...asked, url: other })
    },
    async close() {
      if (made === undefined) return
      const { guarded, free } = await made
      await Promise.all([guarded.destroy(), free.destroy()])
    },
  }
}

async function makeAgents(limits: Limits): Promise<Agents> {
  const { Agent } = await import('undici')
  const common = { headersTimeout: limits.timeout, bodyTimeout: limits.timeout, connections: limits.perHost }
  const connect = { timeout: Math.min(CONNECT_TIMEOUT, limits.timeout) }
  return {
    guarded: new Agent({ ...common, connect: { ...connect, lookup: guardedLookup } }),
    free: new Agent({ ...common, connect }),
  }
}
