/** `verify` of transfers: rows are as the mappings make them, and whatever is done to them afterwards is told to the cell. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTransfer } from '../../src/app/verify-transfer.ts'
import type { VerifyOptions } from '../../src/core/options.ts'
import { table } from '../../src/transfer/columns.ts'
import { type Transfer, transfer } from '../../src/transfer/define.ts'
import { constant } from '../../src/transfer/sources.ts'
import { NONE, openShop, runScript, runTransfers, type Shop, shopTransfers } from './shop.ts'

let shop: Shop

async function drift(name: string, options: VerifyOptions = {}) {
  const report = await verifyTransfer(await shop.set(name), options, { reporter: NONE })
  const rows = report.tables.flatMap((t) => [
    ...t.drift.map((d) => {
      const columns = d.columns?.map((c) => ` ${c.name}: ${c.source} ≠ ${c.target}`) ?? []
      return `${t.table} ${d.kind} ${d.key}${columns.join(';')}`
    }),
    ...(t.how === 'count' && !t.same ? [`${t.table}: ${t.sourceRows} ≠ ${t.targetRows}`] : []),
  ])
  expect(report.same).toBe(rows.length === 0)
  return { rows, notes: report.notes, tables: report.tables }
}

describe('of one set', () => {
  beforeAll(async () => {
    shop = await openShop({ relaunch: shopTransfers })
  }, 120_000)
  afterAll(() => shop[Symbol.asyncDispose]())

  test('refuses before the transfers have run', async () => {
    await expect(drift('relaunch')).rejects.toMatchObject({ code: 'TABLE_MISSING' })
  })

  test('is the same after the copy, and finds each change and nothing else', async () => {
    await runTransfers(shop)
    const clean = await drift('relaunch')
    expect(clean.rows).toEqual([])
    expect(clean.tables.map((t) => [t.table, t.sourceRows, t.targetRows])).toEqual([
      ['categories', 3, 3],
      ['sellers', 2, 2],
      ['products', 54, 54],
    ])
    await runScript(
      shop.app,
      `UPDATE product SET name = name || ' ' WHERE id = 5;
       DELETE FROM product WHERE id = 7;
       INSERT INTO product VALUES (900, 'extra', 1, 'active', 1, 1, 'x', '2020-01-01');
       UPDATE product SET category_id = category_id % 3 + 1 WHERE id = 8;
       UPDATE category SET parent_id = NULL WHERE code = '0002'`,
    )
    const { rows } = await drift('relaunch')
    expect(rows.sort()).toEqual([
      'categories differs 2 parent_id: 1 ≠ null',
      'products differs 5 name: 상품 5 😀 ≠ 상품 5 😀 ',
      'products differs 8 category_id: 3 ≠ 1',
      'products extra on target 900',
      'products missing on target 7',
    ])
    expect((await drift('products', { excludeColumns: ['name', 'products.category_id'] })).rows).toHaveLength(2)
    await expect(drift('products', { excludeColumns: ['id'] })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(drift('products', { excludeColumns: ['nothing'] })).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
    await expect(drift('products', { continue: true })).rejects.toMatchObject({ code: 'USAGE' })
  }, 60_000)

  test('a row of the source that has no number yet is missing, not the end', async () => {
    await shop.legacy.execute("INSERT INTO goods VALUES (900, 'new', 1, 'Y', '0001', 7, NULL, '2020-01-01')")
    const { rows } = await drift('products', { excludeColumns: ['name', 'category_id'] })
    expect(rows.filter((r) => r.includes('900'))).toEqual([
      'products extra on target 900',
      expect.stringContaining('products missing on target 900 id: '),
    ])
    expect(rows).toHaveLength(3)
  })
})

describe('of mappings that fill one table', () => {
  const make = transfer as unknown as (name: string, mapping: object) => Transfer
  const to = table('app', 'person')
  const together = [
    make('cats', { from: table('legacy', 'cats'), to, columns: { code: 'cat_cd', kind: constant('c') } }),
    make('sellers', { from: table('legacy', 'sellers'), to, columns: { code: 'nm', kind: constant('s') } }),
  ]
  beforeAll(async () => {
    shop = await openShop({ together })
    await shop.app.execute('CREATE TABLE person (code text PRIMARY KEY, kind text NOT NULL)')
    await shop.app.execute("INSERT INTO person VALUES ('0001', 'c'), ('0002', 'c'), ('0003', 'c')")
    await shop.app.execute("INSERT INTO person VALUES ('Seller 7', 's'), ('판매자 😀', 's')")
  }, 120_000)
  afterAll(() => shop[Symbol.asyncDispose]())

  test('each answers for its rows, and none for a row that nobody made', async () => {
    expect((await drift('together')).rows).toEqual([])
    await shop.app.execute("INSERT INTO person VALUES ('stranger', 'x')")
    expect((await drift('together')).rows).toEqual(['cats and sellers: 5 ≠ 6'])
    await shop.app.execute("UPDATE person SET kind = 'x' WHERE code = '0002'")
    await shop.app.execute("DELETE FROM person WHERE code = 'Seller 7'")
    expect((await drift('together')).rows).toEqual([
      "cats differs '0002' kind: c ≠ x",
      "sellers missing on target 'Seller 7'",
      'cats and sellers: 4 ≠ 5',
    ])
    // One of them alone says nothing of the others' rows.
    expect((await drift('cats')).rows).toEqual(["cats differs '0002' kind: c ≠ x"])
  })
})
