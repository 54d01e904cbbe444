/** Queries of a large file in a thread of their own: node:sqlite is synchronous, and counting values may take minutes. */
import { statSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'
import type { Look, Row, Value } from '../../core/engine.ts'
import type { LookTask } from './file/look.ts'
import type { Handle } from './handle.ts'
import type { Question } from './query-worker.ts'

/** Files from this size on are asked in a thread: below, a query takes less time than the thread's start. */
const LARGE = 16 * 1024 * 1024

interface Answer {
  readonly id: number
  readonly answer?: unknown
  readonly failed?: { readonly message: string }
}

interface Waiting {
  resolve(answer: unknown): void
  reject(error: unknown): void
}

export interface QueryThread {
  query(sql: string, params: readonly Value[]): Promise<Row[]>
  /** `fd`: the file's descriptor, which stays open meanwhile. */
  look(task: LookTask, fd: number): Promise<Look | null>
  close(): Promise<void>
}

/** Whether a connection's queries are worth a thread: a large file that is only read, outside of a transaction. */
export function wantsThread(handle: Handle): boolean {
  if (!isMainThread || !handle.readOnly || handle.busy) return false
  return (statSync(handle.path, { throwIfNoEntry: false })?.size ?? 0) >= LARGE
}

/** Starts the thread. It does not keep the process alive by itself. */
export function openQueryThread(path: string): QueryThread {
  const here = import.meta.url
  const entry = new URL(here.endsWith('.ts') ? './query-worker.ts' : './query-worker.js', here)
  // SQL functions leave garbage at every row: a small young generation keeps it from piling up.
  const worker = new Worker(entry, { workerData: path, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 4 } })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  const fail = (error: unknown) => {
    for (const w of waiting.values()) w.reject(error)
    waiting.clear()
  }
  worker.on('message', ({ id, answer, failed }: Answer) => {
    const w = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) worker.unref()
    if (failed === undefined) w?.resolve(answer)
    else w?.reject(Object.assign(new Error(failed.message), failed))
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('the thread that asks the file ended')))
  worker.unref()
  const ask = (question: Question): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++asked
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, ...question })
    })
  return {
    query: (sql, params) => ask({ sql, params }) as Promise<Row[]>,
    look: (look, fd) => ask({ look, fd }) as Promise<Look | null>,
    async close() {
      await worker.terminate()
    },
  }
}
