/**
 * The grammar of NDJSON: an object a line. Values are spans of the bytes as they stand, so no number passes through a double; what is
 * nested is passed on as its text. Keys may come in any order; one that is missing is NULL or trouble.
 */
import { addField, BARE, bad, type Grammar, JSON_ESCAPED, MORE, QUOTED, type Scanner, scannerOf } from './scanner.ts'

const LF = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const [COLON, COMMA, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [...Buffer.from(':,{}[]')]

type Start = { readonly offset: number; readonly line: number }

/** A scanner whose records have a field for each of the columns; `strict`: every line must have all keys, else a missing one is NULL. */
export function openJsonScanner(columns: readonly string[], strict: boolean, o: Start): Scanner {
  return scannerOf(
    grammarOf(
      columns.map((c) => Buffer.from(c, 'utf8')),
      strict,
    ),
    o,
    QUOTE,
  )
}

/** A scanner that adds the keys that it meets to a list; its records have no fields. */
export function learnKeys(keys: string[], offset: number): Scanner {
  const known = new Set(keys)
  const take = (_: Scanner, key: Buffer): number => {
    const name = key.toString('utf8')
    if (!known.has(name)) keys.push(name)
    known.add(name)
    return -1
  }
  return scannerOf((s, from) => line(s, from, take), { offset, line: 1 }, QUOTE)
}

/** Where a key's value belongs: the column's position, −1 for nowhere, or undefined for a key that may not be there. */
type Place = (s: Scanner, key: Buffer) => number | undefined

function grammarOf(columns: readonly Buffer[], strict: boolean): Grammar {
  const seen = new Uint8Array(columns.length)
  let expected = 0
  const place: Place = (_, key) => {
    const next = columns[expected]
    const at = next?.equals(key) ? expected : columns.findIndex((c) => c.equals(key))
    if (at < 0) return undefined
    seen[at]++
    expected = at + 1
    return at
  }
  return (s, from) => {
    seen.fill(0)
    expected = 0
    for (let i = 0; i < columns.length; i++) {
      s.starts[i] = from
      s.ends[i] = from
      s.forms[i] = BARE
    }
    const end = line(s, from, place)
    s.count = columns.length
    if (end < 0) return end
    for (let i = 0; i < seen.length; i++) {
      if (seen[i] > 1) return bad(s, `the key ${columns[i].toString('utf8')} is there twice`)
      if (strict && seen[i] === 0) return bad(s, `the key ${columns[i].toString('utf8')} is missing`)
    }
    return end
  }
}

/** One line, blank ones before it skipped. */
function line(s: Scanner, from: number, place: Place): number {
  const lf = s.bytes.subarray(0, s.limit).indexOf(LF, from)
  if (lf < 0 && !s.ended) return MORE
  const end = lf < 0 ? s.limit : lf
  const first = space(s.bytes, from, end)
  if (first === end && lf < 0) return MORE
  if (first === end) {
    if (end + 1 >= s.limit) return MORE // nothing but blank lines so far
    s.newlines++
    return line(s, end + 1, place)
  }
  const after = object(s, first, end, place)
  if (after < 0) return after
  if (space(s.bytes, after, end) !== end) return bad(s, 'something follows the object')
  return lf < 0 ? end : end + 1
}

function space(bytes: Buffer, from: number, end: number): number {
  let i = from
  while (i < end && (bytes[i] === 0x20 || bytes[i] === 0x09 || bytes[i] === 0x0d)) i++
  return i
}

function object(s: Scanner, from: number, end: number, place: Place): number {
  const { bytes } = s
  if (bytes[from] !== OPEN) return bad(s, 'it is no JSON object')
  let i = space(bytes, from + 1, end)
  if (bytes[i] === CLOSE && i < end) return i + 1
  for (;;) {
    const close = stringEnd(bytes, i, end)
    if (close < 0) return bad(s, 'a key is no string')
    const key = keyOf(bytes, i + 1, close)
    if (key === null) return bad(s, 'a key is no text')
    const at = place(s, key)
    if (at === undefined) return bad(s, `no column is called ${key.toString('utf8').slice(0, 80)}`)
    i = space(bytes, close + 1, end)
    if (bytes[i] !== COLON || i >= end) return bad(s, 'no colon follows a key')
    i = value(s, space(bytes, i + 1, end), end, at)
    if (i < 0) return i
    i = space(bytes, i, end)
    if (i < end && bytes[i] === CLOSE) return i + 1
    if (i >= end || bytes[i] !== COMMA) return bad(s, 'no comma or brace follows a value')
    i = space(bytes, i + 1, end)
  }
}

function keyOf(bytes: Buffer, start: number, end: number): Buffer | null {
  const key = bytes.subarray(start, end)
  if (!key.includes(BACKSLASH)) return key
  try {
    return Buffer.from(JSON.parse(`"${key.toString('utf8')}"`) as string, 'utf8')
  } catch {
    return null
  }
}

/** Offset of the quote that closes the string at `from`; −1 where there is none. */
function stringEnd(bytes: Buffer, from: number, end: number): number {
  if (from >= end || bytes[from] !== QUOTE) return -1
  for (let i = from + 1; i < end; i++) {
    const c = bytes[i]
    if (c === QUOTE) return i
    if (c === BACKSLASH) i++
    else if (c < 0x20) return -1
  }
  return -1
}

/** Reads a value; the offset after it. Its span goes to the column at `at`. */
function value(s: Scanner, from: number, end: number, at: number): number {
  const { bytes } = s
  const c = bytes[from]
  if (from >= end) return bad(s, 'a key has no value')
  if (c === QUOTE) {
    const close = stringEnd(bytes, from, end)
    if (close < 0) return bad(s, 'a string is never closed')
    const inside = bytes.subarray(from + 1, close)
    put(s, at, from + 1, close, inside.includes(BACKSLASH) ? JSON_ESCAPED : QUOTED)
    return close + 1
  }
  const after = c === OPEN || c === OPEN_LIST ? nestedEnd(bytes, from, end) : wordEnd(bytes, from, end)
  if (after < 0) return bad(s, 'a bracket is never closed')
  const text = after - from < 40 ? bytes.toString('latin1', from, after) : ''
  if (text === 'null') put(s, at, from, from, BARE)
  else {
    if (c !== OPEN && c !== OPEN_LIST && !isLiteral(text)) return bad(s, `'${text || '…'}' is no JSON value`)
    put(s, at, from, after, BARE)
  }
  return after
}

/** Numbers of any length, and the two words. */
function isLiteral(text: string): boolean {
  return text === '' || /^(true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(text)
}

function put(s: Scanner, at: number, start: number, end: number, form: number): void {
  if (at < 0) return
  s.count = at
  addField(s, start, end, form)
}

function wordEnd(bytes: Buffer, from: number, end: number): number {
  let i = from
  while (i < end && bytes[i] !== COMMA && bytes[i] !== CLOSE && bytes[i] > 0x20) i++
  return i
}

/** Offset after the object or list at `from`; strings in it may hold brackets. */
function nestedEnd(bytes: Buffer, from: number, end: number): number {
  let depth = 0
  for (let i = from; i < end; i++) {
    const c = bytes[i]
    if (c === QUOTE) {
      i = stringEnd(bytes, i, end)
      if (i < 0) return -1
    } else if (c === OPEN || c === OPEN_LIST) depth++
    else if (c === CLOSE || c === CLOSE_LIST) {
      if (--depth === 0) return i + 1
    }
  }
  return -1
}
