/** What a target remembers of rows that were the same on both sides: two hashes of eight bytes a row, in buckets. */

/** The rows of one table at the moment of a comparison that found no difference. */
export interface BaseRecord {
  /** Hash of what was compared: tables, columns, types, conditions. */
  readonly shape: string
  readonly table: string
  readonly made: string
  readonly rows: number
  /** A power of two; a row lies in that of its key's hash. */
  readonly buckets: number
  /** Names its parts. */
  readonly parts: string
}

/** All calls on one connection. */
export interface BaseLedger {
  /** Makes the tables where they are missing. */
  prepare(): Promise<void>
  find(shape: string): Promise<BaseRecord | null>
  /** Adds rows to a bucket of parts that nobody looks at yet. */
  add(parts: string, bucket: number, n: number, bytes: Uint8Array): Promise<void>
  /** From now on these parts are what is remembered; those before are forgotten. */
  replace(record: BaseRecord): Promise<void>
  bucket(parts: string, bucket: number): Promise<Uint8Array>
}
