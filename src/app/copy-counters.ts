/** Counters (sequences, AUTO_INCREMENT): what the source would hand out next, and what the target does before and after. */
import type { CounterOutcome } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import type { Session } from './session.ts'

type Counters = ReadonlyMap<string, bigint>

async function read(session: Session): Promise<Counters> {
  const schema = await session.target.inspect({ schema: session.to.schema })
  return new Map(schema.tables.flatMap((t) => (t.counter ? [[displayName(t.name), t.counter.next] as const] : [])))
}

/** Counters of existing tables before the copy touches them; empty where every table is new. */
export async function countersBefore(session: Session): Promise<Counters> {
  const existing = session.plan.tables.some((t) => t.action === 'append' || t.action === 'truncate')
  return existing ? read(session) : new Map()
}

/** One line a counter of the plan, with what the target says now. */
export async function counterOutcomes(session: Session, before: Counters): Promise<CounterOutcome[]> {
  const tables = session.plan.tables.filter((t) => t.target.counter !== undefined)
  if (tables.length === 0) return []
  const after = await read(session)
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
