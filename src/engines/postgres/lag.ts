/** How far replication is behind: a standby by what it has replayed, a primary by what its standbys have told it. */
import type { ReplicationLag } from '../../core/engine.ts'
import type { Session } from './session.ts'

/**
 * Caught up counts only while something is received: a standby whose primary is gone has replayed all it has, and is further behind
 * every second.
 */
const STANDBY = `SELECT pg_is_wal_replay_paused() AS paused, CASE WHEN EXISTS (SELECT 1 FROM pg_stat_wal_receiver) AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS seconds`

/**
 * A standby that has nothing to do reports no lag: then the distance says whether there is any. What it has told grows older until it tells
 * anew, every ten seconds where it does not get on: it may be so much further behind.
 */
const PRIMARY = `SELECT count(*)::int AS n, count(*) FILTER (WHERE replay_lsn IS NULL)::int AS hidden, max(CASE WHEN pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) <= 0 THEN 0 ELSE coalesce(extract(epoch FROM replay_lag), 0) + coalesce(extract(epoch FROM clock_timestamp() - reply_time), 0) END)::float8 AS seconds FROM pg_stat_replication WHERE coalesce(state, 'streaming') IN ('streaming', 'catchup')`

/** How far this standby, or the furthest of this primary's standbys, is behind. Throws as queries do. */
export async function replicationLag(session: Session): Promise<ReplicationLag> {
  const [{ standby }] = await session.query('SELECT pg_is_in_recovery() AS standby')
  return standby === true ? ofStandby(session) : ofPrimary(session)
}

async function ofStandby(session: Session): Promise<ReplicationLag> {
  const [row] = await session.query(STANDBY)
  if (row.paused === true) return { kind: 'stopped', why: 'replay is paused' }
  if (row.seconds === null) return { kind: 'unknown', why: 'it has not replayed a transaction yet' }
  return { kind: 'seconds', seconds: Math.max(0, Number(row.seconds)) }
}

async function ofPrimary(session: Session): Promise<ReplicationLag> {
  const [row] = await session.query(PRIMARY)
  if (Number(row.n) === 0) return { kind: 'none', why: 'it is no standby, and no standby is connected to it' }
  if (Number(row.hidden) > 0) return { kind: 'denied', why: 'only members of pg_monitor see how far its standbys are' }
  return { kind: 'seconds', seconds: Math.max(0, Number(row.seconds)) }
}
