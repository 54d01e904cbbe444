/** Accounts and roles of the server, and their privileges on a database that is about to go. */
import { NaruError } from '../../core/error.ts'
import type { Server } from './connect.ts'
import { granteeSql, routinesOf, unspoiled } from './grants.ts'
import { literal, quote } from './literal.ts'
import { definerSql } from './object-sql.ts'
import { asText, type Statements } from './query.ts'
import { lower } from './show-create.ts'

const isRefused = (error: unknown): boolean =>
  error instanceof NaruError && ['PERMISSION_DENIED', 'AUTH_FAILED'].includes(error.code)

/** See `Database.grantees`. */
export async function grantees(q: Statements, { flavor }: Server): Promise<ReadonlySet<string> | null> {
  try {
    const rows = (await q.query('SELECT User, Host FROM mysql.user')).map(lower)
    const names = rows.map((r) => granteeSql(asText(r.user) ?? '', asText(r.host) ?? '', flavor))
    return new Set(flavor === 'mariadb' ? [...names, 'PUBLIC'] : names)
  } catch (error) {
    if (isRefused(error)) return null
    throw error
  }
}

const MAY_DEFINE = /\b(ALL PRIVILEGES|SUPER|SET USER|SET_USER_ID|SET_ANY_DEFINER)\b.* ON \*\.\* TO /

/** See `Database.definers`: with the right to, all that are there; else this user alone. */
export async function definers(q: Statements, server: Server, owners: readonly string[]): Promise<ReadonlySet<string>> {
  const [row] = await q.query('SELECT CURRENT_USER() AS me')
  const me = asText(row?.me) ?? ''
  const rights = (await q.query('SHOW GRANTS')).flatMap((r) => Object.values(r).map((v) => asText(v) ?? ''))
  const may = rights.some((line) => MAY_DEFINE.test(line))
  const there = may ? await grantees(q, server) : new Set<string>()
  return new Set(owners.filter((o) => o === me || there === null || there.has(definerSql(o))))
}

/** See `Database.revokeAll`. The server keeps privileges after a DROP DATABASE, for the next one of that name. */
export async function revokeAll(q: Statements, server: Server, database: string): Promise<void> {
  const own = literal(database)
  const queries = [
    `SELECT User, Host, '' AS kind, Db AS name FROM mysql.db WHERE Db IN (${own}, ${literal(database.replace(/[_%\\]/g, '\\$&'))})`,
    `SELECT User, Host, 'TABLE' AS kind, Table_name AS name FROM mysql.tables_priv WHERE Db = ${own}`,
    `SELECT User, Host, Routine_type AS kind, Routine_name AS name FROM mysql.procs_priv WHERE ${routinesOf(own)}`,
  ]
  const sets = await q.batch(queries).catch((error: unknown) => {
    if (isRefused(error)) return []
    throw error
  })
  for (const row of sets.flat().map(lower)) {
    const kind = asText(row.kind) ?? ''
    const plain = (text: string | null) => (kind === '' || kind === 'TABLE' ? (text ?? '') : unspoiled(text ?? ''))
    const name = plain(asText(row.name))
    const who = granteeSql(plain(asText(row.user)), asText(row.host) ?? '', server.flavor)
    const on = kind === '' ? `${quote(name)}.*` : `${kind} ${quote(database)}.${quote(name)}`
    for (const what of ['ALL PRIVILEGES', 'GRANT OPTION']) {
      await q.execute(`REVOKE ${what} ON ${on} FROM ${who}`).catch(() => undefined) // gone with the one before
    }
  }
}
