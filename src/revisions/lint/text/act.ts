/** What statements do, as far as rules look at it. */
import type { AlterTable } from './alter.ts'
import type { PlacedTable } from './cursor.ts'
import type { KeyText } from './key.ts'
import type { CreateTable } from './table.ts'

/** What can be dropped or created beside tables and indexes. */
export const OBJECTS = [
  'VIEW',
  'DATABASE',
  'SCHEMA',
  'TRIGGER',
  'PROCEDURE',
  'FUNCTION',
  'EVENT',
  'SEQUENCE',
  'USER',
  'ROLE',
  'VIRTUAL TABLE',
] as const

export type Act =
  | CreateTable
  | AlterTable
  | {
      readonly kind: 'create-index'
      readonly table: PlacedTable
      readonly key: KeyText
      readonly ifNotExists: boolean
      readonly end: number
    }
  | { readonly kind: 'drop-index'; readonly table: PlacedTable | null; readonly name: PlacedTable }
  | {
      readonly kind: 'drop-table'
      readonly tables: readonly PlacedTable[]
      readonly ifExists: boolean
      readonly temporary: boolean
    }
  /** CREATE or DROP of views, routines, databases, accounts …; `what` in upper case. */
  | {
      readonly kind: 'create-object' | 'drop-object'
      readonly what: (typeof OBJECTS)[number]
      readonly name: PlacedTable | null
    }
  | {
      readonly kind: 'rename-table'
      readonly pairs: readonly { readonly from: PlacedTable; readonly to: PlacedTable }[]
    }
  | { readonly kind: 'truncate'; readonly table: PlacedTable }
  | {
      readonly kind: 'update' | 'delete'
      /** Null where several tables are named. */
      readonly table: PlacedTable | null
      readonly where: boolean
      readonly limit: boolean
      readonly order: boolean
    }
  | {
      readonly kind: 'insert'
      readonly table: PlacedTable | null
      readonly how: InsertHow
      readonly columns: boolean
      readonly select: boolean
    }
  | { readonly kind: 'begin' | 'commit' | 'rollback' }
  | { readonly kind: 'pragma'; readonly name: string; readonly value: string | null }
  /** SET of session or global variables; names in lower case, values as written in lower case without quotes. */
  | { readonly kind: 'set'; readonly scope: 'session' | 'global'; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: 'vacuum' }
  | { readonly kind: 'maintain'; readonly what: string; readonly tables: readonly PlacedTable[] }
  | { readonly kind: 'other' }

/** REPLACE and INSERT OR REPLACE, INSERT IGNORE and INSERT OR IGNORE. */
export type InsertHow = 'plain' | 'replace' | 'ignore'
