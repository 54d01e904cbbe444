/** Rewriting a statement by inserting, replacing and removing parts of its text: all else stays as the user wrote it. */
import type { PostgresStatement, Token } from './read.ts'

/** `from` = `to` inserts. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The statement with edits that do not overlap, and its terminator. */
export function edited(sql: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => b.from - a.from)
  let out = sql
  for (const { from, to, text } of ordered) out = out.slice(0, from) + text + out.slice(to)
  // A statement that ends in a comment takes its terminator on a line of its own.
  return /--[^\n]*$/.test(out) ? `${out}\n;` : `${out};`
}

/** The first token with this text (any case) at or after a place. */
export function tokenAt(statement: PostgresStatement, word: string, from = 0): Token | undefined {
  return statement.tokens().find((t) => t.from >= from && t.text.toLowerCase() === word)
}

/** Inserts a word behind the first token with this text. */
export function insertAfter(statement: PostgresStatement, word: string, text: string): string {
  const token = tokenAt(statement, word)
  if (token === undefined) throw new Error(`no ${word} in ${statement.sql}`)
  return edited(statement.sql, [{ from: token.to, to: token.to, text: ` ${text}` }])
}
