/**
 * Rows that exchange values no two rows may have: each takes a value that nobody has, and then its own. All within one transaction, so that
 * nobody else sees it.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Value } from '../../core/engine.ts'
import type { Exclusion } from '../../core/mend.ts'
import type { Column, Table } from '../../core/schema.ts'
import type { RowChange } from './change.ts'
import type { Mendable } from './mendable.ts'

/** Columns of each rule by which no two rows are alike, and whether NULLs are alike too. */
interface Uniqueness {
  readonly columns: readonly string[]
  readonly nullsAlike: boolean
}

/** The rules of a table by which no two rows are alike. */
export function uniquenesses(table: Table): Uniqueness[] {
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques]
  const indexes = table.indexes.filter((i) => i.unique && i.parts.every((p) => p.column !== undefined))
  return [
    ...keys.map((k) => ({ columns: k.columns, nullsAlike: k.nullsNotDistinct ?? false })),
    ...indexes.map((i) => ({ columns: i.parts.map((p) => p.column ?? ''), nullsAlike: i.nullsNotDistinct ?? false })),
  ]
}

/** A value that overlaps with none, its own kind included. */
function apart(m: Mendable, { ranges }: Exclusion, changing: readonly string[]): { name: string; value: Value } | null {
  const nullable = m.plan.target.columns.find((c) => changing.includes(c.name) && c.nullable)
  if (nullable !== undefined) return { name: nullable.name, value: null }
  const range = changing.find((c) => ranges.includes(c))
  return range === undefined ? null : { name: range, value: 'empty' }
}

/**
 * Statements after which the rows hold none of the values that are to be exchanged; null where there is no way. `stays`: columns that
 * would change by themselves.
 */
export async function parkingSql(
  m: Mendable,
  changes: readonly RowChange[],
  stays: readonly string[],
): Promise<string[] | null> {
  const set = new Set(changes.flatMap((c) => c.set.map((i) => m.plan.columns[i].target.name)))
  const parked = new Map<string, (i: number) => Value>()
  for (const u of uniquenesses(m.plan.target)) {
    const changing = u.columns.filter((c) => set.has(c))
    if (changing.length === 0 || changing.some((c) => parked.has(c))) continue
    const free = await firstFree(m, changing, u.nullsAlike)
    if (free === null) return null
    parked.set(free.column.name, free.value)
  }
  for (const x of m.around.exclusions ?? []) {
    const changing = x.columns.filter((c) => set.has(c))
    if (changing.length === 0 || changing.some((c) => parked.has(c))) continue
    const free = apart(m, x, changing)
    if (free === null) return null
    parked.set(free.name, () => free.value)
  }
  if (parked.size === 0) return null
  const { dialect } = m.db.engine
  const stay = stays.filter((c) => !parked.has(c)).map((c) => `${dialect.quote(c)} = ${dialect.quote(c)}`)
  return changes.map((change, i) => {
    const values = [...parked].map(([name, value]) => `${dialect.quote(name)} = ${dialect.literal(value(i))}`)
    values.push(...stay)
    const key = m.sql.keys(m.plan.target, m.keyColumns, [m.keyOf(change.before as Uint8Array)])
    return m.sql.set(m.plan.target, values.join(', '), key)
  })
}

async function firstFree(m: Mendable, names: readonly string[], nullsAlike: boolean) {
  const columns = names.flatMap((name) => m.plan.target.columns.filter((c) => c.name === name))
  const nullable = nullsAlike ? undefined : columns.find((c) => c.nullable)
  if (nullable !== undefined) return { column: nullable, value: () => null }
  for (const column of columns) {
    const value = await freeValues(m, column)
    if (value !== null) return { column, value }
  }
  return null
}

/** Values that no row has, by number. */
async function freeValues(m: Mendable, column: Column): Promise<((i: number) => Value) | null> {
  const { logical } = column.type
  if (logical.kind === 'int') return freeNumbers(m, column, logical.bits, logical.unsigned === true)
  if (logical.kind === 'uuid') return () => randomUUID()
  if (logical.kind !== 'text' || (logical.max ?? 99) < 8) return null
  const length = Math.min(logical.max ?? 32, 32)
  return () => randomBytes(16).toString('hex').slice(0, length)
}

async function freeNumbers(m: Mendable, column: Column, bits: number, unsigned: boolean) {
  const { dialect } = m.db.engine
  const name = dialect.quote(column.name)
  const [row] = await m.db.query(
    `SELECT min(${name}) AS lo, max(${name}) AS hi FROM ${dialect.table(m.plan.target.name)}`,
  )
  const [lo, hi] = [BigInt(String(row.lo ?? 0)), BigInt(String(row.hi ?? 0))]
  const most = 2n ** BigInt(unsigned ? bits : bits - 1) - 1n
  const least = unsigned ? 0n : -(2n ** BigInt(bits - 1))
  const room = 100_000n
  if (hi + room <= most) return (i: number) => hi + 1n + BigInt(i)
  return lo - room >= least ? (i: number) => lo - 1n - BigInt(i) : null
}
