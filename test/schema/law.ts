/**
 * The law of schemas, on real databases: the steps of diff(A, B) make B out of A, after which there is no difference left, and the steps
 * of diff(B, A) lead back. For the corpus of every engine's planner.
 */
import assert from 'node:assert/strict'
import type { Change, PlannedSteps, Planner, Step, Unplanned } from '../../src/core/change.ts'
import type { Database } from '../../src/core/engine.ts'
import type { Schema } from '../../src/core/schema.ts'
import { type DiffOptions, diffSchemas } from '../../src/diff/compare.ts'
import { invert } from '../../src/diff/invert.ts'
import { type Rename, reverseRenames } from '../../src/diff/rename-map.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { assertReadable } from '../revisions/readable.ts'

export interface LawCase {
  /** Scripts that make both states out of nothing. */
  readonly from: string
  readonly to: string
  /** Rows and whatever else is put into the from side after `from`, and checked afterwards by `proof`. */
  readonly rows?: string
  readonly renames?: readonly Rename[]
  readonly online?: boolean
  /** Text that each difference without a statement must match, in any order; none by default. */
  readonly unplanned?: readonly RegExp[]
  /** Whether the way back is planned too; true by default (false where `to` cannot be told from `from` by a statement). */
  readonly back?: boolean
  /** Called when `from` has become `to`, with the plan that did it. */
  readonly proof?: (db: Database, plan: PlannedSteps) => Promise<void>
  /** A dump by something that is not naru: that of the altered database must equal that of the to database. */
  readonly witness?: (url: string) => Promise<string>
}

/** An open fresh database in which a script ran. */
export async function databaseOf(kind: DatabaseKind, script: string) {
  const place = await freshDatabase(kind)
  const engine = await engineFor(kind)
  const db = await engine.open(engine.parse(place.url), { role: 'target' })
  const close = async () => {
    await db.close()
    await place[Symbol.asyncDispose]()
  }
  try {
    if (script.trim() !== '') await db.execute(script)
  } catch (error) {
    await close()
    throw error
  }
  return { db, url: place.url, [Symbol.asyncDispose]: close }
}

/** The planner of the database's engine. */
function plannerOf(db: Database): Planner {
  const { planner } = db.engine.dialect
  assert.ok(planner, `${db.engine.name} has no planner`)
  return planner
}

/** What is there, as it is compared. */
export async function stateOf(db: Database): Promise<Schema> {
  return plannerOf(db).normalize(await db.inspect())
}

/** What must change in `from` to become `to`. */
export function changesOf(db: Database, from: Schema, to: Schema, o: Partial<DiffOptions> = {}): Change[] {
  return diffSchemas(from, to, { ordersColumns: plannerOf(db).ordersColumns, foldsNames: db.can.foldsNames, ...o })
}

/** Runs steps as an application does: those that may stand in a transaction together, the others alone. */
export async function runSteps(db: Database, steps: readonly Step[]): Promise<void> {
  let open = false
  const end = async () => {
    if (open) await db.execute('COMMIT')
    open = false
  }
  for (const step of steps) {
    if (!step.inTransaction) await end()
    else if (!open && db.can.transactionalDdl) {
      await db.execute('BEGIN')
      open = true
    }
    await db.execute(step.sql).catch(async (error) => {
      if (open) await db.execute('ROLLBACK').catch(() => undefined)
      throw new Error(
        `${String(error.message)} ${String(error.why ?? '')}\nin: ${step.sql}\n(${step.why})\nof:\n${sqlOf(steps)}`,
      )
    })
  }
  await end()
}

/** The statements, for messages. */
export function sqlOf(steps: readonly Step[]): string {
  return steps.map((s) => `-- ${s.why}\n${s.sql}`).join('\n')
}

/** Changes in short, for messages. */
export function told(changes: readonly Change[]): string {
  return JSON.stringify(
    changes,
    (key, v) => (key === 'table' && v.columns ? v.name.name : typeof v === 'bigint' ? `${v}` : v),
    1,
  )
}

function assertUnplanned(found: readonly Unplanned[], expected: readonly RegExp[]): void {
  const texts = found.map((u) => `${u.object}: ${u.why}`)
  assert.equal(texts.length, expected.length, `unplanned: ${texts.join('\n') || 'nothing'}`)
  for (const wanted of expected)
    assert.ok(
      texts.some((t) => wanted.test(t)),
      `${wanted} not in ${texts.join('\n')}`,
    )
}

/** Leads `db` to the state `to` and asserts that nothing differs afterwards (unless `unplanned`). Gives the plan. */
export async function lead(
  db: Database,
  to: Schema,
  c: Pick<LawCase, 'renames' | 'online' | 'unplanned'>,
): Promise<PlannedSteps> {
  const from = await stateOf(db)
  const changes = changesOf(db, from, to, { renames: c.renames })
  const plan = plannerOf(db).plan({ from, to, changes, can: db.can, online: c.online })
  assertUnplanned(plan.unplanned, c.unplanned ?? [])
  assertReadable(plan, db.engine.name)
  await runSteps(db, plan.steps)
  const rest = changesOf(db, await stateOf(db), to)
  if ((c.unplanned ?? []).length === 0) {
    assert.equal(rest.length, 0, `still different:\n${told(rest)}\nafter:\n${sqlOf(plan.steps)}`)
  }
  return plan
}

/** Asserts the law for one pair of scripts. */
export async function assertLaw(kind: DatabaseKind, c: LawCase): Promise<void> {
  await using a = await databaseOf(kind, c.from)
  await using b = await databaseOf(kind, c.to)
  const [before, after] = [await stateOf(a.db), await stateOf(b.db)]
  if (c.rows !== undefined) await a.db.execute(c.rows)
  const forth = changesOf(a.db, before, after, { renames: c.renames })
  assert.deepEqual(forth.map(invert).map(invert), forth)
  const plan = await lead(a.db, after, c)
  await c.proof?.(a.db, plan)
  if (c.witness !== undefined) assert.equal(await c.witness(a.url), await c.witness(b.url))
  if (c.back === false) return
  await lead(a.db, before, { ...c, unplanned: undefined, renames: reverseRenames(c.renames ?? []) })
}
