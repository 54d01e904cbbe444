/** One run of a job at a time, over processes and machines: a lock in the target, gone with the connection that holds it. */
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { openDatabase } from '../open.ts'

/** Jobs that this process runs: what lives in it has no sessions to tell apart. */
const here = new Set<string>()

/** Holds a job until disposed. Throws LOCK_TIMEOUT at once where another run of it holds it. */
export async function lockJob(job: string, to: Address): Promise<AsyncDisposable> {
  const id = createHash('sha256')
    .update(`naru sync ${job} ${to.database ?? ''}`)
    .digest()
  const name = `${to.label} ${job}`
  if (here.has(name)) throw held(job, to)
  here.add(name)
  try {
    const free = await lockOn(to, id, job)
    return {
      async [Symbol.asyncDispose]() {
        here.delete(name)
        await free()
      },
    }
  } catch (error) {
    here.delete(name)
    throw error
  }
}

async function lockOn(to: Address, id: Buffer, job: string): Promise<() => Promise<void>> {
  if (to.engine === 'pglite') return async () => {}
  if (to.engine === 'sqlite') return lockFile(to, id, job)
  const db = await openDatabase(to, { role: 'source', name: 'naru sync' })
  const ask =
    db.engine.name === 'postgres'
      ? `SELECT CASE WHEN pg_try_advisory_lock(${id.readBigInt64BE()}) THEN 1 ELSE 0 END AS mine`
      : `SELECT GET_LOCK('naru sync ${id.toString('hex').slice(0, 40)}', 0) AS mine`
  const [row] = await db.query(ask)
  if (Number(row?.mine) === 1) return () => db.close()
  await db.close()
  throw held(job, to)
}

/** A file beside the database: SQLite lets a transaction hold all of a database or nothing. */
async function lockFile(to: Address, id: Buffer, job: string): Promise<() => Promise<void>> {
  const path = `${to.path}.naru-sync-${id.toString('hex').slice(0, 12)}`
  const db = await openDatabase({ ...to, path }, { role: 'target' })
  try {
    await db.setPatience?.({ lock: 1 })
    await db.execute('BEGIN EXCLUSIVE')
  } catch (error) {
    await db.close()
    if (error instanceof NaruError && error.code === 'LOCK_TIMEOUT') throw held(job, to)
    throw error
  }
  return async () => {
    await db.close()
    for (const end of ['', '-journal', '-wal', '-shm']) await rm(`${path}${end}`, { force: true })
  }
}

function held(job: string, to: Address): NaruError {
  return new NaruError('LOCK_TIMEOUT', `another run of ${job} is under way`, {
    why: `its lock on ${to.label} is held`,
    hint: `Wait for it to end: naru sync ${job} --history shows how far it is.`,
    state: 'nothing was changed',
  })
}
