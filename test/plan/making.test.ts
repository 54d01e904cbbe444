/** Whatever the plan makes of a schema, the target takes every statement of it, and knows it again. */
import { describe, expect, test } from 'vitest'
import { planCopy } from '../../src/copy/plan.ts'
import type { Database, DdlStep } from '../../src/core/engine.ts'
import type { CopyPlan, Leftover } from '../../src/core/plan.ts'
import type { Schema } from '../../src/core/schema.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { open, type Pair, pair } from './planning.ts'
import { MYSQL, POSTGRES, SQLITE } from './rich.ts'

const ACCEPT = ['NAME_LENGTH', 'NAME_COLLISION', 'NAME_CHARACTERS', 'INDEX_ENTRY']

/** Makes everything that the plan asks for; returns the plan, what failed, and the target as it is then. */
async function make(p: Pair): Promise<{ plan: CopyPlan; failed: string[]; made: Schema }> {
  const plan = await p.plan({ accept: ACCEPT })
  const target = await open(p.to.url, 'target')
  try {
    const failed: string[] = []
    for (const step of steps(plan, target)) {
      await target
        .execute(step.sql)
        .catch((e: Error & { why?: string }) => failed.push(`${step.object}: ${e.why ?? e.message}\n${step.sql}`))
    }
    return { plan, failed, made: await target.inspect() }
  } finally {
    await target.close()
  }
}

function steps(plan: CopyPlan, target: Database): DdlStep[] {
  const { ddl } = target.engine.dialect
  const tables = plan.tables.map((t) => t.target)
  return [
    ...ddl.before(plan.schema),
    ...tables.flatMap((t) => ddl.table(t)),
    ...tables.flatMap((t) => ddl.indexes(t)),
    ...tables.flatMap((t) => ddl.constraints(t)),
    ...tables.flatMap((t) => ddl.foreignKeys(t)),
    ...tables.flatMap((t) => (t.counter ? ddl.counter(t, t.counter.next) : [])),
    ...tables.flatMap((t) => ddl.after(t)),
  ]
}

const left = (plan: CopyPlan) =>
  plan.leftovers
    .filter((l) => l.outcome === 'left')
    .map((l) => `${l.kind} ${l.name}`)
    .sort()
const stubs = (plan: CopyPlan, ...kinds: string[]): Leftover[] =>
  plan.leftovers.filter((l) => kinds.includes(l.kind) && l.stub !== undefined)

const SETS: readonly (readonly [DatabaseKind, string])[] = [
  ['mysql', MYSQL],
  ['postgres', POSTGRES],
  ['sqlite', SQLITE],
]

describe.each(SETS)('from %s', (kind, script) => {
  test.each(['postgres', 'mysql', 'sqlite'] as const)(
    '%s takes every statement',
    async (to) => {
      await using p = await pair(kind, to, script)
      const { plan, failed, made } = await make(p)
      expect(failed).toEqual([])
      expect(made.tables.map((t) => t.name.name).sort()).toEqual(plan.tables.map((t) => t.target.name.name).sort())
      for (const t of plan.tables) {
        const there = made.tables.find((m) => m.name.name === t.target.name.name)
        expect(there?.foreignKeys.length, t.target.name.name).toBe(t.target.foreignKeys.length)
        expect(there?.primaryKey?.columns).toEqual(t.target.primaryKey?.columns)
        expect(there?.columns.map((c) => [c.name, c.nullable])).toEqual(
          t.target.columns.map((c) => [c.name, c.nullable]),
        )
      }
      for (const l of plan.leftovers) if (l.outcome === 'left') expect(l.why, `${l.kind} ${l.name}`).not.toBe('')
    },
    90_000,
  )
})

test('a CSV folder writes down what it cannot enforce: from there PostgreSQL gets the same keys', async () => {
  await using there = await pair('mysql', 'csv', MYSQL)
  const { failed } = await make(there)
  expect(failed).toEqual([])
  await using direct = await pair('mysql', 'postgres', MYSQL)
  await using target = await freshDatabase('postgres')
  const [source, to] = [await open(there.to.url, 'source'), await open(target.url, 'target')]
  const plan = await planCopy({ source, target: to, options: { accept: ACCEPT }, counting: true })
  await source.close()
  await to.close()
  const keys = (p: CopyPlan) =>
    Object.fromEntries(
      p.tables.map(({ target: t }) => [
        t.name.name,
        [
          t.primaryKey?.columns,
          t.uniques.map((u) => u.columns),
          t.foreignKeys.map((f) => [f.columns, f.onDelete]),
          t.counter?.next,
        ],
      ]),
    )
  expect(keys(plan)).toEqual(keys(await direct.plan({ accept: ACCEPT })))
})

describe('what does not come along', () => {
  test('from MySQL to PostgreSQL: named, with statements that run', async () => {
    await using p = await pair('mysql', 'postgres', MYSQL)
    const { plan } = await make(p)
    expect(left(plan)).toEqual([
      'CHECK strange',
      'collation latin1_swedish_ci',
      'collation utf8mb4_general_ci',
      'event nightly',
      'fulltext index words',
      'function twice',
      'generated column hexed',
      'procedure nothing',
      'trigger bump',
      'view seen',
    ])
    const run = stubs(
      plan,
      'trigger',
      'function',
      'procedure',
      'view',
      'event',
      'fulltext index',
      'CHECK',
      'generated column',
      'collation',
    )
    expect(run).toHaveLength(10)
    for (const l of run) await expect(p.onTarget(l.stub ?? ''), `${l.kind}\n${l.stub}`).resolves.toBeUndefined()
  })

  test('from PostgreSQL to MySQL', async () => {
    await using p = await pair('postgres', 'mysql', POSTGRES)
    const { plan } = await make(p)
    expect(left(plan)).toEqual([
      'CHECK re',
      'composite type pair',
      'default drawn',
      'default later',
      'default old_id',
      'exclusion booked_during_excl',
      'expression index computed',
      'expression index lower_mail',
      'function bump()',
      'generated column odd',
      'gin index gin_tags',
      'materialized view kept',
      'partial index one_ok',
      'partition measured_2020',
      'policy mine',
      'sequence account_old_id_seq',
      'sequence shared_seq',
      'trigger bumped',
      'view seen',
    ])
  })

  test('within one engine everything is made', async () => {
    await using p = await pair('postgres', 'postgres', POSTGRES)
    const { plan, failed } = await make(p)
    expect(failed).toEqual([])
    expect(left(plan)).toEqual([])
  })
})
