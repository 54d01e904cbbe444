/** A worker thread that is asked one thing at a time. */
import { Worker } from 'node:worker_threads'
import { NaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import { type FromLane, type LaneSeed, type ToLane, unpackError } from './lane-protocol.ts'

const here = import.meta.url
const WORKER = new URL(here.endsWith('.ts') ? './lane-worker.ts' : './lane-worker.js', here)

export interface Thread {
  /** Rejects with what the lane failed with, or when the thread ends. */
  ask(message: ToLane): Promise<FromLane>
  end(): Promise<unknown>
}

/** Starts a thread. `report` gets the events of its lane. */
export function openThread(seed: LaneSeed, report: (event: NaruEvent) => void): Thread {
  const worker = new Worker(WORKER, {
    workerData: seed,
    execArgv: [],
    // A small young generation: batches live outside the heap, and several lanes share one memory budget.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  let waiting: { resolve(message: FromLane): void; reject(error: unknown): void } | null = null
  let dead: NaruError | null = null
  const fail = (error: NaruError) => {
    dead ??= error
    waiting?.reject(error)
    waiting = null
  }
  worker.on('message', (message: FromLane) => {
    if (message.type === 'event') return report(message.event)
    const asked = waiting
    waiting = null
    if (message.type === 'failed') asked?.reject(unpackError(message.error))
    else asked?.resolve(message)
  })
  worker.on('error', (error) =>
    fail(new NaruError('INTERNAL', 'a lane broke down', { why: String(error), cause: error })),
  )
  worker.on('exit', () => fail(new NaruError('INTERNAL', 'a lane ended unasked')))
  return {
    ask(message) {
      return new Promise<FromLane>((resolve, reject) => {
        if (dead) return reject(dead)
        waiting = { resolve, reject }
        worker.postMessage(message)
      })
    },
    end: () => worker.terminate(),
  }
}
