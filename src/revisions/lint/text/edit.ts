/** Rewriting a statement in places: all else stays as the user wrote it. */
import type { Placed } from './cursor.ts'

/** `from` = `to` inserts. */
export interface Edit extends Placed {
  readonly text: string
}

/** The statement with edits that do not overlap, and its terminator; behind a comment that is on a line of its own. */
export function edited(sql: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => b.from - a.from)
  let out = sql
  for (const { from, to, text } of ordered) out = out.slice(0, from) + text + out.slice(to)
  return /(?:--|#)[^\n]*$/.test(out) ? `${out}\n;` : `${out};`
}

/** With something behind the place. */
export const inserted = (sql: string, at: number, text: string): string => edited(sql, [{ from: at, to: at, text }])

/** `schema.name`, for people. */
export function shown({ schema, name }: { readonly schema?: string; readonly name: string }): string {
  return schema === undefined ? name : `${schema}.${name}`
}
