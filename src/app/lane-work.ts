/** What a lane does with its two connections, in a worker thread or in this process alike. */
import { type Lane, openLane } from '../copy/lane.ts'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { NaruEvent } from '../core/event.ts'
import { type ReadbackPart, type ReadbackTask, readbackPart } from '../verify/readback.ts'
import type { LaneSetup } from './lane-protocol.ts'
import { openDatabase } from './open.ts'

/** A lane for copying units and for reading the target back. */
export interface WorkLane extends Lane {
  readback(table: number, task: ReadbackTask): Promise<ReadbackPart>
  /** Lets its connections go until there is something to read back. The thread stays: the memory of one that ends is not given back. */
  rest(): Promise<void>
}

/** Databases of this process that a lane must share instead of opening them again (PGlite). */
export interface Shared {
  readonly source: Database
  readonly target: Database
}

/** Opens the connections that the lane needs and joins the snapshot. */
export async function openWorkLane(
  setup: LaneSetup,
  report: (event: NaruEvent) => void,
  shared?: Shared,
): Promise<WorkLane> {
  const opened: Database[] = []
  const open = async (own: Database | undefined, address: LaneSetup['from'], role: 'source' | 'target') => {
    if (own?.can.inProcess) return own
    const db = await openDatabase(address, { role })
    opened.push(db)
    return db
  }
  const close = () => Promise.all(opened.splice(0).map((db) => db.close()))
  try {
    const source = setup.token === null ? null : await open(shared?.source, setup.from, 'source')
    if (source !== null && setup.token !== null && source !== shared?.source) await source.join(setup.token)
    let target: Database | null = await open(shared?.target, setup.to, 'target')
    let lane = source === null ? null : copyLane(setup, source, target, report)
    const rest = async () => {
      await lane?.close()
      lane = null
      target = null
      await close()
    }
    return {
      async copy(task) {
        if (lane === null) throw new NaruError('INTERNAL', 'this lane has no source')
        return await lane.copy(task)
      },
      async readback(table, task) {
        target ??= await open(shared?.target, setup.to, 'target')
        return await readbackPart(setup.tables[table], target, task)
      },
      rest,
      close: rest,
    }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

function copyLane(setup: LaneSetup, source: Database, target: Database, report: (event: NaruEvent) => void): Lane {
  const { run, tables, settings, stop } = setup
  return openLane({
    source,
    target,
    run,
    tables,
    settings,
    report,
    stopping: () => Atomics.load(stop, 0) !== 0,
    holding: () => Atomics.load(stop, 1) !== 0,
  })
}
