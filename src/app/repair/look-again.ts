/** Both sides read again for the rows that a repair touched, and no others. */
import type { Database } from '../../core/engine.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { LeftRow, RepairPlan, RepairRow } from '../../core/repair.ts'
import { verifyTable } from '../../verify/compare.ts'
import { pairReader } from '../../verify/drift.ts'
import type { RowView } from '../../verify/pair.ts'
import type { Account } from '../../verify/repair/account.ts'
import type { Mendable } from '../../verify/repair/mendable.ts'
import { rowsNow } from '../../verify/repair/source-look.ts'
import { tolerancesOf } from '../verify-columns.ts'
import { changeOf, keyText } from './plan-rows.ts'
import type { Changers } from './session.ts'

interface LookInput {
  readonly plan: RepairPlan
  readonly plans: readonly TablePlan[]
  readonly source: Database
  readonly target: Database
  readonly changers: Changers
  readonly account: Account
  rows(): AsyncIterable<RepairRow>
}

interface Seen {
  verified: number
  differing: number
  readonly left: LeftRow[]
  readonly notes: string[]
}

const AT_ONCE = 1000
/** Rows that are named in the report. */
const NAMED = 100

/** Compares the rows that are mended, names those that are not. */
export async function lookAgain(i: LookInput): Promise<Seen> {
  const seen: Seen = { verified: 0, differing: 0, left: [], notes: [...i.plan.notes] }
  const keyless = new Set<number>()
  let part: RepairRow[] = []
  const flush = async () => {
    if (part.length > 0) await comparePart(i, part, seen)
    part = []
  }
  for await (const row of i.rows()) {
    const other = i.account.others.get(row.n)
    if (other !== undefined && other[0] !== 'equal') name(i, row, other, seen)
    else if (i.plans[row.t].key === null) keyless.add(row.t)
    else {
      if (part.length >= AT_ONCE || (part.length > 0 && part[0].t !== row.t)) await flush()
      part.push(row)
    }
  }
  await flush()
  for (const t of keyless) await compareWhole(i, t, seen)
  return seen
}

function name(i: LookInput, row: RepairRow, [result, why]: readonly [LeftRow['result'], string], seen: Seen): void {
  if (seen.left.length >= NAMED) return
  seen.left.push({ n: row.n, table: i.plan.tables[row.t].table, op: row.op, key: keyText(row), result, why })
}

const view = (bytes: Uint8Array | undefined): RowView | null => (bytes === undefined ? null : { bytes, at: 0 })

async function comparePart(i: LookInput, rows: readonly RepairRow[], seen: Seen): Promise<void> {
  const { t } = rows[0]
  const m: Mendable = await i.changers.table(t)
  const changes = rows.map((row) => changeOf(row))
  const own = changes.map((c) => (c.after ?? c.before) as Uint8Array)
  const keys = own.map((row) => m.keyOf(row))
  const [source, target] = [await rowsNow(m, i.source, changes), await m.read(keys, false)]
  const read = pairReader(i.plans[t], i.source.engine.dialect.rawValue, tolerancesOf(i.plans[t], i.plan.options))
  for (const [k, row] of own.entries()) {
    const id = m.keyId(row)
    const [left, right] = [view(source.get(id)), view(target.get(id)?.row)]
    seen.verified++
    if (left === null && right === null) continue
    const verdict = read({ key: null, source: left, target: right, place: null })
    if (verdict === 'same' || verdict === 'tolerated') continue
    seen.differing++
    name(i, rows[k], ['changed', 'written, and different again when it was looked at'], seen)
  }
}

/** Rows without a key cannot be looked up one by one. */
async function compareWhole(i: LookInput, t: number, seen: Seen): Promise<void> {
  const { source, target, plans, plan } = i
  const found = await verifyTable({ plan: plans[t], source, target, complete: true }, 'digest')
  const left = [...i.account.others.values()].filter(([result]) => result !== 'equal').length
  seen.verified += found.targetRows
  if (found.driftCount > left) seen.differing += found.driftCount - left
  seen.notes.push(`${plan.tables[t].table} has no key: all of it was compared again`)
}
