/** The rows of a plan as statements, for people: what is applied are the plan's bytes, by compare-and-set. */
import { valueDecoder } from '../../core/decode.ts'
import type { Dialect, Value } from '../../core/engine.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { RepairPlan, RepairRow } from '../../core/repair.ts'
import { keyPositions } from '../../verify/side.ts'
import { spans } from '../../verify/tuple-key.ts'

/** One statement a row, with the values that the target must hold. */
export async function* repairSql(
  plan: RepairPlan,
  plans: readonly TablePlan[],
  dialect: Dialect,
  rows: AsyncIterable<RepairRow>,
): AsyncGenerator<string> {
  yield `-- repair ${plan.id} of ${plan.to.label}, to agree with ${plan.from.label}\n-- for reading: naru repair --apply compares bytes, and leaves rows that have changed\n`
  for await (const row of rows) yield `${statement(plans[row.t], dialect, row)};\n`
}

function statement(plan: TablePlan, dialect: Dialect, row: RepairRow): string {
  const table = dialect.table(plan.target.name)
  const after = literals(plan, dialect, row.s)
  const before = literals(plan, dialect, row.d)
  const name = (i: number) => dialect.quote(plan.columns[i].target.name)
  const all = plan.columns.map((_, i) => i)
  if (row.op === 'insert') return `INSERT INTO ${table} (${all.map(name).join(', ')}) VALUES (${after.join(', ')})`
  const same = (i: number) => dialect.mend?.same(name(i), before[i]) ?? ''
  const key = keyPositions(plan) ?? all
  if (row.op === 'delete') return `DELETE FROM ${table} WHERE ${all.map(same).join(' AND ')}`
  const where = [...new Set([...key, ...row.set])].map(same)
  return `UPDATE ${table} SET ${row.set.map((i) => `${name(i)} = ${after[i]}`).join(', ')} WHERE ${where.join(' AND ')}`
}

function literals(plan: TablePlan, dialect: Dialect, packed: string | null): string[] {
  if (packed === null) return []
  const bytes = Buffer.from(packed, 'base64')
  return spans(bytes, 0).map(({ start, end }, i) => {
    if (start < 0) return 'NULL'
    const { wire } = plan.columns[i]
    const raw = wire.kind === 'raw' ? dialect.rawValue : undefined
    const value: Value =
      wire.kind === 'raw' && raw !== undefined
        ? raw(wire.native, bytes.subarray(start, end))
        : valueDecoder(wire)(bytes, start, end)
    return dialect.literal(value)
  })
}
