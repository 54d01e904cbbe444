import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { CopyPlan, TablePlan } from '../core/plan.ts'
import type { TableVerification, VerifyReport } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { type Answering, answering, filledTogether } from '../transfer/shared-target.ts'
import { comparedMapping, withColumns } from '../verify/mapped.ts'
import { type DriftSpool, driftSpool } from './drift-list.ts'
import { addressingsOf } from './files/transfer-files.ts'
import { openStages } from './stage.ts'
import { openThrottle, pauseNotes } from './throttle.ts'
import { makePlan, type OpenSet, openSet } from './transfer.ts'
import type { TransferSet } from './transfer-set.ts'
import { tellDrift, type VerifyContext } from './verify.ts'
import { comparedColumns } from './verify-columns.ts'
import { openPairs, secondLooks } from './verify-lanes.ts'
import { openState } from './verify-state.ts'
import { compareAll } from './verify-tables.ts'

/**
 * Compares the rows that a set of transfers makes of its sources with those of the target. Rows of the target that no mapping makes are
 * drift where the transfers alone fill the table; else those with numbers or origins of theirs. Options as for `verify`, but for those that
 * need two databases of one shape: `continue`, `certificate`, `since`, `where`.
 * @throws NaruError as `verify` does; TABLE_MISSING where a transfer that numbers rows afresh has never been run.
 */
export async function verifyTransfer(
  set: TransferSet,
  options: VerifyOptions,
  context: VerifyContext,
): Promise<VerifyReport> {
  const started = new Date().toISOString()
  refuseUnfit(options)
  await using open = await openSet(set, { role: 'source' })
  const { target } = open
  const { by: _, tables: _tables, exclude: _exclude, ...rest } = options
  const plan = await makePlan(set, open, { counting: false, notes: false, options: rest }, context.reporter)
  refuseNeverRun(set, plan)
  const all = plan.tables
    .filter((t) => !t.label.startsWith(ID_MAP))
    .map((t) => answering(set, plan, comparedMapping(t), target.engine.dialect))
  const plans = chosenColumns(
    all.map((a) => a.plan),
    options,
  )
  const listed = options.list !== undefined || context.onDrift !== undefined
  await using spool = listed ? await driftSpool() : null
  const work = { set, open, plan, plans, options, context, spool }
  const found = await compareOrigins(work)
  const labels = plans.map((p) => p.label)
  await tellDrift(context, spool, labels)
  const title = `transfers ${set.name}: rows that differ`
  if (options.list !== undefined) await spool?.save({ list: options.list, title, tables: labels, write: context.write })
  const tables = [...found.tables, ...(await unexplained(set, all, found.tables, target))]
  return {
    from: plan.from.label,
    to: set.target.address.label,
    started,
    finished: new Date().toISOString(),
    tables,
    same: tables.every((t) => t.same),
    notes: [...new Set([...found.notes, ...all.flatMap((a) => a.note ?? [])])],
  }
}

/** How plans of id maps are called. */
const ID_MAP = 'keys of '

function refuseUnfit(o: VerifyOptions): void {
  const unfit = [
    ['--continue', o.continue],
    ['--certificate', o.certificate],
    ['--since', o.since && Object.keys(o.since).length > 0],
    ['--where', o.where && Object.keys(o.where).length > 0],
    ['--by digest', o.by === 'digest'],
  ].find(([, given]) => given)
  if (unfit === undefined) return
  throw new NaruError('USAGE', `${unfit[0]} is not for transfers`, {
    why: 'the rows that mappings make are in no database: they are made anew and compared here',
    hint: 'Leave it out; which rows are taken is said in the mapping itself (where).',
    state: 'nothing was changed',
  })
}

