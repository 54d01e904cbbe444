/** The peer of `naru verify`: both tables as row objects of their drivers, page by page in key order, value by value. Exit 1: they differ. */
import { isDeepStrictEqual } from 'node:util'
import mysql from 'mysql2/promise'
import pg from 'pg'

const PAGE = 10_000
const COLUMNS = 'id, user_id, status, amount, tax, note, is_gift, created_at, updated_at, meta'

type Row = Record<string, unknown>

/** Values as both drivers can give them: integers and decimals as text, moments as ISO text. */
function plain(row: Row): Row {
  const moment = (value: unknown) => (value instanceof Date ? value.toISOString() : value)
  const { id, user_id, amount, is_gift, ...rest } = row
  const moments = { created_at: moment(row.created_at), updated_at: moment(row.updated_at) }
  return {
    ...rest,
    ...moments,
    id: String(id),
    user_id: String(user_id),
    amount: String(amount),
    is_gift: Boolean(is_gift),
  }
}

const [, , from, to] = process.argv
const source = await mysql.createConnection({ uri: from, timezone: 'Z' })
await source.query("SET time_zone = '+00:00'")
// A timestamp without a zone is read as UTC here, as on the other side.
pg.types.setTypeParser(1114, (text) => new Date(`${text.replace(' ', 'T')}Z`))
const target = new pg.Client({ connectionString: to })
await target.connect()
let last = '0'
let different = 0
for (;;) {
  const [[left], right] = await Promise.all([
    source.query(`SELECT ${COLUMNS} FROM orders WHERE id > ? ORDER BY id LIMIT ${PAGE}`, [last]) as Promise<
      [Row[], unknown]
    >,
    target.query<Row>(`SELECT ${COLUMNS} FROM orders WHERE id > $1 ORDER BY id LIMIT ${PAGE}`, [last]),
  ])
  if (left.length !== right.rows.length) different++
  left.forEach((row, i) => {
    if (!isDeepStrictEqual(plain(row), plain(right.rows[i] ?? {}))) different++
  })
  if (left.length < PAGE) break
  last = String(left[left.length - 1].id)
}
await Promise.all([source.end(), target.end()])
console.log(`${different} rows differ`)
process.exit(different === 0 ? 0 : 1)
