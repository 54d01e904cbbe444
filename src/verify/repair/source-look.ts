/** The source looked at once more before its rows are written: what changed there since the plan is another matter. */
import type { Database } from '../../core/engine.ts'
import type { Key } from '../../core/key.ts'
import { sourceColumns } from '../../core/plan.ts'
import { skipRow } from '../../core/wire.ts'
import { readOptions } from '../side.ts'
import { type Changed, type RowChange, withdrawn } from './change.ts'
import { type KeyId, type Mendable, meansSame, scanned } from './mendable.ts'
import { copyRow, sameBytes } from './tuple.ts'

async function sourceRows(m: Mendable, source: Database, keys: readonly Key[]): Promise<Map<KeyId, Uint8Array>> {
  const { plan } = m
  const columns = sourceColumns(plan)
  const key = (plan.key ?? []).flatMap((name) =>
    plan.columns.filter((c) => c.source.name === name).map((c) => c.source),
  )
  const among = source.engine.dialect.mend?.keys(plan.source, key, keys)
  const where = [among, plan.where === undefined ? undefined : `(${plan.where})`].filter((p) => p !== undefined)
  const reading = source.source(plan.source, columns, {
    key: plan.key,
    ...(where.length > 0 && { where: where.join(' AND ') }),
  })
  const found = new Map<KeyId, Uint8Array>()
  for await (const batch of reading.read({ kind: 'key', after: null, upto: null }, readOptions())) {
    for (let i = 0, at = 0; i < batch.rows; i++) {
      const end = skipRow(batch.bytes, at)
      const row = copyRow(batch.bytes, at, end)
      found.set(m.keyId(row), row)
      at = end
    }
    batch.release()
  }
  return found
}

/** Where keys may be spelled in several ways, rows that were not found by theirs are looked for among all. */
async function addSpelledOtherwise(
  m: Mendable,
  source: Database,
  changes: readonly RowChange[],
  now: Map<KeyId, Uint8Array>,
): Promise<void> {
  const { plan } = m
  const { loose } = source.engine.dialect.mend ?? {}
  if (!plan.columns.some((c) => plan.key?.includes(c.source.name) && loose?.(c.source))) return
  const after = changes.flatMap((c) => (c.after === null ? [] : [m.keyId(c.after)]))
  const lost = new Set(after.filter((id) => !now.has(id)))
  if (lost.size === 0) return
  const all = source.source(plan.source, sourceColumns(plan), { key: null, where: plan.where })
  for (const [id, row] of await scanned(all, lost, m.keyId)) now.set(id, row)
}

/** What the source has now under the keys of changes. */
export async function rowsNow(
  m: Mendable,
  source: Database,
  changes: readonly RowChange[],
): Promise<ReadonlyMap<KeyId, Uint8Array>> {
  const keys = changes.map((c) => m.keyOf((c.after ?? c.before) as Uint8Array))
  const now = await sourceRows(m, source, keys)
  await addSpelledOtherwise(m, source, changes, now)
  return now
}

/** Changes whose row the source has otherwise by now. Rows without a key cannot be looked up. */
export async function changedSince(m: Mendable, source: Database, changes: readonly RowChange[]): Promise<Changed[]> {
  if (m.key === null) return []
  const rowOf = (c: RowChange) => (c.after ?? c.before) as Uint8Array
  const now = await rowsNow(m, source, changes)
  return changes.flatMap((change) => {
    const row = now.get(m.keyId(rowOf(change)))
    if (change.after === null) return row === undefined ? [] : [withdrawn(change)]
    const same = row !== undefined && (sameBytes(row, change.after) || meansSame(m, change.after, row))
    return same ? [] : [withdrawn(change)]
  })
}
