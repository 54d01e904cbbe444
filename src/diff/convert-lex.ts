/** Cuts an SQL expression into tokens, by the quoting rules of the engine that wrote it. */

/** The three SQL grammars that expressions come in. */
export type Grammar = 'postgres' | 'mysql' | 'sqlite'

export type Token =
  /** A bare word, lower case; `text` as written. */
  | { readonly kind: 'word'; readonly word: string; readonly text: string }
  /** A quoted identifier. `quote` is the opening character. */
  | { readonly kind: 'name'; readonly text: string; readonly quote: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string }

/** Thrown within the translator; its message says to people what cannot be carried. */
export class Untranslatable extends Error {}

const SYMBOLS = [
  '<=>',
  '!~~*',
  '~~*',
  '!~~',
  '!~*',
  '~~',
  '~*',
  '!~',
  '::',
  '<=',
  '>=',
  '<>',
  '!=',
  '==',
  '||',
  '&&',
  '->>',
  '->',
  '@>',
  '<@',
  '<<',
  '>>',
]
const BY_LENGTH = [...SYMBOLS].sort((a, b) => b.length - a.length)
const CLOSING: Readonly<Record<string, string>> = { '"': '"', '`': '`', '[': ']' }
/** What MySQL's backslash escapes stand for; any other character stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', '0': '\0', Z: '\x1a' }

/**
 * Tokens of an expression. Throws Untranslatable on comments, parameters and anything else that no expression of a catalogue holds.
 * MySQL 8 prints strings of its catalogue as `_utf8mb4\'x\'`: introducers are dropped, the escaped quotes read as quotes.
 */
export function tokenize(sql: string, grammar: Grammar): Token[] {
  const text = grammar === 'mysql' && /_[a-z0-9]+\\'/.test(sql) ? sql.replaceAll("\\'", "'") : sql
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^\s+/.exec(rest)
    if (blank) {
      at += blank[0].length
      continue
    }
    const [token, length] = nextToken(rest, grammar)
    if (token !== null) tokens.push(token)
    at += length
  }
  return tokens
}

function nextToken(rest: string, grammar: Grammar): [Token | null, number] {
  const first = rest[0]
  if (first === "'") return stringToken(rest, 1, grammar === 'mysql')
  if (grammar === 'postgres' && /^[eE]'/.test(rest)) return stringToken(rest, 2, true)
  if (first === '"' || first === '`' || (first === '[' && grammar === 'sqlite')) return nameToken(rest, first)
  const number = /^(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/.exec(rest)
  if (number) return [{ kind: 'number', text: number[0] }, number[0].length]
  const introducer = grammar === 'mysql' ? /^_[a-z0-9]+(?=\s*')/.exec(rest) : null
  if (introducer) return [null, introducer[0].length]
  const word = /^[\p{L}_][\p{L}\p{N}_$]*/u.exec(rest)
  if (word) return [{ kind: 'word', word: word[0].toLowerCase(), text: word[0] }, word[0].length]
  if (/^(--|\/\*|#)/.test(rest)) throw new Untranslatable('it holds a comment')
  const symbol =
    BY_LENGTH.find((s) => rest.startsWith(s)) ?? (/^[-+*/%(),.<>=!~[\]&|^:]/.test(rest) ? first : undefined)
  if (symbol === undefined) throw new Untranslatable(`it holds the sign ${first}`)
  return [{ kind: 'symbol', text: symbol }, symbol.length]
}

function stringToken(rest: string, start: number, escapes: boolean): [Token, number] {
  let out = ''
  for (let i = start; i < rest.length; i++) {
    const c = rest[i]
    if (c === '\\' && escapes && i + 1 < rest.length) {
      i++
      out += ESCAPES[rest[i]] ?? rest[i]
    } else if (c !== "'") out += c
    else if (rest[i + 1] === "'") {
      out += "'"
      i++
    } else return [{ kind: 'string', text: out }, i + 1]
  }
  throw new Untranslatable('a text in it does not end')
}

function nameToken(rest: string, open: string): [Token, number] {
  const close = CLOSING[open]
  let out = ''
  for (let i = 1; i < rest.length; i++) {
    if (rest[i] !== close) out += rest[i]
    else if (close !== ']' && rest[i + 1] === close) {
      out += close
      i++
    } else return [{ kind: 'name', text: out, quote: open }, i + 1]
  }
  throw new Untranslatable('a name in it does not end')
}
