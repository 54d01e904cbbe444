/**
 * Poolers between naru and the server (PgBouncer and its kin). One that lends a connection for a session is as good as the server. One
 * that lends it for a transaction is refused: what a session sets (time zone, read only) would be lost after its next transaction, and would
 * reach the sessions of others. Source: https://www.pgbouncer.org/features.html#sql-feature-map-for-pooling-modes
 */
import type pg from 'pg'
import { NaruError } from '../../core/error.ts'
import type { Session } from './session.ts'

/** How long a pooler may take to lend a second connection, in milliseconds. */
const PATIENCE = 3000
/** Others may take a connection between two looks. */
const LOOKS = 3

const PID = 'SELECT pg_backend_pid() AS pid'

/**
 * Throws UNSUPPORTED where the connection that `session` had is lent to `beside`, or is not the one that it has next. A pooler that has no
 * second one to give lends them for sessions.
 */
export async function refuseLending(session: Session, beside: () => Promise<pg.Client>, place: string): Promise<void> {
  const opened = beside().catch(() => null)
  const looks = async () => {
    const second = await opened
    for (let i = 0; second !== null && i < LOOKS; i++) if (await isLent(session, second)) return true
    return false
  }
  const looking = looks().catch(() => false)
  const late = AbortSignal.timeout(PATIENCE)
  const patience = new Promise<boolean>((resolve) => late.addEventListener('abort', () => resolve(false)))
  const lent = await Promise.race([looking, patience])
  void opened.then((second) => second?.end()).catch(() => {})
  if (lent) throw refused(place)
}

/** One look: a second session takes a connection for a transaction. */
async function isLent(session: Session, second: pg.Client): Promise<boolean> {
  const pid = async () => (await session.query(PID))[0].pid
  const before = await pid()
  try {
    await second.query('BEGIN')
  } catch {
    return true // lent for a statement: transactions are refused
  }
  const { rows } = await second.query(PID)
  const after = await pid()
  await second.query('ROLLBACK')
  return Number(rows[0].pid) === before || after !== before
}

function refused(place: string): NaruError {
  return new NaruError(
    'UNSUPPORTED',
    `${place} leads to a pooler that lends a connection for one transaction at a time`,
    {
      why: 'what naru sets for its session (time zone, read only, no time limits) would be lost, and reach other users of the pooler',
      hint: "Name the server itself, or a port of the pooler whose pool_mode is 'session'.",
      state: 'nothing was set and nothing was changed',
    },
  )
}
