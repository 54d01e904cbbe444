/** `naru verify NAME`: the rows that transfers make of their sources, compared with those of the target. */
import { disposables } from '../core/disposables.ts'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { CopyPlan, TablePlan } from '../core/plan.ts'
import type { TableVerification, VerifyReport, VerifySide } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { type Answering, filledTogether } from '../transfer/shared-target.ts'
import { certify, knownCertificate } from './certificate.ts'
import { compareMerged } from './compare-merged.ts'
import { type DriftSpool, driftSpool } from './drift-list.ts'
import { addressingsOf } from './files/transfer-files.ts'
import { type MergedTable, withMerging } from './merged-tables.ts'
import { openStages } from './stage.ts'
import { openThrottle, pauseNotes } from './throttle.ts'
import { makePlan, type OpenSet, openSet } from './transfer.ts'
import type { TransferSet } from './transfer-set.ts'
import { continuable, earlierNotes, refuseUncounted, sideOf, tellDrift, type VerifyContext } from './verify.ts'
import { comparedMappings } from './verify-answering.ts'
import { hashOf, sumOf } from './verify-begun.ts'
import { openPairs, secondLooks } from './verify-lanes.ts'
import { openState, type VerifyState } from './verify-state.ts'
import { compareAll } from './verify-tables.ts'
import { wayOf } from './verify-way.ts'

/**
 * Compares the rows that a set of transfers makes of its sources with those of the target. Rows of the target that no mapping makes are
 * drift where the transfers alone fill the table; else those with numbers or origins of theirs. Options as for `verify`: `where` by names of
 * transfers, in the source's SQL; `since`, `excludeColumns` and `tolerances` by columns of the target.
 * @throws NaruError as `verify` does; TABLE_MISSING where a transfer that numbers rows afresh has never been run.
 */
export async function verifyTransfer(
  set: TransferSet,
  options: VerifyOptions,
  context: VerifyContext,
): Promise<VerifyReport> {
  const started = new Date().toISOString()
  refuseUnfit(options)
  const known = options.certificate === undefined ? null : await knownCertificate(options)
  await using open = await openSet(set, { role: 'source' })
  const { by: _, tables: _tables, exclude: _exclude, where: _where, ...rest } = options
  const deciding = { counting: false, notes: false, options: rest }
  const plan = await makePlan(withMerging(set), open, deciding, context.reporter)
  const { single, merged } = await comparedMappings(set, plan, open, options)
  const listed = options.list !== undefined || context.onDrift !== undefined
  await using spool = listed ? driftSpool() : null
  const work = { set, open, plan, plans: single.map((a) => a.plan), merged, options, context, spool, started }
  try {
    const { sides, ...report } = await compareSet(work, single)
    if (options.certificate === undefined) return report
    const from = joined(set, sides.from, plan.from.label)
    const certified = { from, to: sides.to, mappings: mappingsOf(work) }
    return { ...report, certificate: await certify(options.certificate, known, report, certified) }
  } catch (error) {
    throw (context.stateFolder ?? null) === null ? error : continuable(error)
  }
}

/** A hash of what makes the rows of each table that is compared. */
function mappingsOf({ plans, merged }: Work): Map<string, string> {
  const rules = (t: MergedTable) => [
    t.plans.map((p) => [p.label, hashOf(p), p.upsert]),
    t.selection?.sources.map(hashOf),
  ]
  return new Map([
    ...plans.map((p) => [p.label, hashOf(p)] as const),
    ...merged.map((t) => [t.label, sumOf([rules(t), t.selection?.target ?? null])] as const),
  ])
}

function refuseUnfit(o: VerifyOptions): void {
  refuseUncounted(o)
  if (!o.remember) return
  throw new NaruError('USAGE', '--remember is not for transfers', {
    why: 'what is remembered serves naru repair, which mends one database after another of the same shape',
    hint: 'Leave it out; naru sync keeps rows of a transfer as its mapping makes them.',
    state: 'nothing was changed',
  })
}

interface Work {
  readonly set: TransferSet
  readonly open: OpenSet
  readonly plan: CopyPlan
  readonly plans: readonly TablePlan[]
  readonly options: VerifyOptions
  readonly context: VerifyContext
  readonly spool: DriftSpool | null
  readonly started: string
  readonly merged: readonly MergedTable[]
}

interface Found {
  readonly tables: readonly TableVerification[]
  readonly notes: readonly string[]
  readonly from: VerifySide
  readonly to: VerifySide
}

type Sides = { readonly from: readonly VerifySide[]; readonly to: VerifySide }

