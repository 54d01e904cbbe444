/** Real databases go from PostgreSQL to PostgreSQL; the server itself says that they are the same. */
import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import type { Schema } from '../../src/core/schema.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { type Dataset, datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { asking, catalogue, contents, moveSchema, shape } from './move.ts'

const SETS = [
  'sakila',
  'chinook',
  'northwind',
  'netflix',
  'titanic',
  'dellstore2',
  'employees',
  'roundcube',
  'countries',
]

async function loaded(name: string, kind: DatabaseKind) {
  const place = await freshDatabase(kind)
  const facts = await loadDataset(`${name}-postgres`, place.url)
  const db = await postgres.open(postgres.parse(place.url), { role: 'source' })
  return { place, facts, db, close: () => db.close().finally(() => place[Symbol.asyncDispose]()) }
}

function checkRows(rows: Record<string, number>, facts: Dataset): void {
  for (const [table, wanted] of Object.entries(facts.rows)) {
    // The set counts the rows of a parent together with those of the tables that inherit from it.
    const heirs = Object.keys(rows).filter((t) => t.startsWith(`${table}_p2`))
    const found = [table, ...heirs].reduce((n, t) => n + rows[t], 0)
    assert.ok(found === wanted || rows[table] === wanted, `${table}: ${found} rows, not ${wanted}`)
  }
}

/** Children of an inheritance share a sequence with their parent, which shows otherwise once they are tables of their own. */
function withoutHeirs(schema: Schema): Schema {
  const heirs = schema.others.some((o) => o.kind === 'inheritance')
  return heirs ? { ...schema, tables: schema.tables.filter((t) => t.name.name !== 'payment') } : schema
}

describe.skipIf(!datasetsAvailable())('data sets', () => {
  for (const name of SETS) {
    it(`${name} is the same after a move`, async () => {
      const source = await loaded(name, 'postgres')
      await using to = await freshDatabase('postgres')
      await using target = await postgres.open(postgres.parse(to.url), { role: 'target' })
      const wanted = await source.db.inspect()
      checkRows(await moveSchema(source.db, target, wanted), source.facts)
      const found = await target.inspect()
      const left = withoutHeirs(wanted)
      const right =
        left === wanted ? found : { ...found, tables: found.tables.filter((t) => t.name.name !== 'payment') }
      assert.deepEqual(shape(right), shape(left))
      const before = await asking(source.place.url, (ask) => contents(ask, wanted.tables))
      assert.deepEqual(await asking(to.url, (ask) => contents(ask, wanted.tables)), before)
      assert.deepEqual(await asking(to.url, catalogue), await asking(source.place.url, catalogue))
      await source.close()
    })
  }

  it('chinook goes through PGlite', async () => {
    const source = await loaded('chinook', 'postgres')
    await using to = await freshDatabase('pglite')
    await using target = await postgres.open(postgres.parse(to.url), { role: 'target' })
    const wanted = await source.db.inspect()
    checkRows(await moveSchema(source.db, target, wanted), source.facts)
    assert.deepEqual(shape(await target.inspect()), shape(wanted))
    const before = await asking(source.place.url, (ask) => contents(ask, wanted.tables))
    assert.deepEqual(await contents((sql) => target.query(sql), wanted.tables), before)
    await source.close()
  })
})
