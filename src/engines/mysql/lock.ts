/** One naru at a time alters a schema, and statements wait for locks only so long. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Patience } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Server } from './connect.ts'
import { literal } from './literal.ts'
import { processList } from './processes.ts'
import type { Statements } from './query.ts'

/** Between two questions for the lock: short enough to stop in time. */
const EVERY_MS = 200

/** GET_LOCK knows names of 64 characters that are the server's, not a database's. */
function lockName(database: string): string {
  return `naru ${createHash('sha256').update(database).digest('hex').slice(0, 40)}`
}

async function holder(q: Statements, server: Server, name: string): Promise<string> {
  const [row] = await q.query(`SELECT IS_USED_LOCK(${name}) AS id`)
  if (row?.id === null || row?.id === undefined) return 'another session holds it'
  const [found] = await q.query(
    `SELECT user AS account, host, time AS seconds FROM ${processList(server)} WHERE id = ${row.id}`,
  )
  const who = found === undefined ? '' : `, ${found.account} from ${found.host}`
  return `connection ${row.id} holds it${who}`
}

/** The session's lock on the schema. Throws LOCK_TIMEOUT. */
export async function lockSchema(
  q: Statements,
  server: Server,
  database: string,
  o: { readonly timeout: number; readonly signal?: AbortSignal },
): Promise<AsyncDisposable> {
  const name = literal(lockName(database))
  const deadline = performance.now() + o.timeout
  for (;;) {
    const [row] = await q.query(`SELECT GET_LOCK(${name}, 0) AS mine`)
    if (Number(row?.mine) === 1) break
    if (performance.now() >= deadline || o.signal?.aborted) {
      throw new NaruError('LOCK_TIMEOUT', `another naru is changing the schema of ${database}`, {
        why: await holder(q, server, name),
      })
    }
    await sleep(EVERY_MS)
  }
  return {
    async [Symbol.asyncDispose]() {
      // A connection that is gone has let go of it.
      await q.query(`SELECT RELEASE_LOCK(${name})`).catch(() => {})
    },
  }
}

/** The longest that `lock_wait_timeout` takes, which stands for "without end". */
const ENDLESS_SECONDS = 31_536_000

/** Statements that make the session as patient as asked; MariaDB limits all statements, MySQL those that only read. */
export function patienceStatements(server: Server, o: Patience): string[] {
  const seconds = (ms: number) => (ms === 0 ? ENDLESS_SECONDS : Math.max(1, Math.ceil(ms / 1000)))
  const lock =
    o.lock === undefined
      ? []
      : [`lock_wait_timeout = ${seconds(o.lock)}`, `innodb_lock_wait_timeout = ${seconds(o.lock)}`]
  const limit = server.variables.has('max_statement_time')
    ? `max_statement_time = ${(o.statement ?? 0) / 1000}`
    : `max_execution_time = ${o.statement ?? 0}`
  return [...lock, ...(o.statement === undefined ? [] : [limit])].map((setting) => `SET SESSION ${setting}`)
}
