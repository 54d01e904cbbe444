/** SQLite's result codes → NaruError. https://www.sqlite.org/rescode.html */
import { type ErrorCode, NaruError } from '../../core/error.ts'

interface SqliteFailure extends Error {
  readonly code?: string
  readonly errcode?: number
  readonly errstr?: string
}

/** Thrown by SQL's `naru_refuse`: the statement fails with the reason it was given. */
export class Refused extends Error {}

const BUSY = 5
const LOCKED = 6

const BY_RESULT: Readonly<Record<number, ErrorCode>> = {
  3: 'PERMISSION_DENIED', // PERM
  [BUSY]: 'LOCK_TIMEOUT',
  [LOCKED]: 'LOCK_TIMEOUT',
  8: 'PERMISSION_DENIED', // READONLY
  10: 'CONNECTION_LOST', // IOERR
  11: 'QUERY_FAILED', // CORRUPT
  13: 'DISK_FULL', // FULL
  14: 'FILE_UNREADABLE', // CANTOPEN
  18: 'ROW_REFUSED', // TOOBIG
  19: 'ROW_REFUSED', // CONSTRAINT
  20: 'ROW_REFUSED', // MISMATCH
  26: 'CONNECT_FAILED', // NOTADB
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  LOCK_TIMEOUT: 'Another program holds this SQLite file: close it (or let it commit), then run again.',
  CONNECT_FAILED: 'Check the path: the file is no SQLite database, is encrypted, or is damaged.',
  PERMISSION_DENIED: 'Make the file and its folder writable for this user, or use another target.',
}

/** Whether another connection holds the lock that is needed. */
export function isBusy(error: unknown): boolean {
  const result = (error as SqliteFailure).errcode
  return result !== undefined && ((result & 0xff) === BUSY || (result & 0xff) === LOCKED)
}

/** An error of node:sqlite as NaruError; `what` says what was being done. Others pass through. */
export function failure(error: unknown, what: string, details: Readonly<Record<string, unknown>> = {}): NaruError {
  if (error instanceof NaruError) return error
  const e = error as SqliteFailure
  const code = codeOf(e)
  return new NaruError(code, what, {
    why: e.message,
    hint: HINTS[code],
    details: { ...details, errcode: e.errcode },
    cause: error,
  })
}

function codeOf(e: SqliteFailure): ErrorCode {
  if (e instanceof Refused) return 'QUERY_FAILED'
  if (e.code === 'ERR_INVALID_ARG_VALUE' || e.code === 'ERR_OUT_OF_RANGE') return 'ROW_REFUSED'
  if (e.errcode === undefined) return 'INTERNAL'
  return BY_RESULT[e.errcode & 0xff] ?? 'QUERY_FAILED'
}
