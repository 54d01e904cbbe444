/** What every place that files are brought to looks like. */
import type { Spooled } from './spool.ts'

export interface StoredObject {
  readonly key: string
  readonly bytes: number
}

export interface Destination {
  /** Whether `put` wants the MD5 of files. */
  readonly md5: boolean
  /** Folder for what is not complete yet, made where it is missing. */
  temporary(): Promise<string>
  /** Stores a whole file under a name, or nothing: nobody ever sees a part of it. It is durable when this is done. */
  put(key: string, file: Spooled, type: string | null): Promise<void>
  /** Null where there is no such object. */
  head(key: string): Promise<StoredObject | null>
  /** Content of an object that is there. */
  read(key: string): Promise<AsyncIterable<Uint8Array>>
  /** All objects of the destination. */
  list(): AsyncIterable<StoredObject>
  close(): Promise<void>
}
