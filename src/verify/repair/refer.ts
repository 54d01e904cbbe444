/** Rows that others refer to: whoever deletes them, or changes what is referred to, would change those as well. */

import type { WireColumn } from '../../core/engine.ts'
import type { Key } from '../../core/key.ts'
import type { Referrer, RowPlace } from '../../core/mend.ts'
import { targetColumns } from '../../core/plan.ts'
import { displayName } from '../../core/schema.ts'
import { skipRow } from '../../core/wire.ts'
import { readOptions } from '../side.ts'
import type { RowChange } from './change.ts'
import { type KeyId, type Mendable, tupleId } from './mendable.ts'
import { placeAt, placeColumn } from './place.ts'

/** Which references count. */
interface Counting {
  /** Whether a foreign key would do anything to the rows that refer to a change. */
  acts(referrer: Referrer, op: RowChange['op']): boolean
  /** Predicate for rows of the referring table that are changed themselves; absent: of none. */
  others(referrer: Referrer): string | undefined
}

/** Which of the changes would touch other rows, with the reason. Asked within the transaction, while the rows are locked. */
export async function referredTo(
  m: Mendable,
  changes: readonly RowChange[],
  counting: Counting = { acts: () => true, others: () => undefined },
): Promise<Map<RowChange, string>> {
  const found = new Map<RowChange, string>()
  for (const referrer of m.around.referrers) {
    const touched = changes.filter((c) => !found.has(c) && touches(m, c, referrer) && counting.acts(referrer, c.op))
    if (touched.length === 0) continue
    const keys = touched.map((c) => m.keyOf(c.before as Uint8Array))
    const ids = await referredIds(m, referrer, keys, counting.others(referrer))
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

/** Whether rows refer to a row, other ones than those of a predicate; that it refers to itself does not count. */
function existsSql(m: Mendable, r: Referrer, but?: string): string {
  const { dialect } = m.db.engine
  const own = dialect.quote(m.plan.target.name.name)
  const equal = (left: string, right: string) => `naru_c.${dialect.quote(left)} = ${own}.${dialect.quote(right)}`
  const on = r.columns.map((c, i) => equal(c, r.referencedColumns[i]))
  const itself = m.keyColumns.map((c) => equal(c.name, c.name))
  if (itself.length > 0 && displayName(r.name) === displayName(m.plan.target.name))
    on.push(`NOT (${itself.join(' AND ')})`)
  const from = but === undefined ? r.table : `(SELECT * FROM ${r.table} WHERE NOT (${but}))`
  return `EXISTS (SELECT 1 FROM ${from} AS naru_c WHERE ${on.join(' AND ')})`
}

async function referredIds(m: Mendable, r: Referrer, keys: readonly Key[], but?: string): Promise<Set<KeyId>> {
  const where = `${m.sql.keys(m.plan.target, m.keyColumns, keys)} AND ${existsSql(m, r, but)}`
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
