/** The thread that stores files in a folder, seen from those who give it files. It starts with the first one. */
import { Worker } from 'node:worker_threads'
import type { WriteOrder, WriteOrders, Written } from './write-worker.ts'

const here = import.meta.url
const ENTRY = new URL(here.endsWith('.ts') ? './write-worker.ts' : './write-worker.js', here)

export interface WriteThread {
  /**
   * Stores a file under its path, durably and whole or not at all, by way of a temporary one. `content`: null where that has the content
   * already. Rejects with what the file system says.
   */
  store(path: string, temporary: string, content: Uint8Array | null): Promise<void>
  close(): Promise<void>
}

interface Waiting {
  resolve(): void
  reject(error: unknown): void
}

interface Given {
  readonly order: Omit<WriteOrder, 'part'>
  readonly content: Uint8Array | null
}

/** A thread that is not started yet. */
export function openWriteThread(): WriteThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let given: Given[] = []
  let count = 0
  const fail = (error: unknown) => {
    worker = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const settle = ({ id, failed }: Written) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (failed === null) one?.resolve()
    else one?.reject(Object.assign(new Error(failed.message), failed))
  }
  const start = () => {
    const started = new Worker(ENTRY, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 4 } })
    started.on('message', (written: readonly Written[]) => {
      for (const one of written) settle(one)
      // It does not keep the process alive by itself.
      if (waiting.size === 0) started.unref()
    })
    started.on('error', fail)
    started.on('exit', () => fail(new Error('the thread that stores files ended')))
    return started
  }
  /** What was given in one turn goes in one message. */
  const send = () => {
    worker ??= start()
    worker.ref()
    const orders = packed(given)
    given = []
    worker.postMessage(orders, [orders.bytes.buffer as ArrayBuffer])
  }
  return {
    store: (path, temporary, content) =>
      new Promise((resolve, reject) => {
        const id = count++
        waiting.set(id, { resolve, reject })
        if (given.push({ order: { id, path, temporary }, content }) === 1) setImmediate(send)
      }),
    async close() {
      await worker?.terminate()
    },
  }
}

/** All content in one buffer, which the other thread takes over. */
function packed(given: readonly Given[]): WriteOrders {
  const bytes = new Uint8Array(given.reduce((n, { content }) => n + (content?.length ?? 0), 0))
  let at = 0
  const orders = given.map(({ order, content }) => {
    if (content === null) return { ...order, part: null }
    bytes.set(content, at)
    at += content.length
    return { ...order, part: { from: at - content.length, to: at } }
  })
  return { bytes, orders }
}