/** Merged tables, then source by source; the result is in the plan's order. */
async function compareSet(w: Work, all: readonly Answering[]): Promise<VerifyReport & { readonly sides: Sides }> {
  const { set, open, context, options } = w
  const states = await openStates(w)
  try {
    const together = await compareMerged(w)
    const found: Found[] = []
    for (const [origin, state] of states.of) found.push(await compareOrigin(w, origin, state))
    const byName = new Map(found.flatMap((f) => f.tables.map((t) => [t.table, t] as const)))
    const own = w.plans.flatMap((p) => byName.get(p.label) ?? [])
    const labels = [...w.plans.map((p) => p.label), ...w.merged.map((t) => t.label)]
    await tellDrift(context, w.spool, labels)
    const title = `transfers ${set.name}: rows that differ`
    if (options.list !== undefined)
      await w.spool?.save({ list: options.list, title, tables: labels, write: context.write })
    const tables = [...own, ...together.tables, ...(await unexplained(set, all, own, open.target))]
    const earlier = [...states.of.values()].flatMap((s) => s.state.earlier)
    const notes = [...together.notes, ...found.flatMap((f) => f.notes), ...all.flatMap((a) => a.note ?? [])]
    for (const { state } of states.of.values()) state.finish()
    const compared = new Map([...together.from, ...[...states.of.keys()].map((o, i) => [o, found[i].from] as const)])
    return {
      from: w.plan.from.label,
      to: set.target.address.label,
      started: w.started,
      finished: new Date().toISOString(),
      tables,
      same: tables.every((t) => t.same),
      notes: [...new Set([...earlierNotes(earlier), ...notes])],
      ...(earlier.length > 0 && { earlier }),
      sides: {
        from: [...compared].sort(([a], [b]) => a - b).map(([, side]) => side),
        to: found.at(-1)?.to ?? together.to ?? sideOf(open.target, null),
      },
    }
  } finally {
    await states[Symbol.asyncDispose]()
  }
}

interface Begun {
  readonly state: VerifyState
  readonly plans: readonly TablePlan[]
  readonly notes: readonly string[]
}

/** What is kept of each source, begun for all of them before the first is compared: whoever goes on finds them all. */
async function openStates(w: Work): Promise<AsyncDisposable & { readonly of: ReadonlyMap<number, Begun> }> {
  const stack = disposables()
  const of = new Map<number, Begun>()
  const { open, options, context, set } = w
  const { target } = open
  const warn = (message: string) => context.reporter.report({ type: 'warning', message })
  try {
    for (const [origin, source] of open.sources.entries()) {
      const plans = w.plans.filter((p) => (p.origin ?? 0) === origin)
      if (plans.length === 0) continue
      const { by, notes } = await wayOf(options, source, target)
      const subject = { source, target, options, plans, by, listed: w.spool !== null, transfers: set.name }
      const state = openState({ ...subject, folder: context.stateFolder ?? null, warn })
      stack.defer(async () => state[Symbol.dispose]())
      of.set(origin, { state, plans, notes: state.earlier.length > 0 ? [] : notes })
    }
    return { of, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function compareOrigin(w: Work, origin: number, { state, plans, notes }: Begun): Promise<Found> {
  const { set, open, options, context, spool } = w
  const { target } = open
  const source = open.sources[origin]
  const ends = { from: set.sources[origin].address, to: set.target.address, source, target }
  const stages = openStages({ to: ends.to, tables: w.plan.tables, stores: addressingsOf(set.stores) }, target)
  try {
    await using pairs = await openPairs(ends, 1, options.noLock ?? false)
    const { positions } = pairs
    state.session({ started: w.started, ...positions })
    await using held = await openThrottle(ends, options, context)
    await using again = secondLooks(ends)
    const c = { ...context, plans, options, state, spool, held, stages }
    const tables = await compareAll(c, pairs.lanes, again)
    return {
      tables,
      notes: [...pairs.notes, ...notes, ...held.notes, ...pauseNotes(held.throttle)],
      from: sideOf(source, positions.source),
      to: sideOf(target, positions.target),
    }
  } finally {
    await stages.close()
  }
}

/** Several sources as one end. */
function joined(set: TransferSet, sides: readonly VerifySide[], label: string): VerifySide {
  const distinct = (values: readonly string[]) => [...new Set(values)].join(', ')
  const positions = sides.flatMap((s) => (s.position === null ? [] : [s]))
  const named = (s: VerifySide) => set.sources.find((n) => n.address.label === s.label)?.name ?? s.label
  return {
    label: sides.length === 1 ? sides[0].label : `${label}: ${sides.map((s) => s.label).join(', ')}`,
    engine: distinct(sides.map((s) => s.engine)),
    version: distinct(sides.map((s) => s.version)),
    position: positions.length === 0 ? null : positions.map((s) => `${named(s)} ${s.position}`).join(', '),
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
