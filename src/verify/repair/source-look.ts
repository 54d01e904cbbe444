/** The source looked at once more before its rows are written: what changed there since the plan is another matter. */
import type { Database } from '../../core/engine.ts'
import type { Key } from '../../core/key.ts'
import { sourceColumns } from '../../core/plan.ts'
import { skipRow } from '../../core/wire.ts'
import { readOptions } from '../side.ts'
import { type Changed, type RowChange, withdrawn } from './change.ts'
import { type KeyId, type Mendable, meansSame } from './mendable.ts'
import { copyRow, sameBytes } from './tuple.ts'

/** Rows of the source by their key, for so many keys. */
export async function sourceRows(m: Mendable, source: Database, keys: readonly Key[]): Promise<Map<KeyId, Uint8Array>> {
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

/** Changes whose row the source has otherwise by now. Rows without a key cannot be looked up. */
export async function changedSince(m: Mendable, source: Database, changes: readonly RowChange[]): Promise<Changed[]> {
  if (m.key === null) return []
  const rowOf = (c: RowChange) => (c.after ?? c.before) as Uint8Array
  const now = await sourceRows(
    m,
    source,
    changes.map((c) => m.keyOf(rowOf(c))),
  )
  return changes.flatMap((change) => {
    const row = now.get(m.keyId(rowOf(change)))
    if (change.after === null) return row === undefined ? [] : [withdrawn(change)]
    const same = row !== undefined && (sameBytes(row, change.after) || meansSame(m, change.after, row))
    return same ? [] : [withdrawn(change)]
  })
}
