/**
 * What a normalized object was before: its statement as its author wrote it, and the size of a table. Kept under a symbol, so that it
 * goes with copies of the object ({ ...table }) and is compared by nobody.
 */
import type { Index, OtherObject, Table } from '../../core/schema.ts'

interface Written {
  readonly sql: string
  /** Made from the model: nobody wrote it. */
  readonly made?: true
  readonly rows?: number
  readonly bytes?: number
}

const WRITTEN = Symbol('as it was written')

type Carrier = { readonly [WRITTEN]?: Written }

/** The object with what it was. */
export function withWritten<T extends Table | Index | OtherObject>(object: T, written: Written): T {
  return { ...object, [WRITTEN]: (object as Carrier)[WRITTEN] ?? written }
}

/** The table under another statement. */
export function rewritten(table: Table, sql: string): Table {
  return { ...table, [WRITTEN]: { ...(table as Carrier)[WRITTEN], sql } } as Table
}

/** What the object was, where it has come by way of `normalize`. */
export function writtenOf(object: Table | Index | OtherObject): Written | undefined {
  return (object as Carrier)[WRITTEN]
}
