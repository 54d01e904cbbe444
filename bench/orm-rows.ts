/** The peer of a row function: drizzle-orm reads pages in key order and writes row by row. `orm-rows.ts FROM TO ROWS` prints milliseconds. */
import { asc, gt } from 'drizzle-orm'
import * as my from 'drizzle-orm/mysql-core'
import { drizzle as onMysql } from 'drizzle-orm/mysql2'
import { drizzle as onPostgres } from 'drizzle-orm/node-postgres'
import * as post from 'drizzle-orm/pg-core'
import mysql from 'mysql2/promise'
import pg from 'pg'

const PAGE = 1_000

const orders = my.mysqlTable('orders', {
  id: my.bigint({ mode: 'number' }).primaryKey(),
  userId: my.int('user_id').notNull(),
  status: my.varchar({ length: 20 }).notNull(),
  amount: my.decimal().notNull(),
  tax: my.double(),
  note: my.varchar({ length: 255 }),
  isGift: my.boolean('is_gift').notNull(),
  createdAt: my.datetime('created_at', { mode: 'string' }).notNull(),
  updatedAt: my.timestamp('updated_at', { mode: 'string' }).notNull(),
  meta: my.text(),
})

const purchase = post.pgTable('purchase', {
  id: post.bigint({ mode: 'number' }).primaryKey(),
  customer: post.bigint({ mode: 'number' }).notNull(),
  state: post.text().notNull(),
  stateId: post.smallint('state_id').notNull(),
  total: post.numeric().notNull(),
  tax: post.doublePrecision(),
  remark: post.text(),
  gift: post.boolean().notNull(),
  placed: post.timestamp({ mode: 'string' }).notNull(),
  changed: post.timestamp({ mode: 'string', withTimezone: true }).notNull(),
  meta: post.text(),
})

const STATES: Record<string, string> = { new: 'open', paid: 'closed', shipped: 'closed', cancelled: 'lost' }
const CODES: Record<string, number> = { new: 1, paid: 2, shipped: 3, cancelled: 4 }

const [, , from, to, rows] = process.argv
const source = await mysql.createConnection({ uri: from, timezone: 'Z' })
await source.query("SET time_zone = '+00:00'")
const target = new pg.Client({ connectionString: to })
await target.connect()
const reading = onMysql({ client: source })
const writing = onPostgres({ client: target })
const began = performance.now()
let last = 0
for (let done = 0; done < Number(rows); ) {
  const page = await reading
    .select()
    .from(orders)
    .where(gt(orders.id, last))
    .orderBy(asc(orders.id))
    .limit(Math.min(PAGE, Number(rows) - done))
  if (page.length === 0) break
  for (const old of page) {
    await writing.insert(purchase).values({
      id: old.id,
      customer: old.userId,
      state: STATES[old.status],
      stateId: CODES[old.status],
      total: (Number(old.amount) * 100).toFixed(2),
      tax: old.tax,
      remark: old.note,
      gift: old.isGift,
      placed: old.createdAt,
      changed: `${old.updatedAt}Z`,
      meta: old.meta,
    })
  }
  done += page.length
  last = page[page.length - 1].id
}
console.log(Math.round(performance.now() - began))
await Promise.all([source.end(), target.end()])
