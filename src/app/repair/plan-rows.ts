/** Rows of a plan, as changes and for people. */
import { displayKey } from '../../core/key.ts'
import type { RepairRow } from '../../core/repair.ts'
import type { RowChange } from '../../verify/repair/change.ts'

const bytesOf = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text, 'base64'))

/** A row of a plan as a change. */
export function changeOf(row: RepairRow): RowChange {
  return { n: row.n, op: row.op, before: bytesOf(row.d), after: bytesOf(row.s), set: row.set }
}

/** The key of a row for people. */
export function keyText(row: Pick<RepairRow, 'key'>): string {
  if (row.key === null) return displayKey(null)
  const values = row.key.map((k) => k.value ?? 'NULL')
  return values.length === 1 ? values[0] : `(${values.join(', ')})`
}
