/** What every way of putting rows into a table needs to know. */
import type { Connection } from 'mysql2'
import type { WireColumn } from '../../core/engine.ts'
import type { Table } from '../../core/schema.ts'
import type { Server } from './connect.ts'
import type { Statements } from './query.ts'

/** A column of the target as the catalogue has it. */
export interface Stored {
  readonly dataType: string
  readonly charset: string | null
}

export interface Loading {
  readonly connection: Connection
  readonly statements: Statements
  readonly server: Server
  readonly table: Table
  readonly columns: readonly WireColumn[]
  readonly stored: ReadonlyMap<string, Stored>
  /** From the address: `?load=bulk|load|insert`, or `?local-infile=0` for insert; absent: the quickest that there is. */
  readonly way?: string
}
