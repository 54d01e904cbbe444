/** How far a replica is behind, as it says itself. A primary does not know how far its replicas are. */
import type { ReplicationLag, Row } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Statements } from './query.ts'

/** MariaDB with several primaries, MySQL since 8.0.22, all others. */
const STATEMENTS = ['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW SLAVE STATUS']
/** ER_SPECIFIC_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR. */
const DENIED: ReadonlySet<unknown> = new Set([1227, 1045])

/** How far this server is behind the furthest of its primaries. Throws as queries do. */
export async function replicationLag(q: Statements): Promise<ReplicationLag> {
  try {
    return lagOf(await status(q))
  } catch (error) {
    if (!(error instanceof NaruError) || !(DENIED.has(error.details.errno) || error.code === 'PERMISSION_DENIED'))
      throw error
    return { kind: 'denied', why: 'the right to see it is missing: REPLICATION CLIENT, on MariaDB REPLICA MONITOR' }
  }
}

async function status(q: Statements): Promise<Row[]> {
  let failure: unknown
  for (const sql of STATEMENTS) {
    try {
      return await q.query(sql)
    } catch (error) {
      if (!(error instanceof NaruError) || error.details.errno !== 1064) throw error
      failure = error
    }
  }
  throw failure
}

/** The lag in the rows of a status, one for each primary. */
export function lagOf(rows: readonly Row[]): ReplicationLag {
  if (rows.length === 0) {
    return { kind: 'none', why: 'it is no replica, and a primary is not told how far its replicas are' }
  }
  const behind = rows.map((row) => row.Seconds_Behind_Source ?? row.Seconds_Behind_Master ?? null)
  if (behind.includes(null)) return { kind: 'stopped', why: 'replication does not run' }
  return { kind: 'seconds', seconds: Math.max(...behind.map(Number)) }
}
