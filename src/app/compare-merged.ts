/** Comparing tables whose rows are merged of several mappings, each in one snapshot of all databases that have a say. */
import { disposables } from '../core/disposables.ts'
import type { Database } from '../core/engine.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'
import type { TableVerification, VerifySide } from '../core/report.ts'
import type { DriftSpool } from './drift-list.ts'
import { addressingsOf } from './files/transfer-files.ts'
import type { MergedTable } from './merged-tables.ts'
import { openStages } from './stage.ts'
import { type Held, heldTo, openThrottle, pauseNotes } from './throttle.ts'
import type { OpenSet } from './transfer.ts'
import type { TransferSet } from './transfer-set.ts'
import { sideOf, type VerifyContext } from './verify.ts'
import { type Opened, openSeveral } from './verify-lanes.ts'
import { type MergedEnds, verifyMerged } from './verify-merged.ts'

interface Work {
  readonly set: TransferSet
  readonly open: OpenSet
  readonly plan: CopyPlan
  readonly merged: readonly MergedTable[]
  readonly options: VerifyOptions
  readonly context: VerifyContext
  readonly spool: DriftSpool | null
}

interface FoundMerged {
  readonly tables: readonly TableVerification[]
  readonly notes: readonly string[]
  /** By the sources' places in the set. */
  readonly from: readonly (readonly [origin: number, side: VerifySide])[]
  /** Absent where there was nothing to compare. */
  readonly to?: VerifySide
}

/** Compares them one after the other. Throws STOPPED. */
export async function compareMerged(w: Work): Promise<FoundMerged> {
  const { set, open, context, spool, options, merged } = w
  if (merged.length === 0) return { tables: [], notes: [], from: [] }
  const origins = [...new Set(merged.flatMap((t) => t.plans.map((p) => p.origin ?? 0)))].sort((a, b) => a - b)
  const ends = endsOf(w, origins)
  await using several = await openSeveral(ends, !options.noLock)
  await using held = await holdAll(w, ends)
  const placed = (databases: readonly Database[]): MergedEnds => {
    const paced = held.paced(databases)
    const sources: Database[] = []
    for (const [i, origin] of origins.entries()) sources[origin] = paced[i]
    return { sources, target: paced[origins.length] }
  }
  const again = async () => {
    const fresh = await openSeveral(ends)
    return { ...placed(fresh.databases), [Symbol.asyncDispose]: () => fresh[Symbol.asyncDispose]() }
  }
  const stages = openStages(
    { to: set.target.address, tables: w.plan.tables, stores: addressingsOf(set.stores) },
    open.target,
  )
  const tables: TableVerification[] = []
  try {
    const all = placed(several.databases)
    for (const t of merged) {
      const listener = spool?.listener(t.label)
      const one = await verifyMerged(t, { ends: all, stages, options, listener, signal: context.signal, again })
      context.reporter.report({ type: 'verified', table: one.table, rows: one.targetRows, same: one.same })
      tables.push(one)
    }
  } finally {
    await stages.close()
  }
  return {
    tables,
    notes: [...several.notes, ...held.notes()],
    from: origins.map((origin, i) => [origin, sideOf(open.sources[origin], several.positions[i])] as const),
    to: sideOf(open.target, several.positions[origins.length]),
  }
}

/** The sources, then the target. */
function endsOf({ set, open }: Work, origins: readonly number[]): Opened[] {
  const sources = origins.map(
    (o): Opened => ({ address: set.sources[o].address, database: open.sources[o], role: 'source' }),
  )
  return [...sources, { address: set.target.address, database: open.target, role: 'target' }]
}

/** What each source is held to; the target is held to what the first one is. */
async function holdAll({ options, context }: Work, ends: readonly Opened[]) {
  const stack = disposables()
  const to = ends[ends.length - 1]
  try {
    const all: Held[] = []
    for (const { address, database } of ends.slice(0, -1)) {
      const pair = { from: address, to: to.address, source: database, target: to.database }
      all.push(stack.use(await openThrottle(pair, options, context)))
    }
    const paces = all.map(({ throttle }) => throttle && { throttle, source: throttle.pace(), target: throttle.pace() })
    return {
      paced: (databases: readonly Database[]) =>
        databases.map((db, i) => {
          const own = i < paces.length ? paces[i] : paces[0]
          return own === null ? db : heldTo(db, i < paces.length ? own.source : own.target, own.throttle)
        }),
      notes: () => all.flatMap(({ notes, throttle }) => [...notes, ...pauseNotes(throttle)]),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync().catch(() => {}) // the first error tells more
    throw error
  }
}
