/** Circles of rows written in one transaction, over all tables that they go through, with marks and images as any chunk has them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NaruError, toNaruError } from '../../core/error.ts'
import type { Referrer } from '../../core/mend.ts'
import { displayName } from '../../core/schema.ts'
import type { CarryOutInput } from './carry-out-input.ts'
import { type Changed, left, type RowChange } from './change.ts'
import { type Changer, judged, witnessed } from './changer.ts'
import { storeChanges, TRIES, triggersOf } from './chunk.ts'
import type { HeldRows } from './mendable.ts'
import { referredTo } from './refer.ts'
import { type TiedRow, untangled, type Write } from './untangle.ts'

/** What became of rows of one table and kind. */
export interface Outcome {
  readonly table: number
  readonly done: readonly Changed[]
  /** It is stored. */
  readonly stored: boolean
}

export interface TogetherInput {
  readonly carry: CarryOutInput
  readonly changers: ReadonlyMap<number, Changer>
  /** What is known of changes before they are tried, by number. */
  readonly known: ReadonlyMap<number, Changed>
  /** Number of the last chunk that was stored. */
  seq(): number
}

/** A circle that cannot be written as it stands: a reason, not a fault. */
class Tangled extends Error {}

const NO_WAY =
  'it stands in a circle of foreign keys that nothing opens: no column of it takes NULL, and no key can wait'

/**
 * Writes circles of rows, each whole or not at all: where the database refuses some of them they are halved until those that are to blame
 * stand alone. Throws what is not about rows.
 */
export async function* writeTogether(i: TogetherInput, rows: readonly TiedRow[]): AsyncGenerator<Outcome> {
  const circles = [...Map.groupBy(rows, (r) => r.circle).values()]
  const why = await tried(i, rows)
  if (typeof why !== 'string') yield* why
  else if (circles.length === 1) {
    for (const [table, of] of Map.groupBy(rows, (r) => r.row.table)) {
      const done = of.map(({ row }) => left(row.change, 'deferred', why))
      yield { table, done, stored: false }
    }
  } else {
    const middle = circles.length >> 1
    yield* writeTogether(i, circles.slice(0, middle).flat())
    yield* writeTogether(i, circles.slice(middle).flat())
  }
}

/** One transaction; the reason where its rows cannot be written. */
async function tried(i: TogetherInput, rows: readonly TiedRow[]): Promise<Outcome[] | string> {
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(i, rows)
    } catch (error) {
      if (error instanceof Tangled) return error.message
      const { writer } = i.changers.get(rows[0].row.table) as Changer
      const { code, message, why } = toNaruError(error)
      if (writer.refusal(error) !== null)
        return `its circle of foreign keys cannot be written: ${why ?? message}`.slice(0, 300)
      if (!(error instanceof NaruError) || code !== 'LOCK_TIMEOUT') throw error
      if (tries >= TRIES) return `others held the row: ${why ?? message}`
      await sleep(20 * tries * (1 + Math.random()))
    }
  }
}

async function inTransaction(i: TogetherInput, rows: readonly TiedRow[]): Promise<Outcome[]> {
  const tables = [...new Set(rows.map((r) => r.row.table))]
  const changer = (table: number) => i.changers.get(table) as Changer
  const { db, sql } = changer(tables[0]).table
  const asides = tables.flatMap((t) => triggersOf(changer(t), i.carry.quiet) ?? [])
  try {
    await db.execute(sql.begin)
    for (const aside of asides) await db.execute(aside.drop)
    const looked = await look(i, rows)
    const todo = rows.filter((r) => !looked.spoilt.has(r.circle))
    const writes = untangled(todo, { deferral: sql.deferral, plan: (t) => changer(t).table.plan })
    if (writes === null) throw new Tangled(NO_WAY)
    if (sql.deferral !== undefined) await db.execute(sql.deferral.begin)
    for (const write of writes) await carry(i, write, todo)
    if (sql.deferral?.end !== undefined) await db.execute(sql.deferral.end)
    for (const aside of asides) await db.execute(aside.restore)
    const outcomes = await outcomesOf(i, todo, looked)
    for (const [n, { table, done }] of outcomes.entries()) {
      const { repair, ledger } = i.carry
      await storeChanges(ledger, { repair, seq: i.seq() + 1 + n, table, listed: true }, done)
    }
    await db.execute('COMMIT')
    return outcomes
  } catch (error) {
    // Where the connection or the server ended the transaction there is nothing to take back.
    await db.execute('ROLLBACK').catch(() => {})
    throw error
  }
}

