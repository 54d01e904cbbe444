/** The tables of a comparison: which are there, and comparing them side by side. */
import { type ShapeInput, shapeExisting } from '../copy/shape.ts'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { VerifyOptions } from '../core/options.ts'
import { type TablePlan, tableLabel } from '../core/plan.ts'
import type { TableVerification } from '../core/report.ts'
import { displayName, type Schema, type Table, type UnreadSchema } from '../core/schema.ts'
import { share } from '../core/share.ts'
import type { Throttle } from '../core/throttle.ts'
import type { StageContext } from '../transfer/context.ts'
import type { DriftListener } from '../verify/collect.ts'
import { verifyTable } from '../verify/compare.ts'
import { NOTHING_DONE } from '../verify/side.ts'
import type { DriftSpool } from './drift-list.ts'
import { temporaryStore } from './temporary-store.ts'
import { type Held, heldTo } from './throttle.ts'
import { tolerancesOf } from './verify-columns.ts'
import type { Pair, SecondLooks } from './verify-lanes.ts'
import type { VerifyState } from './verify-state.ts'

/** The tables to compare, and all that comparing takes. */
export interface Comparison {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
  /** Told of rows that differ while tables are compared; all are then found. */
  readonly listener?: (plan: TablePlan) => DriftListener
  readonly plans: readonly TablePlan[]
  readonly options: VerifyOptions
  readonly state: VerifyState
  readonly spool: DriftSpool | null
  readonly held: Held
  /** What mappings need. */
  readonly stages?: StageContext
}

/**
 * Compares all tables; the result is in the plan's order. Large ones come first, so that lanes end together; those that an earlier process
 * finished are as it found them. Throws STOPPED.
 */
export async function compareAll(
  c: Comparison,
  lanes: readonly Pair[],
  again: SecondLooks,
): Promise<TableVerification[]> {
  const queue = c.plans.map((_, i) => i).sort((a, b) => c.plans[b].bytes - c.plans[a].bytes)
  const results: TableVerification[] = []
  const { options } = c
  const how = options.verify === 'count' ? 'count' : 'digest'
  const pace = pacing(c.held.throttle)
  const began = performance.now()
  tellBegin(c)
  const work = async (lane: Pair, at: number) => {
    if (c.signal?.aborted) throw new NaruError('STOPPED', 'verification was stopped before its end', NOTHING_DONE)
    const { label } = c.plans[at]
    const done = c.spool === null && c.listener === undefined ? c.state.done(label) : undefined
    const second = async () => {
      const look = await again.of(lane)()
      return { ...look, ...pace(look) }
    }
    results[at] =
      done ?? (await verifyTable({ ...inputOf(c, c.plans[at]), ...pace(lane), again: second }, howOf(c.plans[at], how)))
    if (done === undefined) c.state.keepDone(results[at])
    else c.reporter.report({ type: 'compared', table: label, rows: done.sourceRows, earlier: true })
    c.reporter.report({ type: 'table', table: label, rows: results[at].sourceRows, state: 'end' })
  }
  await share(lanes, queue, work)
  c.reporter.report({ type: 'phase', phase: PHASE, state: 'end', ms: performance.now() - began })
  return results
}

/** How many rows a function makes is known only when it has been called. */
function howOf(plan: TablePlan, how: 'count' | 'digest'): 'count' | 'digest' {
  return plan.stage?.row === undefined ? how : 'digest'
}

function inputOf(c: Comparison, plan: TablePlan) {
  const { options } = c
  return {
    plan,
    stages: c.stages,
    by: c.state.by,
    digests: c.state.digests,
    gentle: c.held.throttle !== null,
    limit: options.limit,
    settle: (options.settle ?? 0) * 1000,
    sample: options.sample === undefined ? undefined : { text: options.sample, seed: options.seed ?? 1 },
    memory: c.state.table(plan.label),
    complete: c.spool !== null || c.listener !== undefined,
    tolerances: tolerancesOf(plan, options),
    store: () => temporaryStore('rows of a function'),
    listener: c.listener?.(plan) ?? c.spool?.listener(plan.label),
    report: c.reporter,
    signal: c.signal,
  }
}

/** The phase in which rows are compared, as progress shows it. */
const PHASE = 'compare'

function tellBegin({ reporter, plans, state }: Comparison): void {
  const rows = plans.reduce((n, p) => n + p.rows, 0)
  reporter.report({ type: 'comparison', tables: plans.length, rows, resumed: state.earlier.length > 0 })
  reporter.report({ type: 'phase', phase: PHASE, state: 'begin' })
  for (const { label, rows } of plans) reporter.report({ type: 'table', table: label, rows, state: 'begin' })
}

/** Both databases of a pair, each held to what it is to bear; all lanes share that. */
function pacing(held: Throttle | null): (pair: Pair) => Pair {
  if (held === null) return (pair) => pair
  const paces = { source: held.pace(), target: held.pace() }
  return ({ source, target }) => ({
    source: heldTo(source, paces.source, held),
    target: heldTo(target, paces.target, held),
  })
}

/** Tables that are not on the target, as verifications. */
export async function missingTables(source: Database, shape: ShapeInput): Promise<TableVerification[]> {
  const found: TableVerification[] = []
  for (const { source: table, target } of shapeExisting(shape).absent) {
    const rows = Number(await source.source(table, [], { key: null }).count())
    found.push({
      table: tableLabel(table.name, shape.source.name),
      target: displayName(target.name),
      how: 'not verified',
      sourceRows: rows,
      targetRows: 0,
      sourceDigest: null,
      targetDigest: null,
      same: false,
      drift: [],
      driftCount: rows,
      ms: 0,
      note: 'not on the target',
    })
  }
  return found
}

/** Tables that only the target has are told, and are no difference: what was copied may live among others. */
export function surplus(shape: ShapeInput, plans: readonly TablePlan[]): string[] {
  const known = new Set(plans.map((p) => displayName(p.target.name)))
  const others = shape.target.tables.map((t: Table) => displayName(t.name)).filter((n) => !known.has(n))
  if (others.length === 0 || shape.options.tables !== undefined || shape.options.exclude !== undefined) return []
  return [`on the target only, not compared: ${others.join(', ')}`]
}

/** Schemas of the source whose tables were not compared, unless tables were asked for by name. */
export function unreadTables(source: Schema, options: VerifyOptions): UnreadSchema[] {
  if (options.tables !== undefined || options.exclude !== undefined) return []
  return (source.unread ?? []).filter((u) => u.tables > 0)
}
