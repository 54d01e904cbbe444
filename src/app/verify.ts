/** `naru verify`: compares two databases table by table, to the row key. Changes nothing. */
import { availableParallelism } from 'node:os'
import { mapOntoExisting } from '../copy/plan.ts'
import { type ShapeInput, shapeExisting, shapeInput } from '../copy/shape.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions } from '../core/options.ts'
import { type TablePlan, tableLabel } from '../core/plan.ts'
import type { TableVerification, VerifyReport } from '../core/report.ts'
import { displayName, type Table } from '../core/schema.ts'
import { share } from '../core/share.ts'
import { verifyTable } from '../verify/compare.ts'
import { openDatabase } from './open.ts'
import { openPairs, type Pair, secondLook } from './verify-lanes.ts'

/**
 * Compares every table of the source with its counterpart on the target. Options that choose and name tables (tables, exclude,
 * where, rename, casts) mean what they mean to copy; `verify: 'count'` compares numbers of rows only; `by: 'digest'` lets both
 * databases compute digests and reads only rows that may differ.
 * @throws NaruError as the databases do; STOPPED when the signal fires. Differences are in the report, not thrown.
 */
export async function verify(
  from: Address,
  to: Address,
  options: CopyOptions,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<VerifyReport> {
  const started = new Date().toISOString()
  await using source = await openDatabase(from, { role: 'source' })
  await using target = await openDatabase(to, { role: 'source' })
  const shape = shapeInput(source, target, {
    source: await source.inspect({ schema: from.schema }),
    target: await target.inspect({ schema: to.schema }),
    options,
  })
  const plans = mapOntoExisting(shape).map(strict)
  const missing = await missingTables(source, shape)
  const ends = { from, to, source, target }
  await using pairs = await openPairs(ends, laneCount(ends, options), options.noLock ?? false)
  const context = {
    plans,
    reporter,
    signal,
    how: options.verify === 'count' ? 'count' : 'digest',
    by: options.by,
  } as const
  const found = await compareAll(context, pairs.lanes, secondLook(ends))
  const tables = [...found, ...missing]
  return {
    from: from.label,
    to: to.label,
    started,
    finished: new Date().toISOString(),
    tables,
    same: tables.every((t) => t.same),
    notes: [...pairs.notes, ...surplus(shape, plans)],
  }
}

/** Rows that only the target has are differences here, whoever wrote them. */
function strict(plan: TablePlan): TablePlan {
  return { ...plan, action: 'truncate' }
}

/** In-process lanes overlap the waiting for both servers; more of them than cores would only wait for each other. */
function laneCount(ends: Pair, options: CopyOptions): number {
  if (ends.source.can.inProcess || ends.target.can.inProcess) return 1
  return options.jobs ?? Math.max(2, Math.min(4, availableParallelism()))
}

async function missingTables(source: Database, shape: ShapeInput): Promise<TableVerification[]> {
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
function surplus(shape: ShapeInput, plans: readonly TablePlan[]): string[] {
  const known = new Set(plans.map((p) => displayName(p.target.name)))
  const others = shape.target.tables.map((t: Table) => displayName(t.name)).filter((n) => !known.has(n))
  if (others.length === 0 || shape.options.tables !== undefined || shape.options.exclude !== undefined) return []
  return [`on the target only, not compared: ${others.join(', ')}`]
}

interface Context {
  readonly plans: readonly TablePlan[]
  readonly how: 'count' | 'digest'
  readonly by: CopyOptions['by']
  readonly reporter: Reporter
  readonly signal: AbortSignal | undefined
}

/** Large tables first, so that lanes end together; the result is in the plan's order. */
async function compareAll(
  c: Context,
  lanes: readonly Pair[],
  again: ReturnType<typeof secondLook>,
): Promise<TableVerification[]> {
  const queue = c.plans.map((_, i) => i).sort((a, b) => c.plans[b].bytes - c.plans[a].bytes)
  const results: TableVerification[] = []
  const work = async (lane: Pair, at: number) => {
    if (c.signal?.aborted) throw new NaruError('STOPPED', 'verification was stopped before its end')
    const plan = c.plans[at]
    results[at] = await verifyTable({ ...lane, plan, again, by: c.by, report: c.reporter, signal: c.signal }, c.how)
  }
  await share(lanes, queue, work)
  return results
}
