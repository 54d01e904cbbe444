/** How long texts and bytes of a unique key may be, so that the key as a whole fits into an index entry (MySQL: 3072 bytes). */
import type { Capabilities } from '../core/capabilities.ts'
import type { LogicalType, Table } from '../core/schema.ts'
import { columnKey } from './convert-context.ts'

/** Bytes of a key's part that is neither text nor bytes. */
const SMALL = 16
const CHARACTER = 4

/** By columnKey: the most characters (or bytes) that the column can have as a part of every unique key it is in. */
export function keyWidths(tables: readonly Table[], can: Capabilities): ReadonlyMap<string, number> {
  const widths = new Map<string, number>()
  if (can.indexBytes === null) return widths
  for (const table of tables) {
    for (const columns of uniqueKeys(table)) {
      for (const [name, most] of shares(table, columns, can.indexBytes)) {
        const key = columnKey(table.name, name)
        widths.set(key, Math.min(most, widths.get(key) ?? most))
      }
    }
  }
  return widths
}

function uniqueKeys(table: Table): (readonly string[])[] {
  const indexes = table.indexes
    .filter((i) => i.unique && i.parts.every((p) => p.column !== undefined && p.prefix === undefined))
    .map((i) => i.parts.map((p) => p.column ?? ''))
  return [...(table.primaryKey ? [table.primaryKey.columns] : []), ...table.uniques.map((u) => u.columns), ...indexes]
}

/** Equal shares for the parts that are wide, once those that are narrow by themselves have theirs. Empty where all fit. */
function shares(table: Table, columns: readonly string[], limit: number): [string, number][] {
  const parts = columns.map((name) => ({ name, logical: table.columns.find((c) => c.name === name)?.type.logical }))
  let room = limit
  let wide = parts.map((p) => ({ ...p, bytes: bytesOf(p.logical) }))
  for (let settled = false; !settled; ) {
    const share = room / Math.max(1, wide.length)
    const narrow = wide.filter((p) => p.bytes <= share)
    settled = narrow.length === 0
    room -= narrow.reduce((sum, p) => sum + p.bytes, 0)
    wide = wide.filter((p) => p.bytes > share)
  }
  return wide.map((p) => {
    const bytes = Math.floor(room / wide.length)
    return [p.name, p.logical?.kind === 'text' ? Math.floor(bytes / CHARACTER) : bytes]
  })
}

function bytesOf(logical: LogicalType | undefined): number {
  if (logical?.kind === 'text') return (logical.max ?? Number.POSITIVE_INFINITY) * CHARACTER
  return logical?.kind === 'bytes' ? (logical.max ?? Number.POSITIVE_INFINITY) : SMALL
}

/** The type cut to its share, or null where it fits. */
export function cutToShare(logical: LogicalType, most: number | undefined): LogicalType | null {
  if (most === undefined || (logical.kind !== 'text' && logical.kind !== 'bytes')) return null
  return logical.max !== undefined && logical.max <= most ? null : { ...logical, max: most }
}
