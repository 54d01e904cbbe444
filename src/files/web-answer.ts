/** A response of a web server → what it means for a file. */
import { pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { plainType } from './sniff.ts'
import type { Answer, Asked } from './source.ts'
import type { WebResponse } from './web-request.ts'

type Headers = WebResponse['headers']

/** Bytes that cost less than a new connection. */
const MOST_DISCARDED = 64 * 1024

const AGAIN = new Set([408, 421, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524])

function header(headers: Headers, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

/** Retry-After as milliseconds from now: seconds or a date; null where there is none. */
function retryAfter(value: string | null, now: number): number | null {
  if (value === null) return null
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
  const moment = Date.parse(value)
  return Number.isNaN(moment) ? null : Math.max(0, moment - now)
}

const UNPACK = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const

const nothing = (): Answer => ({
  kind: 'content',
  body: [],
  offset: 0,
  total: 0,
  type: null,
  etag: null,
  modified: null,
  cancel() {},
})

/** What a response that is no redirect means. Bodies that are not wanted are thrown away. */
export async function answerOf(response: WebResponse, asked: Asked): Promise<Answer> {
  const { status, headers } = response
  if (status === 200 || status === 206) return content(response, asked)
  await discard(response)
  if (status === 304) return { kind: 'unchanged' }
  if (status === 204) return nothing()
  if (status === 404 || status === 410) return { kind: 'missing', why: `HTTP ${status}` }
  const why = `HTTP ${status}`
  if (status === 416) return { kind: 'again', why, after: null, anew: true }
  if (AGAIN.has(status)) {
    return { kind: 'again', why, after: retryAfter(header(headers, 'retry-after'), Date.now()), anew: false }
  }
  return { kind: 'failed', why }
}

/** Reads the rest of a body that nobody wants where it is short: its connection serves for more then. */
export async function discard({ body, cancel }: WebResponse): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > MOST_DISCARDED) break
    }
  } catch {}
  cancel()
}

function content(response: WebResponse, asked: Asked): Answer {
  const { headers, body, cancel } = response
  const encoding = header(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
  const etag = header(headers, 'etag')
  const place = placeOf(response)
  if (place === null || (place.offset > 0 && (place.offset !== asked.from?.offset || etag !== asked.from.etag))) {
    cancel()
    return { kind: 'again', why: 'another part or version was sent than was asked for', after: null, anew: true }
  }
  const said = { type: plainType(header(headers, 'content-type')), modified: header(headers, 'last-modified') }
  if (encoding === 'identity' || encoding === '') {
    return { kind: 'content', body, ...place, ...said, etag: strong(etag), cancel }
  }
  const unpack = UNPACK[encoding as keyof typeof UNPACK]
  if (unpack === undefined) {
    cancel()
    return { kind: 'failed', why: `it came encoded as ${encoding} though that was not asked for` }
  }
  // Whoever reads what is unpacked is told of errors.
  const unpacked = pipeline(Readable.from(body), unpack(), () => {})
  return { kind: 'content', body: unpacked, offset: 0, total: null, ...said, etag: null, cancel }
}

/** A weak tag names no bytes. */
const strong = (etag: string | null) => (etag?.startsWith('W/') ? null : etag)

function placeOf({ status, headers }: WebResponse): { offset: number; total: number | null } | null {
  const length = header(headers, 'content-length')
  if (status === 200) return { offset: 0, total: length === null ? null : Number(length) }
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header(headers, 'content-range') ?? '')
  if (match === null) return null
  return { offset: Number(match[1]), total: match[3] === '*' ? null : Number(match[3]) }
}
