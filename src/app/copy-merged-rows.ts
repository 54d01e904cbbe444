/**
 * Tables of merged rows, brought up to date row by row: what all rows of a key come to is computed beside the target and compared with what
 * it holds. Nothing of an earlier run is needed, so a run that was killed compares anew.
 */
import type { Fold } from '../copy/fold.ts'
import { type FoldState, type FoldStore, foldStore } from '../copy/fold-store.ts'
import type { MergeTask } from '../copy/merge-filter.ts'
import { listedRanges, rowKeys } from '../copy/refresh.ts'
import type { Database } from '../core/engine.ts'
import { type TablePlan, targetColumns } from '../core/plan.ts'
import { rowOffsets } from '../core/wire.ts'
import { plannedSource } from '../transfer/planned-source.ts'
import { type Session, sourceOf } from './session.ts'
import { openStages } from './stage.ts'
import { temporaryStore } from './temporary-store.ts'

const BATCH = { bytes: 1024 * 1024, rows: 65_536 } as const
/** Where more keys differ, the table is written as a whole: lanes hold them in memory. */
const MOST = 100_000

/** What one plan of a merged table sends. */
export interface MergedPart {
  readonly label: string
  /** Rows of keys that stay, which were the first of theirs. */
  readonly kept: number
  /** Other rows, those that the mapping has merged itself among them. */
  readonly merged: number
  readonly filtered: number
}

export interface MergedRows {
  /** In the order of the plans. */
  readonly parts: readonly MergedPart[]
  /** Keys that are written again; their rows are no longer on the target. */
  readonly keys: readonly string[]
  /** A mapping has refused rows: these have to be told again. */
  readonly refused: boolean
}

interface Counted {
  rows: number
  merged: number
  filtered: number
  rejected: number
}

/** Compares, and takes rows that differ off the target. Null where too many do, or where it holds none. */
export async function refreshRows(
  session: Session,
  group: readonly TablePlan[],
  fold: Fold,
): Promise<MergedRows | null> {
  const { target } = session
  const held = target.source(group[0].target, [...fold.columns], { key: null })
  if ((await held.count()) === 0n) return null
  await using db = await temporaryStore('merged rows')
  const store = await foldStore(db)
  const counted = await foldSources(session, group, fold, store)
  await compareTarget(target, group[0], fold, store)
  const { same, other } = await store.counts()
  if (other > MOST) return null
  const keys = await store.others()
  await takeAway(target, group[0], keys)
  const parts = group.map(({ label }, i) => {
    const kept = same.get(i) ?? 0
    return { label, kept, merged: counted[i].rows - kept + counted[i].merged, filtered: counted[i].filtered }
  })
  return { parts, keys, refused: counted.some((c) => c.rejected > 0) }
}

/** What lanes are told. */
export function mergeTasks({ parts, keys }: MergedRows): Map<string, MergeTask> {
  return new Map(parts.map(({ label, kept }) => [label, { keys, kept }]))
}

/** All rows of all sources, in the order in which they are merged. */
async function foldSources(
  session: Session,
  group: readonly TablePlan[],
  fold: Fold,
  store: FoldStore,
): Promise<Counted[]> {
  const stages = openStages({ to: session.to, tables: session.plan.tables, ...session.lanes }, session.target)
  try {
    const all: Counted[] = []
    for (const [n, plan] of group.entries()) {
      const keysOf = rowKeys(plan, plan.upsert?.key ?? [])
      const sum = { rows: 0, merged: 0, filtered: 0, rejected: 0 }
      const source = plannedSource(plan, sourceOf(session, plan), { stages })
      for await (const batch of source.read({ kind: 'key', after: null, upto: null }, BATCH)) {
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
  } finally {
    await stages.close()
  }
}

async function compareTarget(target: Database, plan: TablePlan, fold: Fold, store: FoldStore): Promise<void> {
  const columns = fold.columns.map((c) => ({ source: c.column, target: c.column, wire: c.wire, rule: 'same' as const }))
  const keysOf = rowKeys({ ...plan, columns }, plan.upsert?.key ?? [])
  const held = target.source(plan.target, [...fold.columns], { key: null })
  for await (const batch of held.read({ kind: 'all' }, BATCH)) {
    const keys = keysOf(batch.bytes, batch.rows)
    const offsets = rowOffsets(batch.bytes, batch.rows)
    const values = keys.map((_, row) => JSON.stringify(fold.held(batch.bytes, offsets[row])))
    batch.release()
    const known = await store.find(keys)
    await store.same(keys.filter((key, row) => JSON.stringify(known.get(key)?.values) === values[row]))
    await store.extra(keys.filter((key) => !known.has(key)))
  }
}

async function takeAway(target: Database, plan: TablePlan, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const sink = await target.sink(plan.target, targetColumns(plan), { existing: true })
  try {
    await sink.begin()
    for (const range of listedRanges(keys)) await sink.empty(range, plan.upsert?.key ?? [])
    await sink.commit()
  } finally {
    await sink[Symbol.asyncDispose]()
  }
}
