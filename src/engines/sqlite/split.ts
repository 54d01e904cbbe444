/** A table → ranges of about equally many rows, whatever gaps its keys have: walked through in the order of the key, by one index. */

import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { evenCuts, type Key, type KeyRange, serializeKey } from '../../core/key.ts'
import type { Cell } from './cell.ts'
import type { Handle } from './handle.ts'
import { keyValue, type Selection } from './selection.ts'

export interface Split {
  readonly rows: number
  /** Rows in all, where they were counted. */
  readonly total?: number
}

/** Disjoint ranges that cover the table. The outer ends are open. */
export function splitTable(handle: Handle, selection: Selection, o: Split): KeyRange[] {
  const { order } = selection
  if (order.kind === 'none') return [{ kind: 'all' }]
  const bounds = evenBounds(handle, selection, o) ?? boundaries(handle, selection, o.rows)
  const ends: (Key | null)[] = [null, ...bounds, null]
  return ends.slice(1).map((upto, i) => rangeOf(order.kind, ends[i], upto))
}

function rangeOf(kind: 'key' | 'rowid', after: Key | null, upto: Key | null): KeyRange {
  if (kind === 'key') return { kind: 'key', after, upto }
  const next = (key: Key | null): string | null => (key === null ? null : String((key[0] as bigint) + 1n))
  return { kind: 'physical', from: next(after) ?? '', to: next(upto) }
}

/** Bounds by value of a key of integers with few gaps: no walk through the table. Null for all others. */
function evenBounds(handle: Handle, selection: Selection, { rows, total }: Split): Key[] | null {
  const { order, table } = selection
  if (total === undefined || order.columns.length !== 1 || selection.textKey) return null
  const end = (which: string) => `(SELECT ${which}(${order.columns[0]}) FROM ${table})`
  const statement = handle.prepare(`SELECT ${end('min')} AS low, ${end('max')} AS high`)
  statement.setReadBigInts(true)
  const { low, high } = statement.get() as { low: unknown; high: unknown }
  // A column of integers may hold a real or a text for all that: no NULL, and between its ends nothing but numbers.
  if (typeof low !== 'bigint' || typeof high !== 'bigint') return null
  return evenCuts(low, high, { rows, total })?.map((value) => [value]) ?? null
}

/** The keys at which a range ends and the next begins. One walk over the keys; an order that must be sorted is not split. */
function boundaries(handle: Handle, selection: Selection, rows: number): Key[] {
  const plan = handle.prepare(`EXPLAIN QUERY PLAN ${selection.page('plain', false, false, false)}`).all()
  if (plan.some((step) => String(step.detail).includes('TEMP B-TREE'))) return []
  const found: Key[] = []
  const first = hopStatement(handle, selection, false)
  const next = hopStatement(handle, selection, true)
  let after: Key | null = null
  for (;;) {
    const key: Key | null = hop(after === null ? first : next, after, rows)
    // Nothing left: the last boundary is the end of the table.
    if (key === null) return found.slice(0, -1)
    if (after !== null && serializeKey(key) === serializeKey(after)) return found.slice(0, -1) // a key that this Node cuts
    found.push(key)
    after = key
  }
}

function hopStatement(handle: Handle, selection: Selection, after: boolean): StatementSync {
  const statement = handle.prepare(selection.hop(after))
  statement.setReturnArrays(true)
  statement.setReadBigInts(true)
  return statement
}

function hop(statement: StatementSync, after: Key | null, rows: number): Key | null {
  const row = statement.get(...((after ?? []) as SQLInputValue[]), rows) as unknown as Cell[] | undefined
  if (row === undefined || row[0] === null) return null
  return row.map((value) => keyValue(value as Exclude<Cell, object>))
}
