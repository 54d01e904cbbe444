/** CREATE INDEX texts: their parts and predicate, and statements under new names. */
import { quote } from './literal.ts'
import { afterParens, isMark, isWord, splitItems, type Token, textOf, tokenize } from './tokens.ts'

export interface ParsedIndex {
  /** Each part as written, without COLLATE, ASC and DESC. */
  readonly parts: readonly string[]
  readonly where: string | null
}

/** Reads a CREATE INDEX statement that SQLite has accepted. */
export function parseCreateIndex(sql: string): ParsedIndex {
  const tokens = tokenize(sql)
  const on = tokens.findIndex((t) => isWord(t, 'ON'))
  const open = tokens.findIndex((t, i) => i > on && isMark(t, '('))
  const end = afterParens(tokens, open)
  const where = isWord(tokens[end], 'WHERE') ? textOf(sql, tokens, end + 1) : null
  return { parts: splitItems(tokens, open).map((item) => partText(sql, item)), where }
}

function partText(sql: string, item: readonly Token[]): string {
  let end = item.length
  if (isWord(item[end - 1], 'ASC', 'DESC')) end--
  if (isWord(item[end - 2], 'COLLATE')) end -= 2
  return textOf(sql, item, 0, end)
}

/** Index of the name in `CREATE … TABLE [IF NOT EXISTS] [schema.]name`. */
export function nameAt(tokens: readonly Token[], keyword: 'TABLE' | 'INDEX' | 'TRIGGER'): number {
  let i = tokens.findIndex((t) => isWord(t, keyword)) + 1
  if (isWord(tokens[i], 'IF') && isWord(tokens[i + 1], 'NOT')) i += 3
  return isMark(tokens[i + 1], '.') ? i + 2 : i
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Replaces tokens of a text by names; later ones first, so that positions stay right. */
export function replaceNames(
  sql: string,
  changes: readonly { readonly token: Token; readonly name: string }[],
): string {
  const wanted = changes.filter((c) => c.token.value !== c.name).toSorted((a, b) => b.token.start - a.token.start)
  return wanted.reduce((text, c) => text.slice(0, c.token.start) + quote(c.name) + text.slice(c.token.end), sql)
}

/** The statement for an index called `name` on `table`, or null where the text is no CREATE INDEX of SQLite's. */
export function renameIndex(sql: string, name: string, table: string): string | null {
  const tokens = tokenize(sql)
  if (!isWord(tokens[0], 'CREATE') || !tokens.some((t) => isWord(t, 'INDEX'))) return null
  const on = tokens.findIndex((t) => isWord(t, 'ON'))
  if (on < 0) return null
  return replaceNames(sql, [
    { token: tokens[nameAt(tokens, 'INDEX')], name },
    { token: tokens[on + 1], name: table },
  ])
}

/** Whether all these columns are named in a text. */
export function mentions(sql: string, columns: readonly string[]): boolean {
  const words = tokenize(sql).filter((t) => t.kind !== 'other')
  return columns.every((c) => words.some((t) => sameName(t.value, c)))
}
