/** Counters (sequences, AUTO_INCREMENT): what the source would hand out next, and what the target does before and after. */
import type { Database } from '../core/engine.ts'
import type { CounterOutcome } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { isWide } from './lane-count.ts'
import type { Session } from './session.ts'

type Counters = ReadonlyMap<string, bigint>

async function read(db: Database, { to }: Session): Promise<Counters> {
  const schema = await db.inspect({ schema: to.schema })
  return new Map(schema.tables.flatMap((t) => (t.counter ? [[displayName(t.name), t.counter.next] as const] : [])))
}

/** Counters of existing tables before the copy touches them; empty where every table is new. */
async function countersBefore(session: Session): Promise<Counters> {
  const existing = session.plan.tables.some((t) => t.action === 'append' || t.action === 'truncate')
  return existing ? read(session.target, session) : new Map()
}

/** One line a counter of the plan, with what the target says now over the connection. */
async function counterOutcomes(session: Session, before: Counters, db: Database): Promise<CounterOutcome[]> {
  const tables = session.plan.tables.filter((t) => t.target.counter !== undefined)
  if (tables.length === 0) return []
  const after = await read(db, session)
  return tables.map((t) => {
    const name = displayName(t.target.name)
    return {
      table: t.label,
      column: t.target.counter?.column ?? '',
      source: String(t.source.counter?.next ?? ''),
      before: before.get(name)?.toString() ?? null,
      after: after.get(name)?.toString() ?? null,
    }
  })
}

/** What the counters of the target say at the end of the run. */
export interface CounterReader {
  /** Reads them now, beside other work, where nothing that is still to come may move them. */
  early(db: Database): Promise<void>
  read(): Promise<CounterOutcome[]>
}

/** To be made before the copy touches the target. */
export async function counterReader(session: Session): Promise<CounterReader> {
  const before = await countersBefore(session)
  const moved = session.options.after !== undefined || session.hooks !== undefined
  let known: CounterOutcome[] | undefined
  return {
    async early(db) {
      if (!moved && isWide(session)) known = await counterOutcomes(session, before, db)
    },
    read: async () => known ?? (await counterOutcomes(session, before, session.target)),
  }
}
