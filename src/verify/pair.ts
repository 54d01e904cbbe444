/** A row that differs on its way from the comparison to whoever lists, explains or mends it. */
import type { Key } from '../core/key.ts'

/** A row as wire bytes; the view is good until whoever was given it has answered. */
export interface RowView {
  readonly bytes: Uint8Array
  readonly at: number
}

/** Where a row lies among the others, for tables that are compared in key order. */
export interface Place {
  /** The key that comes before it on either side. */
  readonly after: Key | null
  /** Rows of the target that come before it. */
  readonly targetBefore: number
}

/** What both sides hold under one key; at least one of them has a row. */
export interface Pair {
  /** In the source's terms; null without a key. */
  readonly key: Key | null
  readonly source: RowView | null
  readonly target: RowView | null
  readonly place: Place | null
}

/** Told of every row that differs, in key order where there is one. */
export interface PairTaker {
  take(pair: Pair): void | Promise<void>
  /** All rows taken so far are void: the table is compared once more from its beginning. */
  restart(): void | Promise<void>
}
