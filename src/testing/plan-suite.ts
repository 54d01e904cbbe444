/** Laws of an engine's planner: the steps of a difference leave no difference, the way back leads back, and rows stay. */
import assert from 'node:assert/strict'
import type { Change, Planner, Step } from '../core/change.ts'
import type { Database } from '../core/engine.ts'
import type { Schema, Table } from '../core/schema.ts'
import { type Stage, stage } from './place.ts'
import { PLAN_CASES, type PlanCase } from './plan-cases.ts'
import { asSet, build, fill, readTexts, type TextRow, wireColumns } from './stage.ts'
import type { DiffWish, Runner, Subject } from './subject.ts'

type Diff = (from: Schema, to: Schema, o: DiffWish) => readonly Change[]

/** Registers the suite; nothing where the engine alters no schemas, or no diff is given. */
export function planSuite({ describe, it }: Runner, subject: Subject): void {
  const { diff } = subject
  const { planner } = subject.engine.dialect
  if (diff === undefined || planner === undefined || subject.sql === false) return
  describe('plan', () => {
    it('finds no difference between a database and itself', () => checkSame(subject, planner, diff))
    const cases = subject.plans === 'some' ? PLAN_CASES.filter((_, i) => i % 5 === 0) : PLAN_CASES
    for (const c of cases) it(c.name, () => checkCase(subject, planner, diff, c), 60_000)
  })
}

async function state(planner: Planner, db: Database): Promise<Schema> {
  return planner.normalize(await db.inspect())
}

async function checkSame(subject: Subject, planner: Planner, diff: Diff): Promise<void> {
  await using place = await stage(subject)
  await using other = await stage(subject)
  for (const { db } of [place, other]) await build(db, ...(PLAN_CASES[0].to(db) ?? []))
  const [one, again, twin] = [
    await state(planner, place.db),
    await state(planner, place.db),
    await state(planner, other.db),
  ]
  const o = { ordersColumns: planner.ordersColumns }
  assert.deepEqual(diff(one, again, o), [])
  assert.deepEqual(diff(one, twin, o), [], 'two databases made alike are alike')
}

async function checkCase(subject: Subject, planner: Planner, diff: Diff, c: PlanCase): Promise<void> {
  await using a = await stage(subject)
  const plain = { ordersColumns: planner.ordersColumns }
  const empty = await state(planner, a.db)
  await build(a.db, ...c.to(a.db))
  const after = await state(planner, a.db)
  await lead(a, planner, diff, empty, plain)
  await build(a.db, ...c.from(a.db))
  const before = await state(planner, a.db)
  const rows = c.rows ?? []
  const [table] = c.from(a.db)
  if (rows.length > 0) await fill(a.db, table, rows)
  await lead(a, planner, diff, after, { ...plain, renames: c.renames?.(a.db) ?? [] })
  await lead(a, planner, diff, before, { ...plain, renames: c.renamesBack?.(a.db) ?? [] })
  if (rows.length > 0) assert.deepEqual(await kept(a.db, table, c), asSet(c.kept ?? rows), 'the rows are there still')
}

/** The rows as they are when all is as it was; without columns that were gone meanwhile. */
async function kept(db: Database, table: Table, c: PlanCase): Promise<string[]> {
  const columns = wireColumns(db, table).filter((w) => !c.lost?.includes(w.name))
  const found: readonly TextRow[] = await readTexts(db, table, { columns })
  return asSet(found)
}

/** Leads the database to a state, and asserts that nothing is left to do. */
async function lead({ db }: Stage, planner: Planner, diff: Diff, to: Schema, o: DiffWish): Promise<void> {
  const from = await state(planner, db)
  const { steps, unplanned } = planner.plan({ from, to, changes: diff(from, to, o), can: db.can })
  assert.deepEqual(unplanned, [])
  await run(db, steps)
  const left = diff(await state(planner, db), to, { ...o, renames: [] })
  assert.deepEqual(left, [], `a difference is left after:\n${steps.map((s) => s.sql).join(';\n')}`)
}

/** Steps that may stand in one transaction do, where the engine takes DDL back. */
async function run(db: Database, steps: readonly Step[]): Promise<void> {
  let open = false
  for (const step of steps) {
    const inside = step.inTransaction && db.can.transactionalDdl
    if (inside !== open) await db.execute(open ? 'COMMIT' : 'BEGIN')
    open = inside
    await db.execute(step.sql)
  }
  if (open) await db.execute('COMMIT')
}
