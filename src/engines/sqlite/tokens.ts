/** SQL text → tokens, as far as CREATE TABLE and CREATE INDEX statements need: strings, quoted names and comments are respected. */

export interface Token {
  /** word: an unquoted name or keyword; name: a quoted one; string: '…'; other: numbers, blobs, operators, parentheses. */
  readonly kind: 'word' | 'name' | 'string' | 'other'
  /** As written. */
  readonly text: string
  /** Of names and strings without their quotes. */
  readonly value: string
  readonly start: number
  readonly end: number
}

const PATTERN =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<number>[\d.]+(?:[eE][+-]?\d+)?)|\|\||->>|->|<=|>=|<>|!=|==|<<|>>|[\s\S]/gy

/** The tokens of a statement, without blanks and comments. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  for (const match of sql.matchAll(PATTERN)) {
    const groups = match.groups ?? {}
    if (groups.blank !== undefined) continue
    const text = match[0]
    const kind =
      groups.string !== undefined
        ? 'string'
        : groups.name !== undefined
          ? 'name'
          : groups.word !== undefined
            ? 'word'
            : 'other'
    tokens.push({ kind, text, value: unquoted(text, kind), start: match.index, end: match.index + text.length })
  }
  return tokens
}

function unquoted(text: string, kind: Token['kind']): string {
  if (kind === 'string') return text.slice(1, -1).replaceAll("''", "'")
  if (kind !== 'name') return text
  const mark = text[0]
  const inner = text.slice(1, -1)
  return mark === '[' ? inner : inner.replaceAll(mark + mark, mark)
}

/** Whether a token is one of these keywords (unquoted, in any case). */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase())
}

/** Whether a token is this mark: `(`, `)`, `,`, `.` … */
export function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'other' && token.text === mark
}

/** Index just after the parenthesis that closes the one at `open`. */
export function afterParens(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    if (isMark(tokens[i], '(')) depth++
    else if (isMark(tokens[i], ')') && --depth === 0) return i + 1
  }
  return tokens.length
}

/** The items between the parentheses that open at `open`, split at commas of that depth. */
export function splitItems(tokens: readonly Token[], open: number): Token[][] {
  const end = afterParens(tokens, open) - 1
  const items: Token[][] = []
  let item: Token[] = []
  for (let i = open + 1; i < end; ) {
    if (isMark(tokens[i], ',')) {
      items.push(item)
      item = []
      i++
      continue
    }
    const next = isMark(tokens[i], '(') ? afterParens(tokens, i) : i + 1
    item.push(...tokens.slice(i, Math.min(next, end)))
    i = next
  }
  if (item.length > 0) items.push(item)
  return items
}

/** The text that tokens [from, to) were written as. */
export function textOf(sql: string, tokens: readonly Token[], from = 0, to: number = tokens.length): string {
  return from < to ? sql.slice(tokens[from].start, tokens[to - 1].end) : ''
}
