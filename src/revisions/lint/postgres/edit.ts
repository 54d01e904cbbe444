/** Rewriting a statement by inserting, replacing and removing parts of its text: all else stays as the user wrote it. */
import type { Token } from './alter.ts'
import type { PostgresStatement } from './read.ts'

/** `from` = `to` inserts. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The statement with edits that do not overlap, and its terminator. */
export function edited(sql: string, ...edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => b.from - a.from)
  let out = sql
  for (const { from, to, text } of ordered) out = out.slice(0, from) + text + out.slice(to)
  // A statement that ends in a comment takes its terminator on a line of its own.
  return /--[^\n]*$/.test(out) ? `${out}\n;` : `${out};`
}

/** The first token with this text (any case) at or after a place. */
export function tokenAt(s: PostgresStatement, word: string, from = 0): Token | undefined {
  return s.tokens().find((t) => t.from >= from && t.text.toLowerCase() === word)
}

/** Text behind the first of these words that stands at or after a place. Throws where the word is missing. */
export function insertAfter(s: PostgresStatement, word: string, text: string, from = 0): Edit {
  const token = tokenAt(s, word, from)
  if (token === undefined) throw new Error(`no ${word} in ${s.sql}`)
  return { from: token.to, to: token.to, text: ` ${text}` }
}

/** Text at a place. */
export function insertAt(place: number, text: string): Edit {
  return { from: place, to: place, text }
}

/** A name that is not the user's own, quoted where it must be; keywords are none as they have an underscore. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** Names longer than this are cut by the server (bytes of UTF-8). */
export const NAME_BYTES = 63

/** `table_column_key`, as the server itself would name it; undefined where it would be cut. */
export function madeName(...parts: readonly string[]): string | undefined {
  const name = parts.join('_')
  return Buffer.byteLength(name) > NAME_BYTES ? undefined : name
}

/** A statement that must have a transaction of its own, as the script has to write it. */
export function separately(s: PostgresStatement, revision: boolean | undefined, sql: string): string {
  return revision === true && s.known.transaction !== null ? `-- naru:no-transaction\n${sql}` : sql
}
