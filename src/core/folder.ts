/** What a folder of files says of itself, so that it is a backup: where its rows come from, and what each file holds. Plain data. */
import type { Schema } from './schema.ts'

/** The database that a folder was written of. */
export interface Origin {
  /** The tables that came along and the objects around them; null: names or types were changed on the way, so the files alone count. */
  readonly schema: Schema | null
  /** Table of the folder by the display name of the origin's table. */
  readonly names: Readonly<Record<string, string>>
}

/** Who wrote the rows, for the manifest. */
export interface Provenance {
  /** Address without password. */
  readonly label: string
  readonly engine: string
  readonly version: string
  /** Binlog position or LSN of the snapshot; null where the source has none. */
  readonly position: string | null
}

/** What is known when a folder is finished. */
export interface Seal {
  readonly naru: string
  readonly source: Provenance
  /** Rows and digest by table of the folder, where a verification has just read them; others are read. */
  readonly known: Readonly<Record<string, RowsDigest>>
}

/** Rows of a table and the sum of their hashes, as copy and verify take it. */
export interface RowsDigest {
  readonly rows: number
  readonly digest: string
}

/** One file of a folder. */
export interface AuditedFile {
  readonly file: string
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly same: boolean
  /** What is not as the manifest says; empty where all is. */
  readonly notes: readonly string[]
}

/** A folder against its manifest. */
export interface FolderAudit {
  readonly path: string
  readonly made: string
  readonly naru: string
  readonly source: Provenance
  readonly files: readonly AuditedFile[]
  /** Files that the manifest does not know, and changes of the manifest itself. */
  readonly notes: readonly string[]
  readonly same: boolean
}
