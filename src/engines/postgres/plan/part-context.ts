/** How statements name keys, checks, foreign keys and indexes, and on which table they are made. */
import { displayName, type ObjectName, type Table } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'

/** How a part is made on a table. */
export interface PartContext {
  /** The table as it is now; null where it is new and empty. */
  readonly before: Table | null
  readonly table: Table
  readonly online: boolean
}

/** `CONSTRAINT "x" ON "public"."t"`, as COMMENT ON takes it. */
export const constraintRef = (table: ObjectName, name: string) => `CONSTRAINT ${quote(name)} ON ${qualified(table)}`

/** `INDEX "public"."t_pkey"`: the index behind a key bears its name. */
export const indexRef = (table: ObjectName, name: string) => `INDEX ${qualified({ ...table, name })}`

/** Option of a key that holds the comment on the index behind it. */
export const INDEX_COMMENT = 'comment on index'

/** For people and for the journal: `check public.t.positive`. */
export const partLabel = (kind: string, table: ObjectName, name: string) => `${kind} ${displayName(table)}.${name}`

/** Of a step that runs outside the transaction of the others. */
export const OUTSIDE = { inTransaction: false }
