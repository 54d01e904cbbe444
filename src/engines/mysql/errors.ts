/** What the driver and the server throw → NaruError. Messages are the server's own words; addresses appear by their label only. */
import { type ErrorCode, NaruError } from '../../core/error.ts'

/** The fields that mysql2 puts on its errors. */
interface DriverError extends Error {
  readonly code?: string
  readonly errno?: number
  readonly sqlState?: string
  readonly fatal?: boolean
}

/** https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and MariaDB's list of error codes. */
const BY_NUMBER: readonly (readonly [ErrorCode, readonly number[]])[] = [
  ['AUTH_FAILED', [1044, 1045, 1251, 1275, 1524, 1698, 1820, 1862, 3118, 4151]],
  ['DATABASE_MISSING', [1049]],
  ['CONNECT_FAILED', [1040, 1129, 1130, 1203, 1226, 3159]],
  ['CONNECTION_LOST', [1053, 1077, 1078, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2006, 2013, 3169, 4031]],
  ['DISK_FULL', [1021, 1114]],
  ['PERMISSION_DENIED', [1142, 1143, 1227, 1290, 1370, 1419, 1836, 1858, 3948, 4166]],
  ['LOCK_TIMEOUT', [1205, 1213, 1206, 3572]],
  ['ROLE_MISSING', [1133, 1410, 1959, 3523]],
  ['TABLE_MISSING', [1146]],
  ['TABLE_EXISTS', [1050]],
]

const CODES = new Map(BY_NUMBER.flatMap(([code, numbers]) => numbers.map((n) => [n, code] as const)))

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENOENT',
  'EACCES',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
])

const LOST = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
])

/** Errors of SQLSTATE HY000 that are about a row all the same. */
const ABOUT_ROWS = new Set([
  1136, 1263, 1265, 1292, 1300, 1364, 1366, 1367, 1411, 1416, 1525, 1526, 1564, 1644, 1690, 1712, 3140, 3141, 3144,
  3156, 3819, 4025, 4078, 4079, 1118, 1153, 1301, 1467, 1748, 139,
])

function codeOf(error: DriverError): ErrorCode | null {
  if (/no space left|errno: 28\b|errcode: 28\b/i.test(error.message)) return 'DISK_FULL'
  const known = error.errno === undefined ? undefined : CODES.get(error.errno)
  if (known !== undefined) return known
  if (error.code !== undefined && LOST.has(error.code)) return 'CONNECTION_LOST'
  if (error.code?.startsWith('PROTOCOL_') || error.fatal === true) return 'CONNECTION_LOST'
  return null
}

/** Whether a number of the server's is about the values of a row rather than about the statement. */
export function isAboutRows(errno: number | undefined, sqlState: string | undefined): boolean {
  return /^2[23]/.test(sqlState ?? '') || (errno !== undefined && ABOUT_ROWS.has(errno))
}

/** An error of a statement. */
export function queryError(error: unknown): NaruError {
  if (error instanceof NaruError) return error
  const e = error as DriverError
  const code = codeOf(e) ?? 'QUERY_FAILED'
  if (code === 'CONNECTION_LOST') {
    const why = /in closed state/.test(e.message) ? 'it was closed by the server, or on the way to it' : e.message
    return new NaruError(code, 'the connection to the MySQL server was lost', { why, cause: error })
  }
  const message = code === 'ROLE_MISSING' ? `the server has no such account or role (${e.message})` : e.message
  return new NaruError(code, message, { details: { errno: e.errno, sqlState: e.sqlState }, cause: error })
}

/** An error of a statement that stores rows. */
export function rowError(error: unknown): NaruError {
  if (error instanceof NaruError) return error
  const e = error as DriverError
  const known = queryError(error)
  if (known.code !== 'QUERY_FAILED' || !isAboutRows(e.errno, e.sqlState)) return known
  return refused(e.message, error)
}

/** ROW_REFUSED with the database's reason as its message. */
export function refused(reason: string, cause?: unknown): NaruError {
  return new NaruError('ROW_REFUSED', reason, { cause })
}

/** An error of connecting. */
export function connectError(error: unknown, label: string): NaruError {
  if (error instanceof NaruError) return error
  const e = error as DriverError & { readonly errors?: readonly Error[] }
  // Node gathers the attempts of several addresses of one name.
  const why = e.message || (e.errors?.[0]?.message ?? String(e.code))
  const known = e.errno !== undefined || e.code !== undefined ? codeOf(e) : null
  const unreachable = known === null || known === 'CONNECTION_LOST' || UNREACHABLE.has(e.code ?? '')
  if (unreachable) return new NaruError('CONNECT_FAILED', `${label} cannot be reached`, { why, cause: error })
  if (known === 'AUTH_FAILED') return new NaruError(known, `${label} refused the login`, { why, cause: error })
  if (known === 'DATABASE_MISSING')
    return new NaruError(known, `${label}: there is no such database`, { why, cause: error })
  return new NaruError(known, `${label}: ${why}`, { cause: error })
}
