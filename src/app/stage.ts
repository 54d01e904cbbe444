/** What the mappings of one lane need: look-ups through a connection of its own, functions of the configuration, numbers, files. */
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { TablePlan } from '../core/plan.ts'
import type { StageContext } from '../transfer/context.ts'
import type { StoreFiles } from '../transfer/file.ts'
import { sharedNumbers } from '../transfer/fresh.ts'
import { type LookupConnection, lookupCache } from '../transfer/lookup-cache.ts'
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
}

/** Opens the files of a store; absent: there are none. */
export type OpenFiles = (store: string) => Promise<StoreFiles>

/**
 * `target`: a connection to it, which look-ups are read through where it cannot be opened twice. Where one connection alone may write, all
 * look-ups are loaded: nothing can be asked while a batch is being written. Connections are opened when they are first needed.
 */
export function openStages(o: StageEnds, target: Database, openFiles?: OpenFiles): Stages {
  const single = target.can.inProcess || target.can.writers === 1
  const connection: LookupConnection = {
    open: async () => (target.can.inProcess ? target : openDatabase(o.to, { role: 'source' })),
    close: async (db) => (db === target ? undefined : db.close()),
  }
  const cache = single
    ? lookupCache(connection, Number.POSITIVE_INFINITY)
    : lookupCache(connection, o.stages?.lookupBytes)
  const stores = new Map<string, Promise<StoreFiles>>()
  const open = openFiles ?? unknownStore
  return {
    now: new Date(o.stages?.now ?? Date.now()),
    lookups: (plans) => cache.lookups(plans),
    forget: () => cache.forget(),
    fresh(label) {
      const slot = counterSlot(o.tables, label)
      if (o.stages === undefined || slot < 0) throw new NaruError('INTERNAL', `${label} has no counter for new numbers`)
      return sharedNumbers(o.stages.counters, slot)
    },
    functions: functionOf,
    async files(store) {
      const files = stores.get(store) ?? open(store)
      stores.set(store, files)
      return await files
    },
    close: () => cache.close(),
  }
}

async function unknownStore(store: string): Promise<never> {
  throw new NaruError('CONFIG_INVALID', `there is no store ${store}`, {
    hint: 'Name it under `stores` in naru.config.ts.',
  })
}
