/** Connections over which tables are finished when their rows are there. */
import { availableParallelism } from 'node:os'
import type { StepRun } from '../copy/steps.ts'
import type { Database } from '../core/engine.ts'
import { isOnThisMachine } from './address.ts'
import { isWide, laneCount } from './lane-count.ts'
import { allOrNone, openDatabase } from './open.ts'
import type { Session } from './session.ts'

export interface Finishers extends AsyncDisposable {
  /** Opens them while the last rows move, if the server has room for them beside the lanes. */
  ahead(): void
  /** Throws as `openDatabase` does. */
  take(): Promise<Pick<StepRun, 'connections' | 'spare'>>
}

/** As many as lanes, the run's own included; and one to spare where the server has the processors of this machine, one for each. */
export function finishers(session: Session): Finishers {
  const { target, to } = session
  const count = isWide(session) ? laneCount(session) - 1 : 0
  const narrow = count > 0 && isOnThisMachine(to) && count + 1 >= availableParallelism()
  const length = narrow ? count + 1 : count
  const open = () => allOrNone(Array.from({ length }, () => openDatabase(to, { role: 'target', like: target })))
  let early: Promise<Database[] | undefined> | undefined
  let opened: readonly Database[] = []
  return {
    ahead() {
      const free = target.can.freeConnections ?? Number.POSITIVE_INFINITY
      // Lanes have as many; one keeps vacuum away, and some are for others.
      if (free >= 2 * length + 4) early ??= open().catch(() => undefined)
    },
    async take() {
      opened = (await early) ?? (await open())
      early = undefined
      return { connections: [target, ...opened.slice(0, count)], ...(narrow && { spare: opened[count] }) }
    },
    async [Symbol.asyncDispose]() {
      const all = [...opened, ...((await early) ?? [])]
      opened = []
      early = undefined
      await Promise.all(all.map((db) => db.close()))
    },
  }
}
