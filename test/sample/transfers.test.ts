/** Samples of transfers: refs and look-ups of the rows that are taken lead somewhere. */
import { expect, test } from 'vitest'
import { copyTransfer, planTransfer } from '../../src/app/transfer.ts'
import { numbers } from '../harness/numbers.ts'
import { NONE, openShop } from '../transfer/shop.ts'

test('refs, look-ups and rows that point at their own table are closed', async () => {
  await using shop = await openShop()
  await shop.legacy.execute(
    `INSERT INTO cats SELECT lpad(seq, 4, '0'), concat('c', seq), lpad(floor(seq / 2), 4, '0') FROM ${numbers(10, 900)}`,
  )
  await shop.legacy.execute(
    "INSERT INTO cats VALUES ('0004', 'four', NULL), ('0005', 'five', '0004'), ('0006', 'six', '0003'), ('0007', 'seven', '0003'), ('0008', 'eight', '0004'), ('0009', 'nine', '0004')",
  )
  await shop.legacy.execute(`INSERT INTO sellers SELECT seq, concat('s', seq) FROM ${numbers(100, 1000)}`)
  await shop.legacy.execute(
    "UPDATE goods SET cat_cd = lpad(100 + goods_no * 7, 4, '0'), seller_no = 100 + goods_no * 11",
  )
  const set = await shop.set('relaunch')
  const planned = await planTransfer(set, { sample: '5' }, NONE)
  expect(planned.sample?.tables.map((t) => t.table).toSorted()).toEqual(['categories', 'products', 'sellers'])
  const report = await copyTransfer(set, { sample: '5', jobs: 1 }, NONE)
  expect(report.verdict).toBe('done')
  const taken = new Map(report.plan.sample?.tables.map((t) => [t.table, t]))
  expect(taken.get('products')).toMatchObject({ taken: 5, needed: 0, rows: 54 })
  expect(taken.get('sellers')?.taken).toBeLessThanOrEqual(10)
  expect(taken.get('sellers')?.needed).toBeGreaterThan(0)
  expect(taken.get('categories')?.needed).toBeGreaterThan(5)
  const [row] = await shop.app.query(`SELECT
    (SELECT count(*) FROM product)::int AS products,
    (SELECT count(*) FROM product p JOIN category c ON c.id = p.category_id JOIN seller s ON s.id = p.seller_id)::int AS whole,
    (SELECT count(*) FROM category)::int AS categories,
    (SELECT count(*) FROM category WHERE parent_id IS NULL AND code NOT IN ('0001', '0004'))::int AS lost`)
  expect(row).toMatchObject({ products: 5, whole: 5, categories: taken.get('categories')?.taken, lost: 0 })
  // The goods that were taken are the goods of the source.
  const goods = await shop.legacy.query(
    'SELECT g.goods_nm, c.nm FROM goods g JOIN cats c USING (cat_cd) WHERE deleted_at IS NULL',
  )
  const names = new Set(goods.map((g) => `${g.goods_nm}|${g.nm}`))
  const products = await shop.app.query(
    'SELECT p.name, c.name AS nm FROM product p JOIN category c ON c.id = p.category_id',
  )
  expect(products.filter((p) => !names.has(`${p.name}|${p.nm}`))).toEqual([])
})