function refuseNeverRun(set: TransferSet, plan: CopyPlan): void {
  const missing = plan.tables.find((t) => t.label.startsWith(ID_MAP) && t.action === 'create')
  if (missing === undefined) return
  const transfer = missing.label.slice(ID_MAP.length)
  throw new NaruError('TABLE_MISSING', `nothing is known of the numbers that ${transfer} gave its rows`, {
    why: `${displayName(missing.target.name)} is not on ${set.target.address.label}`,
    hint: `Run the transfers first: naru copy ${set.set}.`,
    state: 'nothing was changed',
  })
}

function chosenColumns(plans: readonly TablePlan[], options: VerifyOptions): TablePlan[] {
  const narrowed = comparedColumns(
    plans.map((p) => ({ ...p, key: null })), // its key has the source's names
    options,
  )
  return plans.map((p, i) => withColumns(p, new Set(narrowed[i].columns.map((c) => c.target.name))))
}

interface Work {
  readonly set: TransferSet
  readonly open: OpenSet
  readonly plan: CopyPlan
  readonly plans: readonly TablePlan[]
  readonly options: VerifyOptions
  readonly context: VerifyContext
  readonly spool: DriftSpool | null
}

interface Found {
  readonly tables: readonly TableVerification[]
  readonly notes: readonly string[]
}

/** Source by source; the result is in the plan's order. */
async function compareOrigins(w: Work): Promise<Found> {
  const tables = new Map<string, TableVerification>()
  const notes: string[] = []
  for (const origin of w.set.sources.keys()) {
    const plans = w.plans.filter((p) => (p.origin ?? 0) === origin)
    if (plans.length === 0) continue
    const found = await compareOrigin(w, origin, plans)
    for (const t of found.tables) tables.set(t.table, t)
    notes.push(...found.notes)
  }
  return { tables: w.plans.flatMap((p) => tables.get(p.label) ?? []), notes }
}

async function compareOrigin(w: Work, origin: number, plans: readonly TablePlan[]): Promise<Found> {
  const { set, open, options, context, spool } = w
  const source = open.sources[origin]
  const ends = { from: set.sources[origin].address, to: set.target.address, source, target: open.target }
  const warn = (message: string) => context.reporter.report({ type: 'warning', message })
  const listed = spool !== null
  const subject = { source, target: open.target, options, plans, by: 'stream' as const, listed }
  using state = openState({ ...subject, folder: null, warn })
  const stages = openStages({ to: ends.to, tables: w.plan.tables, stores: addressingsOf(set.stores) }, open.target)
  try {
    await using pairs = await openPairs(ends, 1, options.noLock ?? false)
    await using held = await openThrottle(ends, options, context)
    await using again = secondLooks(ends)
    const c = { ...context, plans, options, state, spool, held, stages }
    const tables = await compareAll(c, pairs.lanes, again)
    return { tables, notes: [...pairs.notes, ...held.notes, ...pauseNotes(held.throttle)] }
  } finally {
    await stages.close()
  }
}

/** Rows of tables that several mappings fill which none of them made, by number. */
async function unexplained(
  set: TransferSet,
  all: readonly Answering[],
  found: readonly TableVerification[],
  target: Database,
): Promise<TableVerification[]> {
  const more: TableVerification[] = []
  for (const group of filledTogether(set, all)) {
    const began = performance.now()
    const own = found.filter((t) => group.some((a) => a.plan.label === t.table))
    if (own.length !== group.length || own.some((t) => t.sample !== undefined || t.how === 'count')) continue
    const explained = own.reduce((n, t) => n + t.sourceRows - (t.kinds?.missing ?? 0) + (t.kinds?.extra ?? 0), 0)
    const { target: table } = group[0].plan
    const rows = Number(await target.source(table, [], { key: null }).count())
    if (rows === explained) continue
    more.push({
      table: own.map((t) => t.table).join(' and '),
      target: displayName(table.name),
      how: 'count',
      sourceRows: explained,
      targetRows: rows,
      sourceDigest: null,
      targetDigest: null,
      same: false,
      drift: [],
      driftCount: Math.abs(rows - explained),
      ms: performance.now() - began,
      note: rows > explained ? 'rows that no mapping made' : 'several mappings make the same rows',
    })
  }
  return more
}
