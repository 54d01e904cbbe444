/** One moment for all readers: a short global read lock, under which each of them begins its own consistent snapshot. */
import type { Snapshot, SnapshotToken } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Server } from './connect.ts'
import { asText, type Statements } from './query.ts'
import { lower } from './show-create.ts'

/** Seconds to wait for the lock: it waits for running writes, and all others wait for it. */
const LOCK_SECONDS = 30

/** Begins reading in a snapshot; what the connection did before is committed. */
export async function joinSnapshot(q: Statements): Promise<void> {
  await q.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
  await q.execute('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
}

/** Ends it. */
export async function leaveSnapshot(q: Statements): Promise<void> {
  await q.execute('COMMIT')
}

/** Begins the lead connection's snapshot. Throws SNAPSHOT_LOCK_DENIED, LOCK_TIMEOUT. */
export async function beginSnapshot(q: Statements, server: Server, lock: boolean): Promise<Snapshot> {
  if (lock) await lockAll(q)
  try {
    await joinSnapshot(q)
    return snapshot(q, lock, await position(q, server))
  } catch (error) {
    if (lock) await q.execute('UNLOCK TABLES').catch(() => {})
    throw error
  }
}

function snapshot(q: Statements, lock: boolean, at: string | null): Snapshot {
  let locked = lock
  const token: SnapshotToken = lock ? { kind: 'lock' } : { kind: 'none' }
  const unlock = async () => {
    if (locked) await q.execute('UNLOCK TABLES')
    locked = false
  }
  return {
    token,
    consistent: lock,
    ...(!lock && { why: 'without the global read lock each reader sees the moment at which it began' }),
    position: at,
    joined: unlock,
    async close() {
      await unlock()
      await leaveSnapshot(q)
    },
  }
}

async function lockAll(q: Statements): Promise<void> {
  const [row] = await q.query('SELECT @@SESSION.lock_wait_timeout AS seconds')
  try {
    await q.execute(`SET SESSION lock_wait_timeout = ${LOCK_SECONDS}`)
    await q.execute('FLUSH TABLES WITH READ LOCK')
  } catch (error) {
    throw lockError(error)
  } finally {
    await q.execute(`SET SESSION lock_wait_timeout = ${row.seconds}`).catch(() => {})
  }
}

function lockError(error: unknown): unknown {
  if (!(error instanceof NaruError)) return error
  if (error.code === 'PERMISSION_DENIED' || error.code === 'AUTH_FAILED') {
    return new NaruError('SNAPSHOT_LOCK_DENIED', 'the global read lock was refused', {
      why: error.message,
      cause: error,
    })
  }
  if (error.code !== 'LOCK_TIMEOUT') return error
  return new NaruError('LOCK_TIMEOUT', `the global read lock was not granted within ${LOCK_SECONDS} seconds`, {
    why: 'a long statement is running; while the lock waits, every write of the server waits behind it',
    hint: 'Run again when it has ended (SHOW PROCESSLIST names it), or use --no-lock.',
    cause: error,
  })
}

/** Where the binlog stands, with the GTIDs where there are some; null without a binlog or the right to ask. */
async function position(q: Statements, server: Server): Promise<string | null> {
  const modern = server.flavor === 'mysql' && (server.major > 8 || (server.major === 8 && server.minor >= 4))
  try {
    const [row] = (await q.query(modern ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS')).map(lower)
    if (row === undefined) return null
    const gtid = server.flavor === 'mariadb' ? await gtidOf(q) : asText(row.executed_gtid_set)
    return `${asText(row.file)}:${asText(row.position)}${gtid ? ` ${gtid.replace(/\s/g, '')}` : ''}`
  } catch (error) {
    if (error instanceof NaruError && error.code !== 'CONNECTION_LOST') return null
    throw error
  }
}

async function gtidOf(q: Statements): Promise<string | null> {
  const [row] = await q.query('SELECT @@gtid_binlog_pos AS gtid')
  return asText(row?.gtid)
}
