/** A thread that answers queries of one SQLite file, so that a long one does not hold up the thread that asked. */
import { parentPort, workerData } from 'node:worker_threads'
import { type LookTask, lookAt } from './file/look.ts'
import { openHandle } from './handle.ts'
import { selectRows } from './select.ts'
import { endReading, joinReading } from './snapshot.ts'

/** A query, or a look at stored values. */
export type Question =
  | { readonly sql: string; readonly params: readonly (null | number | bigint | string | boolean | Uint8Array)[] }
  | { readonly look: LookTask; readonly fd: number }

const handle = openHandle(String(workerData), { role: 'source' })

function answer(q: Question): unknown {
  if ('sql' in q) return selectRows(handle.db(), q.sql, q.params)
  joinReading(handle, { kind: 'lock', id: String(q.fd) })
  try {
    return lookAt(handle, q.look)
  } finally {
    endReading(handle)
  }
}

parentPort?.on('message', (q: Question & { readonly id: number }) => {
  try {
    parentPort?.postMessage({ id: q.id, answer: answer(q) })
  } catch (error) {
    const { message, code, errcode, errstr } = error as Error & { code?: string; errcode?: number; errstr?: string }
    parentPort?.postMessage({ id: q.id, failed: { message, code, errcode, errstr } })
  }
})
