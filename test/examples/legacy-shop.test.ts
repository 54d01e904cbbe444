/** The demo's database is what its README says, and the same everywhere. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildLegacyShop } from '../../examples/legacy-shop/build.ts'
import { rowsOf, TABLES } from '../../examples/legacy-shop/rows.ts'
import { freshFiles } from '../harness/database.ts'

type Table = keyof typeof TABLES
const tables = Object.keys(TABLES) as Table[]

describe('the legacy shop', () => {
  let files: Awaited<ReturnType<typeof freshFiles>>
  let database: DatabaseSync
  let rows: Record<string, number>
  const count = (sql: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.n)

  beforeAll(async () => {
    files = await freshFiles()
    const path = join(files.path, 'deep', 'shop.db')
    rows = buildLegacyShop(path)
    database = new DatabaseSync(path, { readOnly: true })
  })
  afterAll(async () => {
    database.close()
    await files[Symbol.asyncDispose]()
  })

  test('has about 200,000 rows in eight to ten tables', () => {
    const total = Object.values(rows).reduce((sum, n) => sum + n, 0)
    expect(total).toBeGreaterThan(190_000)
    expect(total).toBeLessThan(210_000)
    expect(tables.length).toBeGreaterThanOrEqual(8)
    expect(tables.length).toBeLessThanOrEqual(10)
    for (const table of tables) expect(count(table), table).toBe(rows[table])
  })

  test('is the same on every machine', () => {
    const hash = createHash('sha256')
    for (const table of tables) for (const row of rowsOf(table)) hash.update(JSON.stringify(row))
    expect(hash.digest('hex').slice(0, 16)).toBe('1786c48450a76d37')
  })

  test('has no orphans, though a cycle and a self-reference', () => {
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([])
    expect(count('customers WHERE main_address IS NOT NULL')).toBeGreaterThan(1_000)
    expect(count('categories WHERE parent_id IS NOT NULL')).toBeGreaterThan(100)
  })

  test.each([
    ["reviews WHERE body LIKE '%👍%'", 1_000],
    ['reviews WHERE id < 0', 1_000],
    ["customers WHERE phone = ''", 1_000],
    ['customers WHERE email IS NULL', 500],
    ['products WHERE photo IS NOT NULL AND length(photo) > 100', 400],
    ["products WHERE typeof(price) = 'real'", 2_000],
    ['orders WHERE ordered_at IS NOT NULL', 30_000],
  ])('has %s', (sql, least) => {
    expect(count(sql)).toBeGreaterThan(least)
  })

  test.each([
    ['customers WHERE length(phone) > 13', 4],
    ['orders WHERE length(coupon) > 10', 3],
    ["customers WHERE birthday = '0000-00-00'", 3],
    ["order_lines WHERE typeof(quantity) = 'text'", 3],
    ['orders WHERE instr(note, char(0)) > 0', 3],
  ])('has a few values that do not fit: %s', (sql, exactly) => {
    expect(count(sql)).toBe(exactly)
  })

  test('would hand out 37121 as the next order', () => {
    expect(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'orders'").get()?.seq).toBe(37120)
  })
})
