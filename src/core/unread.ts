/** Schemas that were not read, in words. */
import type { UnreadSchema } from './schema.ts'

const many = (n: number, one: string) => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`

/** `3 tables`, `1 table and 2 other objects`, `nothing`. */
export function unreadHolds({ tables, others }: UnreadSchema): string {
  const parts = [
    ...(tables > 0 ? [many(tables, 'table')] : []),
    ...(others > 0 ? [many(others, tables > 0 ? 'other object' : 'object')] : []),
  ]
  return parts.length === 0 ? 'nothing' : parts.join(' and ')
}

/** Schemas that are named. */
const NAMED = 8

/** `2 schemas (hr with 1 table, sales with 1 table)`. */
export function unreadWords(unread: readonly UnreadSchema[]): string {
  const named = unread.slice(0, NAMED).map((u) => `${u.name} with ${unreadHolds(u)}`)
  const more = unread.length > NAMED ? ` and ${unread.length - NAMED} more` : ''
  return `${many(unread.length, 'schema')} (${named.join(', ')}${more})`
}
