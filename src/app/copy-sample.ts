/** The rows of a sample, chosen when a copy begins: what the ledger and the report say of them. */
import { selectSample } from '../copy/sample/select.ts'
import { sampleUnits } from '../copy/sample/units.ts'
import type { UnitRecord } from '../core/ledger.ts'
import type { TablePlan } from '../core/plan.ts'
import { serializePlan } from './resume.ts'
import type { Session } from './session.ts'
import { temporaryStore } from './temporary-store.ts'

/** Units of the rows that the sample takes, and the tables of which it takes all. What it came to is told and kept with the run. */
export async function chooseSample(
  session: Session,
  goOn: () => void,
): Promise<{ readonly units: UnitRecord[]; readonly rest: ReadonlySet<TablePlan> }> {
  const { plan, sample, ledger, run, reporter } = session
  if (sample === undefined) return { units: [], rest: new Set(plan.tables) }
  reporter.report({ type: 'phase', phase: 'sample', state: 'begin' })
  const began = performance.now()
  try {
    await using store = await temporaryStore('the keys of a sample')
    const sources = session.sources.map((s) => s.database)
    const selection = await selectSample({ tables: plan.tables, sources, sample, store, goOn })
    const chosen = await sampleUnits(run, plan.tables, sources, selection)
    session.sample = { ...sample, exact: true, tables: selection.tables }
    await ledger.update(run, { summary: serializePlan({ ...plan, sample: session.sample }) })
    return chosen
  } finally {
    reporter.report({ type: 'phase', phase: 'sample', state: 'end', ms: performance.now() - began })
  }
}

/** How many rows of a table are going to move. */
export function movingRows({ sample }: Pick<Session, 'sample'>, t: TablePlan): number {
  const own = sample?.tables.find((s) => s.table === (t.of ?? t.label))
  return own?.taken ?? t.rows - t.filtered
}

/** Rows that a run moves in all. */
export function totalRows(session: Session): number {
  return session.plan.tables.reduce((sum, t) => sum + movingRows(session, t), 0)
}
