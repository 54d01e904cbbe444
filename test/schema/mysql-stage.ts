/** Two databases of one server that are emptied between cases, and what leads one to the other. */
import assert from 'node:assert/strict'
import type { PlannedSteps } from '../../src/core/change.ts'
import type { Database } from '../../src/core/engine.ts'
import type { Schema } from '../../src/core/schema.ts'
import type { Rename } from '../../src/diff/rename-map.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { assertReadable } from '../revisions/readable.ts'
import { changesOf, sqlOf, stateOf, told } from './law.ts'
import { runAsClaimed } from './mysql-algorithms.ts'

export interface Stage extends AsyncDisposable {
  readonly a: Database
  readonly b: Database
}

/** Opens both as `naru apply` does: foreign keys are checked. */
export async function mysqlStage(): Promise<Stage> {
  const places = [await freshDatabase('mysql'), await freshDatabase('mysql')]
  const [a, b] = await Promise.all(places.map((p) => mysql.open(mysql.parse(p.url), { role: 'target', alters: true })))
  const dispose = async () => {
    await a.close()
    await b.close()
    for (const place of places) await place[Symbol.asyncDispose]()
  }
  return { a, b, [Symbol.asyncDispose]: dispose }
}

/** Throws away what is there, and what a script may have left set, and runs another. */
export async function refill(db: Database, script: string): Promise<void> {
  await db.revokeAll?.()
  const name = db.engine.dialect.quote(db.address.database ?? '')
  await db.execute(`DROP DATABASE ${name}; CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; USE ${name};
SET SESSION sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'`)
  if (script !== '') await db.execute(script)
}

export interface Lead {
  readonly renames?: readonly Rename[]
  readonly online?: boolean
}

/** The plan from one state to another. */
export function planBetween(db: Database, from: Schema, to: Schema, o: Lead = {}): PlannedSteps {
  const { planner } = mysql.dialect
  assert.ok(planner)
  return planner.plan({
    from,
    to,
    changes: changesOf(db, from, to, { renames: o.renames }),
    can: db.can,
    online: o.online,
  })
}

/** Leads a database to a state, each statement in the way that its plan claims; gives the plan and what is there then. */
export async function leadTo(db: Database, from: Schema, to: Schema, o: Lead = {}) {
  const plan = planBetween(db, from, to, o)
  assert.deepEqual(plan.unplanned, [])
  assertReadable(plan, 'mysql')
  for (const step of plan.steps) await runAsClaimed(db, step)
  const state = await stateOf(db)
  const left = changesOf(db, state, to)
  assert.equal(left.length, 0, `still different:\n${told(left)}\nafter:\n${sqlOf(plan.steps)}`)
  return { ...plan, state }
}
