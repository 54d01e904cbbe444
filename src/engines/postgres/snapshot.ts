/** One moment for many readers: an exported snapshot, held by the session that exported it. */
import type { Snapshot, SnapshotToken } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Session } from './session.ts'
import { textLiteral } from './values.ts'

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

const POSITION = `CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text`

/** Begins a consistent read. A database of this process has one session, which nobody needs to join. */
export async function beginSnapshot(session: Session, shared: boolean): Promise<Snapshot> {
  const id = shared ? 'pg_export_snapshot()' : 'NULL::text'
  const [row] = await session.query(`${BEGIN}; SELECT ${id} AS id, ${POSITION} AS position`)
  return {
    token: shared ? { kind: 'export', id: String(row.id) } : { kind: 'none' },
    consistent: true,
    position: row.position === null ? null : String(row.position),
    async joined() {},
    async close() {
      if (session.transaction !== 'idle') await session.execute('COMMIT')
    },
  }
}

/** Reads inside an exported snapshot from now on. */
export async function joinSnapshot(session: Session, token: SnapshotToken): Promise<void> {
  if (token.kind === 'none') return
  if (token.id === undefined) throw new NaruError('INTERNAL', 'a snapshot of PostgreSQL is joined by its id')
  await session.execute(`${BEGIN}; SET TRANSACTION SNAPSHOT ${textLiteral(token.id)}`)
}

/** Ends reading inside the snapshot. */
export async function leaveSnapshot(session: Session): Promise<void> {
  if (session.transaction !== 'idle') await session.execute('ROLLBACK')
}
