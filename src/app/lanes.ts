/** Lanes of a run: worker threads, or lanes in this thread where another would not pay or a database cannot be opened twice. */
import { NaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import type { LoadedLookup } from '../transfer/lookup.ts'
import type { FromLane, LaneEnds, LaneSetup } from './lane-protocol.ts'
import { openThread, type Thread } from './lane-thread.ts'
import { connectWorkLane, type LaneMeans, type Shared, type WaitingLane, type WorkLane } from './lane-work.ts'
import type { LookupSource } from './lookups.ts'
import { allOrNone } from './open.ts'

/** Where lanes are to run. */
export interface Place extends LaneMeans {
  readonly count: number
  /** In this thread: there is too little to do for another thread to pay. */
  readonly here?: boolean
  readonly shared: Shared
}

/** The lanes of a run between its phases: threads that start while the copy is planned, lanes that copied and read the target back later. */
export interface Crew extends AsyncDisposable {
  /** Starts threads, so that they have loaded what they run when they are needed. `engines`: schemes of the databases. */
  warm(engines: readonly string[], count: number): void
  /** Connects lanes of this thread before they are needed. Those that cannot be connected are tried again then. */
  ahead(ends: LaneEnds, place: Omit<Place, 'here'>): void
  /** Lanes that are connected, in threads or connections that were opened before as far as there are such; others end. All or none. */
  connect(ends: LaneEnds, place: Place): Promise<WaitingLane[]>
  /** Lanes that rest; taking them leaves none. */
  take(): WorkLane[]
  /** Lets lanes rest until they are taken. */
  keep(lanes: readonly WorkLane[]): Promise<void>
  /** Ends lanes that nobody takes any more. Only their connections are waited for: what a thread has held takes a while to give back. */
  dismiss(lanes: readonly WorkLane[]): Promise<void>
}

/** A crew of nobody yet. */
export function newCrew(report: (event: NaruEvent) => void): Crew {
  let resting: WorkLane[] = []
  const warm: Thread[] = []
  const early: Promise<WaitingLane | undefined>[] = []
  const leave = (lanes: typeof early) => Promise.all(lanes.map(async (lane) => (await lane)?.close()))
  const leaving: Promise<void>[] = []
  const take = () => resting.splice(0)
  return {
    warm(engines, count) {
      for (let i = warm.length; i < count; i++) warm.push(openThread({ engines }, report))
    },
    ahead(ends, { count, shared, lookups }) {
      const connect = () => connectWorkLane(ends, { shared, lookups }, report).catch(() => undefined)
      while (early.length < count) early.push(connect())
    },
    async connect(ends, { count, here, shared, lookups }) {
      const threads = warm.splice(0)
      const inside = here || [...shared.sources, shared.target].some((db) => db.can.inProcess)
      const used = inside ? [] : threads.splice(0, count)
      const ready = here ? early.splice(0, count) : []
      await Promise.all([...threads.map((thread) => thread.end()), leave(early.splice(0))])
      if (inside) {
        const open = async (i: number) => (await ready[i]) ?? connectWorkLane(ends, { shared, lookups }, report)
        return allOrNone(Array.from({ length: count }, (_, i) => open(i)))
      }
      const engines = [ends.to, ...ends.from].map((address) => address.engine)
      while (used.length < count) used.push(openThread({ engines }, report))
      return allOrNone(used.map((thread) => threadLane(thread, ends, lookups)))
    },
    take,
    async keep(lanes) {
      resting = [...lanes]
      await Promise.all(lanes.map((lane) => lane.rest()))
    },
    async dismiss(lanes) {
      await Promise.all(lanes.map((lane) => lane.rest()))
      leaving.push(...lanes.map((lane) => lane.close()))
    },
    async [Symbol.asyncDispose]() {
      const ended = warm.splice(0).map((thread) => thread.end())
      await Promise.all([...take().map((lane) => lane.close()), ...ended, ...leaving, leave(early.splice(0))])
    },
  }
}

/** Lanes in the snapshot; if one cannot begin, none stays open. */
export function beginLanes(waiting: readonly WaitingLane[], setup: LaneSetup): Promise<WorkLane[]> {
  return allOrNone(waiting.map((lane) => lane.begin(setup))).catch(async (error: unknown) => {
    await Promise.all(waiting.map((lane) => lane.close()))
    throw error
  })
}

/** Connects lanes and begins at once. If one cannot be opened, none stays open. */
export async function openLanes(
  setup: LaneSetup,
  place: Place,
  report: (event: NaruEvent) => void,
): Promise<WorkLane[]> {
  const crew = newCrew(report)
  const ends = { from: setup.tokens === null ? [] : setup.from, to: setup.to }
  return beginLanes(await crew.connect(ends, place), setup)
}

const wrong = (reply: FromLane) =>
  new NaruError('INTERNAL', `a lane gave the answer "${reply.type}" to another question`)

/** A lane in a thread of its own; resolves when it is connected. */
async function threadLane(thread: Thread, ends: LaneEnds, lookups: LookupSource | undefined): Promise<WaitingLane> {
  const close = async () => {
    await thread.ask({ type: 'close' }).catch(() => {}) // a lane that is gone already is closed
    await thread.end()
  }
  try {
    await thread.ask({ type: 'connect', ends })
  } catch (error) {
    await thread.end()
    throw error
  }
  return {
    async begin(setup) {
      await thread.ask({ type: 'begin', setup })
      return workLane(thread, close, (index) => lookups?.load(setup.tables[index].stage?.lookups ?? []))
    },
    close,
  }
}

/** `lookups` of a table, by its position: loaded here, so that all threads have the same. */
function workLane(
  thread: Thread,
  close: () => Promise<void>,
  lookups: (table: number) => Promise<readonly LoadedLookup[]> | undefined,
): WorkLane {
  return {
    async copy(task) {
      const reply = await thread.ask({ type: 'copy', task, lookups: (await lookups(task.table)) ?? [] })
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
    close,
  }
}
