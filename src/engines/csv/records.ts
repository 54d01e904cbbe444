/**
 * CSV bytes → records (RFC 4180, with LF or CRLF): spans of fields in a buffer, no string per field. A record that breaks the rules
 * costs one physical line: reading goes on after it.
 */

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** How a field was written: as it is, in quotes, in quotes with doubled quotes inside. */
export const BARE = 0
const QUOTED = 1
export const ESCAPED = 2

/** Gives up looking for the quote that closes a field. */
const LONGEST = 1024 * 1024 * 1024

export interface Scanner {
  /** The bytes at hand; spans are offsets in it, good until the next `feed`. */
  bytes: Buffer
  /** Fields of the record that `next` found. */
  readonly starts: number[]
  readonly ends: number[]
  readonly forms: number[]
  count: number
  /** Why the record is none; its fields do not count then. */
  trouble: string | null
  /** Physical line (from 1) and byte offset at which the record starts, and the offset after it. */
  line: number
  /** How many physical lines it takes. */
  lines: number
  start: number
  end: number
  /** The record in `bytes`. */
  from: number
  to: number
  /** True: a record. False: more bytes are needed, or with `ended` there is none. */
  next(): boolean
  /** Room for bytes that follow; what was consumed is dropped. */
  room(size: number): Buffer
  /** `size` bytes were put into the room; `ended`: they are the last. */
  fed(size: number, ended: boolean): void
  /** Bytes that wait to become a record. */
  waiting(): number
}

/** A scanner for records from `offset` on, which is the start of physical line `line`. */
export function openScanner(delimiter: number, o: { readonly offset: number; readonly line: number }): Scanner {
  let limit = 0
  let at = 0
  let dropped = o.offset
  let ended = false
  let nextLine = o.line
  let newlines = 0
  const s: Scanner = {
    bytes: Buffer.alloc(0),
    starts: [],
    ends: [],
    forms: [],
    count: 0,
    trouble: null,
    line: o.line,
    lines: 0,
    start: o.offset,
    end: o.offset,
    from: 0,
    to: 0,
    next() {
      if (at >= limit) return false
      newlines = 0
      s.count = 0
      s.trouble = null
      let end = record(at)
      if (end === MORE) return false
      if (end < 0) end = afterLine()
      if (end === MORE) return false
      s.line = nextLine
      s.start = dropped + at
      s.from = at
      s.to = end
      s.lines = newlines + 1
      nextLine += s.lines
      at = end
      s.end = dropped + at
      return true
    },
    room(size) {
      if (at > 0) s.bytes.copyWithin(0, at, limit)
      dropped += at
      limit -= at
      at = 0
      if (limit + size > s.bytes.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(limit + size, s.bytes.length * 2))
        s.bytes.copy(grown, 0, 0, limit)
        s.bytes = grown
      }
      return s.bytes.subarray(limit, limit + size)
    },
    fed(size, last) {
      limit += size
      ended = last
    },
    waiting: () => limit - at,
  }

  const MORE = -1
  const BAD = -2

  function add(start: number, end: number, form: number): void {
    s.starts[s.count] = start
    s.ends[s.count] = end
    s.forms[s.count] = form
    s.count++
  }

  /** Scans the record at `from`: the offset after it, MORE or BAD. */
  function record(from: number): number {
    let i = from
    for (;;) {
      i = s.bytes[i] === QUOTE && i < limit ? quoted(i) : bare(i)
      if (i < 0) return i
      if (i >= limit) return i // the file ends here
      const c = s.bytes[i]
      if (c === delimiter) {
        i++
        if (i >= limit && !ended) return MORE
        continue
      }
      return c === CR ? i + 2 : i + 1
    }
  }

  /** Ends before a delimiter, LF, CRLF or the end of the file. A CR alone and quotes inside are part of the field. */
  function bare(from: number): number {
    const { bytes } = s
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
    add(from, i, BARE)
    return i
  }

  function quoted(from: number): number {
    const { bytes } = s
    let escaped = false
    let i = from + 1
    for (;;) {
      while (i < limit && bytes[i] !== QUOTE) {
        if (bytes[i] === LF) newlines++
        i++
      }
      if (i >= limit) return ended || limit - from > LONGEST ? bad('a quote is never closed') : MORE
      if (i + 1 >= limit && !ended) return MORE
      if (bytes[i + 1] !== QUOTE || i + 1 >= limit) break
      escaped = true
      i += 2
    }
    add(from + 1, i, escaped ? ESCAPED : QUOTED)
    const after = i + 1
    if (after >= limit) return after
    const c = bytes[after]
    if (c === delimiter || c === LF) return after
    if (c === CR && after + 1 >= limit && !ended) return MORE
    if (c === CR && bytes[after + 1] === LF) return after
    return bad('text follows a closing quote')
  }

  function bad(why: string): number {
    s.trouble = why
    return BAD
  }

  /** Offset after the first physical line of a broken record. */
  function afterLine(): number {
    newlines = 0
    const lf = s.bytes.subarray(0, limit).indexOf(LF, at)
    if (lf < 0) return ended ? limit : MORE
    return lf + 1
  }

  return s
}

/** The bytes of a field with doubled quotes made single. */
export function unescaped(bytes: Buffer, start: number, end: number): Buffer {
  const plain = Buffer.allocUnsafe(end - start)
  let at = 0
  for (let i = start; i < end; i++) {
    plain[at++] = bytes[i]
    if (bytes[i] === QUOTE) i++
  }
  return plain.subarray(0, at)
}
