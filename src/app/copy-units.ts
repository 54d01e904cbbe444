/** The units of a run: split once, kept in the ledger, and told where an earlier process has done them. */
import { makeUnits } from '../copy/units.ts'
import type { Mark, UnitRecord } from '../core/ledger.ts'
import { chooseSample } from './copy-sample.ts'
import type { Session } from './session.ts'
import { goOn } from './stopped.ts'

/** Units of tables that the ledger holds none of. Throws STOPPED. */
export async function freshUnits(session: Session, lanes: number, stop: Int32Array): Promise<UnitRecord[]> {
  const { ledger, options, plan, run } = session
  const stored = await ledger.units(run)
  const have = new Set(stored.map((u) => u.table))
  const missing = plan.tables.filter((t) => !have.has(t.label))
  if (missing.length === 0) return []
  const drawn = stored.length === 0 ? await chooseSample(session, () => goOn(stop)) : null
  const fresh: UnitRecord[] = [...(drawn?.units ?? [])]
  for (const [origin, { database }] of session.sources.entries()) {
    const only = new Set(missing.filter((t) => (t.origin ?? 0) === origin && (drawn?.rest.has(t) ?? true)))
    fresh.push(...(await makeUnits(database, plan.tables, run, { lanes, unitRows: options.unitRows, only })))
  }
  return fresh
}

/** All units, those that were just split included, and the marks. */
export async function storedUnits(
  { ledger, run }: Session,
  split: readonly UnitRecord[],
): Promise<{ units: UnitRecord[]; marks: Mark[] }> {
  const stored = await ledger.units(run)
  const added = split.map((u, i) => ({ ...u, position: stored.length + i }))
  if (added.length > 0) await ledger.addUnits(added)
  return { units: [...stored, ...added], marks: await ledger.marks(run) }
}

/** Chunks of an earlier process count in the progress. */
export function tellStored(session: Session, units: readonly UnitRecord[], mark: Mark): void {
  const table = units.find((u) => u.unit === mark.unit)?.table
  if (table === undefined) return
  const { read, written, rejected } = mark
  session.reporter.report({ type: 'chunk', table, read, written, rejected, bytes: 0 })
}
