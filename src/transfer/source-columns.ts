/** Columns of a mapping's source as they are, the key that its rows are paged by, and the rows that are taken. */
import { pagingKey } from '../copy/order.ts'
import type { WireColumn } from '../core/engine.ts'
import { type Bound, findColumn } from './bind.ts'
import { sqlText } from './reading.ts'

/** A source column in its own wire form. Throws COLUMN_MISSING. */
export function asItIs(bound: Bound, name: string): WireColumn {
  const column = findColumn(bound.source, name, bound.transfer)
  return { name, column, wire: bound.from.database.engine.dialect.wire(column.type) }
}

/** The columns to page by, whichever of them travel; null where there are none. */
export function sourceKey(bound: Bound): readonly string[] | null {
  const all = bound.source.columns.map((source) => ({
    source,
    target: source,
    wire: asItIs(bound, source.name).wire,
    rule: 'same' as const,
  }))
  return pagingKey(bound.source, all)
}

/** The predicate of `where` in the source's SQL. */
export function sourceWhere({ transfer, from }: Bound): string | undefined {
  return transfer.where === undefined ? undefined : sqlText(transfer.where, from.database.engine.dialect)
}
