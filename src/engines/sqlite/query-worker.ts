/** A thread that answers queries of one SQLite file, so that a long one does not hold up the thread that asked. */
import { parentPort, workerData } from 'node:worker_threads'
import { openHandle } from './handle.ts'
import { selectRows } from './select.ts'

/** A question and its answer. */
export interface Question {
  readonly id: number
  readonly sql: string
  readonly params: readonly (null | number | bigint | string | boolean | Uint8Array)[]
}

const handle = openHandle(String(workerData), { role: 'source' })

parentPort?.on('message', (q: Question) => {
  try {
    parentPort?.postMessage({ id: q.id, rows: selectRows(handle.db(), q.sql, q.params) })
  } catch (error) {
    const { message, code, errcode, errstr } = error as Error & { code?: string; errcode?: number; errstr?: string }
    parentPort?.postMessage({ id: q.id, failed: { message, code, errcode, errstr } })
  }
})
