import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { freshDatabase } from './database.ts'
import { type Dataset, dataset, datasetNames, datasetsAvailable, loadDataset } from './datasets.ts'

type Count = (table: string) => Promise<number>

async function expectRows(set: Dataset, count: Count): Promise<void> {
  const found: Record<string, number> = {}
  for (const table of Object.keys(set.rows)) found[table] = await count(table.split(':').at(-1) ?? '')
  expect(found).toEqual(set.rows)
}

describe.skipIf(!datasetsAvailable())('loadDataset', () => {
  test.each(['sakila-postgres', 'dellstore2-postgres', 'titanic-postgres'])('%s into a server', async (name) => {
    await using database = await freshDatabase('postgres')
    const set = await loadDataset(name, database.url)
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await expectRows(set, async (table) =>
      Number((await client.query(`SELECT count(*) AS n FROM ONLY public."${table}"`)).rows[0].n),
    )
    await client.end()
  })

  test('sakila-postgres into PGlite', async () => {
    await using database = await freshDatabase('pglite')
    const set = await loadDataset('sakila-postgres', database.url)
    const embedded = await PGlite.create(database.url.slice('pglite:'.length))
    await expectRows(set, async (table) => {
      const { rows } = await embedded.query<{ n: number }>(`SELECT count(*)::int AS n FROM ONLY public."${table}"`)
      return rows[0].n
    })
    await embedded.close()
  })

  test.each(['sakila-mysql', 'northwind-mysql', 'ghost-localtests-mysql'])('%s into a server', async (name) => {
    await using database = await freshDatabase('mysql')
    const set = await loadDataset(name, database.url)
    const connection = await mysql.createConnection(database.url)
    await expectRows(set, async (table) => {
      const [rows] = await connection.query(`SELECT count(*) AS n FROM \`${table}\``)
      return Number((rows as { n: number }[])[0].n)
    })
    await connection.end()
  })

  test.each(['countries-sqlite', 'northwind-sqlite', 'chinook-sqlite'])('%s into a file', async (name) => {
    await using database = await freshDatabase('sqlite')
    const set = await loadDataset(name, database.url)
    const file = new DatabaseSync(database.url.slice('sqlite:'.length))
    await expectRows(set, async (table) => Number(file.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.n))
    file.close()
  })

  test('every set describes itself', async () => {
    const sets = await Promise.all((await datasetNames()).map(dataset))
    expect(sets.length).toBeGreaterThan(20)
    for (const set of sets) expect(set.files.length, set.name).toBeGreaterThan(0)
    expect(await datasetNames('mysql')).toEqual(sets.filter((set) => set.engine === 'mysql').map((set) => set.name))
  })
})
