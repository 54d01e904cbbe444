/** One moment for all readers of a file. */
import type { DatabaseSync } from 'node:sqlite'
import type { Snapshot } from '../../core/engine.ts'
import { MEMORY } from './address.ts'
import { failure } from './failure.ts'
import type { Handle } from './handle.ts'
import { sqliteModule } from './runtime.ts'

/** Begins to read: the first SELECT fixes the moment. */
export function beginReading(handle: Handle): void {
  if (handle.busy) return
  handle.db().exec('BEGIN')
  handle.db().prepare('SELECT count(*) AS n FROM sqlite_schema').get()
  handle.busy = true
}

/** Ends it. Whatever was written in an open transaction is taken back. */
export function endReading(handle: Handle): void {
  if (handle.db().isTransaction) handle.db().exec('ROLLBACK')
  handle.busy = false
}

/**
 * The lead reads inside a transaction. With a rollback journal nobody can commit while it does, so whoever begins meanwhile sees the
 * same. In WAL mode writers go on: they are held off by BEGIN IMMEDIATE on a connection of its own, which writes nothing, until all
 * have joined.
 */
export async function takeSnapshot(handle: Handle, lock: boolean): Promise<Snapshot> {
  const wal = String(handle.db().prepare('PRAGMA journal_mode').get()?.journal_mode) === 'wal'
  const guard = wal && lock && handle.path !== MEMORY ? await holdWriters(handle) : null
  await handle.patient('cannot begin to read', () => beginReading(handle))
  const why =
    guard instanceof Error
      ? guard.message
      : wal && !lock
        ? 'readers begin one after the other without a lock'
        : undefined
  const release = () => {
    if (guard instanceof Error || guard === null || !guard.isOpen) return
    guard.exec('ROLLBACK')
    guard.close()
  }
  return {
    token: { kind: 'lock' },
    consistent: why === undefined,
    ...(why !== undefined && { why: `lanes may see slightly different moments: ${why}` }),
    position: null,
    async joined() {
      release()
    },
    async close() {
      release()
      endReading(handle)
    },
  }
}

/** Holds SQLite's write lock, or says why it cannot be had. */
async function holdWriters(handle: Handle): Promise<DatabaseSync | Error> {
  const { DatabaseSync } = sqliteModule()
  let db: DatabaseSync | undefined
  try {
    const opened = new DatabaseSync(handle.path)
    db = opened
    // Rolled back by the reader's own connections staying open: closing this one must not move the log into the file.
    await handle.patient('another program is writing to this file', () => opened.exec('BEGIN IMMEDIATE'))
    return opened
  } catch (error) {
    db?.close()
    return new Error(`the file cannot be locked against writers (${failure(error, 'no lock').why ?? String(error)})`)
  }
}
