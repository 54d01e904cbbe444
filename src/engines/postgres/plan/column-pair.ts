/** A column that stays, on both sides, and how its statements begin. */
import { type Column, displayName, type ObjectName, type Table } from '../../../core/schema.ts'
import { qualified } from '../names.ts'

/** A column of a table as it is, and as it shall be. */
export interface ColumnPair {
  readonly before: Table
  readonly table: Table
  readonly from: Column
  readonly to: Column
  /** Its default was dropped already, because something it uses was in the way. */
  readonly defaultGone: boolean
  /** Its type is made anew under the same name. */
  readonly retype: boolean
  readonly online: boolean
  /** Names of NOT NULL count: they were changed before. */
  readonly named: boolean
  /** Sequences, by name, that stay as objects of their own though their column lets go of them. */
  readonly keptSequences: ReadonlySet<string>
}

/** For people and for the journal: `column public.t.price`. */
export const columnLabel = (table: ObjectName, column: string) => `column ${displayName(table)}.${column}`

/** `ALTER TABLE "public"."t" …`. */
export const alterTable = (table: ObjectName, what: string) => `ALTER TABLE ${qualified(table)} ${what}`
