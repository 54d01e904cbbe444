/** `verify` of transfers: rows are as the mappings make them, and whatever is done to them afterwards is told to the cell. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VerifyContext } from '../../src/app/verify.ts'
import { verifyTransfer } from '../../src/app/verify-transfer.ts'
import type { VerifyOptions } from '../../src/core/options.ts'
import { table } from '../../src/transfer/columns.ts'
import { type Transfer, transfer } from '../../src/transfer/define.ts'
import { constant, mask, sql, values } from '../../src/transfer/sources.ts'
import { freshFiles } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { NONE, openShop, runScript, runTransfers, type Shop, shopTransfers } from './shop.ts'

let shop: Shop

async function drift(name: string, options: VerifyOptions = {}, context: Partial<VerifyContext> = {}) {
  const report = await verifyTransfer(await shop.set(name), options, { reporter: NONE, ...context })
  const rows = report.tables.flatMap((t) => [
    ...t.drift.map((d) => {
      const columns = d.columns?.map((c) => ` ${c.name}: ${c.source} ≠ ${c.target}`) ?? []
      return `${t.table} ${d.kind} ${d.key}${columns.join(';')}`
    }),
    ...(t.how === 'count' && !t.same ? [`${t.table}: ${t.sourceRows} ≠ ${t.targetRows}`] : []),
  ])
  expect(report.same).toBe(rows.length === 0)
  return { rows, report, notes: report.notes, tables: report.tables }
}

describe('of one set', () => {
  beforeAll(async () => {
    shop = await openShop({ relaunch: shopTransfers })
  })
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
  })

  test('what a database cannot digest is read, and the report says why', async () => {
    const [streamed, digested] = [await drift('relaunch', { by: 'stream' }), await drift('relaunch', { by: 'digest' })]
    expect(digested.rows).toEqual(streamed.rows)
    expect(digested.rows).toHaveLength(5)
    expect(digested.tables.map((t) => t.note)).toEqual([
      'all rows were read: no database digests the key: id, for it is looked up',
      'all rows were read: no database digests the key: id, for it is looked up',
      'all rows were read: no database digests the key: id, for it is looked up',
    ])
  })

  test('a part of the rows, on both sides or of the source alone', async () => {
    const since = await drift('products', { since: { created_at: '2020-01-01 00:00:08' } })
    expect(since.rows).toEqual(['products differs 8 category_id: 3 ≠ 1'])
    expect(since.tables[0].sourceRows).toBe(47)
    await expect(drift('products', { since: { status: 'active' } })).rejects.toMatchObject({ code: 'USAGE' })
    const where = await drift('relaunch', { where: { products: 'goods_no < 7' } })
    expect(where.rows.filter((r) => r.startsWith('products'))).toEqual([
      'products differs 5 name: 상품 5 😀 ≠ 상품 5 😀 ',
    ])
    expect(where.notes.join()).toMatch(/products: only rows of the source with goods_no < 7/)
    await expect(drift('relaunch', { where: { product: '1' } })).rejects.toThrow(/no transfer product/)
  })

  test('stops and goes on, and is refused where the mapping is another one', async () => {
    await using files = await freshFiles()
    const stop = new AbortController()
    const context = { stateFolder: files.path, signal: stop.signal }
    const report = (e: { type: string }) => e.type === 'verified' && stop.abort()
    await expect(drift('relaunch', {}, { ...context, reporter: { report } })).rejects.toThrow(/stopped/)
    await expect(drift('products', { continue: true }, { stateFolder: files.path })).rejects.toMatchObject({
      code: 'USAGE',
    })
    const events: { type: string; earlier?: boolean }[] = []
    const go = { stateFolder: files.path, reporter: { report: (e: { type: string }) => events.push(e) } }
    await expect(drift('relaunch', { continue: true, where: { products: 'true' } }, go)).rejects.toMatchObject({
      code: 'OPTIONS_CHANGED',
    })
    const gone = await drift('relaunch', { continue: true }, go)
    expect(gone.rows).toEqual((await drift('relaunch')).rows)
    expect(gone.report.earlier).toHaveLength(1)
    expect(events.some((e) => e.type === 'compared' && e.earlier)).toBe(true)
    await expect(drift('relaunch', { continue: true }, go)).rejects.toMatchObject({ code: 'USAGE' })
  })

  test('is certified, and the certificate compared later', async () => {
    await using files = await freshFiles()
    const certificate = join(files.path, 'shop.json')
    const made = await drift('relaunch', { certificate })
    expect(made.report.certificate?.changes).toEqual([])
    const body = JSON.parse(await readFile(certificate, 'utf8'))
    expect(body.from).toMatchObject({ engine: 'mariadb' })
    expect(body.tables.every((t: { mapping?: string }) => /^[0-9a-f]{32}$/.test(t.mapping ?? ''))).toBe(true)
    await shop.app.execute("UPDATE seller SET name = 'x' WHERE id = 1")
    expect((await drift('relaunch', { certificate })).report.certificate?.changes).toEqual([
      'sellers: rows of the target have changed',
    ])
    const other = await drift('relaunch', { certificate, excludeColumns: ['products.name'] })
    expect(other.report.certificate?.changes).toContain('products: the mapping is another one')
    await writeFile(certificate, JSON.stringify({ ...body, same: true }))
    await expect(drift('relaunch', { certificate })).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' })
    await shop.app.execute("UPDATE seller SET name = 'Seller 7' WHERE id = 1")
  })

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
  })
  afterAll(() => shop[Symbol.asyncDispose]())

  test('each answers for its rows, and none for a row that nobody made', async () => {
    expect((await drift('together')).rows).toEqual([])
    expect((await drift('together', { by: 'digest' })).tables.map((t) => [t.same, t.note])).toEqual(
      Array(2).fill([
        true,
        'digests computed inside the databases; the target held rows of its own before: what only it has was not counted',
      ]),
    )
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

describe('by digests', () => {
  const make = transfer as unknown as (name: string, mapping: object) => Transfer
  const coded = make('coded', {
    from: table('legacy', 'codes'),
    to: table('app', 'coded'),
    columns: {
      id: 'id',
      state: values('state', { a: 1, b: 2 }, { miss: { default: 9 } }),
      sign: values('sign', { '1': 'one', '-1': '' }, { null: 'none', miss: 'reject' }),
      fixed: constant("l'été \u001f\\"),
      flag: constant(true),
      twice: sql`n * ${2}`,
      hidden: mask.hash('word'),
    },
  })
  beforeAll(async () => {
    shop = await openShop({ coded: [coded] })
    await runScript(
      shop.legacy,
      `CREATE TABLE codes (id int PRIMARY KEY, state varchar(9), sign decimal(4,2), n bigint, word varchar(20));
       INSERT INTO codes SELECT seq, elt(1 + seq % 6, 'a', 'b', 'A', 'a ', '', NULL), elt(1 + seq % 3, 1, -1, NULL), if(seq % 7, seq, NULL), md5(seq) FROM ${numbers(1, 3000)}`,
    )
    await shop.app.execute(
      'CREATE TABLE coded (id int PRIMARY KEY, state int, sign text, fixed text, flag boolean, twice bigint, hidden text)',
    )
    await runTransfers(shop, 'coded')
  })
  afterAll(() => shop[Symbol.asyncDispose]())

  test('values are mapped in SQL as they are here, to the byte', async () => {
    const clean = await drift('coded', { by: 'digest' })
    expect(clean.rows).toEqual([])
    expect(clean.tables[0].note).toBe('digests computed inside the databases; hidden read and compared row by row')
    await runScript(
      shop.app,
      `UPDATE coded SET state = 1 WHERE id = 2;
       UPDATE coded SET sign = NULL WHERE id = 4;
       UPDATE coded SET fixed = fixed || ' ' WHERE id = 2999;
       UPDATE coded SET flag = false WHERE id = 7;
       UPDATE coded SET twice = 0 WHERE id = 14;
       UPDATE coded SET hidden = 'x' WHERE id = 1500`,
    )
    // Now without an entry: refused here, so that no digest may take it for equal.
    await shop.legacy.execute('UPDATE codes SET sign = 3 WHERE id = 100')
    const found = await drift('coded', { by: 'digest' })
    expect(found.tables[0].note).toMatch(/^digests computed inside/)
    expect(found.rows).toEqual((await drift('coded', { by: 'stream' })).rows)
    const keys = found.tables[0].drift.map((d) => Number(d.key)).sort((a, b) => a - b)
    expect(keys).toEqual([2, 4, 7, 14, 100, 1500, 2999])
  })
})
