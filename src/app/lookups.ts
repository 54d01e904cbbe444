/** The look-ups of a run: each is loaded once, for all lanes, when it is first needed. */
import type { Address, Database } from '../core/engine.ts'
import type { LookupPlan } from '../core/transfer.ts'
import type { LoadedLookup } from '../transfer/lookup.ts'
import { type HeldLookup, loadLookup } from '../transfer/lookup-load.ts'
import { openDatabase } from './open.ts'

/** Memory that all look-ups may take together, in bytes; what goes beyond lies in temporary files. */
const LOOKUP_BYTES = 128 * 1024 * 1024

/** Where look-ups come from. */
export interface LookupSource {
  /** In the order of the plans. Throws LOOKUP_AMBIGUOUS, DISK_FULL. */
  load(plans: readonly LookupPlan[]): Promise<readonly LoadedLookup[]>
  /** What was loaded is loaded anew when it is next asked for. Nobody looks anything up meanwhile. */
  forget(): void
}

/** Loads look-ups, and holds them. Disposed of when nobody looks anything up any more. */
export interface LookupLoader extends LookupSource, AsyncDisposable {}

/** A connection to the target that nobody writes through. */
export interface SideConnection {
  open(): Promise<Database>
  close(db: Database): Promise<void>
}

/** Its connection to the target, opened while something is read; `target` is taken where it cannot be opened twice. */
export function sideConnection(to: Address, target: Database): SideConnection {
  return {
    open: async () => (target.can.inProcess ? target : openDatabase(to, { role: 'source' })),
    close: async (db) => (db === target ? undefined : db.close()),
  }
}

function fileNote(plan: LookupPlan, keys: number): string {
  return `${plan.label}: ${keys.toLocaleString('en')} keys were looked up in a temporary file, --lookup-memory was too little for them`
}

/** Equal for plans that read the same. */
function identity(p: LookupPlan): string {
  const column = (c: LookupPlan['give']) => [c.name, c.wire, c.expression ?? null]
  return JSON.stringify([p.table.name.schema ?? null, p.table.name.name, p.by.map(column), column(p.give)])
}

export interface LoaderOptions {
  /** Bytes of memory; default LOOKUP_BYTES. */
  readonly bound?: number
  /** Told, for people, of what went into a file. */
  readonly tell?: (note: string) => void
}

/** Nothing loaded yet. */
export function lookupLoader(connection: SideConnection, o: LoaderOptions = {}): LookupLoader {
  const { bound = LOOKUP_BYTES } = o
  const known = new Map<string, Promise<HeldLookup>>()
  const held: HeldLookup[] = []
  let last: Promise<unknown> = Promise.resolve()
  const loadOne = async (plan: LookupPlan) => {
    const db = await connection.open()
    try {
      const found = await loadLookup(plan, db, bound - held.reduce((n, h) => n + h.memory, 0))
      held.push(found)
      if (found.inFile !== undefined) o.tell?.(fileNote(plan, found.inFile))
      return found
    } finally {
      await connection.close(db)
    }
  }
  // One after the other: each has what the others leave of the memory.
  const inTurn = (plan: LookupPlan) => {
    const turn = last.then(() => loadOne(plan))
    last = turn.catch(() => {}) // told to whoever asked
    return turn
  }
  const forget = () => {
    known.clear()
    for (const { close } of held.splice(0)) close()
  }
  return {
    async load(plans) {
      const loading = plans.map((plan) => {
        const id = identity(plan)
        const one = known.get(id) ?? inTurn(plan)
        known.set(id, one)
        return one
      })
      return (await Promise.all(loading)).map((h) => h.loaded)
    },
    forget,
    async [Symbol.asyncDispose]() {
      await last
      forget()
    },
  }
}
