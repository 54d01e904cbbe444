/** What a target remembers of its repairs: which rows were written, and how they were before and after. */

/** A repair, or the undoing of one. */
export interface RepairRecord {
  readonly id: string
  readonly started: string
  /** Labels, without passwords. */
  readonly source: string
  readonly target: string
  /** The repair that this one takes back; null for a repair. */
  readonly undoes: string | null
  readonly state: 'applying' | 'done' | 'stopped'
  /** JSON: tables with the columns that images hold, and the plan's SHA-256. */
  readonly header: string
  readonly finished: string | null
  /** JSON of the account. */
  readonly summary: string | null
}

/** What became of a row that was not simply written. */
export type RowResult = 'equal' | 'changed' | 'refused' | 'failed' | 'deferred'

/** Rows of one table that were changed in one transaction with this record. */
export interface RepairChunk {
  readonly repair: string
  /** 1, 2, 3 … within the repair. */
  readonly seq: number
  /** Place of the table in the header's list. */
  readonly table: number
  readonly op: 'insert' | 'update' | 'delete'
  readonly written: number
  /** Numbers of rows that were not simply written, with the result and the reason; `listed`: all rows of the chunk. */
  readonly others: readonly (readonly [n: number, result: RowResult | 'written', why: string])[]
}

/** All calls on one connection; `store` within the transaction that changes the rows. */
export interface RepairLedger {
  /** Makes the tables where they are missing. */
  prepare(): Promise<void>
  /** Newest first; empty where there are none. */
  list(): Promise<RepairRecord[]>
  begin(record: RepairRecord): Promise<void>
  update(id: string, change: Partial<Pick<RepairRecord, 'state' | 'finished' | 'summary'>>): Promise<void>
  /** Throws MARK_OUT_OF_ORDER where another process stored this chunk. */
  store(chunk: RepairChunk, images: Uint8Array): Promise<void>
  /** In the order in which they were stored. */
  chunks(id: string): Promise<RepairChunk[]>
  images(id: string, seq: number): Promise<Uint8Array>
  /** Forgets a repair with its images. */
  forget(id: string): Promise<void>
}
