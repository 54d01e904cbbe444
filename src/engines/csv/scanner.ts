/** Bytes → records, whatever their grammar: spans of fields in a buffer, no string per field. A record that breaks the rules costs one line. */

const LF = 0x0a

/** How a field was written: as it is, in quotes, in quotes with doubled quotes inside. */
export const BARE = 0
export const QUOTED = 1
export const ESCAPED = 2
/** A string of JSON with a backslash in it. */
export const JSON_ESCAPED = 3

/** What a grammar gives in place of the offset after a record: more bytes are needed, or the record breaks the rules. */
export const MORE = -1
const BAD = -2

export interface Scanner {
  /** The bytes at hand; spans are offsets in it, good until the next `feed`. */
  bytes: Buffer
  /** Fields of the record that `next` found. */
  /** The byte that quotes a field. */
  readonly quote: number
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
  /** Bytes at hand, whether they are the last, and line ends inside the record: for the grammar. */
  limit: number
  ended: boolean
  newlines: number
  /** True: a record. False: more bytes are needed, or with `ended` there is none. */
  next(): boolean
  /** Room for bytes that follow; what was consumed is dropped. */
  room(size: number): Buffer
  /** `size` bytes were put into the room; `ended`: they are the last. */
  fed(size: number, ended: boolean): void
  /** Bytes that wait to become a record. */
  waiting(): number
}

/** The offset after the record at `from`, its fields added; MORE or what `bad` gives. */
export type Grammar = (s: Scanner, from: number) => number

/** The record is none, for this reason. */
export function bad(s: Scanner, why: string): number {
  s.trouble = why
  return BAD
}

/** Adds a field of the record. */
export function addField(s: Scanner, start: number, end: number, form: number): void {
  s.starts[s.count] = start
  s.ends[s.count] = end
  s.forms[s.count] = form
  s.count++
}

/** Offset after the first physical line of a broken record. */
function afterLine(s: Scanner, at: number): number {
  s.newlines = 0
  const lf = s.bytes.subarray(0, s.limit).indexOf(LF, at)
  if (lf < 0) return s.ended ? s.limit : MORE
  return lf + 1
}

/** A scanner for records from `offset` on, which is the start of physical line `line`. */
export function scannerOf(
  grammar: Grammar,
  o: { readonly offset: number; readonly line: number },
  quote: number,
): Scanner {
  let at = 0
  let dropped = o.offset
  let nextLine = o.line
  const s: Scanner = {
    ...{ bytes: Buffer.alloc(0), quote, starts: [], ends: [], forms: [], count: 0, trouble: null },
    ...{ line: o.line, lines: 0, start: o.offset, end: o.offset, from: 0, to: 0 },
    ...{ limit: 0, ended: false, newlines: 0 },
    next() {
      if (at >= s.limit) return false
      s.newlines = 0
      s.count = 0
      s.trouble = null
      let end = grammar(s, at)
      if (end === MORE) return false
      if (end < 0) end = afterLine(s, at)
      if (end === MORE) return false
      s.line = nextLine
      s.start = dropped + at
      s.from = at
      s.to = end
      s.lines = s.newlines + 1
      nextLine += s.lines
      at = end
      s.end = dropped + at
      return true
    },
    room(size) {
      if (at > 0) s.bytes.copyWithin(0, at, s.limit)
      dropped += at
      s.limit -= at
      at = 0
      if (s.limit + size > s.bytes.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(s.limit + size, s.bytes.length * 2))
        s.bytes.copy(grown, 0, 0, s.limit)
        s.bytes = grown
      }
      return s.bytes.subarray(s.limit, s.limit + size)
    },
    fed(size, last) {
      s.limit += size
      s.ended = last
    },
    waiting: () => s.limit - at,
  }
  return s
}
