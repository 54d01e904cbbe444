/** Real schemas that are kin lead to each other and back, rows in them: Chinook with and without AUTO_INCREMENT. */
import { describe, expect, test } from 'vitest'
import { mysql } from '../../src/engines/mysql/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { datasetNames, datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { changesOf, sqlOf, stateOf } from './law.ts'
import { leadTo } from './mysql-stage.ts'
import { witness } from './mysql-witness.ts'

async function loaded(name: string) {
  const place = await freshDatabase('mysql')
  const set = await loadDataset(name, place.url)
  const db = await mysql.open(mysql.parse(place.url), { role: 'target' })
  const dispose = async () => {
    await db.close()
    await place[Symbol.asyncDispose]()
  }
  return { db, set, [Symbol.asyncDispose]: dispose }
}

describe.skipIf(!datasetsAvailable())('kin:', async () => {
  test('Chinook gets its counters, and loses them again', async () => {
    await using plain = await loaded('chinook-mysql')
    await using counted = await loaded('chinook-mysql-autoinc')
    const [a, b] = [await stateOf(plain.db), await stateOf(counted.db)]
    const shown = await witness(plain.db)
    const forth = await leadTo(plain.db, a, b)
    expect(forth.steps.length).toBeGreaterThanOrEqual(10)
    expect(await witness(plain.db), sqlOf(forth.steps)).toEqual({
      ...(await witness(counted.db)),
      DATABASE: shown.DATABASE,
    })
    await leadTo(plain.db, forth.state, a)
    expect(await witness(plain.db)).toEqual(shown)
    for (const [table, rows] of Object.entries(plain.set.rows)) {
      const [{ n }] = await plain.db.query(`SELECT count(*) AS n FROM ${mysql.dialect.quote(table)}`)
      expect(Number(n), table).toBe(rows)
    }
  })

  test.for(datasetsAvailable() ? await datasetNames('mysql') : [])(
    '%s is made out of nothing, and unmade',
    async (name) => {
      await using real = await loaded(name)
      await using place = await freshDatabase('mysql')
      await using db = await mysql.open(mysql.parse(place.url), { role: 'target' })
      const [nothing, state] = [await stateOf(db), await stateOf(real.db)]
      expect(changesOf(db, state, state)).toEqual([])
      const made = await leadTo(db, nothing, state)
      expect(await witness(db), sqlOf(made.steps)).toEqual(await witness(real.db))
      await leadTo(db, made.state, nothing)
      expect(Object.keys(await witness(db))).toEqual(['DATABASE'])
    },
  )
})
