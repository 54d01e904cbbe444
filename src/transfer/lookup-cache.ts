/** The look-ups of one lane: loaded once for all its tables while they fit into memory together. */
import type { Database } from '../core/engine.ts'
import type { LookupPlan } from '../core/transfer.ts'
import { LOOKUP_BYTES, type Lookup, loadLookup } from './lookup.ts'
import { batchLookup } from './lookup-batch.ts'

/** Where look-ups are read: connections to the target that nobody writes through. */
export interface LookupConnection {
  open(): Promise<Database>
  close(db: Database): Promise<void>
}

export interface LookupCache {
  /** The look-ups of one table, in order; those of other tables are forgotten where memory is short. Throws LOOKUP_AMBIGUOUS. */
  lookups(plans: readonly LookupPlan[]): Promise<readonly Lookup[]>
  /** What was loaded is read anew when it is next asked for. */
  forget(): void
  close(): Promise<void>
}

/** Equal for plans that read the same. */
function identity(p: LookupPlan): string {
  const column = (c: LookupPlan['give']) => [c.name, c.wire, c.expression ?? null]
  return JSON.stringify([p.table.name.schema ?? null, p.table.name.name, p.by.map(column), column(p.give)])
}

/** A share of the bound for answers of a look-up that is asked for batch by batch. */
const ANSWERS = 1 / 8

/** An empty cache. `bound`: bytes of all look-ups of one table together. */
export function lookupCache(connection: LookupConnection, bound: number = LOOKUP_BYTES): LookupCache {
  const known = new Map<string, Lookup>()
  let db: Database | null = null
  const memory = (ids: readonly string[]) => ids.reduce((n, id) => n + (known.get(id)?.memory ?? 0), 0)
  const open = async () => {
    db ??= await connection.open()
    return db
  }
  const close = async () => {
    const own = db
    db = null
    if (own !== null) await connection.close(own)
  }
  return {
    async lookups(plans) {
      const ids = plans.map(identity)
      for (const [i, plan] of plans.entries()) {
        if (known.has(ids[i])) continue
        const others = [...known.keys()].filter((id) => !ids.includes(id))
        const loaded = await loadLookup(plan, await open(), bound - memory(ids))
        if (memory([...known.keys()]) + (loaded?.memory ?? 0) > bound) for (const id of others) known.delete(id)
        known.set(ids[i], loaded ?? batchLookup(plan, await open(), bound * ANSWERS))
      }
      if (![...known.values()].some((lookup) => lookup.ahead !== undefined)) await close()
      return ids.map((id) => known.get(id) as Lookup)
    },
    forget: () => known.clear(),
    async close() {
      known.clear()
      await close()
    },
  }
}
