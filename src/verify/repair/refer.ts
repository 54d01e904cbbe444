/** Rows that others refer to: whoever deletes them, or changes what is referred to, would change those as well. */

import type { WireColumn } from '../../core/engine.ts'
import type { Key } from '../../core/key.ts'
import type { Referrer, RowPlace } from '../../core/mend.ts'
import { targetColumns } from '../../core/plan.ts'
import { skipRow } from '../../core/wire.ts'
import { readOptions } from '../side.ts'
import type { RowChange } from './change.ts'
import { type KeyId, type Mendable, tupleId } from './mendable.ts'
import { placeAt, placeColumn } from './place.ts'

/** Which of the changes would touch other rows, with the reason. Asked within the transaction, while the rows are locked. */
export async function referredTo(m: Mendable, changes: readonly RowChange[]): Promise<Map<RowChange, string>> {
  const found = new Map<RowChange, string>()
  for (const referrer of m.around.referrers) {
    const touched = changes.filter((c) => !found.has(c) && touches(m, c, referrer))
    if (touched.length === 0) continue
    const ids = await referredIds(
      m,
      referrer,
      touched.map((c) => m.keyOf(c.before as Uint8Array)),
    )
    for (const c of touched) if (ids.has(m.keyId(c.before as Uint8Array))) found.set(c, reason(referrer, c.op))
  }
  return found
}

function touches(m: Mendable, change: RowChange, referrer: Referrer): boolean {
  if (change.op === 'delete') return true
  return change.set.some((i) => referrer.referencedColumns.includes(m.plan.columns[i].target.name))
}

function reason(r: Referrer, op: RowChange['op']): string {
  const [when, action] = op === 'delete' ? ['DELETE', r.onDelete] : ['UPDATE', r.onUpdate]
  return `rows of ${r.label} that are not mended refer to it (ON ${when} ${action.toUpperCase()})`
}

/** Of rows without a key, which places hold rows that others refer to, with the reason. */
export async function referredPlaces(
  m: Mendable,
  place: RowPlace,
  places: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  if (places.length === 0) return found
  for (const referrer of m.around.referrers) {
    const where = `${place.among(places)} AND ${existsSql(m, referrer)}`
    const source = m.db.source(m.plan.target, [placeColumn(place)], { key: null, where })
    for await (const batch of source.read({ kind: 'all' }, readOptions())) {
      for (let i = 0, at = 0; i < batch.rows; i++) {
        found.set(placeAt(batch.bytes, at, 0), reason(referrer, 'delete'))
        at = skipRow(batch.bytes, at)
      }
      batch.release()
    }
  }
  return found
}

/** Whether rows of another table refer to a row. */
function existsSql(m: Mendable, r: Referrer): string {
  const { dialect } = m.db.engine
  const own = dialect.quote(m.plan.target.name.name)
  const on = r.columns.map((c, i) => `naru_c.${dialect.quote(c)} = ${own}.${dialect.quote(r.referencedColumns[i])}`)
  return `EXISTS (SELECT 1 FROM ${r.table} AS naru_c WHERE ${on.join(' AND ')})`
}

async function referredIds(m: Mendable, r: Referrer, keys: readonly Key[]): Promise<Set<KeyId>> {
  const where = `${m.sql.keys(m.plan.target, m.keyColumns, keys)} AND ${existsSql(m, r)}`
  const columns = keyColumns(m)
  const source = m.db.source(m.plan.target, columns, { key: columns.map((c) => c.name), where })
  const id = tupleId(columns.map((c) => c.wire))
  const ids = new Set<KeyId>()
  for await (const batch of source.read({ kind: 'key', after: null, upto: null }, readOptions())) {
    for (let i = 0, at = 0; i < batch.rows; i++) {
      const end = skipRow(batch.bytes, at)
      ids.add(id(batch.bytes.subarray(at, end)))
      at = end
    }
    batch.release()
  }
  return ids
}

function keyColumns(m: Mendable): WireColumn[] {
  const all = targetColumns(m.plan)
  return m.keyColumns.flatMap((k) => all.filter((c) => c.name === k.name))
}
