/** Findings of value maps and look-ups count what the mapping will refuse, under every collation. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/app/open.ts'
import { copyTransfer, planTransfer } from '../../src/app/transfer.ts'
import { findTransfers } from '../../src/app/transfer-set.ts'
import { table } from '../../src/transfer/columns.ts'
import { type Transfer, transfer } from '../../src/transfer/define.ts'
import { lookup, sql, values } from '../../src/transfer/sources.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

const mapping = transfer as unknown as (name: string, mapping: object) => Transfer
const look = lookup as unknown as (...a: unknown[]) => unknown

/** Texts without regard to case: each engine in its own way. */
const SOURCE = {
  mysql: [
    'CREATE TABLE old (id int PRIMARY KEY, yn varchar(5) COLLATE utf8mb4_general_ci, fixed char(4), price decimal(10,2), code varchar(9) COLLATE utf8mb4_general_ci)',
  ],
  postgres: [
    "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
    'CREATE TABLE old (id int PRIMARY KEY, yn varchar(5) COLLATE blind, fixed char(4), price decimal(10,2), code varchar(9) COLLATE blind)',
  ],
  sqlite: [
    'CREATE TABLE old (id INTEGER PRIMARY KEY, yn VARCHAR(5) COLLATE NOCASE, fixed CHAR(4), price DECIMAL(10,2), code VARCHAR(9) COLLATE NOCASE)',
  ],
} as const

const ROWS = `INSERT INTO old VALUES (1, 'Y', 'ab', 1.00, 'k1'), (2, 'y', 'ab', 2.00, 'K1'), (3, 'y', 'cd', 2.50, 'k2'), (4, 'Y ', 'ab', 1.00, 'k1'),
  (5, 'n', 'cd', 1.00, 'K2'), (6, 'N', 'ef', 3.00, 'k2 '), (7, NULL, 'ab', 1.00, NULL), (8, 'N', 'ab', 2.00, 'zz')`

function transfers(miss: 'fail' | 'reject'): Transfer[] {
  const to = table('app', 'fresh')
  const column = (name: string, source: unknown) =>
    mapping(name, {
      from: table('old', 'old'),
      to,
      write: 'append',
      columns: { what: sql`${name}`, id: 'id', value: source },
    })
  const map = values as unknown as (...a: unknown[]) => unknown
  return [
    column('yn', map('yn', { Y: 'a', N: 'b' }, { miss })),
    column('fixed', map('fixed', { ab: 'a', ef: 'b' }, { miss })),
    column('price', map('price', { 1: 'a', '2.5': 'b' }, { miss })),
    column('code', look(table('app', 'codes'), 'code', 'code', { give: 'id', miss })),
  ]
}

test.each(['mysql', 'postgres', 'sqlite'] as const)('what %s counts is what is refused', async (kind) => {
  await using files = await freshFiles()
  await using from = await freshDatabase(kind)
  const path = join(files.path, 'app.db')
  const app = new DatabaseSync(path)
  app.exec(
    "CREATE TABLE fresh (what TEXT, id INTEGER, value TEXT); CREATE TABLE codes (id TEXT PRIMARY KEY, code TEXT UNIQUE); INSERT INTO codes VALUES ('one', 'k1'), ('two', 'k2')",
  )
  app.close()
  const urls: Record<string, string> = { old: from.url, app: `sqlite:${path}` }
  {
    await using db = await openDatabase(await address(from.url), { role: 'target' })
    for (const statement of [...SOURCE[kind], ROWS]) await db.execute(statement)
  }
  const set = (miss: 'fail' | 'reject') => {
    const config = { databases: urls, transfers: { all: transfers(miss) } }
    return findTransfers('all', { path: null, folder: '.', config }, { resolve: (name) => address(urls[name]) })
  }
  const plan = await planTransfer(await set('fail'), {}, { report() {} })
  const counted = plan.findings.filter((f) => f.severity === 'blocks').map((f) => [f.table, f.count])
  const report = await copyTransfer(
    await set('reject'),
    { jobs: 1, rejects: join(files.path, 'rejects'), maxRejects: '100%' },
    { report() {} },
  )
  const refused = report.tables.filter((t) => t.rejected > 0).map((t) => [t.table, t.rejected])
  expect(counted.toSorted()).toEqual(refused.toSorted())
  expect(Object.fromEntries(refused)).toEqual({ yn: 4, fixed: 2, price: 3, code: 4 })
  const yn = plan.findings.find((f) => f.table === 'yn')
  expect(yn?.samples.toSorted()).toEqual(["'Y ' (1)", "'n' (1)", "'y' (2)"])
})
