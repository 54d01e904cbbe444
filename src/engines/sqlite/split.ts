/** A table → ranges of about equally many rows, whatever gaps its keys have: walked through in the order of the key, by one index. */

import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { type Key, type KeyRange, serializeKey } from '../../core/key.ts'
import type { Cell } from './cell.ts'
import type { Handle } from './handle.ts'
import { keyValue, type Selection } from './selection.ts'

/** Disjoint ranges that cover the table. The outer ends are open. */
export function splitTable(handle: Handle, selection: Selection, rows: number): KeyRange[] {
  const { order } = selection
  if (order.kind === 'none') return [{ kind: 'all' }]
  const bounds = boundaries(handle, selection, rows)
  const ends: (Key | null)[] = [null, ...bounds, null]
  return ends.slice(1).map((upto, i) => rangeOf(order.kind, ends[i], upto))
}

function rangeOf(kind: 'key' | 'rowid', after: Key | null, upto: Key | null): KeyRange {
  if (kind === 'key') return { kind: 'key', after, upto }
  const next = (key: Key | null): string | null => (key === null ? null : String((key[0] as bigint) + 1n))
  return { kind: 'physical', from: next(after) ?? '', to: next(upto) }
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
