/** Keys of SQLite that are no text: their rows are settled as any others with such values, and all others arrive. */

import { execFileSync } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import { address } from '../harness/address.ts'
import { findProgram } from '../harness/binaries.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'

const CASES: readonly (readonly [string, CopyOptions, string | null])[] = [
  ['refused', { policies: { INVALID_UTF8: 'reject' }, maxRejects: '1' }, null],
  ['refused where the finding was accepted', { accept: ['INVALID_UTF8'], maxRejects: '1' }, null],
  ['replaced', { policies: { INVALID_UTF8: 'replace' } }, 'b\ufffdc|2'],
]

test.each(CASES)('%s, with a rowid and without', async (_, options, replaced) => {
  await using from = await freshDatabase('sqlite')
  await using to = await freshDatabase('postgres')
  await using files = await freshFiles()
  const db = new DatabaseSync(from.url.replace('sqlite:', ''))
  for (const [table, without] of [
    ['t', ''],
    ['w', 'WITHOUT ROWID'],
  ])
    db.exec(`CREATE TABLE ${table} (k TEXT NOT NULL PRIMARY KEY, v INT) ${without};
      INSERT INTO ${table} VALUES ('a', 1), (CAST(X'62ff63' AS TEXT), 2), ('z', 3);
      WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 3000) INSERT INTO ${table} SELECT 'b' || i, i FROM s`)
  db.close()
  const rejects = `${files.path}/rejects.ndjson`
  // Small chunks, so that reading goes on after the key in question many times over.
  const how = { jobs: 1, unitRows: 500, chunkBytes: 2000, rejects, ...options }
  const report = await copy(await address(from.url), await address(to.url), how, { report() {} })
  expect(report.tables.map((t) => t.closes)).toEqual([true, true])
  expect(report.rejects.count).toBe(replaced === null ? 2 : 0)
  for (const table of ['t', 'w']) {
    const sql = `SELECT k, v FROM ${table} ORDER BY v, k COLLATE "C"`
    const rows = execFileSync(findProgram('psql') ?? 'psql', ['-XqAt', '-d', to.url, '-c', sql], { encoding: 'utf8' })
    const others = Array.from({ length: 3000 }, (_, i) => [`b${i + 1}`, i + 1] as const)
    const wanted = [['a', 1] as const, ['z', 3] as const, ...others].map(([k, v]) => `${k}|${v}`)
    const all = replaced === null ? wanted : [...wanted, replaced]
    expect(rows.trimEnd().split('\n').sort()).toEqual(all.sort())
  }
})
