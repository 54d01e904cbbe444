/** The grammar of CSV (RFC 4180, with LF or CRLF). */
import { addField, BARE, bad, ESCAPED, MORE, QUOTED, type Scanner, scannerOf } from './scanner.ts'

const LF = 0x0a
const CR = 0x0d

/** Gives up looking for the quote that closes a field. */
const LONGEST = 1024 * 1024 * 1024

/** A scanner for records from `offset` on, which is the start of physical line `line`. */
export function openScanner(
  delimiter: number,
  o: { readonly offset: number; readonly line: number },
  quote: number = 0x22,
): Scanner {
  return scannerOf((s, from) => record(s, from, delimiter, quote), o, quote)
}

function record(s: Scanner, from: number, delimiter: number, quote: number): number {
  let i = from
  for (;;) {
    i = s.bytes[i] === quote && i < s.limit ? quoted(s, i, delimiter, quote) : bare(s, i, delimiter)
    if (i < 0) return i
    if (i >= s.limit) return i // the file ends here
    const c = s.bytes[i]
    if (c === delimiter) {
      i++
      if (i >= s.limit && !s.ended) return MORE
      continue
    }
    return c === CR ? i + 2 : i + 1
  }
}

/** Ends before a delimiter, LF, CRLF or the end of the file. A CR alone and quotes inside are part of the field. */
function bare(s: Scanner, from: number, delimiter: number): number {
  const { bytes, limit, ended } = s
  let i = from
  for (; i < limit; i++) {
    const c = bytes[i]
    if (c === delimiter || c === LF) break
    if (c === CR) {
      if (i + 1 < limit ? bytes[i + 1] === LF : !ended) break
    }
  }
  if (i >= limit && !ended) return MORE
  if (i < limit && bytes[i] === CR && i + 1 >= limit) return MORE
  addField(s, from, i, BARE)
  return i
}

function quoted(s: Scanner, from: number, delimiter: number, quote: number): number {
  const { bytes, limit, ended } = s
  let escaped = false
  let i = from + 1
  for (;;) {
    while (i < limit && bytes[i] !== quote) {
      if (bytes[i] === LF) s.newlines++
      i++
    }
    if (i >= limit) return ended || limit - from > LONGEST ? bad(s, 'a quote is never closed') : MORE
    if (i + 1 >= limit && !ended) return MORE
    if (bytes[i + 1] !== quote || i + 1 >= limit) break
    escaped = true
    i += 2
  }
  addField(s, from + 1, i, escaped ? ESCAPED : QUOTED)
  const after = i + 1
  if (after >= limit) return after
  const c = bytes[after]
  if (c === delimiter || c === LF) return after
  if (c === CR && after + 1 >= limit && !ended) return MORE
  if (c === CR && bytes[after + 1] === LF) return after
  return bad(s, 'text follows a closing quote')
}

/** The bytes of a field with doubled quotes made single. */
export function unescaped(bytes: Buffer, start: number, end: number, quote: number): Buffer {
  const plain = Buffer.allocUnsafe(end - start)
  let at = 0
  for (let i = start; i < end; i++) {
    plain[at++] = bytes[i]
    if (bytes[i] === quote) i++
  }
  return plain.subarray(0, at)
}
