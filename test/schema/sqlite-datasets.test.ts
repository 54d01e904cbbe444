/** Real SQLite databases led to each other: the catalogue and the rows are compared by SQLite itself. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { datasetFolder, datasetNames, datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { databaseOf, lead, stateOf } from './law.ts'
import { master, plain } from './sqlite-case.ts'

async function opened(url: string) {
  return await sqlite.open(sqlite.parse(url), { role: 'target' })
}

/** The rows of every table, by SQLite alone. */
function rows(url: string): unknown {
  return plain(url, (db) =>
    db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
      .all()
      .map((t) => [
        t.name,
        db
          .prepare(`SELECT * FROM "${t.name}" ORDER BY rowid`)
          .all()
          .map((r) => JSON.stringify(r))
          .join('\n'),
      ]),
  )
}

describe.skipIf(!datasetsAvailable())('data sets', () => {
  test('chinook becomes chinook with counters, and back, with all its rows', async () => {
    const files = ['chinook.db', 'chinook-autoinc.db']
    await using a = await freshDatabase('sqlite')
    await using b = await freshDatabase('sqlite')
    for (const [i, place] of [a, b].entries()) {
      const packed = await readFile(join(datasetFolder('chinook-sqlite'), `${files[i]}.gz`))
      await writeFile(place.url.slice('sqlite:'.length), gunzipSync(packed))
    }
    const [first, goal, held] = [master(a.url), master(b.url), rows(a.url)]
    expect(first).not.toEqual(goal)
    await using db = await opened(a.url)
    await using other = await opened(b.url)
    const before = await stateOf(db)
    const { steps } = await lead(db, await stateOf(other), {})
    expect(steps.filter((s) => s.hazards.some((h) => h.kind === 'rewrite')).length).toBeGreaterThan(5)
    expect(master(a.url)).toEqual(goal)
    expect(rows(a.url)).toEqual(held)
    await lead(db, before, {})
    expect(master(a.url)).toEqual(first)
    expect(rows(a.url)).toEqual(held)
  })

  test('each is made from nothing, from the one before, and taken back', async () => {
    await using work = await databaseOf('sqlite', '')
    const nothing = await stateOf(work.db)
    for (const name of await datasetNames('sqlite')) {
      await using place = await freshDatabase('sqlite')
      await loadDataset(name, place.url)
      await using db = await opened(place.url)
      await lead(work.db, await stateOf(db), {})
      expect(master(work.url), name).toEqual(master(place.url))
    }
    await lead(work.db, nothing, {})
    expect(master(work.url)).toEqual([])
  })
})
