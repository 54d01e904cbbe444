/** Questions about hazards: read only, bounded in time, and an answer or a clear word in any case. */
import { expect, test } from 'vitest'
import { askHazards } from '../../src/app/apply/counts.ts'
import type { Hazard, Step } from '../../src/core/change.ts'
import { SMALL_ROWS } from '../../src/core/size.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'

const stepOf = (hazards: readonly Hazard[]): Step => ({ sql: '', why: '', object: '', inTransaction: true, hazards })

async function ask(kind: DatabaseKind, script: string, hazards: readonly Hazard[], patience?: number) {
  await using place = await freshDatabase(kind)
  const engine = await engineFor(kind)
  const address = engine.parse(place.url)
  await using database = await engine.open(address, { role: 'target' })
  await database.execute(script)
  const answers = await askHazards([stepOf(hazards)], { address, database, patience })
  const left = await database.query('SELECT count(*) AS n FROM t')
  return { answers: hazards.map((h) => answers.get(h)), left: Number(left[0].n) }
}

const KINDS = ['postgres', 'pglite', 'mysql', 'sqlite'] as const

for (const kind of KINDS) {
  test(`${kind}: counts, an error told as such, a table without a question, nothing is written`, async () => {
    const t = { name: 't' }
    const { answers, left } = await ask(kind, 'CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2), (NULL)', [
      { kind: 'may-fail', what: '', table: t, count: 'SELECT count(*) AS n FROM t WHERE a IS NULL' },
      { kind: 'may-fail', what: '', table: t, count: 'SELECT count(*) AS n FROM nowhere' },
      { kind: 'drop-table', what: '', table: t },
      { kind: 'rewrite', what: '', table: t, rows: 7_000_000 },
      { kind: 'lossy', what: '', count: 'DELETE FROM t' },
      { kind: 'blocking', what: '', table: { name: 'nowhere' } },
    ])
    expect(answers).toMatchObject([
      { found: 1 },
      {
        found: null,
        unanswered: expect.stringMatching(/^not counted: .*nowhere|^not counted: a statement was refused/),
      },
      { found: 3 },
      { found: null, small: 3 },
      { found: null, unanswered: expect.stringMatching(/^not counted: /) },
      { found: null, small: null, unanswered: expect.stringMatching(/^not counted: /) },
    ])
    expect(left).toBe(3)
  })
}

const SLOW = {
  postgres: 'SELECT 1 AS n, pg_sleep(30)',
  mysql: `SELECT count(*) AS n FROM ${numbers(1, 100000)} JOIN (SELECT * FROM ${numbers(1, 100000)}) AS b`,
} as const

for (const kind of ['postgres', 'mysql'] as const) {
  test(`${kind}: what takes too long is cut off and told; the next question is answered`, async () => {
    const began = performance.now()
    const hazards: Hazard[] = [
      { kind: 'may-fail', what: '', count: SLOW[kind] },
      { kind: 'may-fail', what: '', count: 'SELECT count(*) AS n FROM t' },
    ]
    const { answers } = await ask(kind, 'CREATE TABLE t (a int); INSERT INTO t VALUES (1)', hazards, 400)
    expect(answers).toMatchObject([{ found: null, unanswered: 'not counted within 400 ms' }, { found: 1 }])
    expect(performance.now() - began).toBeLessThan(15_000)
  })
}

test('a table is small up to the limit, whatever the statistics say', async () => {
  const fill = (n: number) => `CREATE TABLE t (a int); INSERT INTO t SELECT * FROM generate_series(1, ${n})`
  const hazard: Hazard = { kind: 'blocking', what: '', table: { name: 't' }, rows: 0 }
  expect((await ask('postgres', fill(SMALL_ROWS), [hazard])).answers[0]?.small).toBe(SMALL_ROWS)
  expect((await ask('postgres', fill(SMALL_ROWS + 1), [hazard])).answers[0]?.small).toBe(null)
})
