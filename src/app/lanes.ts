/** Opens the lanes of a run: worker threads, or one lane in this process where a database cannot be opened twice. */
import { Worker } from 'node:worker_threads'
import { NaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import { type FromLane, type LaneSetup, type ToLane, unpackError } from './lane-protocol.ts'
import { openWorkLane, type Shared, type WorkLane } from './lane-work.ts'

const here = import.meta.url
const WORKER = new URL(here.endsWith('.ts') ? './lane-worker.ts' : './lane-worker.js', here)

/** Opens `count` lanes; if one cannot be opened, none stays open. */
export async function openLanes(
  setup: LaneSetup,
  count: number,
  shared: Shared,
  report: (event: NaruEvent) => void,
): Promise<WorkLane[]> {
  if ([...shared.sources, shared.target].some((db) => db.can.inProcess))
    return [await openWorkLane(setup, report, shared)]
  const opening = await Promise.allSettled(Array.from({ length: count }, () => workerLane(setup, report)))
  const open = opening.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []))
  const failed = opening.find((r) => r.status === 'rejected')
  if (failed === undefined) return open
  await Promise.all(open.map((lane) => lane.close()))
  throw failed.reason
}

/** The lanes of a run between its phases: those that copied read the target back later. */
export interface Crew extends AsyncDisposable {
  /** Lanes that rest; taking them leaves none. */
  take(): WorkLane[]
  /** Lets lanes rest until they are taken. */
  keep(lanes: readonly WorkLane[]): Promise<void>
}

/** A crew of nobody yet. */
export function newCrew(): Crew {
  let resting: WorkLane[] = []
  const take = () => resting.splice(0)
  return {
    take,
    async keep(lanes) {
      resting = [...lanes]
      await Promise.all(lanes.map((lane) => lane.rest()))
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(take().map((lane) => lane.close()))
    },
  }
}

/** A lane in a worker thread of its own; resolves when it has joined the snapshot. */
async function workerLane(setup: LaneSetup, report: (event: NaruEvent) => void): Promise<WorkLane> {
  const thread = openThread(setup, report)
  const wrong = (reply: FromLane) =>
    new NaruError('INTERNAL', `a lane gave the answer "${reply.type}" to another question`)
  try {
    await thread.answer()
  } catch (error) {
    await thread.end()
    throw error
  }
  return {
    async copy(task) {
      const reply = await thread.ask({ type: 'copy', task })
      if (reply.type !== 'copied') throw wrong(reply)
      return reply.outcome
    },
    async readback(table, task) {
      const reply = await thread.ask({ type: 'readback', table, task })
      if (reply.type !== 'read back') throw wrong(reply)
      return reply.part
    },
    async rest() {
      await thread.ask({ type: 'rest' })
    },
    async close() {
      await thread.ask({ type: 'close' }).catch(() => {}) // a lane that is gone already is closed
      await thread.end()
    },
  }
}

interface Thread {
  answer(): Promise<FromLane>
  ask(message: ToLane): Promise<FromLane>
  end(): Promise<unknown>
}

function openThread(setup: LaneSetup, report: (event: NaruEvent) => void): Thread {
  const worker = new Worker(WORKER, {
    workerData: setup,
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
  const answer = () =>
    new Promise<FromLane>((resolve, reject) => {
      if (dead) reject(dead)
      else waiting = { resolve, reject }
    })
  return {
    answer,
    ask(message) {
      const reply = answer()
      worker.postMessage(message)
      return reply
    },
    end: () => worker.terminate(),
  }
}
