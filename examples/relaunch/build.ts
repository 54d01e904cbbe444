/**
 * Fills the legacy databases and makes the new schema: `node examples/relaunch/build.ts [ROWS]`. The databases must exist and be empty.
 * The same rows on every machine.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { addresses } from './addresses.ts'
import { OUTLET_IMAGES, SHOP_IMAGES } from './images.ts'

type Name = keyof typeof addresses

/** How many rows there are of what, for about so many in all. */
export function sizes(rows: number): Readonly<Record<string, number>> {
  const part = (n: number) => Math.max(10, Math.round((rows * n) / 3000))
  return {
    cats: part(5),
    goods: part(20),
    items: part(15),
    members: part(150),
    users: part(90),
    persons: part(120),
    shop_orders: part(360),
    outlet_orders: part(240),
    coupons: part(2000),
    shop_images: SHOP_IMAGES,
    outlet_images: OUTLET_IMAGES,
  }
}

/** A script of this folder with its numbers put in: `:members` and the like. */
export async function script(file: string, rows: number): Promise<string> {
  const text = await readFile(join(import.meta.dirname, file), 'utf8')
  return Object.entries(sizes(rows)).reduce(
    (all, [name, n]) => all.replaceAll(new RegExp(`:${name}\\b`, 'g'), String(n)),
    text,
  )
}

async function onMariadb(url: string, sql: string): Promise<void> {
  const db = await mysql.createConnection({ uri: url, multipleStatements: true, charset: 'utf8mb4' })
  await db.query(sql).finally(() => db.end())
}

async function onPostgres(url: string, sql: string): Promise<void> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  await db.query(sql).finally(() => db.end())
}

/** Makes all five databases of the example; about `rows` rows in the legacy ones. */
export async function build(at: Readonly<Record<Name, string>>, rows: number): Promise<void> {
  await onMariadb(at.shop, await script('legacy/shop.sql', rows))
  await onMariadb(at.outlet, await script('legacy/outlet.sql', rows))
  await onPostgres(at.club, await script('legacy/club.sql', rows))
  const schema = await script('app.sql', rows)
  for (const url of [at.app, at.testing]) await onPostgres(url, schema)
}

if (import.meta.main) {
  const rows = Number(process.argv[2] ?? 300_000)
  await build(addresses, rows)
  console.log(sizes(rows))
}
