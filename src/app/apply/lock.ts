/** One naru at a time changes the schema of a database: whoever comes second waits, and is told for whom. */
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'

/** Milliseconds until it is told for the first time, and between two times. */
const FIRST_MS = 2_000
const EVERY_MS = 10_000

export interface LockOptions {
  /** Milliseconds; absent: without end. */
  readonly wait?: number
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

/** The lock on the schema, until it is disposed. Throws LOCK_TIMEOUT, STOPPED. */
export async function takeLock(database: Database, o: LockOptions): Promise<AsyncDisposable> {
  if (database.lock === undefined) return { async [Symbol.asyncDispose]() {} }
  const deadline = performance.now() + (o.wait ?? Number.POSITIVE_INFINITY)
  for (let timeout = FIRST_MS; ; timeout = EVERY_MS) {
    try {
      const left = Math.max(0, deadline - performance.now())
      return await database.lock({ timeout: Math.min(timeout, left), signal: o.signal })
    } catch (error) {
      if (!(error instanceof NaruError) || error.code !== 'LOCK_TIMEOUT') throw error
      if (o.signal?.aborted) throw stopped(error)
      if (performance.now() >= deadline) throw error
      o.reporter.report({ type: 'warning', message: `waiting: ${error.message}; ${error.why}` })
    }
  }
}

function stopped(cause: NaruError): NaruError {
  return new NaruError('STOPPED', 'stopped as asked', {
    why: 'it was still waiting for another naru',
    hint: 'Run the same command again.',
    state: 'nothing was changed',
    cause,
  })
}
