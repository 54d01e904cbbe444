/** `sync` of transfers: what drifted is written, nothing else; who comes again finds nothing; who is broken off goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missedRuns } from '../../src/app/sync/jobs.ts'
import { lockJob } from '../../src/app/sync/lock.ts'
import { runSync, type SyncOptions } from '../../src/app/sync.ts'
import { type Sync, type SyncDrift, sync } from '../../src/transfer/sync.ts'
import { NONE, openShop, runScript, runTransfers, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
  await runTransfers(shop)
})
afterAll(() => shop[Symbol.asyncDispose]())

const job = (more: Partial<Sync> = {}) => sync({ name: 'products', transfer: 'products', chunk: 10, ...more })

async function run(more: Partial<Sync> = {}, options: SyncOptions = {}, signal?: AbortSignal) {
  const { looked, due, written, failed, kinds, resumed, failures } = await runSync(
    job(more),
    await shop.set('products'),
    options,
    { reporter: NONE, ...(signal && { signal }) },
  )
  return { looked, due, written, failed, kinds, resumed, failures }
}

/** What the new shop must hold, in its own SQL: numbers went up in the order of the old ones. */
async function products() {
  return shop.app.query(
    'SELECT p.name, p.price::text, p.status::text, c.code, s.name AS seller, p.origin FROM product p LEFT JOIN category c ON c.id = p.category_id JOIN seller s ON s.id = p.seller_id ORDER BY p.name COLLATE "C"',
  )
}

test('writes what drifted and what is missing, once', async () => {
  const before = await products()
  expect(await run()).toMatchObject({ looked: 54, due: 0, written: 0 })
  await runScript(
    shop.app,
    `UPDATE product SET name = 'x', price = 0 WHERE id IN (2, 30);
     UPDATE product SET category_id = NULL WHERE id = 40;
     DELETE FROM product WHERE id IN (1, 54);
     INSERT INTO product VALUES (900, 'their own', 1, 'active', 1, 1, 'x', '2020-01-01')`,
  )
  const drift: SyncDrift[] = []
  const dry = await run({ onDrift: (d) => drift.push(d) }, { dryRun: true })
  expect(dry).toMatchObject({ due: 5, written: 0, kinds: { missing: 2, different: 3, extra: 0 } })
  expect(drift.find((d) => d.now?.name === 'x')).toMatchObject({ kind: 'different', job: 'products' })
  expect(await run()).toMatchObject({ due: 5, written: 5, failed: 0 })
  expect(await run()).toMatchObject({ due: 0, written: 0, failed: 0 })
  await shop.app.execute('DELETE FROM product WHERE id = 900')
  expect(await products()).toEqual(before)
})

test('a new row of the source gets a number, and the next one of the application a further one', async () => {
  await shop.legacy.execute("INSERT INTO goods VALUES (500, 'new', 300, 'Y', '0001', 7, NULL, '2020-01-01')")
  expect(await run()).toMatchObject({ due: 1, written: 1, kinds: { missing: 1 } })
  const [row] = await shop.app.query("SELECT id, price::text FROM product WHERE name = 'new'")
  expect(row.price).toBe('3.00')
  const [next] = await shop.app.query(
    "INSERT INTO product (name, price, seller_id, created_at) VALUES ('app', 1, 1, now()) RETURNING id",
  )
  expect(Number(next.id)).toBeGreaterThan(Number(row.id))
})

test('only what is due, and only the kinds that are asked for', async () => {
  await runScript(
    shop.app,
    "UPDATE product SET origin = 'theirs' WHERE id IN (3, 4);\n DELETE FROM product WHERE id = 5",
  )
  expect(await run({ repair: ['missing'] })).toMatchObject({ due: 1, written: 1 })
  expect(await run({ due: (_, now) => String(now?.id) === '3' })).toMatchObject({ due: 1, written: 1 })
  expect(await run()).toMatchObject({ due: 1, written: 1 })
})

test('a row that the target refuses is told, the rest goes on', async () => {
  await runScript(
    shop.app,
    "ALTER TABLE product ADD CHECK (name <> '상품 7 😀') NOT VALID;\n DELETE FROM product WHERE name IN ('상품 7 😀', '상품 8 😀')",
  )
  const found = await run()
  expect(found).toMatchObject({ due: 2, written: 1, failed: 1 })
  expect(found.failures).toEqual([
    expect.objectContaining({ table: 'public.product', reason: expect.stringContaining('check') }),
  ])
  await shop.app.execute('ALTER TABLE product DROP CONSTRAINT product_name_check')
  expect(await run()).toMatchObject({ due: 1, written: 1, failed: 0 })
})

test('stops at its limit, goes on where it was', async () => {
  await shop.app.execute("UPDATE product SET origin = 'x' WHERE id <= 25")
  await expect(run({ limits: { rows: 15 } })).rejects.toMatchObject({ code: 'REPAIR_LIMIT' })
  const first = await shop.app.query("SELECT count(*) AS n FROM product WHERE id <= 25 AND origin = 'x'")
  expect(Number(first[0].n)).toBeGreaterThan(0)
  const rest = await run()
  expect(rest.resumed).toBe(true)
  expect(rest).toMatchObject({ looked: 55, due: 25, written: 25 })
})

test('reads only from the watermark on, unless all is asked for', async () => {
  const watermark = { name: 'marked', watermark: 'goods_no' }
  expect(await run(watermark)).toMatchObject({ looked: 55 })
  await shop.app.execute("UPDATE product SET origin = 'x' WHERE id = 9")
  expect(await run(watermark)).toMatchObject({ looked: 1, due: 0 })
  expect(await run(watermark, { full: true })).toMatchObject({ looked: 55, due: 1, written: 1 })
})

test('runs once at a time, and stops between chunks', async () => {
  const { target } = await shop.set('products')
  {
    await using held = await lockJob('products', target.address)
    expect(held).toBeDefined()
    await expect(run()).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
  }
  await expect(run({}, {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'STOPPED' })
  expect(await run()).toMatchObject({ resumed: true, due: 0 })
})

test('runs that were missed', () => {
  const last = { started: '2026-01-01T00:00:00.000Z' } as Parameters<typeof missedRuns>[1]
  const now = new Date('2026-01-04T12:00:00.000Z')
  const daily = { schedule: '0 3 * * *', timezone: 'UTC' }
  expect(
    [undefined, 'skip', 'once', 'all'].map((missed) => missedRuns(job({ ...daily, missed } as Sync), last, now)),
  ).toEqual([0, 0, 1, 4])
})
