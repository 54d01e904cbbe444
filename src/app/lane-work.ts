/** What a lane does with its connections, in a worker thread or in this process alike. */
import { type Lane, openLane } from '../copy/lane.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import { type ReadbackPart, type ReadbackTask, readbackPart } from '../verify/readback.ts'
import type { LaneEnds, LaneSetup } from './lane-protocol.ts'
import type { LookupSource } from './lookups.ts'
import { allOrNone, openDatabase } from './open.ts'
import { openStages } from './stage.ts'

/** A lane for copying units and for reading the target back. */
export interface WorkLane extends Lane {
  readback(table: number, task: ReadbackTask): Promise<ReadbackPart>
  /** Lets its connections go until there is something to read back. The thread stays: the memory of one that ends is not given back. */
  rest(): Promise<void>
}

/** Databases of this process that a lane must share instead of opening them again (PGlite). */
export interface Shared {
  readonly sources: readonly Database[]
  readonly target: Database
}

/** What lanes of a run have together. */
export interface LaneMeans {
  /** Absent where nothing is copied. */
  readonly lookups?: LookupSource
  /** In threads of their own lanes share no database. */
  readonly shared?: Shared
}

/** Opens connections, and closes those that are its own. */
interface Connections {
  /** `own`: the database of this process, which is taken where it cannot be opened twice. */
  open(own: Database | undefined, address: Address, role: 'source' | 'target'): Promise<Database>
  close(): Promise<void>
}

function connections(): Connections {
  const opened: Database[] = []
  return {
    async open(own, address, role) {
      if (own?.can.inProcess) return own
      const db = await openDatabase(address, { role, ...(own && { like: own }) })
      opened.push(db)
      return db
    },
    async close() {
      await Promise.all(opened.splice(0).map((db) => db.close()))
    },
  }
}

function copyLane(
  setup: LaneSetup,
  sources: readonly Database[],
  o: { readonly target: Database; readonly lookups?: LookupSource; report(event: NaruEvent): void },
): Lane {
  const { run, tables, settings, stop } = setup
  const stages = openStages({ ...setup, lookups: o.lookups }, o.target)
  const lane = openLane({
    sources,
    target: o.target,
    run,
    tables,
    settings,
    stages,
    report: o.report,
    stopping: () => Atomics.load(stop, 0) !== 0,
    holding: () => Atomics.load(stop, 1) !== 0,
  })
  return {
    copy: (task) => lane.copy(task),
    async close() {
      await lane.close()
      await stages.close()
    },
  }
}

/** A lane that is connected; its snapshot is yet to begin. */
export interface WaitingLane {
  /** Joins the snapshots. Closes everything when that fails. */
  begin(setup: LaneSetup): Promise<WorkLane>
  close(): Promise<void>
}

/** Opens all connections of a lane, side by side; if one cannot be opened, none stays open. */
export async function connectWorkLane(
  ends: LaneEnds,
  { shared, lookups }: LaneMeans,
  report: (event: NaruEvent) => void,
): Promise<WaitingLane> {
  const c = connections()
  const opening = [
    c.open(shared?.target, ends.to, 'target'),
    ...ends.from.map((address, i) => c.open(shared?.sources[i], address, 'source')),
  ]
  const [target, ...sources] = await allOrNone(opening, () => c.close())
  return {
    async begin(setup) {
      try {
        for (const [i, token] of (setup.tokens ?? []).entries()) {
          if (sources[i] !== shared?.sources[i]) await sources[i].join(token)
        }
        return workLane(setup, { c, sources, target, report, shared, lookups })
      } catch (error) {
        await c.close().catch(() => {}) // the first error tells more
        throw error
      }
    },
    close: () => c.close(),
  }
}

interface Open {
  readonly c: Connections
  readonly sources: readonly Database[]
  readonly target: Database
  readonly report: (event: NaruEvent) => void
  readonly shared: Shared | undefined
  readonly lookups: LookupSource | undefined
}

function workLane(setup: LaneSetup, { c, sources, target: first, report, shared, lookups }: Open): WorkLane {
  let target: Database | null = first
  let lane = setup.tokens === null ? null : copyLane(setup, sources, { target, lookups, report })
  const rest = async () => {
    await lane?.close()
    lane = null
    target = null
    await c.close()
  }
  return {
    async copy(task) {
      if (lane === null) throw new NaruError('INTERNAL', 'this lane has no source')
      return await lane.copy(task)
    },
    async readback(table, task) {
      target ??= await c.open(shared?.target, setup.to, 'target')
      return await readbackPart(setup.tables[table], target, task)
    },
    rest,
    close: rest,
  }
}
