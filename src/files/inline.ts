/** Files that are written out in an address (`data:`). */
import { Readable } from 'node:stream'
import type { Answer } from './source.ts'

/** A `data:` address is its own answer. */
export function inlineAnswer(url: string): Answer {
  const match = /^data:([^,]*?)(;base64)?,([\s\S]*)$/i.exec(url)
  if (match === null) return { kind: 'failed', why: 'a data: address without a comma' }
  const bytes =
    match[2] === undefined
      ? percentBytes(match[3])
      : Buffer.from(decodeURI(match[3].replace(/%(?![0-9a-f]{2})/gi, '%25')), 'base64')
  const type = match[1].split(';')[0].trim().toLowerCase() || 'text/plain'
  const body = Readable.from(bytes.length === 0 ? [] : [bytes])
  return { kind: 'content', body, offset: 0, total: bytes.length, type, etag: null, modified: null, cancel() {} }
}

/** Percent escapes to bytes, whatever encoding they are of. */
function percentBytes(text: string): Buffer {
  const parts = text.split(/(%[0-9a-f]{2})/i)
  return Buffer.concat(parts.map((p, i) => (i % 2 === 1 ? Buffer.from(p.slice(1), 'hex') : Buffer.from(p))))
}
