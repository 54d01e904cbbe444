/** What is remembered of the files behind the rows: source → object, on the target database. Table naru_file beside the other naru_ tables. */

/**
 * pending: to be fetched. done: at its destination. missing (404), empty, wrong-type, too-large: settled by the store's policy and not asked
 * for again. refused: an address that must not be fetched. failed: gave up after its retries, tried again by the next run.
 */
export type FileState = 'pending' | 'done' | 'missing' | 'empty' | 'wrong-type' | 'too-large' | 'refused' | 'failed'

/** All states, in the order in which people are told of them. */
export const FILE_STATES: readonly FileState[] = [
  'done',
  'pending',
  'missing',
  'empty',
  'wrong-type',
  'too-large',
  'refused',
  'failed',
]

/** One file of one store. */
export interface FileRecord {
  readonly store: string
  /** SHA-256 of `source`, hexadecimal: what the row is found by. */
  readonly id: string
  /** The address in its one spelling (files/address.ts), ASCII. */
  readonly source: string
  readonly state: FileState
  /** Name of the object at the destination; null where there is none. */
  readonly key: string | null
  /** The new address where it does not follow from the key (imported from elsewhere). */
  readonly address: string | null
  readonly bytes: number | null
  /** Of the content, hexadecimal. */
  readonly sha256: string | null
  readonly type: string | null
  /** What the source called this version: for conditional requests. */
  readonly etag: string | null
  readonly modified: string | null
  /** Requests made in all. */
  readonly attempts: number
  /** ISO moment of the last change. */
  readonly noted: string
  /** Why it is not done. */
  readonly error: string | null
  /** What no other file of the store may have too: a folded name. Null where names may be shared. */
  readonly claim: string | null
}

/** Files of one state in one store. */
export interface FileCount {
  readonly store: string
  readonly state: FileState
  readonly files: number
  readonly bytes: number
}

/** Who has a name. */
export interface NameHolder {
  readonly claim: string
  readonly id: string
  readonly key: string
  readonly sha256: string | null
}

export interface FileLedger {
  /** Makes the table where it is missing. Throws PERMISSION_DENIED. */
  prepare(): Promise<void>
  /** The files with these ids that are known; none where there is no table. */
  find(store: string, ids: readonly string[]): Promise<readonly FileRecord[]>
  /** Notes files as pending that are not known yet. */
  expect(store: string, files: readonly { readonly id: string; readonly source: string }[]): Promise<void>
  /** Stores records whole, all or none, durably; those of unknown files are added. False: a claim is another file's, nothing was stored. */
  note(records: readonly FileRecord[]): Promise<boolean>
  /** Who holds these claims. */
  holders(store: string, claims: readonly string[]): Promise<readonly NameHolder[]>
  /** Which of these keys some file of the store has. */
  keys(store: string, keys: readonly string[]): Promise<readonly string[]>
  counts(): Promise<readonly FileCount[]>
  /** Up to `limit` files in the order of their ids, after one. */
  page(
    store: string,
    o: { readonly after: string | null; readonly limit: number; readonly states?: readonly FileState[] },
  ): Promise<readonly FileRecord[]>
}
