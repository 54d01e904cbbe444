/**
 * A mapping as plain data: how the tuples that a source gives become the tuples that a target takes. Made by `transfer/` from what the
 * user declared, handed to lanes and verification inside a TablePlan. Fields are counted from 0: `at` is a field of the tuple read.
 */
import type { WireColumn } from './engine.ts'
import type { Table } from './schema.ts'

/** What happens to a row whose value has no counterpart. `fail`: it stops the run before the rows of the table begin to move. */
export type Miss = { readonly do: 'fail' | 'null' | 'reject' } | { readonly do: 'default'; readonly text: string }

/** How values are made unrecognisable: the same value always gives the same one, so that joins still hold. */
export type MaskKind = 'email' | 'name' | 'phone' | 'hash' | 'text' | 'null'

/** Where one field of the target's tuple comes from. Texts are canonical texts (core/decode.ts) of the target column's wire type. */
export type FieldStep =
  | { readonly kind: 'field'; readonly at: number }
  | { readonly kind: 'constant'; readonly text: string | null }
  /** `entries`: canonical text of the field read (null = NULL) → text of the target. */
  | {
      readonly kind: 'values'
      readonly at: number
      readonly entries: readonly (readonly [string | null, string | null])[]
      readonly miss: Miss
    }
  /** `lookup`: position in `RowStage.lookups`; `at`: the fields that make its key, in its order. NULL in any of them gives NULL. */
  | { readonly kind: 'lookup'; readonly lookup: number; readonly at: readonly number[]; readonly miss: Miss }
  /** A number that no row has yet: from the counter that all lanes share. Only in the plan of an id map. `unless`: that step gives one. */
  | { readonly kind: 'fresh'; readonly as: 'integer' | 'uuid'; readonly unless?: FieldStep }
  | { readonly kind: 'mask'; readonly at: number; readonly mask: MaskKind; readonly salt: string }
  /** An address → where the file lies now (the ledger of `store`). */
  | { readonly kind: 'file'; readonly at: number; readonly store: string; readonly miss: Miss }
  /** A text with addresses in it (HTML, Markdown, JSON), rewritten. */
  | {
      readonly kind: 'file refs'
      readonly at: number
      readonly store: string
      readonly format: 'html' | 'markdown' | 'json'
    }
  /** The property of that name of what the row function gave back; `undefined`: the text, where there is one. */
  | { readonly kind: 'row'; readonly property: string; readonly fallback?: FieldStep }

/** A table of the target in which values are looked up: loaded once for all lanes, into memory or a temporary file. */
export interface LookupPlan {
  /** For people: `app.category by code`. */
  readonly label: string
  readonly table: Table
  /** Key columns, in the wire types of the fields that are compared with them: equal bytes are equal keys. */
  readonly by: readonly WireColumn[]
  /** The column whose value is given. */
  readonly give: WireColumn
}

/** The user's function for a row, found again by name in the configuration by whichever thread runs it. */
export interface RowCall {
  /** Path of the module that exports the configuration; null: only the process that was given the function has it. */
  readonly module: string | null
  /** Name of the transfer. */
  readonly transfer: string
  /** Column names of the tuple read: properties of the first argument, in the order of the fields. */
  readonly properties: readonly string[]
  /** Rows for which table of the target are wanted: `undefined` is the transfer's own. */
  readonly into?: string
}

/** From source tuple to target tuple. */
export interface RowStage {
  /** What is read: fields of the source tuple, key columns among them, each name once. */
  readonly read: readonly WireColumn[]
  /** One for each column of the TablePlan, in its order. */
  readonly fields: readonly FieldStep[]
  readonly lookups: readonly LookupPlan[]
  readonly row?: RowCall
  /** Rows for which this lookup (position, fields of the key) has an entry are left out: they are there already. */
  readonly unless?: {
    readonly lookup: number
    readonly at: readonly number[]
    /** How they are counted; default `filtered`. */
    readonly as?: 'filtered' | 'merged'
  }
}
