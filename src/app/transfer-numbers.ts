/** Numbers of rows that get new keys: where they begin, and how far the target's counters have come afterwards. */
import type { Database } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import { displayName, type Table } from '../core/schema.ts'
import { greatest } from './greatest.ts'

function greatestOf(numbers: readonly bigint[]): bigint {
  let most = 0n
  for (const n of numbers) if (n > most) most = n
  return most
}

/**
 * The first free number for each table of a plan that hands some out, over shared memory: beyond every key of the table, every number of
 * its id maps and whatever its counter has given. Id maps of one table share one counter: that of the first of them.
 */
export async function firstNumbers(db: Database, tables: readonly TablePlan[]): Promise<BigInt64Array> {
  const counters = new BigInt64Array(new SharedArrayBuffer(tables.length * 8))
  for (const [slot, plan] of tables.entries()) {
    if (plan.numbers === undefined || counterSlot(tables, plan.label) !== slot) continue
    const { table, column } = plan.numbers
    const maps = tables.filter((t) => t.numbers !== undefined && sameTable(t.numbers.table, table))
    const taken = [await greatest(db, table.name, column), (table.counter?.next ?? 1n) - 1n]
    for (const map of maps) {
      const last = map.target.columns[map.target.columns.length - 1].name
      taken.push(await greatest(db, map.target.name, last).catch(() => 0n)) // not made yet
    }
    counters[slot] = greatestOf(taken) + 1n
  }
  return counters
}

const sameTable = (a: Table, b: Table) => displayName(a.name) === displayName(b.name)

/** The slot of the counter that a table's numbers come from; -1 where it has none. */
export function counterSlot(tables: readonly TablePlan[], label: string): number {
  const own = tables.find((t) => t.label === label)?.numbers
  return own === undefined
    ? -1
    : tables.findIndex((t) => t.numbers !== undefined && sameTable(t.numbers.table, own.table))
}

/** Tables with their counters behind the greatest key that is there now. */
export async function countersReached(db: Database, tables: readonly TablePlan[]): Promise<TablePlan[]> {
  const done = new Set<string>()
  const reached: TablePlan[] = []
  for (const plan of tables) {
    const column = plan.target.columns.find((c) => c.identity !== undefined)
    const name = displayName(plan.target.name)
    if (column === undefined || done.has(name)) continue
    done.add(name)
    const next = (await greatest(db, plan.target.name, column.name)) + 1n
    const known = plan.target.counter?.next ?? 1n
    reached.push({
      ...plan,
      target: { ...plan.target, counter: { column: column.name, next: next > known ? next : known } },
    })
  }
  return reached
}
