/** What the mappings of one lane need: look-ups, functions of the configuration, numbers, files. */
import { severalConnections } from '../core/capabilities.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { TablePlan } from '../core/plan.ts'
import { traitsOf } from '../diff/convert-traits.ts'
import type { StageContext } from '../transfer/context.ts'
import { sharedNumbers } from '../transfer/fresh.ts'
import { openLookup } from '../transfer/lookup.ts'
import { type Addressings, laneFiles } from './files/lane-files.ts'
import { type LookupSource, lookupLoader, sideConnection } from './lookups.ts'
import { functionOf } from './row-function.ts'
import { counterSlot } from './transfer-numbers.ts'

/** Plain data for lanes. */
export interface StageSetup {
  /** Moment of the run, ISO 8601. */
  readonly now: string
  /** Next number of each table, in the order of the plan; over shared memory where lanes are threads. */
  readonly counters: BigInt64Array
  /** Bytes of memory for look-ups; default LOOKUP_BYTES. */
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
  /** Absent: loaded here, for these stages alone. */
  readonly lookups?: LookupSource
}

/**
 * `target`: a connection to it, which is read through where it cannot be opened twice. Where one connection alone may write, all files of a
 * store are loaded: nothing can be asked while a batch is being written. So they are where nothing can be asked at all, in files. Connections
 * are opened when they are first needed.
 */
export function openStages(o: StageEnds, target: Database): Stages {
  const asked = traitsOf({ engine: target.engine.name, flavor: target.flavor }).grammar !== null
  const single = !severalConnections(target.can) || !asked
  const connection = sideConnection(o.to, target)
  const own = o.lookups === undefined ? lookupLoader(connection, { bound: o.stages?.lookupBytes }) : null
  const lookups = own ?? (o.lookups as LookupSource)
  const files = laneFiles({ stores: o.stores ?? {}, connection, whole: single })
  return {
    now: new Date(o.stages?.now ?? Date.now()),
    lookups: async (plans) => (await lookups.load(plans)).map(openLookup),
    forget() {
      lookups.forget()
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
      await own?.[Symbol.asyncDispose]()
      await files.close()
    },
  }
}
