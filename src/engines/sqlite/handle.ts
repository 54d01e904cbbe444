/**
 * One open file. A target that is not there yet is an empty database in memory until something is written: looking at a target
 * must not make it. Locks are waited for without blocking the event loop, since the holder may live in this very thread.
 */
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenOptions } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { makeHome } from '../../disk/make-folder.ts'
import { MEMORY, NAMELESS } from './address.ts'
import { failure, isBusy } from './failure.ts'
import { fileAt } from './file/descriptors.ts'
import type { FileShape } from './file/shape.ts'
import { addFunctions } from './functions.ts'
import { sqliteModule } from './runtime.ts'

export interface Handle {
  readonly path: string
  readonly readOnly: boolean
  readonly version: string
  /** Which file it has open to read (see `fileAt`); null where that is not certain. */
  readonly opened: string | null
  /** For reading. */
  db(): DatabaseSync
  /** For writing: makes the file and sets it up at the first call. */
  writable(): DatabaseSync
  /**
   * Runs `work` again while another connection holds the lock it needs, for up to `patience`. `inside`: also within a transaction, where waiting
   * helps only at its end. Throws LOCK_TIMEOUT and all else as NaruError.
   */
  patient<T>(what: string, work: () => T, inside?: boolean): Promise<T>
  prepare(sql: string): StatementSync
  /** Milliseconds that a lock is waited for. */
  patience: number
  /** Open transaction on this connection. */
  busy: boolean
  /** The file itself, while this connection reads in a snapshot that holds all writers off its pages. */
  file: FileShape | null
  close(): void
}

/** How long a lock is waited for unless something else is asked. */
const LOCK_MS = 30_000
/** What SQLite itself waits before it says that a file is locked; more would block the thread. */
const BUSY_MS = 100

/** Opens the file of an address. Throws DATABASE_MISSING, CONNECT_FAILED, PERMISSION_DENIED. */
export function openHandle(path: string, { role, alters }: OpenOptions): Handle {
  const memory = path === MEMORY || path === NAMELESS
  const there = memory || isFile(path)
  if (!there && role !== 'target') {
    throw new NaruError('DATABASE_MISSING', `no SQLite file at ${path}`, {
      hint: 'Check the path; relative paths start at the current folder.',
    })
  }
  const readOnly = role === 'source' && !memory
  const before = readOnly ? fileAt(path) : null
  let current = there ? openFile(path, readOnly) : openFile(MEMORY, false)
  const opened = readOnly && fileAt(path) === before ? before : null
  let pending = !there
  let tuned = false
  let journal: string | null = null
  const handle: Handle = {
    path,
    readOnly,
    opened,
    version: String(current.prepare('SELECT sqlite_version() AS v').get()?.v),
    patience: LOCK_MS,
    busy: false,
    file: null,
    db: () => current,
    writable() {
      if (pending) {
        makeHome(dirname(path))
        current.close()
        current = openFile(path, false)
        pending = false
      }
      // Who alters a schema leaves the mode of the file to its owner.
      if (!tuned && !memory && !readOnly && !alters) journal = tune(current)
      tuned = true
      return current
    },
    prepare: (sql) => current.prepare(sql),
    async patient(what, work, inside = false) {
      const deadline = performance.now() + handle.patience
      for (;;) {
        try {
          return work()
        } catch (error) {
          if (!isBusy(error) || (handle.busy && !inside) || performance.now() > deadline) throw failure(error, what)
        }
        await sleep(20)
      }
    },
    close() {
      if (!current.isOpen) return
      if (tuned && !memory && !readOnly && !alters) settle(current, journal)
      current.close()
    },
  }
  return handle
}

function isFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory()) {
    throw new NaruError('CONNECT_FAILED', `${path} is a folder`, {
      hint: 'Name the SQLite file in it; for a folder of CSV files write csv:folder.',
    })
  }
  return stat !== undefined
}

function openFile(path: string, readOnly: boolean): DatabaseSync {
  const { DatabaseSync } = sqliteModule()
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: false })
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    const encoding = String(db.prepare('PRAGMA encoding').get()?.encoding)
    db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()
    addFunctions(db, encoding !== 'UTF-8')
    return db
  } catch (error) {
    db?.close()
    const immutable = readOnly && !path.startsWith('file:') ? withoutWriting(path) : null
    if (immutable !== null) return openFile(immutable, true)
    throw failure(error, `cannot open ${path}`)
  }
}

/**
 * A WAL file in a folder that cannot be written to opens only as immutable; that is right only while no log waits beside it.
 * Null where it would not help.
 */
function withoutWriting(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (stat === undefined || stat.size === 0 || (log !== undefined && log.size > 0)) return null
  const escaped = encodeURI(path).replaceAll('?', '%3f').replaceAll('#', '%23')
  return canOpen(`file:${escaped}?immutable=1`) ? `file:${escaped}?immutable=1` : null
}

function canOpen(uri: string): boolean {
  const { DatabaseSync } = sqliteModule()
  try {
    const db = new DatabaseSync(uri, { readOnly: true })
    db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()
    db.close()
    return true
  } catch {
    return false
  }
}

/**
 * WAL with synchronous = NORMAL: a killed process loses nothing that was committed; a power cut may undo the last commits, each as a
 * whole, so that rows and marks stay together. Returns the journal mode to go back to at the end, null where it was WAL already.
 */
function tune(db: DatabaseSync): string | null {
  const before = String(db.prepare('PRAGMA journal_mode').get()?.journal_mode)
  if (before !== 'wal') db.prepare('PRAGMA journal_mode = wal').get()
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -32768; PRAGMA threads = 2')
  return before === 'wal' ? null : before
}

/** The log goes into the file; who else has it open keeps the mode as it is. */
function settle(db: DatabaseSync, journal: string | null): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK')
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    if (journal !== null) db.prepare(`PRAGMA journal_mode = ${journal}`).get()
  } catch (error) {
    if (!isBusy(error)) throw failure(error, 'cannot bring the log into the file')
  }
}
