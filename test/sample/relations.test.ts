/** Databases that declare no foreign keys: the relations that the user declares close a sample, and what nothing relates is told. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveAddress } from '../../src/app/address.ts'
import { copy } from '../../src/app/copy.ts'
import { plan } from '../../src/app/plan.ts'
import { copyTransfer } from '../../src/app/transfer.ts'
import { findTransfers } from '../../src/app/transfer-set.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import { table } from '../../src/transfer/columns.ts'
import { type Transfer, transfer } from '../../src/transfer/define.ts'
import { freshFiles } from '../harness/database.ts'

const NONE = { report() {} }

const series = (n: number) => `WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${n})`
const SOURCE = `
  CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, boss INTEGER);
  CREATE TABLE orders (shop INTEGER NOT NULL, no INTEGER NOT NULL, customer_id INTEGER, PRIMARY KEY (shop, no));
  CREATE TABLE lines (id INTEGER PRIMARY KEY, shop INTEGER, order_no INTEGER, goods TEXT, note TEXT);
  CREATE TABLE goods (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
  CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT);
  ${series(900)} INSERT INTO customers SELECT i, 'c' || i, CASE WHEN i > 3 THEN i / 3 END FROM s;
  ${series(2000)} INSERT INTO orders SELECT i % 7, i, 1 + i * 13 % 900 FROM s;
  ${series(4000)} INSERT INTO lines SELECT i, (1 + i * 3 % 2000) % 7, 1 + i * 3 % 2000, 'G' || (i % 300), 'n' FROM s;
  ${series(300)} INSERT INTO goods SELECT i, 'G' || (i - 1) FROM s;
  ${series(500)} INSERT INTO log SELECT i, i FROM s;`

const RELATIONS = [
  'orders.customer_id -> customers.id',
  'customers.boss -> customers.id',
  'lines(shop, order_no) -> orders(shop, no)',
  'LINES.goods -> goods.code',
]

const ORPHANS = `SELECT
  (SELECT count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL) +
  (SELECT count(*) FROM customers a LEFT JOIN customers b ON b.id = a.boss WHERE a.boss IS NOT NULL AND b.id IS NULL) +
  (SELECT count(*) FROM lines l LEFT JOIN orders o ON o.shop = l.shop AND o.no = l.order_no WHERE o.no IS NULL) +
  (SELECT count(*) FROM lines l LEFT JOIN goods g ON g.code = l.goods WHERE g.id IS NULL) AS n`

let files: Awaited<ReturnType<typeof freshFiles>>
let url: string
beforeAll(async () => {
  files = await freshFiles()
  const path = join(files.path, 'legacy.db')
  const db = new DatabaseSync(path)
  db.exec(SOURCE)
  db.close()
  url = `sqlite:${path}`
})
afterAll(() => files[Symbol.asyncDispose]())

/** Addresses as the configuration gives them. */
function resolved(name: string, databases: Readonly<Record<string, string | { url: string; relations: string[] }>>) {
  const config = { path: null, folder: files.path, config: { databases } }
  return resolveAddress(name, { config, env: {}, home: '/nonexistent' })
}

function asked(path: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db.prepare(sql).all()
  db.close()
  return rows
}

test('a sample follows the relations of the configuration, and those of the command line', async () => {
  const run = async (name: string, relations: string[], options: CopyOptions = {}) => {
    const from = await resolved('legacy', { legacy: { url, relations } })
    const path = join(files.path, `${name}.db`)
    const report = await copy(from, await resolved(`sqlite:${path}`, {}), { sample: '2%', jobs: 1, ...options }, NONE)
    expect(report.verdict).toBe('done')
    return { path, report, lost: Number(asked(path, ORPHANS)[0].n) }
  }
  const none = await run('none', [])
  expect(none.lost).toBeGreaterThan(50)
  expect(none.report.notes).toContainEqual(
    expect.stringMatching(/^related to no other table: customers, goods, lines, log, orders; .*--relation/),
  )
  const all = await run('all', RELATIONS)
  expect(all.lost).toBe(0)
  expect(asked(all.path, 'SELECT count(*) AS n FROM lines')).toEqual([{ n: 80 }])
  expect(asked(all.path, 'SELECT count(*) AS n FROM log')).toEqual([{ n: 10 }])
  expect(all.report.notes).toContainEqual(expect.stringMatching(/^related to no other table: log;/))
  const customers = all.report.plan.sample?.tables.find((t) => t.table === 'customers')
  expect(customers).toMatchObject({ taken: asked(all.path, 'SELECT count(*) AS n FROM customers')[0].n })
  expect(customers?.needed).toBe((customers?.taken ?? 0) - 18)
  const some = await run('some', RELATIONS.slice(0, 2), { relations: RELATIONS.slice(2) })
  const rows = (path: string) => asked(path, 'SELECT shop, no FROM orders ORDER BY 1, 2')
  expect(rows(some.path)).toEqual(rows(all.path))
  expect(some.lost).toBe(0)
})

