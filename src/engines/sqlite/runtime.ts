/** node:sqlite, loaded once and without the notice that older Node versions print for it. */
import type { DatabaseSync } from 'node:sqlite'
import { NaruError } from '../../core/error.ts'

type SqliteModule = typeof import('node:sqlite')

let loaded: SqliteModule | undefined
let cuts: boolean | undefined

/** The module. Throws UNSUPPORTED where this Node has none. */
export function sqliteModule(): SqliteModule {
  if (loaded !== undefined) return loaded
  const emit = process.emitWarning
  // "SQLite is an experimental feature": true of the API in Node 22, of no use to people who copy a database.
  process.emitWarning = (() => {}) as typeof process.emitWarning
  try {
    loaded = process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emit
  }
  if (loaded === undefined) {
    throw new NaruError('UNSUPPORTED', `Node ${process.version} has no SQLite built in`, {
      hint: 'Use Node 22.18 or later.',
    })
  }
  return loaded
}

/** Whether this Node hands out text only up to a NUL character (Node 22 does): such values must be read as bytes. */
export function cutsTextAtNul(db: DatabaseSync): boolean {
  cuts ??= db.prepare("SELECT 'a' || char(0) || 'b' AS t").get()?.t !== 'a\0b'
  return cuts
}

/** SQLite's limits of a connection, which newer Node versions let change (from 25.8). */
export function limitsOf(db: DatabaseSync): { length: number } | undefined {
  return (db as { readonly limits?: { length: number } }).limits
}
