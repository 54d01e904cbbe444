/** Plans tried on real scratch databases: those that hold, those that do not, and those that cannot be tried. */
import { expect, test } from 'vitest'
import { differenceOf } from '../../src/app/apply/difference.ts'
import { makePlan } from '../../src/app/apply/make-plan.ts'
import { rehearse } from '../../src/app/apply/rehearse.ts'
import type { ApplyOptions } from '../../src/core/apply.ts'
import type { Step } from '../../src/core/change.ts'
import type { Database } from '../../src/core/engine.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'

async function filled(kind: DatabaseKind, script: string) {
  const place = await freshDatabase(kind)
  const engine = await engineFor(kind)
  const database = await engine.open(engine.parse(place.url), { role: 'target' })
  await database.execute(script)
  return {
    database,
    async [Symbol.asyncDispose]() {
      await database.close()
      await place[Symbol.asyncDispose]()
    },
  }
}

interface Trial {
  readonly database: Database
  readonly goal: Database
  readonly options?: ApplyOptions
  /** What becomes of the planned steps. */
  readonly steps?: (steps: readonly Step[]) => readonly Step[]
  readonly beside?: boolean
}

async function trial({ database, goal: wanted, options = {}, steps = (s) => s, beside }: Trial) {
  const [present, goal] = [await database.inspect(), await wanted.inspect()]
  const found = differenceOf(database, present, goal, options)
  const difference = { ...found, plan: { ...found.plan, steps: steps(found.plan.steps) } }
  const plan = await makePlan({ database, goal: 'goal', difference, options, record: null })
  const scratch = { engine: database.engine.name, beside: beside ? database.address : undefined }
  return rehearse({ plan, present, goal, options, scratch, schema: undefined })
}

const FROM = 'CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t'
const TO = 'CREATE TABLE t (a int, b int, c int); CREATE VIEW v AS SELECT a FROM t; CREATE TABLE u (a int)'
const broken: Step = {
  sql: 'ALTER TABLE nowhere ADD COLUMN a int',
  why: '',
  object: 'table nowhere',
  inTransaction: true,
  hazards: [],
}

for (const kind of ['postgres', 'mysql', 'sqlite'] as const) {
  test(`${kind}: a plan that holds passes; one that fails, or leaves something, is stopped`, async () => {
    await using a = await filled(kind, FROM)
    await using b = await filled(kind, TO)
    const ends = { database: a.database, goal: b.database, beside: true }
    expect(await trial(ends)).toMatchObject({ state: 'passed' })
    await expect(trial({ ...ends, steps: (s) => [...s, broken] })).rejects.toMatchObject({
      code: 'REHEARSAL_FAILED',
      message: expect.stringContaining('table nowhere'),
      why: expect.stringMatching(/nowhere/),
      state: 'nothing was changed',
    })
    await expect(
      trial({ ...ends, steps: (s) => s.filter((x) => !/^table (public\.)?u$/.test(x.object)) }),
    ).rejects.toMatchObject({
      code: 'REHEARSAL_FAILED',
      why: expect.stringContaining('table u: is missing'),
    })
    expect((await a.database.inspect()).tables).toHaveLength(1)
  })
}

test('without a place to try it on the reason is told', async () => {
  await using a = await filled('mysql', FROM)
  await using b = await filled('mysql', TO)
  const ends = { database: a.database, goal: b.database }
  expect(await trial(ends)).toMatchObject({ state: 'skipped', why: expect.stringContaining('no scratch database') })
  expect(await trial({ ...ends, options: { rehearsal: false } })).toMatchObject({
    state: 'skipped',
    why: 'not wanted (--no-rehearsal)',
  })
})

test('a schema that the scratch database does not take over is not rehearsed, and nothing is stopped', async () => {
  await using a = await filled('postgres', 'CREATE EXTENSION file_fdw')
  await using b = await filled('postgres', TO)
  expect(await trial({ database: a.database, goal: b.database })).toMatchObject({
    state: 'skipped',
    why: expect.stringContaining('does not take over the schema'),
  })
})
