/** One moment for all readers of a file. */
import { realpathSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { Snapshot, SnapshotToken } from '../../core/engine.ts'
import { MEMORY, NAMELESS } from './address.ts'
import { failure } from './failure.ts'
import { borrowDescriptor, fileOf } from './file/descriptors.ts'
import { readShape } from './file/shape.ts'
import type { Handle } from './handle.ts'
import { sqliteModule } from './runtime.ts'

/** Begins to read: the first SELECT fixes the moment. */
function beginReading(handle: Handle): void {
  if (handle.busy) return
  handle.db().exec('BEGIN')
  handle.db().prepare('SELECT count(*) AS n FROM sqlite_schema').get()
  handle.busy = true
}

/** Reads in the snapshot of that token from now on. */
export function joinReading(handle: Handle, { id }: SnapshotToken): void {
  beginReading(handle)
  if (id !== undefined && holdsPages(handle, Number(id))) handle.file = readShape(Number(id))
}

/**
 * Whether nobody can change a page of the file while this connection reads. With a rollback journal its lock holds off whoever would. In WAL
 * mode that is so as long as the log is empty: a reader of the file alone (read mark 0) keeps the log from being brought into it
 * (https://www.sqlite.org/walformat.html §2.3.2), and what is appended from now on is not part of its moment.
 */
function holdsPages(handle: Handle, fd: number): boolean {
  if (!handle.readOnly || handle.path === NAMELESS || handle.path.startsWith('file:')) return false
  // Another file may have taken the place of the one that SQLite has open.
  if (fileOf(fd) !== handle.opened) return false
  if (!isWal(handle)) return true
  const log = statSync(`${realpathSync(handle.path)}-wal`, { throwIfNoEntry: false })
  return log === undefined || log.size === 0
}

function isWal(handle: Handle): boolean {
  return String(handle.db().prepare('PRAGMA journal_mode').get()?.journal_mode) === 'wal'
}

/** Ends it. Whatever was written in an open transaction is taken back. */
export function endReading(handle: Handle): void {
  if (handle.db().isTransaction) handle.db().exec('ROLLBACK')
  handle.busy = false
  handle.file = null
}

/**
 * The lead reads inside a transaction. With a rollback journal nobody can commit while it does, so whoever begins meanwhile sees the
 * same. In WAL mode writers go on: they are held off by BEGIN IMMEDIATE on a connection of its own, which writes nothing, until all
 * have joined.
 */
export async function takeSnapshot(handle: Handle, lock: boolean): Promise<Snapshot> {
  const wal = isWal(handle)
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
  const file = handle.readOnly && handle.path !== MEMORY ? borrowDescriptor(handle.path) : null
  const token: SnapshotToken = { kind: 'lock', ...(file !== null && { id: String(file.fd) }) }
  joinReading(handle, token)
  return {
    token,
    consistent: why === undefined,
    ...(why !== undefined && { why: `lanes may see slightly different moments: ${why}` }),
    position: null,
    async joined() {
      release()
    },
    async close() {
      release()
      endReading(handle)
      file?.giveBack()
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
