/**
 * Tables of merged rows, brought up to date row by row: what all rows of a key come to is computed beside the target and compared with what
 * it holds. Nothing of an earlier run is needed, so a run that was killed compares anew.
 */
import type { Fold } from '../copy/fold.ts'
import { foldStore } from '../copy/fold-store.ts'
import type { MergeTask } from '../copy/merge-filter.ts'
import { listedRanges } from '../copy/refresh.ts'
import type { Database } from '../core/engine.ts'
import { type TablePlan, targetColumns } from '../core/plan.ts'
import { asCopied, compareHeldRows, foldSources } from '../verify/folded.ts'
import { type Session, sourceOf } from './session.ts'
import { openStages } from './stage.ts'
import { temporaryStore } from './temporary-store.ts'

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
  const merged = { plans: group, key: group[0].upsert?.key ?? [], fold, store }
  const stages = openStages({ to: session.to, tables: session.plan.tables, ...session.lanes }, target)
  const made = asCopied({ stages, sourceOf: (plan) => sourceOf(session, plan) })
  const counted = await foldSources(merged, made).finally(() => stages.close())
  await compareHeldRows(merged, target)
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
