/** A sample in a plan: what cannot be asked for together, and about how many rows it will be. */
import { NaruError } from '../../core/error.ts'
import type { CopyOptions } from '../../core/options.ts'
import type { CopyPlan, SampledTable, TablePlan } from '../../core/plan.ts'
import type { Relation } from '../../core/relation.ts'
import { sampleRows } from '../../verify/sample.ts'
import { estimate } from '../estimate.ts'
import { expectedRows } from './choose.ts'
import { sampleGraph } from './graph.ts'

/** Refuses what a sample makes no sense with. Throws USAGE. */
export function checkSample(o: CopyOptions): void {
  if (o.sample === undefined) {
    if (o.sampleSeed !== undefined) throw needless('--sample-seed', 'it says which rows a sample takes')
    if (o.relations !== undefined) throw needless('--relation', 'it says which rows of a sample belong together')
    return
  }
  if (sampleRows(o.sample, 0) === null)
    throw usage(`--sample ${o.sample} is neither a percentage nor a number of rows`, 'it says how many rows are taken')
  const bad =
    (o.incremental && ['--incremental', 'it makes the target equal to all rows of the source']) ||
    (o.schemaOnly && ['--schema-only', 'it copies no rows']) ||
    ((o.redo?.length ?? 0) > 0 && ['--redo', 'the rows of a sample belong together']) ||
    (o.ifExists === 'append' && [
      '--if-exists append',
      'nobody could tell the rows that are there from those of the sample',
    ])
  if (bad) throw usage(`--sample and ${bad[0]} exclude each other`, bad[1])
}

function needless(option: string, why: string): NaruError {
  const hint = 'Add --sample 1%, or leave it out.'
  return new NaruError('USAGE', `${option} needs --sample`, { why, hint, state: 'nothing was changed' })
}

function usage(message: string, why: string): NaruError {
  return new NaruError('USAGE', message, { why, hint: 'Leave one of them out.', state: 'nothing was changed' })
}

/**
 * The plan of a sample. `relations`: of all sources. Rows leave the target in nobody's order, so that digests are sums. */
export function sampledPlan(plan: CopyPlan, o: CopyOptions, relations: readonly Relation[]): CopyPlan {
  if (o.sample === undefined) return plan
  const tables = plan.tables.map((t) => ({ ...t, ordered: false }))
  const expected = expectedTables(tables, relations, o.sample)
  const declared = relations.length > 0 && { relations }
  const sample = { asked: o.sample, seed: o.sampleSeed ?? 1, exact: false, tables: expected, ...declared }
  const few = tables.map((t): TablePlan => {
    const { taken = 0, rows = 0 } = expected.find((e) => e.table === (t.of ?? t.label)) ?? {}
    return { ...t, rows: taken, filtered: 0, bytes: rows === 0 ? 0 : t.bytes * (taken / Math.max(t.rows, 1)) }
  })
  return { ...plan, tables, sample, estimate: estimate(few, o) }
}

function expectedTables(tables: readonly TablePlan[], relations: readonly Relation[], asked: string): SampledTable[] {
  const { nodes, edges } = sampleGraph(tables, relations)
  const rows = nodes.map((n) => n.plan.rows - n.plan.filtered)
  const own = rows.map((all, n) => (nodes[n].whole === null ? Math.min(all, sampleRows(asked, all) ?? 0) : all))
  const taken = expectedRows(rows, own, edges)
  return nodes.flatMap((n, i): SampledTable[] => {
    if (n.plan.of !== undefined) return []
    const counts = { table: n.label, rows: rows[i], taken: taken[i], needed: taken[i] - own[i] }
    return [{ ...counts, ...(n.whole !== null && { whole: n.whole }), ...(n.alone && { alone: true as const }) }]
  })
}
