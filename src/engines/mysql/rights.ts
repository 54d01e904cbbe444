/** What this user may not do, by what SHOW GRANTS says of it and of its active roles. */
import type { Deed, Intent, MissingRights, Undertaking } from '../../core/rights.ts'
import { displayName } from '../../core/schema.ts'
import type { Server } from './connect.ts'
import { ALL } from './grants.ts'
import { quote } from './literal.ts'
import { asText, type Statements } from './query.ts'
import { tableSql } from './table-name.ts'

/** One line of SHOW GRANTS: privileges, and where they hold. */
interface Held {
  readonly revoked: boolean
  readonly privileges: ReadonlySet<string>
  /** Null: everywhere. */
  readonly database: RegExp | null
  readonly table: string | null
}

/** Names stand bare where the server has `sql_quote_show_create` off. */
const LINE = /^(GRANT|REVOKE) (.+?) ON (\*|`(?:[^`]|``)*`|[^\s.`]+)\.(\*|`(?:[^`]|``)*`|[^\s.`]+) (?:TO|FROM) /

const bare = (name: string) => (name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name)

/** `_` and `%` are wildcards in the name of a database, unless a backslash is before them; servers may keep names in lower case. */
function databasePattern(name: string): RegExp {
  const parts = name.match(/\\.|[^\\]/gsu) ?? []
  const pattern = parts.map((p) =>
    p === '%' ? '.*' : p === '_' ? '.' : p.replace(/^\\(?=.)/s, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  )
  return new RegExp(`^${pattern.join('')}$`, 'isu')
}

/** A line of SHOW GRANTS; null for roles, proxies and routines. Privileges on single columns are no privilege on the table. */
function parseLine(line: string): Held | null {
  const match = LINE.exec(line)
  if (match === null) return null
  const [, verb, list, database, table] = match
  const whole = list.replace(/[A-Z ]+ \((?:`(?:[^`]|``)*`(?:, )?)+\)/g, '')
  return {
    revoked: verb === 'REVOKE',
    privileges: new Set(whole.split(',').map((p) => p.trim())),
    database: database === '*' ? null : databasePattern(bare(database)),
    table: table === '*' ? null : bare(table),
  }
}

const PRIVILEGES: Readonly<Record<Deed, readonly string[]>> = {
  select: ['SELECT'],
  insert: ['INSERT'],
  update: ['UPDATE', 'CREATE TEMPORARY TABLES'],
  delete: ['DELETE'],
  empty: ['DROP'],
  create: ['CREATE', 'SELECT', 'INSERT'],
  drop: ['DROP'],
  number: ['ALTER'],
  refer: ['ALTER', 'REFERENCES'],
}
const LEDGER = ['CREATE', 'SELECT', 'INSERT', 'UPDATE', 'DELETE']
/** Privileges that can be given for a whole database only. */
const OF_DATABASES: ReadonlySet<string> = new Set(['CREATE TEMPORARY TABLES'])

/** See `Database.missingRights`. */
export async function missingRights(
  q: Statements,
  server: Server,
  database: string,
  u: Undertaking,
): Promise<readonly MissingRights[]> {
  const lines = (await q.query('SHOW GRANTS')).flatMap((r) => Object.values(r).map((v) => asText(v) ?? ''))
  const held = lines.flatMap((line) => parseLine(line) ?? [])
  const [row] = await q.query('SELECT CURRENT_USER() AS me')
  const user = asText(row.me) ?? ''
  const at = user.lastIndexOf('@')
  const account = `${quote(user.slice(0, at))}@${quote(user.slice(at + 1))}`
  const grant = (rights: readonly string[], on: string) => `GRANT ${rights.join(', ')} ON ${on} TO ${account};`
  const found: MissingRights[] = []
  const ask = (wanted: Iterable<string>, table: string | null, object: string, on: string) => {
    const rights = [...new Set(wanted)].filter((p) => !holds(held, p, database, table))
    if (rights.length > 0) found.push({ user, rights, object, grant: grant(rights, on) })
  }
  const wide = (i: Intent) =>
    i.deeds.includes('create')
      ? i.deeds.flatMap(needs(server))
      : i.deeds.flatMap(needs(server)).filter((p) => OF_DATABASES.has(p))
  ask([...(u.ledger ? LEDGER : []), ...u.intents.flatMap(wide)], null, `database ${database}`, `${quote(database)}.*`)
  for (const { table, deeds } of u.intents.filter((i) => !i.deeds.includes('create'))) {
    const wanted = deeds.flatMap(needs(server)).filter((p) => !OF_DATABASES.has(p))
    ask(wanted, table.name, `table ${displayName(table)}`, `${quote(database)}.${tableSql({ name: table.name })}`)
  }
  const mayLock = ['RELOAD', 'FLUSH_TABLES'].some((p) => holds(held, p, null, null))
  if (u.lock && !mayLock) found.push({ user, rights: ['RELOAD'], object: 'server', grant: grant(['RELOAD'], '*.*') })
  return found
}

/** MariaDB makes foreign keys without REFERENCES. */
function needs(server: Server): (deed: Deed) => readonly string[] {
  return (deed) => PRIVILEGES[deed].filter((p) => p !== 'REFERENCES' || server.flavor === 'mysql')
}

/** Whether a privilege holds: on the server (no database), on a database, on a table. */
function holds(held: readonly Held[], privilege: string, database: string | null, table: string | null): boolean {
  const named = held.filter((h) => h.privileges.has(privilege) || h.privileges.has(ALL))
  const reaches = (h: Held) =>
    h.database === null || (database !== null && h.database.test(database) && (h.table === null || h.table === table))
  if (named.some((h) => !h.revoked && h.database !== null && reaches(h))) return true
  return named.some((h) => !h.revoked && h.database === null) && !named.some((h) => h.revoked && reaches(h))
}
