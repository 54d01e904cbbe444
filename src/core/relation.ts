/** Relations that a database does not declare as foreign keys, told by whoever knows it. */
import type { ObjectName } from './schema.ts'

/** A relation as it is written, not yet found in any schema. */
export interface WrittenRelation {
  readonly text: string
  readonly from: WrittenEnd
  readonly to: WrittenEnd
}

/** One end: a table as the user names it, and columns. */
export interface WrittenEnd {
  readonly table: string
  readonly columns: readonly string[]
}

/** A relation whose tables and columns are there. */
export interface Relation {
  readonly text: string
  /** Which source, where there are several: as TablePlan.origin. */
  readonly origin: number
  readonly from: ObjectName
  readonly columns: readonly string[]
  readonly to: ObjectName
  /** Columns of `to` that hold the same values, in the order of `columns`. */
  readonly references: readonly string[]
}

/** What a relation looks like, for messages. */
export const RELATION_FORM = '"orders.customer_id -> customers.id" or "lines(shop, order_no) -> orders(shop, no)"'

/** `orders.customer_id -> customers.id`, `lines(shop, order_no) -> orders(shop, no)`; null for anything else. */
export function parseRelation(text: string): WrittenRelation | null {
  const sides = text.split('->').map((side) => parseEnd(side.trim()))
  const [from, to] = sides
  if (sides.length !== 2 || from === null || to === null) return null
  return from.columns.length === to.columns.length ? { text: text.trim(), from, to } : null
}

function parseEnd(text: string): WrittenEnd | null {
  const listed = /^(.+?)\s*\(([^()]+)\)$/s.exec(text)
  const at = text.lastIndexOf('.')
  const table = listed?.[1] ?? text.slice(0, Math.max(at, 0))
  const columns = (listed?.[2].split(',') ?? [text.slice(at + 1)]).map((name) => name.trim())
  return table === '' || columns.includes('') ? null : { table, columns }
}
