/** The rows of a merged table that are written again: those of keys whose row on the target is not what all of them come to. */
import type { Batch, RowSource } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import { rowOffsets } from '../core/wire.ts'
import { rowKeys } from './refresh.ts'

/** What a lane is told of a merged table, for the unit that all of its rows are. */
export interface MergeTask {
  /** `serializeKey` of the keys that are written again. */
  readonly keys: readonly string[]
  /** Of the rows of other keys so many are the first of theirs, and count as kept; the rest are merged into those. */
  readonly kept: number
}

/** Leaves out what the target holds already as it is to be, and counts it. */
export function mergedRows(source: RowSource, plan: TablePlan, task: MergeTask): Pick<RowSource, 'read'> {
  const wanted = new Set(task.keys)
  const keysOf = rowKeys(plan, plan.upsert?.key ?? [])
  return {
    async *read(range, o) {
      let left = task.kept
      for await (const batch of source.read(range, o)) {
        const keys = keysOf(batch.bytes, batch.rows)
        const stays = keys.flatMap((key, row) => (wanted.has(key) ? [row] : []))
        const skipped = batch.rows - stays.length
        const kept = Math.min(left, skipped)
        left -= kept
        yield only(batch, stays, { kept, merged: (batch.merged ?? 0) + skipped - kept })
      }
    },
  }
}

function only(
  batch: Batch,
  rows: readonly number[],
  counts: { readonly kept: number; readonly merged: number },
): Batch {
  const sourceBytes = batch.sourceBytes ?? batch.bytes.length
  const release = () => batch.release()
  if (rows.length === batch.rows) return { ...batch, ...counts, sourceBytes, release }
  const offsets = rowOffsets(batch.bytes, batch.rows)
  const bytes = Buffer.concat(rows.map((row) => batch.bytes.subarray(offsets[row], offsets[row + 1])))
  return { ...batch, ...counts, bytes, rows: rows.length, sourceBytes, release }
}
