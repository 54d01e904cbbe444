/** Complete lists: every row that differs, whatever its values are, in every form. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import type { DriftFormat } from '../../src/core/options.ts'
import type { DriftEntry } from '../../src/core/report.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { runPlain } from './plain.ts'

const reporter = { report() {} }
const opened = new AsyncDisposableStack()
let places: FreshDatabase[]
let folder: string

const sides = async () => {
  const engine = await engineFor('sqlite')
  return places.map((p) => engine.parse(p.url))
}

beforeAll(async () => {
  places = [opened.use(await freshDatabase('sqlite')), opened.use(await freshDatabase('sqlite'))]
  folder = opened.use(await freshFiles()).path
  await runPlain(places[0].url, [
    'CREATE TABLE "a ""b"" <i>" (id integer PRIMARY KEY, v text, n decimal(10,2), seen text)',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO "a ""b"" <i>" SELECT i, \'v\' || i, i, \'s\' FROM n',
    'CREATE TABLE log (line text)',
    "INSERT INTO log VALUES ('one'), ('two')",
  ])
  const [from, to] = await sides()
  expect((await copy(from, to, { jobs: 1 }, reporter)).verdict).toBe('done')
  await runPlain(places[1].url, [
    `UPDATE "a ""b"" <i>" SET v = '<b>"x"' || char(10) || 'y,' || id, seen = 't' WHERE id <= 2000`,
    'UPDATE "a ""b"" <i>" SET v = NULL WHERE id = 2001',
    `UPDATE "a ""b"" <i>" SET v = '' WHERE id = 2002`,
    'UPDATE "a ""b"" <i>" SET n = n + 0.01 WHERE id = 2003',
    'DELETE FROM "a ""b"" <i>" WHERE id = 3000',
    "UPDATE log SET line = 'three' WHERE line = 'two'",
  ])
})
afterAll(() => opened.disposeAsync())

const OPTIONS = { excludeColumns: ['seen'], tolerances: { n: '0.01' }, limit: 2 }

async function listed(format: DriftFormat): Promise<string> {
  const file = join(folder, `list.${format}`)
  const [from, to] = await sides()
  const report = await verify(from, to, { ...OPTIONS, list: { file, format } }, { reporter })
  const [table] = report.tables
  expect(table).toMatchObject({ driftCount: 2003, kinds: { missing: 1, extra: 0, different: 2002 } })
  expect(table.drift).toHaveLength(2)
  expect(table.note).toContain('1 rows differ within the tolerance')
  return readFile(file, 'utf8')
}

test('as CSV that a parser of its own reads', async () => {
  const rows = parse(await listed('csv'), { columns: true }) as Record<string, string>[]
  expect(rows).toHaveLength(2003 + 2)
  expect(rows[6]).toEqual({
    table: 'a "b" <i>',
    kind: 'differs',
    key: '7',
    column: 'v',
    source: 'v7',
    target: '<b>"x"\ny,7',
  })
  const lines = (await listed('csv')).split('\r\n')
  expect(lines).toContain('"a ""b"" <i>","differs","2001","v","v2001",')
  expect(lines).toContain('"a ""b"" <i>","differs","2002","v","v2002",""')
  expect(lines).toContain('"a ""b"" <i>","missing on target","3000",,,')
})

test('as JSON with the whole row where one side has none', async () => {
  const rows = JSON.parse(await listed('json')) as { key: unknown; kind: string; columns: unknown[] }[]
  expect(rows).toHaveLength(2003 + 2)
  expect(rows.find((r) => r.kind === 'missing on target')).toEqual({
    table: 'a "b" <i>',
    kind: 'missing on target',
    key: { id: '3000' },
    columns: [
      { name: 'id', source: '3000', target: null },
      { name: 'v', source: 'v3000', target: null },
      { name: 'n', source: '3000', target: null },
    ],
  })
})

test('as HTML with nothing in it that is not escaped', async () => {
  const page = await listed('html')
  expect(page.match(/<tr>/g)).toHaveLength(2003 + 2 + 1)
  expect(page).not.toContain('<b>')
  expect(page).toContain('a &quot;b&quot; &lt;i&gt;')
})

test('as text, a line for each row', async () => {
  const lines = (await listed('text')).trimEnd().split('\n')
  expect(lines).toHaveLength(2003 + 2)
  expect(lines[6]).toBe(`a "b" <i>  differs  id 7  v: 'v7' ≠ '<b>"x"\\u000ay,7'`)
})

test('to a callback', async () => {
  const [from, to] = await sides()
  const seen: [string, DriftEntry][] = []
  const onDrift = (table: string, entry: DriftEntry) => void seen.push([table, entry])
  await verify(from, to, { ...OPTIONS, tables: ['log'], tolerances: {}, excludeColumns: [] }, { reporter, onDrift })
  expect(seen.map(([table, e]) => [table, e.kind, e.columns])).toEqual([
    ['log', 'missing on target', [{ name: 'line', source: 'two', target: null }]],
    ['log', 'extra on target', [{ name: 'line', source: null, target: 'three' }]],
  ])
})

test('names of columns are checked', async () => {
  const [from, to] = await sides()
  const run = (options: object) => verify(from, to, options, { reporter })
  await expect(run({ excludeColumns: ['nowhere'] })).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
  await expect(run({ excludeColumns: ['id'] })).rejects.toMatchObject({ code: 'USAGE' })
})
