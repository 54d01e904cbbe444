/** What went wrong on the server or on the way to it → NaruError. */
import { type ErrorCode, NaruError } from '../../core/error.ts'
import type { ServerError } from './messages.ts'

/** SQLSTATEs (PostgreSQL documentation, Appendix A) that mean the same everywhere; classes by their first two characters. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  '3D000': 'DATABASE_MISSING',
  '42501': 'PERMISSION_DENIED',
  '42P01': 'TABLE_MISSING',
  '53100': 'DISK_FULL',
  '53300': 'CONNECT_FAILED',
  '40P01': 'LOCK_TIMEOUT',
  '55P03': 'LOCK_TIMEOUT',
  '57P01': 'CONNECTION_LOST',
  '57P02': 'CONNECTION_LOST',
  '57P03': 'CONNECTION_LOST',
  '57P05': 'CONNECTION_LOST',
  '25P03': 'CONNECTION_LOST',
  '25P04': 'CONNECTION_LOST',
  '0A000': 'UNSUPPORTED',
}

const CLASSES: Readonly<Record<string, ErrorCode>> = { '08': 'CONNECTION_LOST', '28': 'AUTH_FAILED' }

/** While rows are loaded: data exceptions, integrity violations, refusals by triggers, index entries that are too large. */
function refusesRow(code: string): boolean {
  return /^(22|23|44|54000|P0001)/.test(code)
}

function codeOf(sqlstate: string): ErrorCode {
  return CODES[sqlstate] ?? CLASSES[sqlstate.slice(0, 2)] ?? 'QUERY_FAILED'
}

/** `amount: numeric field overflow (A field with …)`: the column is named where the server knows it. */
function reason(error: ServerError): string {
  const column = error.column ?? /^COPY .*, line \d+, column ([^:\n]+)/.exec(error.where ?? '')?.[1]
  const text = error.detail === undefined ? error.message : `${error.message} (${error.detail.replace(/\.$/, '')})`
  return column === undefined || error.message.includes(`"${column}"`) ? text : `${column}: ${text}`
}

/** A refused statement. `sql` is what was asked, for people who look into the details. */
export function statementError(error: ServerError, sql: string): NaruError {
  const code = codeOf(error.code)
  const why = [reason(error), error.hint].filter((s) => s !== undefined).join(' — ')
  return new NaruError(code, error.message, {
    ...(why !== error.message && { why }),
    details: {
      sqlstate: error.code,
      position: error.position,
      sql: sql.length > 2000 ? `${sql.slice(0, 2000)} …` : sql,
    },
  })
}

/** A refused load of rows: ROW_REFUSED with the server's reason where a row is to blame. */
export function loadError(error: ServerError, sql: string): NaruError {
  if (!refusesRow(error.code)) return statementError(error, sql)
  return new NaruError('ROW_REFUSED', reason(error), { details: { sqlstate: error.code } })
}

/** The connection is gone. */
export function lostError(why: string, cause?: unknown): NaruError {
  return new NaruError('CONNECTION_LOST', 'the connection to PostgreSQL broke', { why, cause })
}

interface SystemError {
  readonly code?: string
  readonly message: string
  readonly errors?: readonly Error[]
}

/** An attempt to connect that failed. `place` is the address's label. */
export function connectError(error: unknown, place: string): NaruError {
  const { code = '', message, errors = [] } = error as SystemError
  const why = errors.length > 0 ? [...new Set(errors.map((e) => e.message))].join('; ') : message
  const known = /^[0-9A-Z]{5}$/.test(code) ? codeOf(code) : null
  if (known === 'AUTH_FAILED' || /SASL|SCRAM|password/.test(why)) {
    return new NaruError('AUTH_FAILED', `${place} refused the user or the password`, { why, cause: error })
  }
  if (known === 'DATABASE_MISSING' || known === 'PERMISSION_DENIED') return new NaruError(known, why, { cause: error })
  return new NaruError('CONNECT_FAILED', `${place} could not be reached`, { why, cause: error })
}
