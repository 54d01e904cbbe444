/** Cuts SQL of MySQL, MariaDB and SQLite into tokens with their places. Nothing is lost: the texts of all tokens join to the text. */

/** The two ways of quoting: in MySQL a double quote opens a text and a backslash escapes, in SQLite a double quote opens a name. */
export type Family = 'mysql' | 'sqlite'

export interface Token {
  /** `string` may be opened by a double quote in MySQL; `mark` is punctuation or an operator. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'mark' | 'blank' | 'comment'
  /** As written. */
  readonly text: string
  /** Upper case, of an unquoted word; else empty. */
  readonly word: string
  /** UTF-16 offsets in the statement. */
  readonly from: number
  readonly to: number
  /** A quoted text or a comment that does not end. */
  readonly open?: true
}

const MARKS = /:=|<=>|<=|>=|<>|!=|==|\|\||&&|->>|->|<<|>>|[\s\S]/y
const NUMBER = /(?:0[xX][\da-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w$\u0080-\uffff])/y
const WORD = /[\w$\u0080-\uffff]+/y
/** No other blanks: a no-break space is a letter to these servers. */
const BLANK = /[ \t\n\v\f\r]+/y
const CLOSING: Readonly<Record<string, string>> = { '[': ']' }

/** Where a text may end, or a character is escaped. */
const STOPS: Readonly<Record<string, RegExp>> = { "'": /['\\]/g, '"': /["\\]/g }

/** The place just after a quoted text that begins at `from`; beyond the end of the text where it does not end. */
function quotedEnd(sql: string, from: number, backslash: boolean): number {
  const close = CLOSING[sql[from]] ?? sql[from]
  const nextStop = (at: number): number => {
    if (!backslash) return sql.indexOf(close, at)
    const stops = STOPS[close]
    stops.lastIndex = at
    return stops.exec(sql)?.index ?? -1
  }
  let i = nextStop(from + 1)
  while (i >= 0) {
    const doubled = close !== ']' && sql[i] === close && sql[i + 1] === close
    if (sql[i] === close && !doubled) return i + 1
    i = nextStop(i + 2)
  }
  return sql.length + 1
}

function lineEnd(sql: string, from: number): number {
  const end = sql.indexOf('\n', from)
  return end < 0 ? sql.length : end
}

/** End of the comment that begins here, beyond the text where it does not end, or −1. What `/*!` and `/*M!` of MySQL hold is no comment: only their brackets are. */
function commentEnd(sql: string, at: number, family: Family, opened: boolean): number {
  if (sql.startsWith('--', at)) {
    return family === 'sqlite' || /^(?:\s|$)/.test(sql.slice(at + 2, at + 3)) ? lineEnd(sql, at) : -1
  }
  if (family === 'mysql' && sql[at] === '#') return lineEnd(sql, at)
  if (opened && sql.startsWith('*/', at)) return at + 2
  if (!sql.startsWith('/*', at)) return -1
  const bracket = family === 'mysql' ? /^\/\*M?!\d{0,6}/.exec(sql.slice(at, at + 10)) : null
  if (bracket !== null) return at + bracket[0].length
  const end = sql.indexOf('*/', at + 2)
  return end < 0 ? sql.length + 1 : end + 2
}

function quotedKind(sql: string, at: number, family: Family): 'string' | 'name' | null {
  const first = sql[at]
  if (first === "'" || (first === '"' && family === 'mysql')) return 'string'
  return first === '"' || first === '`' || (first === '[' && family === 'sqlite') ? 'name' : null
}

function matched(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(sql) ? pattern.lastIndex : -1
}

/** What may begin with a character; the rest of the rules decides. */
const STARTS = { blank: ' \t\n\v\f\r', comment: '-#/*', quoted: '\'"`[xXbBnN', number: '.0123456789' } as const

function next(sql: string, at: number, family: Family, opened: boolean): [Token['kind'], number] {
  const first = sql[at]
  if (STARTS.blank.includes(first)) return ['blank', matched(BLANK, sql, at)]
  if (STARTS.comment.includes(first)) {
    const comment = commentEnd(sql, at, family, opened)
    if (comment > 0) return ['comment', comment]
  }
  const quoted = STARTS.quoted.includes(first) ? nextQuoted(sql, at, family) : null
  if (quoted !== null) return quoted
  const number = STARTS.number.includes(first) ? matched(NUMBER, sql, at) : -1
  if (number > 0) return ['number', number]
  const word = matched(WORD, sql, at)
  return word > 0 ? ['word', word] : ['mark', matched(MARKS, sql, at)]
}

function nextQuoted(sql: string, at: number, family: Family): [Token['kind'], number] | null {
  const kind = quotedKind(sql, at, family)
  if (kind !== null) return [kind, quotedEnd(sql, at, family === 'mysql' && kind === 'string')]
  // x'41'; in MySQL also b'01' and N'text'
  const prefixed = sql[at + 1] === "'" && (family === 'mysql' ? /[xXbBnN]/ : /[xX]/).test(sql[at])
  return prefixed ? ['string', quotedEnd(sql, at + 1, family === 'mysql')] : null
}

/** All tokens, blanks and comments included. Never throws; what does not end ends with the text. */
export function tokenize(sql: string, family: Family): Token[] {
  const tokens: Token[] = []
  let opened = false
  for (let at = 0; at < sql.length; ) {
    const [kind, end] = next(sql, at, family, opened)
    const to = Math.min(end, sql.length)
    const text = sql.slice(at, to)
    if (kind === 'comment' && /^\/\*M?!\d*$/.test(text)) opened = true
    if (kind === 'comment' && text === '*/') opened = false
    const word = kind === 'word' ? text.toUpperCase() : ''
    const open = end > sql.length || (to === sql.length && opened)
    tokens.push({ kind, text, word, from: at, to, ...(open && { open }) })
    at = to
  }
  return tokens
}

/** The tokens without blanks and comments. */
export function significant(sql: string, family: Family): Token[] {
  return tokenize(sql, family).filter(isSignificant)
}

/** Neither a blank nor a comment. */
export const isSignificant = ({ kind }: Token): boolean => kind !== 'blank' && kind !== 'comment'

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', '0': '\0', Z: '\x1a' }

/** What a quoted token stands for; other tokens as written. */
export function unquoted(token: Token): string {
  if (token.kind !== 'string' && token.kind !== 'name') return token.text
  const { text } = token
  const start = text.search(/['"`[]/)
  const close = CLOSING[text[start]] ?? text[start]
  const inner = text.slice(start + 1, text.length > start + 1 && text.endsWith(close) ? -1 : undefined)
  return close === ']' ? inner : inner.replaceAll(close + close, close)
}

/** The value of a text of MySQL, its backslashes resolved. */
export function mysqlText(token: Token): string {
  return unquoted(token).replace(/\\([\s\S])/g, (_, c: string) => ESCAPES[c] ?? c)
}
