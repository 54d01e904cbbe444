/** What a user must be allowed to do before a copy begins. */
import type { ObjectName } from './schema.ts'

/**
 * What is done with a table. empty: without its rows in one statement. number: its counter is set. refer: its foreign keys are made.
 * update: by way of a temporary table.
 */
export type Deed = 'select' | 'insert' | 'update' | 'delete' | 'empty' | 'create' | 'drop' | 'number' | 'refer'

export interface Intent {
  readonly table: ObjectName
  readonly deeds: readonly Deed[]
}

export interface Undertaking {
  readonly intents: readonly Intent[]
  /** The ledger is kept here. */
  readonly ledger?: boolean
  /** All tables are locked for the moment at which a snapshot begins. */
  readonly lock?: boolean
}

/** Rights on one object that a user lacks. */
export interface MissingRights {
  readonly user: string
  /** As SQL names them. */
  readonly rights: readonly string[]
  /** `table public.orders`, `schema public`, `database shop`, `path /srv/shop.db`. */
  readonly object: string
  /** What gives them: a statement, or words where there is none. */
  readonly grant: string
}
