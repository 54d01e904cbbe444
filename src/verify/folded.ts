/** Rows of merged tables, read from their sources and from the target, each key by what its rows come to. */

import type { Fold, Folded } from '../copy/fold.ts'
import type { FoldState, FoldStore } from '../copy/fold-store.ts'
import { rowKeys } from '../copy/refresh.ts'
import { BATCH } from '../core/batch.ts'
import type { CellReject, Database } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import { rowOffsets } from '../core/wire.ts'
import type { StageContext } from '../transfer/context.ts'
import { jointSource } from '../transfer/joint-source.ts'
import { plannedSource } from '../transfer/planned-source.ts'

const WHOLE = { kind: 'key', after: null, upto: null } as const

/** Plans that merge rows into one table, in their order. */
export interface FoldedGroup {
  readonly plans: readonly TablePlan[]
  /** Columns of the target by which rows are found again. */
  readonly key: readonly string[]
  readonly fold: Fold
  readonly store: FoldStore
}

/** What a plan has sent. */
export interface Counted {
  readonly rows: number
  readonly merged: number
  readonly filtered: number
  readonly rejected: number
}

/** Rows as a mapping makes them. */
export interface Made {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly merged?: number
  readonly filtered?: number
  readonly rejects: readonly CellReject[]
  /** Places of the columns that a row function said nothing of. */
  leftOut?(row: number): readonly number[]
  release(): void
}

/** How the rows of a plan are read. */
export type ReadsMade = (plan: TablePlan) => AsyncIterable<Made>

/** Where the rows of mappings come from. */
export interface MadeEnds {
  readonly stages: StageContext
  sourceOf(plan: TablePlan): Database
}

/** Rows as a copy writes them. */
export const asCopied =
  ({ stages, sourceOf }: MadeEnds): ReadsMade =>
  (plan) =>
    plannedSource(plan, sourceOf(plan), { stages }).read(WHOLE, BATCH)

/** Rows as a comparison looks at them: with what a function says nothing of. */
export const asGiven = ({ stages, sourceOf }: MadeEnds, signal?: AbortSignal): ReadsMade =>
  async function* (plan) {
    const joint = jointSource([plan], sourceOf(plan), stages)
    for await (const batch of joint.read(WHOLE, { ...BATCH, signal })) {
      const { made, release } = await joint.map(batch)
      yield { ...made[0], release }
    }
  }

interface FoldHooks {
  /** Sees the rows of a plan, by its position. */
  look?(plan: number, bytes: Uint8Array, rows: number): void
  rejected?(plan: TablePlan, reject: CellReject): void
  /** A plan that merges nothing makes another row of a key. */
  twice?(key: string, row: Uint8Array): void | Promise<void>
}

/** All rows of all sources that are looked at, in the order in which they are merged. */
export async function foldSources(group: FoldedGroup, made: ReadsMade, hooks: FoldHooks = {}): Promise<Counted[]> {
  const all: Counted[] = []
  for (const [n, plan] of group.plans.entries()) {
    const keysOf = rowKeys(plan, group.key)
    const sum = { rows: 0, merged: 0, filtered: 0, rejected: 0 }
    for await (const batch of made(plan)) {
      hooks.look?.(n, batch.bytes, batch.rows)
      await foldBatch(group, n, { batch, keys: keysOf(batch.bytes, batch.rows) }, hooks)
      sum.rows += batch.rows
      sum.merged += batch.merged ?? 0
      sum.filtered += batch.filtered ?? 0
      sum.rejected += batch.rejects.length
      for (const reject of batch.rejects) hooks.rejected?.(plan, reject)
      batch.release()
    }
    all.push(sum)
  }
  return all
}

async function foldBatch(
  { plans, fold, store }: FoldedGroup,
  n: number,
  { batch, keys }: { readonly batch: Made; readonly keys: readonly string[] },
  hooks: FoldHooks,
): Promise<void> {
  const offsets = rowOffsets(batch.bytes, batch.rows)
  const wanted = await store.wanted([...new Set(keys)])
  const known = await store.find([...wanted])
  const states = new Map<string, FoldState>()
  for (const [row, key] of keys.entries()) {
    if (!wanted.has(key)) continue
    const old = states.get(key) ?? known.get(key)
    if (old !== undefined && plans[n].upsert === undefined) {
      await hooks.twice?.(key, batch.bytes.slice(offsets[row], offsets[row + 1]))
      continue
    }
    const values = fold.add(n, old?.values, batch.bytes, offsets[row], batch.leftOut?.(row))
    states.set(key, { by: old?.by ?? n, values })
  }
  await store.put(states)
}

/** Looks at none but the keys that rows of this plan have. */
export async function narrowTo(
  group: FoldedGroup,
  plan: TablePlan,
  { rows, rejected }: { readonly rows: AsyncIterable<Made>; rejected?(reject: CellReject): void },
): Promise<void> {
  const keysOf = rowKeys(plan, group.key)
  for await (const batch of rows) {
    await group.store.narrow([...new Set(keysOf(batch.bytes, batch.rows))])
    for (const reject of batch.rejects) rejected?.(reject)
    batch.release()
  }
}

/** Rows that the target holds and that are looked at. */
export interface HeldRows {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
  readonly keys: readonly string[]
  /** Places of the rows that are looked at. */
  readonly rows: readonly number[]
  /** What they are to be, by key. */
  readonly known: ReadonlyMap<string, FoldState>
}

/** Reads the target in whatever order it likes. */
export async function* heldRows(
  { plans, key, fold, store }: FoldedGroup,
  target: Database,
  o: { readonly where?: string; readonly signal?: AbortSignal } = {},
): AsyncGenerator<HeldRows> {
  const [plan] = plans
  const columns = fold.columns.map((c) => ({ source: c.column, target: c.column, wire: c.wire, rule: 'same' as const }))
  const keysOf = rowKeys({ ...plan, columns }, key)
  const held = target.source(plan.target, [...fold.columns], { key: null, where: o.where })
  for await (const batch of held.read({ kind: 'all' }, { ...BATCH, signal: o.signal })) {
    const { bytes } = batch
    const keys = keysOf(bytes, batch.rows)
    const wanted = await store.wanted(keys)
    const rows = keys.flatMap((k, row) => (wanted.has(k) ? [row] : []))
    yield { bytes, keys, rows, offsets: rowOffsets(bytes, batch.rows), known: await store.find([...wanted]) }
    batch.release()
  }
}

/** Compares with what the target holds, and how many rows that is; the store knows afterwards which keys are the same. */
export async function compareHeldRows(group: FoldedGroup, target: Database): Promise<number> {
  const { fold, store } = group
  let rows = 0
  const text = (values: Folded | undefined) => JSON.stringify(values)
  for await (const { bytes, offsets, keys, known } of heldRows(group, target)) {
    const same = keys.map((key, row) => text(known.get(key)?.values) === text(fold.held(bytes, offsets[row])))
    await store.same(keys.filter((_, row) => same[row]))
    await store.differ(keys.filter((key, row) => !same[row] && known.has(key)))
    await store.extra(keys.filter((key) => !known.has(key)))
    rows += keys.length
  }
  return rows
}
