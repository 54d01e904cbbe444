/** What other tools keep of their migrations, read on the engines that they run on. */
import { describe, expect, test } from 'vitest'
import { findTool } from '../../src/app/revisions/adopt/find.ts'
import type { AdoptOptions } from '../../src/core/adopt.ts'
import { type NaruError, toNaruError } from '../../src/core/error.ts'
import { engineFor } from '../../src/engines/index.ts'
import type { Family } from '../../src/schema/sql-body.ts'
import { versionTablesOf } from '../../src/schema/version-tables.ts'
import { freshDatabase } from '../harness/database.ts'
import { FOREIGN } from './foreign.ts'

async function opened(family: Family) {
  const place = await freshDatabase(family)
  const engine = await engineFor(family)
  const db = await engine.open(engine.parse(place.url), { role: 'target' })
  let schema = await db.inspect()
  const run = async (...statements: string[]) => {
    for (const sql of statements) await db.execute(sql)
    schema = await db.inspect()
    return schema
  }
  const find = (o: AdoptOptions) => findTool(db, schema, o)
  const refused = async (o: AdoptOptions): Promise<NaruError> =>
    toNaruError(
      await find(o).then(
        () => new Error('not refused'),
        (error: unknown) => error,
      ),
    )
  return {
    db,
    run,
    find,
    refused,
    async [Symbol.asyncDispose]() {
      await db.close()
      await place[Symbol.asyncDispose]()
    },
  }
}

describe.each(['sqlite', 'postgres', 'mysql'] as const)('%s', (family) => {
  test('each tool alone, several, one that is not done, none, one of another name', async () => {
    await using it = await opened(family)
    const { db, run, find, refused } = it
    expect((await refused({})).message).toContain('no tool seems')
    expect(await find({ none: true })).toBe(null)
    await run(...FOREIGN.alembic.tables[family])
    expect((await find({}))?.bookkeeping.last).toEqual(['27c6a30d7c24'])

    const { alembic: _, ...others } = FOREIGN
    const all = await run(...Object.values(others).flatMap((f) => f.tables[family]))
    expect(versionTablesOf(all)).toHaveLength(all.tables.length)
    const several = await refused({})
    expect(several.code).toBe('ADOPT_REFUSED')
    for (const tool of Object.keys(FOREIGN)) expect(several.hint).toContain(`--tool ${tool}`)

    for (const [tool, { applied, last, breaks }] of Object.entries(FOREIGN)) {
      const found = await find({ tool })
      expect(found?.bookkeeping, tool).toMatchObject({ applied, last, unfinished: [] })
      if (breaks === undefined) continue
      await db.execute(breaks.sql)
      const { message, why, hint } = await refused({ tool })
      expect(`${message} ${why} ${hint}`).toMatch(breaks.said)
      expect((await find({ tool, force: true }))?.bookkeeping.unfinished, tool).toHaveLength(1)
    }
    const own = (await find({ tool: 'knex', force: true }))?.tables.map((t) => t.name.name)
    expect(own).toEqual(['knex_migrations', 'knex_migrations_lock'])
    await run(
      'CREATE TABLE my_history (id int, timestamp bigint, name varchar(99))',
      'CREATE TABLE users (id int, name varchar(9))',
    )
    await db.execute("INSERT INTO my_history VALUES (1, 5, 'First5')")
    const named = await find({ table: 'my_history' })
    expect(named?.bookkeeping).toMatchObject({ tool: 'TypeORM', table: 'my_history', applied: 1, last: ['First5'] })
    expect(named?.usual).toBe(false)
    expect((await refused({ table: 'users' })).message).toContain('users is no table of versions')
    expect((await refused({ table: 'my_history', tool: 'flyway' })).message).toContain('of flyway')
    expect((await refused({ table: 'nowhere' })).code).toBe('TABLE_MISSING')
    expect((await refused({ tool: 'make' })).code).toBe('USAGE')
  })
})
