/** Rows of merged tables, read from their sources and from the target, each key by what its rows come to. */
import type { Fold, Folded } from '../copy/fold.ts'
import type { FoldState, FoldStore } from '../copy/fold-store.ts'
import { rowKeys } from '../copy/refresh.ts'
import type { Database } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import { rowOffsets } from '../core/wire.ts'
import type { StageContext } from '../transfer/context.ts'
import { plannedSource } from '../transfer/planned-source.ts'

const BATCH = { bytes: 1024 * 1024, rows: 65_536 } as const

/** Plans that merge rows into one table, in their order. */
export interface MergedGroup {
  readonly plans: readonly TablePlan[]
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

/** All rows of all sources, in the order in which they are merged. `look`: sees the rows of a plan, by its position. */
export async function foldSources(
  { plans, fold, store }: MergedGroup,
  o: { readonly stages: StageContext; sourceOf(plan: TablePlan): Database },
  look?: (plan: number, bytes: Uint8Array, rows: number) => void,
): Promise<Counted[]> {
  const all: Counted[] = []
  for (const [n, plan] of plans.entries()) {
    const keysOf = rowKeys(plan, plan.upsert?.key ?? [])
    const sum = { rows: 0, merged: 0, filtered: 0, rejected: 0 }
    const source = plannedSource(plan, o.sourceOf(plan), { stages: o.stages })
    for await (const batch of source.read({ kind: 'key', after: null, upto: null }, BATCH)) {
      look?.(n, batch.bytes, batch.rows)
      const keys = keysOf(batch.bytes, batch.rows)
      const offsets = rowOffsets(batch.bytes, batch.rows)
      const known = await store.find([...new Set(keys)])
      const states = new Map<string, FoldState>()
      for (const [row, key] of keys.entries()) {
        const old = states.get(key) ?? known.get(key)
        const values = fold.add(n, old?.values, batch.bytes, offsets[row])
        states.set(key, { by: old?.by ?? n, values })
      }
      sum.rows += batch.rows
      sum.merged += batch.merged ?? 0
      sum.filtered += batch.filtered ?? 0
      sum.rejected += batch.rejects.length
      batch.release()
      await store.put(states)
    }
    all.push(sum)
  }
  return all
}

/** Compares with what the target holds; how many rows that is. `found`: told of each row that is not as it is to be (undefined: not to be at all). */
export async function compareHeldRows(
  { plans, fold, store }: MergedGroup,
  target: Database,
  found: (key: string, expected: Folded | undefined, held: Folded) => void = () => {},
): Promise<number> {
  const [plan] = plans
  const columns = fold.columns.map((c) => ({ source: c.column, target: c.column, wire: c.wire, rule: 'same' as const }))
  const keysOf = rowKeys({ ...plan, columns }, plan.upsert?.key ?? [])
  let rows = 0
  for await (const batch of target.source(plan.target, [...fold.columns], { key: null }).read({ kind: 'all' }, BATCH)) {
    const keys = keysOf(batch.bytes, batch.rows)
    const offsets = rowOffsets(batch.bytes, batch.rows)
    const held = keys.map((_, row) => fold.held(batch.bytes, offsets[row]))
    rows += batch.rows
    batch.release()
    const known = await store.find(keys)
    const same = keys.map((key, row) => JSON.stringify(known.get(key)?.values) === JSON.stringify(held[row]))
    for (const [row, key] of keys.entries()) if (!same[row]) found(key, known.get(key)?.values, held[row])
    await store.same(keys.filter((_, row) => same[row]))
    await store.differ(keys.filter((key, row) => !same[row] && known.has(key)))
    await store.extra(keys.filter((key) => !known.has(key)))
  }
  return rows
}
