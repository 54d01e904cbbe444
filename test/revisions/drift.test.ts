import { describe, expect, it } from 'vitest'
import { changeLines } from '../../src/app/apply/difference.ts'
import { openDatabase } from '../../src/app/open.ts'
import { driftOf } from '../../src/app/revisions/drift.ts'
import type { Database } from '../../src/core/engine.ts'
import { openVersions } from '../../src/revisions/version-table.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'
import { makeChain, setupFor } from './making.ts'

/** Writes rows of the version table as an upgrade leaves them. */
async function record(db: Database, ids: readonly string[], message = ''): Promise<void> {
  const versions = await openVersions(db, { schema: null })
  await versions.ensure()
  for (const id of ids) await db.execute(versions.sql.insert(id, { state: 'applied', checksum: 'x', message, ms: 1 }))
}

describe.each(['postgres', 'mysql', 'sqlite'] as const)('on %s', (kind) => {
  it('tells a live database from what its revisions made, object by object', async () => {
    await using place = await freshDatabase(kind)
    await using files = await freshFiles()
    const ids = await makeChain(files.path, [
      { up: 'CREATE TABLE a (x int, y int);' },
      { up: 'CREATE TABLE b (x int);' },
      { up: 'CREATE TABLE not_applied (x int);' },
    ])
    await using db = await openDatabase(await address(place.url), { role: 'target' })
    await db.execute('CREATE TABLE a (x int, y int); CREATE TABLE b (x int);')
    await record(db, ids.slice(0, 2))
    const dev = kind === 'sqlite' ? undefined : place.url
    const setup = await setupFor(files.path, { target: place.url, dev })
    const same = await driftOf(setup, await address(place.url))
    expect(same.difference.changes).toEqual([])
    await db.execute('ALTER TABLE a ADD z int; DROP TABLE b; CREATE TABLE c (x int)')
    const drift = await driftOf(setup, await address(place.url))
    expect(changeLines(drift.difference).sort()).toEqual([
      'table a: column z should not be there',
      'table b: is missing',
      'table c: should not be there',
    ])
    await db.execute('BEGIN')
    for (const step of drift.difference.plan.steps)
      if (step.inTransaction || kind === 'mysql') await db.execute(step.sql)
    await db.execute('COMMIT')
    expect((await driftOf(setup, await address(place.url))).difference.changes).toEqual([])
    await db.execute('ALTER TABLE a ADD z int; CREATE TABLE c (x int)')
    const ignored = await driftOf(setup, await address(place.url), { ignore: ['tables:c'], tables: ['a', 'c'] })
    expect(changeLines(ignored.difference)).toEqual(['table a: column z should not be there'])
  })
})

it('refuses what no file knows', async () => {
  await using place = await freshDatabase('sqlite')
  await using files = await freshFiles()
  await using db = await openDatabase(await address(place.url), { role: 'target' })
  await record(db, ['lost'], 'by somebody')
  const setup = await setupFor(files.path, { target: place.url })
  await expect(driftOf(setup, await address(place.url))).rejects.toMatchObject({
    code: 'REVISION_MISSING',
    why: 'lost (by somebody)',
  })
})
