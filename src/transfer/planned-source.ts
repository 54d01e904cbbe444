/** The source of a planned table, through its mapping where it has one. */
import type { Database, RowSource } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { sourceColumns, type TablePlan, targetColumns } from '../core/plan.ts'
import type { StageContext } from './context.ts'
import { mappedSource } from './mapped-source.ts'

export interface PlannedSourceOptions {
  /** False leaves order and ranges to the engine; default true. */
  readonly keyed?: boolean
  /** What mappings need. */
  readonly stages?: StageContext
}

/** Rows of a planned table in the form that the target takes. Throws INTERNAL for a mapping without what it needs. */
export function plannedSource(plan: TablePlan, db: Database, o: PlannedSourceOptions = {}): RowSource {
  const key = o.keyed === false ? null : plan.key
  const source = db.source(plan.source, sourceColumns(plan), { key, where: plan.where })
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
  return mappedSource(source, mapping, o.stages)
}
