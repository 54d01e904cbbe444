/** Text keys that two engines order in their own ways: compared and copied unit by unit, rows that are gone among them. */
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { openDatabase } from '../../src/app/open.ts'
import { freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

const ROWS = 12_000
const MADE = `CREATE TABLE word (w varchar(40) NOT NULL PRIMARY KEY, n integer, alias varchar(40) UNIQUE);
  WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${ROWS})
  INSERT INTO word SELECT CASE i % 3 WHEN 0 THEN 'ä' WHEN 1 THEN 'B' ELSE 'a' END || i, i, 'x' || i FROM s;`

test.each(['postgres', 'mysql'] as const)('text keys into %s are cut into units', async (kind) => {
  await using from = await freshDatabase('sqlite')
  await using to = await freshDatabase(kind)
  const ends = [await address(from.url), await address(to.url)] as const
  const run = async () => {
    const report = await copy(...ends, { incremental: true, jobs: 1 }, { report() {} })
    expect(report.verdict, JSON.stringify(report.failedSteps)).toBe('done')
    return report.tables[0]
  }
  await using source = await openDatabase(ends[0], { role: 'target' })
  await source.execute(MADE)
  expect(await run()).toMatchObject({ written: ROWS })
  expect(await run()).toMatchObject({ written: 0, kept: ROWS, units: { kept: 3, of: 3 } })

  // An alias that moves to a row of another unit, from one that goes.
  await source.execute(
    "DELETE FROM word WHERE w IN ('B1', 'ä12'); UPDATE word SET alias = 'x1' WHERE w = 'ä11997'; INSERT INTO word VALUES ('zz', 1, 'y')",
  )
  const changed = await run()
  expect(changed.kept).toBeGreaterThan(0)
  expect(changed.written).toBeGreaterThan(0)
  await using target = await openDatabase(ends[1], { role: 'source' })
  const text = 'SELECT w, n, alias FROM word'
  const all = async (db: typeof source) => (await db.query(text)).map((r) => `${r.w} ${r.n} ${r.alias}`).sort()
  expect(await all(target)).toEqual(await all(source))
})
