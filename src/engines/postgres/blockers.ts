/** Who keeps a session waiting. */
import type { Blocker } from '../../core/engine.ts'
import type { Session } from './session.ts'

/** Sessions that process `pid` waits for. Other users' queries are told to superusers and pg_read_all_stats alone. */
export async function blockers(session: Session, pid: string): Promise<Blocker[]> {
  const rows = await session.query(
    `SELECT a.pid, a.usename::text AS account, nullif(a.application_name, '') AS application, host(a.client_addr) AS place, nullif(a.query, '') AS query, a.state,
        extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start))::float8 AS seconds
      FROM unnest(pg_catalog.pg_blocking_pids(${Number(pid)})) AS b(pid) JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid ORDER BY a.xact_start`,
  )
  return rows.map((r) => ({
    session: `process ${r.pid}`,
    user: r.account === null ? 'unknown' : String(r.account),
    application: r.application === null ? null : String(r.application),
    place: r.place === null ? 'this machine' : String(r.place),
    query: r.query === null ? null : String(r.query),
    running: r.state === 'active',
    seconds: r.seconds === null ? null : Number(r.seconds),
    certain: true,
  }))
}

/** The process that serves this session. */
export async function sessionId(session: Session): Promise<string> {
  const [row] = await session.query('SELECT pg_catalog.pg_backend_pid() AS pid')
  return String(row.pid)
}
