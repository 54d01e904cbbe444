/** `naru verify NAME` of tables whose rows are merged of several: what all rows of a key come to, compared with the target. */

import { openFold } from '../copy/fold.ts'
import { foldStore } from '../copy/fold-store.ts'
import { BATCH } from '../core/batch.ts'
import type { CellReject, Database } from '../core/engine.ts'
import { displayKey } from '../core/key.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'
import type { TableVerification } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { sumText } from '../core/sum.ts'
import type { StageContext } from '../transfer/context.ts'
import { type Collected, collector, type DriftListener } from '../verify/collect.ts'
import { asGiven, type FoldedGroup, type MadeEnds, narrowTo, type ReadsMade } from '../verify/folded.ts'
import { compareKeyed, type KeyedFound, type KeyedSides, openNote } from '../verify/keyed.ts'
import { newTally, type Tally } from '../verify/tally.ts'
import type { MergedTable } from './merged-tables.ts'
import { temporaryStore } from './temporary-store.ts'
import { tolerancesOf } from './verify-columns.ts'

/** Databases to read: the sources by their place in the set. */
export interface MergedEnds {
  readonly sources: readonly Database[]
  readonly target: Database
}

interface MergedInput {
  readonly ends: MergedEnds
  readonly stages: StageContext
  /** How mappings are read; default: with what functions say nothing of. */
  readonly reads?: (ends: MadeEnds, signal?: AbortSignal) => ReadsMade
  readonly options: VerifyOptions
  readonly listener?: DriftListener
  readonly signal?: AbortSignal
  /** Opens them outside of any snapshot. */
  again(): Promise<MergedEnds & AsyncDisposable>
}

/** Compares one table. Throws STOPPED. */
export async function verifyMerged(t: MergedTable, i: MergedInput): Promise<TableVerification> {
  const began = performance.now()
  const { options, ends, signal } = i
  const plan = tableOf(t)
  await using db = await temporaryStore('merged rows')
  const fold = openFold(t.plans, t.columns)
  const group: FoldedGroup = { plans: t.plans, key: plan.rowKey ?? [], fold, store: await foldStore(db) }
  const tally = newTally()
  const rejected = rejects(t, tally)
  const tolerances = Object.assign({}, ...t.plans.map((p) => tolerancesOf(p, options)))
  const raw = ends.target.engine.dialect.rawValue
  const list = collector({ plan, raw, limit: options.limit, tolerances, listener: i.listener }, () => tally)
  const made = (e: MergedEnds): ReadsMade =>
    (i.reads ?? asGiven)({ stages: i.stages, sourceOf: (p) => e.sources[p.origin ?? 0] }, signal)
  const sides = (e: MergedEnds): KeyedSides => ({ made: made(e), target: e.target })
  await select(t, group, { ...sides(ends), rejected, signal })
  const found = await compareKeyed(
    {
      group,
      plan,
      extras: t.extras,
      settle: (options.settle ?? 0) * 1000,
      signal,
      taker: list,
      rejected: t.selection === null ? rejected : undefined,
      async again() {
        const look = await i.again()
        return { ...sides(look), [Symbol.asyncDispose]: () => look[Symbol.asyncDispose]() }
      },
    },
    sides(ends),
  )
  const collected = await list.finish(tally, found.target.rows)
  return verificationOf(t, {
    plan,
    found,
    collected,
    refused: tally.unreadableCount,
    ms: performance.now() - began,
    options,
  })
}

/** The table as rows of it are compared and told. */
function tableOf({ label, plans, columns, own, extras }: MergedTable): TablePlan {
  const { stage: _, where: _where, targetWhere: _on, ...first } = plans[0]
  return {
    ...first,
    label,
    columns: columns.map(({ column, wire }) => ({ source: column, target: column, wire, rule: 'existing' })),
    rowKey: plans[0].upsert?.key ?? [],
    ordered: false,
    action: extras ? 'truncate' : 'append',
    ...(own !== undefined && { targetWhere: own }),
  }
}

/** Takes down rows that a mapping cannot make: they have keys of their source alone. */
function rejects({ plans }: MergedTable, tally: Tally) {
  return ({ label }: TablePlan, reject: CellReject) => {
    const key = plans.length === 1 ? displayKey(reject.key) : `${label} ${displayKey(reject.key)}`
    tally.source.rows++
    tally.unreadableCount++
    tally.unreadable.set(`${label} ${tally.unreadableCount}`, { side: 'source', key, reject })
  }
}

interface Selecting extends KeyedSides {
  rejected(plan: TablePlan, reject: CellReject): void
  readonly signal?: AbortSignal
}

/** Notes which keys are looked at, where that is not all. */
async function select({ selection }: MergedTable, group: FoldedGroup, o: Selecting): Promise<void> {
  if (selection === null) return
  await group.store.narrow([])
  for (const plan of selection.sources)
    await narrowTo(group, plan, { rows: o.made(plan), rejected: (reject) => o.rejected(plan, reject) })
  if (selection.target === undefined) return
  const [plan] = group.plans
  const { columns } = group.fold
  const held = o.target.source(plan.target, [...columns], { key: null, where: selection.target })
  const asHeld = columns.map((c) => ({ source: c.column, target: c.column, wire: c.wire, rule: 'existing' as const }))
  const rows = held.read({ kind: 'all' }, { ...BATCH, signal: o.signal })
  await narrowTo(group, { ...plan, columns: asHeld }, { rows })
}

interface Outcome {
  readonly plan: TablePlan
  readonly found: KeyedFound
  readonly collected: Collected
  /** Rows that a mapping could not make. */
  readonly refused: number
  readonly ms: number
  readonly options: VerifyOptions
}

function verificationOf(t: MergedTable, o: Outcome): TableVerification {
  const { found, collected, options } = o
  const { missing, extra, different } = collected.kinds
  const driftCount = missing + extra + different
  const digests = options.digests === true || options.certificate !== undefined
  const notes = [
    `rows were merged by ${o.plan.rowKey?.join(', ')}; what they come to was compared`,
    ...t.notes,
    ...openNote(found, 'only the database knows what its rows come to'),
    ...(found.moved > 0 ? [`${found.moved} rows differed at first and were equal when looked at again`] : []),
    ...(collected.same > 0 ? [`${collected.same} rows are spelled otherwise and mean the same`] : []),
    ...(collected.tolerated > 0 ? [`${collected.tolerated} rows differ within the tolerance`] : []),
  ]
  return {
    table: t.label,
    target: displayName(o.plan.target.name),
    how: 'digest',
    sourceRows: found.source.rows + o.refused,
    targetRows: found.target.rows,
    sourceDigest: digests ? sumText(found.source.sum) : null,
    targetDigest: digests ? sumText(found.target.sum) : null,
    same: driftCount === 0,
    drift: collected.drift,
    driftCount,
    ...(driftCount > 0 && { kinds: collected.kinds, patterns: collected.patterns }),
    ms: o.ms,
    note: notes.join('; '),
  }
}
