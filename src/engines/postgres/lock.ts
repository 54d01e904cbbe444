/** One naru at a time alters the schemas of a database, and statements wait for locks only so long. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Patience } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { ObjectName } from '../../core/schema.ts'
import { qualified } from './names.ts'
import type { Session } from './session.ts'

/** Advisory locks are a database's own and known by a number; this one says "naru" in ASCII. */
const KEY = 0x6e617275

/** Between two questions for the lock: short enough to stop in time. */
const EVERY_MS = 200

async function holder(session: Session): Promise<string> {
  const [row] = await session.query(
    `SELECT a.pid, a.usename, a.application_name, coalesce(a.client_addr::text, 'this machine') AS place, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS') AS since
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ${KEY} AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  if (row === undefined) return 'another session holds it'
  return `process ${row.pid} holds it: ${row.usename} from ${row.place}, ${row.application_name}, connected since ${row.since} UTC`
}

/** The session's lock on the schemas of its database. Throws LOCK_TIMEOUT. */
export async function lockSchema(
  session: Session,
  database: string,
  o: { readonly timeout: number; readonly signal?: AbortSignal },
): Promise<AsyncDisposable> {
  const deadline = performance.now() + o.timeout
  for (;;) {
    const [row] = await session.query(`SELECT pg_try_advisory_lock(${KEY}) AS mine`)
    if (row.mine === true) break
    if (performance.now() >= deadline || o.signal?.aborted) {
      throw new NaruError('LOCK_TIMEOUT', `another naru is changing the schema of ${database}`, {
        why: await holder(session),
      })
    }
    await sleep(EVERY_MS)
  }
  return {
    async [Symbol.asyncDispose]() {
      // A session that is gone has let go of it.
      await session.query(`SELECT pg_advisory_unlock(${KEY})`).catch(() => {})
    },
  }
}

/** Makes the session as patient as asked. */
export async function setPatience(session: Session, o: Patience): Promise<void> {
  if (o.lock !== undefined) await session.query(`SELECT set_config('lock_timeout', '${o.lock}', false)`)
  if (o.statement !== undefined) await session.query(`SELECT set_config('statement_timeout', '${o.statement}', false)`)
}

/**
 * The lock that autovacuum takes: where it does not get it at once, it passes the table over. A transaction that only locks keeps no row
 * from being removed. Source: https://www.postgresql.org/docs/current/explicit-locking.html
 */
export async function holdOffVacuum(session: Session, tables: readonly ObjectName[]): Promise<void> {
  const names = tables.map((t) => `ONLY ${qualified(t)}`)
  await session.execute(`BEGIN; LOCK TABLE ${names.join(', ')} IN SHARE UPDATE EXCLUSIVE MODE`)
}
