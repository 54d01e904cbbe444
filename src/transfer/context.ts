/** What a mapping needs beside the rows: look-ups, numbers, functions of the user's, addresses of files. */
import type { WireColumn } from '../core/engine.ts'
import type { ObjectName } from '../core/schema.ts'
import type { LookupPlan, RowCall, RowStage } from '../core/transfer.ts'
import type { StoreFiles } from './file.ts'
import type { Lookup } from './lookup.ts'

/** A mapping of one table: what is read, what is made of it, and names for people. */
export interface Mapping {
  readonly stage: RowStage
  /** Columns of the target in the order of `stage.fields`. */
  readonly columns: readonly WireColumn[]
  /** Key columns of the source, all among `stage.read`; null without a key. */
  readonly key: readonly string[] | null
  /** The table's label in events and in the ledger. */
  readonly label: string
  /** The source database's label. */
  readonly database: string
  /** The table that the tuples are for. */
  readonly target: ObjectName
}

/** Numbers that nobody else is given, over all lanes of a run. */
export interface FreshNumbers {
  /** The first of `count` consecutive numbers. */
  take(count: number): bigint
}

/** What a row function may use beside the row. */
export interface RowContext {
  /** Label of the source database. */
  readonly database: string
  /** Label of the table. */
  readonly table: string
  /** Moment of the run: the same for all its rows. */
  readonly now: Date
  /** A row for another table of the target. */
  into(table: ObjectName, row: object): object
  /** Refuses the row: it becomes a reject with this reason. */
  reject(reason: string): never
}

/**
 * The user's function. What it gives back: an object (a row of the transfer's own table), an array of objects and of what `ctx.into`
 * gave, or null, undefined or [] (the row is filtered); or a promise of these.
 */
export type RowFunction = (old: Readonly<Record<string, unknown>>, ctx: RowContext) => unknown

/** A row function with the tables that it may make rows for, the transfer's own among them. */
export interface FoundFunction {
  readonly run: RowFunction
  readonly into: readonly ObjectName[]
}

/** Everything outside of the rows that mappings of one lane use; shared by all its tables. */
export interface StageContext {
  /** Moment of the run. */
  readonly now: Date
  /** The look-ups of a table, all of them together. Throws LOOKUP_AMBIGUOUS. */
  lookups(plans: readonly LookupPlan[]): Promise<readonly Lookup[]>
  /** Look-ups are read anew: a phase may have filled their tables. */
  forget(): void
  /** The counter of a table's fresh numbers. Throws INTERNAL where there is none (verification does not make rows anew). */
  fresh(label: string): FreshNumbers
  /** The function behind a call. Throws ROW_FUNCTION. */
  functions(call: RowCall): Promise<FoundFunction>
  /** Where the files of a store lie now. */
  files(store: string): Promise<StoreFiles>
}
