/** Addresses inside of longer texts: where each stands, what it is once its escapes are resolved, and how another is written there. Pure. */

/** One address in a text. Only [start, end) is touched when it is rewritten. */
export interface Ref {
  readonly start: number
  readonly end: number
  /** As it is meant, escapes resolved. */
  readonly address: string
  /** How an address is spelled at this place. */
  write(address: string): string
}

/** Finds addresses for which `wanted` holds; in the order in which they stand, never one inside of another. */
export type Finder = (text: string, wanted: (address: string) => boolean) => readonly Ref[]

/** A text with its escapes resolved, and where each of its characters stood. */
export interface Resolved {
  readonly text: string
  /** Raw offset of a character (UTF-16 unit), or of the end. */
  at(index: number): number
}

/** A text without escapes, which begins at an offset of another. */
export function plainText(text: string, from: number): Resolved {
  return { text, at: (index) => from + index }
}

/**
 * Resolves escapes: `pattern` (with flag y) matches one, `resolve` gives what it stands for or null where it is none. `from`: offset of the
 * raw text in the whole.
 */
export function resolved(
  raw: string,
  from: number,
  pattern: RegExp,
  resolve: (code: string, next: string) => string | null,
): Resolved {
  const starts: number[] = []
  let text = ''
  for (let i = 0; i < raw.length; ) {
    pattern.lastIndex = i
    const found = pattern.exec(raw)?.[0]
    const meant = found === undefined ? null : resolve(found, raw[i + found.length] ?? '')
    const [piece, length] = found === undefined || meant === null ? [raw[i], 1] : [meant, found.length]
    for (let n = 0; n < piece.length; n++) starts.push(from + i)
    text += piece
    i += length
  }
  return { text, at: (index) => starts[index] ?? from + raw.length }
}

/** Refs found in a resolved text as refs of the whole; `write` adds the escapes of the place to what the ref itself writes. */
export function lifted(refs: readonly Ref[], inner: Resolved, write: (text: string) => string): Ref[] {
  return refs.map((ref) => ({
    start: inner.at(ref.start),
    end: inner.at(ref.end),
    address: ref.address,
    write: (address) => write(ref.write(address)),
  }))
}

/** The whole text but for the blanks around it, if it is wanted. */
export const wholeRef: Finder = (text, wanted) => {
  const start = /^[\t\n\f\r ]*/.exec(text)?.[0].length ?? 0
  const address = text.slice(start).replace(/[\t\n\f\r ]+$/, '')
  if (address === '' || !wanted(address)) return []
  return [{ start, end: start + address.length, address, write: (next) => next }]
}

/** Characters that must not stand at a place as they are, percent-encoded: for an address that is the same. */
export function percent(text: string, characters: RegExp): string {
  return text.replace(characters, (c) =>
    [...Buffer.from(c)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

const PAGES = /\.(html?|xhtml|php\d?|phtml|jsp|jspx|aspx?|do|cgi|pl|nhn)$/i

/** Whether an address names a file rather than a page: it ends like a file, and not like a page. For links, which lead to both. */
export function namesFile(address: string): boolean {
  const path = address.replace(/[?#].*$/s, '')
  return /[^/\\.]\.[a-z0-9]{1,8}$/i.test(path) && !PAGES.test(path)
}

/** Whether a text looks like an address at all, where it could be anything: it has a scheme, or a slash, or ends like a file. */
export function looksLikeAddress(text: string): boolean {
  if (/[\n\r<>{}|]/.test(text)) return false
  return /^(https?:)?[\\/]{1,2}|^\.{1,2}\/|^data:/i.test(text) || (!/\s{2}|: /.test(text) && namesFile(text))
}

/** The text with new addresses; null: the old one stays. All else is as it was, to the byte. */
export function rewritten(text: string, refs: readonly Ref[], next: (address: string) => string | null): string {
  let out = ''
  let at = 0
  for (const ref of refs) {
    const address = next(ref.address)
    if (address === null || address === ref.address) continue
    out += text.slice(at, ref.start) + ref.write(address)
    at = ref.end
  }
  return at === 0 ? text : out + text.slice(at)
}