test('values of different kinds cannot be searched for: the table is taken whole, and why is said', async () => {
  const from = await resolved('legacy', { legacy: { url, relations: ['lines.note -> customers.id'] } })
  const planned = await plan(from, await resolved(`sqlite:${join(files.path, 'other.db')}`, {}), { sample: '2%' }, NONE)
  const customers = planned.sample?.tables.find((t) => t.table === 'customers')
  expect(customers).toMatchObject({ taken: 900, whole: expect.stringContaining('different kinds') })
  expect(planned.sample?.tables.filter((t) => t.alone).map((t) => t.table)).toEqual(['goods', 'log', 'orders'])
})

const mapping = transfer as unknown as (name: string, mapping: object) => Transfer

test('transfers follow relations of each of their sources', async () => {
  const path = join(files.path, 'app.db')
  const app = new DatabaseSync(path)
  app.exec(
    'CREATE TABLE person (no INTEGER PRIMARY KEY, name TEXT); CREATE TABLE sale (shop INTEGER, no INTEGER, by INTEGER, PRIMARY KEY (shop, no))',
  )
  app.close()
  const databases = { legacy: { url, relations: RELATIONS }, other: { url, relations: [] }, app: `sqlite:${path}` }
  const transfers = [
    mapping('sales', {
      from: table('legacy', 'orders'),
      to: table('app', 'sale'),
      columns: { shop: 'shop', no: 'no', by: 'customer_id' },
    }),
    mapping('people', {
      from: table('legacy', 'customers'),
      to: table('app', 'person'),
      columns: { no: 'id', name: 'name' },
    }),
  ]
  const loaded = { path: null, folder: files.path, config: { databases, transfers: { move: transfers } } }
  const set = await findTransfers('move', loaded, { resolve: (name) => resolved(name, databases) })
  const report = await copyTransfer(set, { sample: '3%', jobs: 1 }, NONE)
  expect(report.verdict).toBe('done')
  expect(asked(path, 'SELECT count(*) AS n FROM sale')).toEqual([{ n: 60 }])
  expect(asked(path, 'SELECT count(*) AS n FROM sale LEFT JOIN person p ON p.no = by WHERE p.no IS NULL')).toEqual([
    { n: 0 },
  ])
  // Who is here has a boss here, though no column of the target says who that is.
  const db = new DatabaseSync(path)
  db.exec(`ATTACH '${url.slice('sqlite:'.length)}' AS old`)
  const bossless =
    'SELECT count(*) AS n FROM person JOIN old.customers c ON c.id = no WHERE c.boss NOT IN (SELECT no FROM person)'
  expect(db.prepare(bossless).all()).toEqual([{ n: 0 }])
  db.close()
  const several = { ...set, sources: [...set.sources, { name: 'other', address: await resolved('other', databases) }] }
  await expect(copyTransfer(several, { sample: '3%', relations: [RELATIONS[0]] }, NONE)).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('naru.config.ts'),
  })
})

test('a relation of what is not there is refused, with the nearest name', async () => {
  const refused = async (relation: string, options: CopyOptions = { sample: '1%' }) => {
    const ends = [await resolved(url, {}), await resolved(`sqlite:${join(files.path, 'never.db')}`, {})] as const
    return plan(...ends, { ...options, relations: [relation] }, NONE)
  }
  await expect(refused('orders.custmer_id -> customers.id')).rejects.toMatchObject({
    code: 'COLUMN_MISSING',
    message: expect.stringMatching(/relation orders\.custmer_id .* has no column custmer_id/),
    hint: expect.stringContaining('customer_id'),
  })
  await expect(refused('orders.no -> customer.id')).rejects.toMatchObject({
    code: 'TABLE_MISSING',
    hint: 'Did you mean customers?',
  })
  await expect(refused('orders.no')).rejects.toMatchObject({ code: 'USAGE' })
  await expect(refused(RELATIONS[0], {})).rejects.toMatchObject({ code: 'USAGE', message: '--relation needs --sample' })
})
