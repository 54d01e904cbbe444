/** Who keeps a connection waiting, as far as the server tells: it depends on its version, its settings and the user's rights. */
import type { Blocker, Row } from '../../core/engine.ts'
import type { Server } from './connect.ts'
import { processList } from './processes.ts'
import { asText, type Statements } from './query.ts'

/** Each gives ids of connections; one that the server does not know, or does not let this user ask, says nothing. */
const WITNESSES: readonly ((id: number) => string)[] = [
  // Rows: MySQL 8, then MariaDB and MySQL 5.7.
  (id) =>
    `SELECT DISTINCT b.processlist_id AS id FROM performance_schema.data_lock_waits w JOIN performance_schema.threads r ON r.thread_id = w.requesting_thread_id JOIN performance_schema.threads b ON b.thread_id = w.blocking_thread_id WHERE r.processlist_id = ${id}`,
  (id) =>
    `SELECT DISTINCT b.trx_mysql_thread_id AS id FROM information_schema.innodb_lock_waits w JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id WHERE r.trx_mysql_thread_id = ${id}`,
  // Tables: where metadata locks are watched.
  (id) =>
    `SELECT DISTINCT t.processlist_id AS id FROM performance_schema.metadata_locks p JOIN performance_schema.threads r ON r.thread_id = p.owner_thread_id JOIN performance_schema.metadata_locks g ON g.object_schema = p.object_schema AND g.object_name = p.object_name AND g.lock_status = 'GRANTED' JOIN performance_schema.threads t ON t.thread_id = g.owner_thread_id WHERE p.lock_status = 'PENDING' AND r.processlist_id = ${id} AND t.processlist_id <> ${id}`,
]

/** Open transactions on the server; any of them may hold the table. */
const OPEN = (id: number) =>
  `SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx WHERE trx_mysql_thread_id NOT IN (0, ${id}) ORDER BY trx_started LIMIT 5`

/** Sessions that use the same database, for a user who may not see transactions. */
const same = (id: number, list: string) =>
  `SELECT o.id FROM ${list} o JOIN ${list} me ON me.id = ${id} WHERE o.db = me.db AND o.id NOT IN (${id}, connection_id()) ORDER BY o.time DESC LIMIT 5`

async function ask(q: Statements, sql: string): Promise<number[]> {
  const rows = await q.query(sql).catch(() => [])
  return rows.map((row) => Number(row.id)).filter((id) => id > 0)
}

async function found(q: Statements, server: Server, id: number): Promise<{ ids: number[]; certain: boolean }> {
  for (const witness of WITNESSES) {
    const ids = await ask(q, witness(id))
    if (ids.length > 0) return { ids, certain: true }
  }
  const open = await ask(q, OPEN(id))
  return { ids: open.length > 0 ? open : await ask(q, same(id, processList(server))), certain: false }
}

function told(row: Row, certain: boolean): Blocker {
  const query = asText(row.query)
  return {
    session: `connection ${row.id}`,
    user: asText(row.account) ?? 'unknown',
    application: asText(row.application),
    place: asText(row.host) ?? 'unknown',
    query,
    running: asText(row.command) !== 'Sleep' && query !== null,
    seconds: row.seconds === null ? null : Number(row.seconds),
    certain,
  }
}

/** MySQL 8 keeps the last statement of a session that sleeps; MariaDB does not. */
const LAST =
  '(SELECT s.sql_text FROM performance_schema.events_statements_current s JOIN performance_schema.threads t ON t.thread_id = s.thread_id WHERE t.processlist_id = p.id ORDER BY s.event_id DESC LIMIT 1)'
const PROGRAM =
  "(SELECT a.attr_value FROM performance_schema.session_connect_attrs a WHERE a.processlist_id = p.id AND a.attr_name = 'program_name' LIMIT 1)"
const BEGAN =
  '(SELECT timestampdiff(SECOND, x.trx_started, now()) FROM information_schema.innodb_trx x WHERE x.trx_mysql_thread_id = p.id LIMIT 1)'

/** Sessions that connection `session` waits for. */
export async function blockers(q: Statements, server: Server, session: string): Promise<Blocker[]> {
  const { ids, certain } = await found(q, server, Number(session))
  if (ids.length === 0) return []
  const select = (last: string, program: string, began: string) =>
    `SELECT p.id, p.user AS account, p.host, p.command, coalesce(p.info, ${last}) AS query, ${program} AS application, coalesce(${began}, p.time) AS seconds FROM ${processList(server)} p WHERE p.id IN (${ids.join(', ')})`
  const rows = await q
    .query(select(LAST, PROGRAM, BEGAN))
    .catch(() => q.query(select('NULL', 'NULL', BEGAN)))
    .catch(() => q.query(select('NULL', 'NULL', 'NULL')))
  return rows.map((row) => told(row, certain))
}

/** The id of this connection. */
export async function sessionId(q: Statements): Promise<string> {
  const [row] = await q.query('SELECT connection_id() AS id')
  return String(row.id)
}
