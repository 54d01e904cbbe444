/** SQLite into folders and back, judged by `sqlite3 .dump`: values keep their spelling and their storage class. */

import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { auditFolder } from '../../src/app/audit.ts'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import { address } from '../harness/address.ts'
import { findProgram } from '../harness/binaries.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { datasetsAvailable, loadDataset } from '../harness/datasets.ts'

const QUIET = { report() {} }

async function copied(from: string, to: string, options: CopyOptions = {}) {
  const report = await copy(await address(from), await address(to), { jobs: 1, ...options }, QUIET)
  expect({ failed: report.failedSteps, verdict: report.verdict }).toEqual({ failed: [], verdict: 'done' })
}

function sqlite3(url: string, sql: string): string {
  const program = findProgram('sqlite3')
  if (program === null) throw new Error('sqlite3 is not installed')
  return execFileSync(program, [url.replace('sqlite:', '')], { input: sql, encoding: 'utf8', maxBuffer: 64 << 20 })
}

/** What the file holds, in any order, without the statistics that a copy takes at its end and what naru keeps there. */
function dump(url: string): string[] {
  const lines = sqlite3(url, '.dump').split('\n')
  return lines.filter((line) => !/sqlite_stat\d|naru_|^ANALYZE /.test(line)).sort()
}

const MIXED = `CREATE TABLE mixed (id INTEGER PRIMARY KEY, d DATE, t TIME, at DATETIME, ts TIMESTAMP(3), tz TIMESTAMPTZ, i INTERVAL, ip INET, j JSON, n TEXT);
INSERT INTO mixed VALUES
 (1, '2024-02-29', '10:11', '2024-02-29 01:02', '2024-02-29T01:02:03Z', '2024-02-29 01:02:03+09:00', '1 day', '10.0.0.1/8', '{"b": 1, "a": [1.0, 2]}', 'a'),
 (2, 20240229, 36660, 1709168523, 2460369.5432, 1709168523123456789, 7, 'fe80::1', '[ ]', '007'),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, '', '', '', '', '', '', '', 'null', ''),
 (5, '1996-07-04 00:00:00.000', '10:11:12.50', '0000-00-00 00:00:00', 'yesterday, "late"', '\\x41', 'P1D', '10.0.0.1', '"x"', '\\N'),
 (6, -1, 0.1, 1e300, -2.5e-10, 123456789.12345679, 0.30000000000000004, '::1', '1', '1');
CREATE TABLE days (day DATE PRIMARY KEY, n INTEGER) WITHOUT ROWID;
INSERT INTO days VALUES ('2024-01-01', 1), ('2024-1-2', 2), (20240103, 3);
CREATE TABLE ids (u UUID PRIMARY KEY, g GUID, at DATETIME) WITHOUT ROWID;
INSERT INTO ids VALUES ('550E8400-E29B-41D4-A716-446655440000', '{550e8400-e29b-41d4-a716-446655440000}', x''),
 ('550E8400E29B41D4A716446655440000', 'nothing', x'00ff'), (x'550E8400E29B41D4A716446655440000', x'41', 1.5), ('', 7, '\\x00');
CREATE TABLE flags (id INTEGER PRIMARY KEY, plain BOOLEAN NOT NULL, words BOOLEAN, numbers BOOL, rails TINYINT(1));
INSERT INTO flags VALUES (1, 1, 'true', 2, 't'), (2, 0, 'FALSE', 1, 'f'), (3, 1, NULL, -5, 0), (4, 0, 1, NULL, 1);
CREATE TABLE flag (f BOOLEAN PRIMARY KEY) WITHOUT ROWID;
INSERT INTO flag VALUES ('true'), (1), ('f');
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000)
  INSERT INTO ids SELECT randomblob(16), NULL, i FROM s;
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000)
  INSERT INTO mixed (id, at) SELECT i + 10, julianday('2000-01-01') + i * 1.37 / 7 FROM s;`

const FOLDERS = [
  ['csv', ''],
  ['csv', '?gzip=1'],
  ['csv', '?dialect=excel'],
  ['ndjson', ''],
] as const