interface Looked {
  readonly held: ReadonlyMap<number, HeldRows>
  /** What stands against rows. */
  readonly verdicts: readonly (readonly [table: number, Changed])[]
  /** Circles that are not what they were: what is left of them has to be looked at anew. */
  readonly spoilt: ReadonlySet<number>
}

async function look(i: TogetherInput, rows: readonly TiedRow[]): Promise<Looked> {
  const held = new Map<number, HeldRows>()
  const verdicts: (readonly [number, Changed])[] = []
  for (const [table, of] of Map.groupBy(rows, (r) => r.row.table)) {
    const changes = of.map((r) => r.row.change)
    const { table: m } = i.changers.get(table) as Changer
    const seen = await judged(
      m,
      changes.filter((c) => !i.known.has(c.n)),
    )
    held.set(table, seen.held)
    for (const done of [...seen.done, ...changes.flatMap((c) => i.known.get(c.n) ?? [])]) verdicts.push([table, done])
  }
  const circles = new Map(rows.map((r) => [r.row.change.n, r.circle]))
  return { held, verdicts, spoilt: new Set(verdicts.map(([, { change }]) => circles.get(change.n) as number)) }
}

/** Carries out writes of one table and kind, unless rows outside would go with them. */
async function carry(i: TogetherInput, { table, changes }: Write, rows: readonly TiedRow[]): Promise<void> {
  const { table: m, writer } = i.changers.get(table) as Changer
  if (changes[0].op !== 'insert') {
    const touched = await referredTo(m, changes, {
      acts: (r, op) => !CHECKS.has(op === 'delete' ? r.onDelete : r.onUpdate),
      others: (r) => amongSql(i, r, rows),
    })
    const [why] = touched.values()
    if (why !== undefined) throw new Tangled(why)
  }
  try {
    await writer.write(changes)
  } catch (error) {
    if (changes[0].op !== 'update' || writer.refusal(error) !== 'unique' || !(await writer.exchange(changes)))
      throw error
  }
}

/** Foreign keys that do nothing of their own: the database refuses where they are broken. */
const CHECKS: ReadonlySet<string> = new Set(['no action', 'restrict'])

/** Predicate for the rows of a referring table that give up their reference themselves. */
function amongSql(i: TogetherInput, r: Referrer, rows: readonly TiedRow[]): string | undefined {
  const of = rows.filter(({ row, ends }) => {
    const { target } = (i.changers.get(row.table) as Changer).table.plan
    const freed = ends.frees.map(([k]) => target.foreignKeys[k].columns.join())
    return displayName(target.name) === displayName(r.name) && freed.includes(r.columns.join())
  })
  if (of.length === 0) return undefined
  const { table: m } = i.changers.get(of[0].row.table) as Changer
  const keys = of.map(({ row }) => m.keyOf((row.change.before ?? row.change.after) as Uint8Array))
  return m.sql.keys(m.plan.target, m.keyColumns, keys)
}

async function outcomesOf(i: TogetherInput, rows: readonly TiedRow[], looked: Looked): Promise<Outcome[]> {
  const all: (readonly [number, Changed])[] = [...looked.verdicts]
  for (const [table, of] of Map.groupBy(rows, (r) => r.row.table)) {
    const { table: m } = i.changers.get(table) as Changer
    const changes: RowChange[] = of.map((r) => r.row.change)
    for (const done of await witnessed(m, changes, looked.held.get(table) as HeldRows)) all.push([table, done])
  }
  const groups = Map.groupBy(all, ([table, { change }]) => `${table} ${change.op}`).values()
  return [...groups].map((of) => ({ table: of[0][0], done: of.map(([, done]) => done), stored: true }))
}
