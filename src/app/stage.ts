/** What the mappings of one lane need: look-ups through a connection of its own, functions of the configuration, numbers, files. */
import { severalConnections } from '../core/capabilities.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { TablePlan } from '../core/plan.ts'
import { traitsOf } from '../diff/convert-traits.ts'
import type { StageContext } from '../transfer/context.ts'
import { sharedNumbers } from '../transfer/fresh.ts'
import { type LookupConnection, lookupCache } from '../transfer/lookup-cache.ts'
import { type Addressings, laneFiles } from './files/lane-files.ts'
import { openDatabase } from './open.ts'
import { functionOf } from './row-function.ts'
import { counterSlot } from './transfer-numbers.ts'

/** Plain data for lanes. */
export interface StageSetup {
  /** Moment of the run, ISO 8601. */
  readonly now: string
  /** Next number of each table, in the order of the plan; over shared memory where lanes are threads. */
  readonly counters: BigInt64Array
  /** Bytes of look-ups that a lane keeps in memory; default LOOKUP_BYTES. */
  readonly lookupBytes?: number
}

export interface Stages extends StageContext {
  close(): Promise<void>
}

interface StageEnds {
  readonly to: Address
  readonly tables: readonly TablePlan[]
  readonly stages?: StageSetup
  /** Stores that mappings name. */
  readonly stores?: Addressings
}

/**
 * `target`: a connection to it, which look-ups are read through where it cannot be opened twice. Where one connection alone may write, all
 * look-ups are loaded: nothing can be asked while a batch is being written. So they are where nothing can be asked at all, in files. Connections are opened when they are first needed.
 */
export function openStages(o: StageEnds, target: Database): Stages {
  const asked = traitsOf({ engine: target.engine.name, flavor: target.flavor }).grammar !== null
  const single = !severalConnections(target.can) || !asked
  const connection: LookupConnection = {
    open: async () => (target.can.inProcess ? target : openDatabase(o.to, { role: 'source' })),
    close: async (db) => (db === target ? undefined : db.close()),
  }
  const cache = single
    ? lookupCache(connection, Number.POSITIVE_INFINITY)
    : lookupCache(connection, o.stages?.lookupBytes)
  const files = laneFiles({ stores: o.stores ?? {}, connection, whole: single })
  return {
    now: new Date(o.stages?.now ?? Date.now()),
    lookups: (plans) => cache.lookups(plans),
    forget() {
      cache.forget()
      files.forget()
    },
    fresh(label) {
      const slot = counterSlot(o.tables, label)
      if (o.stages === undefined || slot < 0) throw new NaruError('INTERNAL', `${label} has no counter for new numbers`)
      return sharedNumbers(o.stages.counters, slot)
    },
    functions: functionOf,
    files: (store) => files.open(store),
    async close() {
      await cache.close()
      await files.close()
    },
  }
}