test.each(FOLDERS)(
  'dates and uuids of any spelling and class come back from %s:folder%s as they were',
  async (scheme, form) => {
    await using from = await freshDatabase('sqlite')
    await using to = await freshDatabase('sqlite')
    await using files = await freshFiles()
    sqlite3(from.url, MIXED)
    const folder = `${scheme}:${files.path}/folder`
    await copied(from.url, folder + form)
    expect((await auditFolder(await address(folder))).same).toBe(true)
    const compared = await verify(await address(from.url), await address(folder), {}, { reporter: QUIET })
    expect(compared.same).toBe(true)
    await copied(folder, to.url)
    expect(dump(to.url)).toEqual(dump(from.url))
  },
)

describe.skipIf(!datasetsAvailable())('whole files', () => {
  test.each(['chinook-sqlite', 'northwind-sqlite'])('%s comes back from CSV and from NDJSON', async (name) => {
    await using from = await freshDatabase('sqlite')
    await using files = await freshFiles()
    await loadDataset(name, from.url)
    for (const scheme of ['csv', 'ndjson']) {
      await using to = await freshDatabase('sqlite')
      await copied(from.url, `${scheme}:${files.path}/${scheme}`)
      await copied(`${scheme}:${files.path}/${scheme}`, to.url)
      expect(dump(to.url)).toEqual(dump(from.url))
    }
  })
})

test('such a folder gives PostgreSQL the dates, uuids and flags that the file itself would give', async () => {
  await using from = await freshDatabase('sqlite')
  await using direct = await freshDatabase('postgres')
  await using restored = await freshDatabase('postgres')
  await using files = await freshFiles()
  sqlite3(
    from.url,
    `CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE, at DATETIME, tz TIMESTAMPTZ, h TIME, u UUID, f BOOLEAN, n BOOLEAN);
     INSERT INTO t VALUES (1, '1996-07-04 00:00:00.000', '2024-02-29T01:02:03Z', '2024-02-29 01:02+09:00', '10:11', x'550E8400E29B41D4A716446655440000', 'true', 2),
       (2, '2024-02-29', '2024-02-29 01:02', '2024-02-29 01:02:03.5', '10:11:12.50', '550E8400-E29B-41D4-A716-446655440001', 0, 1)`,
  )
  await copied(from.url, direct.url)
  await copied(from.url, `csv:${files.path}/folder`)
  await copied(`csv:${files.path}/folder`, restored.url)
  const psql = findProgram('psql') ?? 'psql'
  const rows = (url: string) =>
    execFileSync(psql, ['-XqAt', '-d', url, '-c', "SET timezone = 'UTC'; SELECT t::text FROM t ORDER BY 1"], {
      encoding: 'utf8',
    })
  expect(rows(direct.url)).toContain('2024-02-28 16:02:00+00')
  expect(rows(direct.url)).toContain('550e8400-e29b-41d4-a716-446655440001')
  expect(rows(restored.url)).toEqual(rows(direct.url))
})

test('a text that would come back as bytes is refused, not changed', async () => {
  await using from = await freshDatabase('sqlite')
  await using files = await freshFiles()
  sqlite3(
    from.url,
    `CREATE TABLE t (id INTEGER PRIMARY KEY, u UUID); INSERT INTO t VALUES (1, 'X''00ff'''), (2, 'X''00FF''')`,
  )
  const report = await copy(
    await address(from.url),
    await address(`csv:${files.path}/folder`),
    { jobs: 1, maxRejects: '1' },
    QUIET,
  )
  expect(report.rejects.samples).toMatchObject([{ table: 't', key: '1', reason: expect.stringContaining('as bytes') }])
  expect(report.tables[0]).toMatchObject({ written: 1, rejected: 1 })
})

test('a number in a date column is refused, with its line, when the folder goes where it is no date', async () => {
  await using from = await freshDatabase('sqlite')
  await using to = await freshDatabase('postgres')
  await using files = await freshFiles()
  sqlite3(
    from.url,
    "CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE); INSERT INTO t VALUES (1, '2024-02-29'), (2, 20240229)",
  )
  await copied(from.url, `csv:${files.path}/folder`)
  const report = await copy(
    await address(`csv:${files.path}/folder`),
    await address(to.url),
    { jobs: 1, maxRejects: '1' },
    QUIET,
  )
  expect(report.rejects.samples).toMatchObject([{ table: 't', key: '3', reason: expect.stringContaining('20240229') }])
})
