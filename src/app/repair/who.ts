/** Who changed the rows of a plan, where an earlier state of them is remembered; what the target changed itself is held back. */
import type { BaseLedger, BaseRecord } from '../../core/base-ledger.ts'
import { tupleHasher } from '../../core/digest.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { Attribution, RepairRow } from '../../core/repair.ts'
import { attribute, type RowHashes } from '../../verify/base.ts'
import { type RawValue, tupleKey } from '../../verify/tuple-key.ts'
import type { RowSpool, SpooledRow } from './spool.ts'

/** Rows that are looked up together, and characters of them. */
const AT_ONCE = { rows: 20_000, characters: 16 << 20 } as const

export interface WhoInput {
  readonly plan: TablePlan
  readonly table: number
  readonly raw: RawValue
  readonly bases: BaseLedger
  readonly base: BaseRecord
  readonly from: RowSpool
  readonly to: RowSpool
  /** Kinds that are repaired beside what the target has missed. */
  readonly include: readonly Attribution[]
  /** Told of every row. */
  told(row: SpooledRow, who: Attribution, kept: boolean): void
}

/** Passes the rows of a table on, each with whose change it is. */
export async function whoChanged(i: WhoInput): Promise<void> {
  const hashes = hashesOf(i.plan, i.raw)
  const kept = new Set<Attribution>(['missed', 'unknown', ...i.include])
  let part: SpooledRow[] = []
  let size = 0
  const flush = async () => {
    const found = await attribute(i.bases, i.base, part.map(hashes))
    for (const [n, row] of part.entries()) {
      i.told(row, found[n], kept.has(found[n]))
      if (kept.has(found[n])) await i.to.add({ ...row, who: found[n] })
    }
    part = []
    size = 0
  }
  for (const op of ['insert', 'update', 'delete'] as const) {
    for await (const row of i.from.rows(i.table, op)) {
      part.push(row)
      size += (row.s?.length ?? 0) + (row.d?.length ?? 0)
      if (part.length >= AT_ONCE.rows || size >= AT_ONCE.characters) await flush()
    }
  }
  await flush()
}

function hashesOf(plan: TablePlan, raw: RawValue): (row: Pick<RepairRow, 's' | 'd'>) => RowHashes {
  const key = tupleKey(plan, raw)
  if (key === null) return () => ({ key: 0n, source: null, target: null })
  const keyHasher = tupleHasher(key.wires)
  const hasher = tupleHasher(plan.columns.map((c) => c.wire))
  const rowHash = (bytes: Buffer | null) => (bytes === null ? null : hasher.row(bytes, 0, bytes.length) >> 64n)
  return ({ s, d }) => {
    const source = s === null ? null : Buffer.from(s, 'base64')
    const target = d === null ? null : Buffer.from(d, 'base64')
    const tuple = key.tuple((source ?? target) as Buffer, 0)
    return { key: keyHasher.row(tuple, 0, tuple.length) >> 64n, source: rowHash(source), target: rowHash(target) }
  }
}
