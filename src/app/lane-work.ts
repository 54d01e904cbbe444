/** What a lane does with its connections, in a worker thread or in this process alike. */
import { type Lane, openLane } from '../copy/lane.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import { type ReadbackPart, type ReadbackTask, readbackPart } from '../verify/readback.ts'
import type { LaneSetup } from './lane-protocol.ts'
import { openDatabase } from './open.ts'
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
      const db = await openDatabase(address, { role })
      opened.push(db)
      return db
    },
    async close() {
      await Promise.all(opened.splice(0).map((db) => db.close()))
    },
  }
}

/** Connections to all sources, each in its snapshot. */
async function joinSources(setup: LaneSetup, c: Connections, shared: Shared | undefined): Promise<Database[]> {
  const sources: Database[] = []
  for (const [i, token] of (setup.tokens ?? []).entries()) {
    const own = shared?.sources[i]
    const source = await c.open(own, setup.from[i], 'source')
    if (source !== own) await source.join(token)
    sources.push(source)
  }
  return sources
}

function copyLane(
  setup: LaneSetup,
  sources: readonly Database[],
  o: { readonly target: Database; report(event: NaruEvent): void },
): Lane {
  const { run, tables, settings, stop } = setup
  const stages = openStages(setup, o.target)
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

/** Opens the connections that the lane needs and joins the snapshots. */
export async function openWorkLane(
  setup: LaneSetup,
  report: (event: NaruEvent) => void,
  shared?: Shared,
): Promise<WorkLane> {
  const c = connections()
  try {
    const sources = await joinSources(setup, c, shared)
    let target: Database | null = await c.open(shared?.target, setup.to, 'target')
    let lane = setup.tokens === null ? null : copyLane(setup, sources, { target, report })
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
  } catch (error) {
    await c.close().catch(() => {}) // the first error tells more
    throw error
  }
}
