/** The source of a planned table, through its mapping where it has one. */
import type { Database, RowSource, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { sourceColumns, type TablePlan, targetColumns } from '../core/plan.ts'
import type { RowStage } from '../core/transfer.ts'
import type { StageContext } from './context.ts'
import { digestedColumns, undigested } from './digested.ts'
import { mappedSource } from './mapped-source.ts'
import { takenRows } from './taken.ts'

export interface PlannedSourceOptions {
  /** False leaves order and ranges to the engine; default true. */
  readonly keyed?: boolean
  /** What mappings need. */
  readonly stages?: StageContext
}

/** Rows of a planned table in the form that the target takes. Throws INTERNAL for a mapping without what it needs. */
export function plannedSource(plan: TablePlan, db: Database, o: PlannedSourceOptions = {}): RowSource {
  const key = o.keyed === false && plan.taken === undefined ? null : plan.key
  const all = db.source(plan.source, sourceColumns(plan), { key, where: plan.where })
  const source = plan.taken === undefined ? all : takenRows(all, plan.taken)
  if (plan.stage === undefined) return source
  if (o.stages === undefined)
    throw new NaruError('INTERNAL', `${plan.label} has a mapping that nothing was made ready for`)
  const mapping = {
    stage: plan.stage,
    columns: targetColumns(plan),
    key: plan.key,
    label: plan.label,
    database: db.address.label,
    target: plan.target.name,
  }
  const { digest } = inSql(plan, plan.stage, db, key)
  const mapped = mappedSource(source, mapping, o.stages)
  return digest === undefined ? mapped : { ...mapped, digest }
}

/** The same rows as SQL of the source: for digests, of the fields that it has words for. */
function inSql(
  plan: TablePlan,
  stage: RowStage,
  db: Database,
  key: readonly string[] | null,
): Pick<RowSource, 'digest'> {
  if (undigested(stage) !== null) return {}
  const fields = digestedColumns(plan, stage, db.engine.dialect)
  const none: WireColumn = { ...stage.read[0], digested: 'NULL' }
  const columns = [...fields.map((c) => (typeof c === 'string' ? none : c)), ...stage.read]
  return { digest: db.source(plan.source, columns, { key, where: plan.where }).digest }
}
