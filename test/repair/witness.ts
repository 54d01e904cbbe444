/** What a database holds, by its own driver: nothing of naru between. */
import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import mysql from 'mysql2/promise'
import pg from 'pg'

export type Contents = Readonly<Record<string, readonly string[]>>

/** All rows of tables, each as a text of its bytes. */
export async function contents(url: string, tables: readonly string[]): Promise<Contents> {
  const found: Record<string, readonly string[]> = {}
  await withRows(url, async (rows) => {
    for (const table of tables) found[table] = (await rows(table)).map(text).sort()
  })
  return found
}

function text(row: Record<string, unknown>): string {
  return JSON.stringify(row, (_, v) => {
    if (typeof v === 'bigint') return `${v}n`
    return v instanceof Uint8Array ? `x${Buffer.from(v).toString('hex')}` : v
  })
}

type Rows = (table: string) => Promise<Record<string, unknown>[]>

async function withRows(url: string, work: (rows: Rows) => Promise<void>): Promise<void> {
  const scheme = url.slice(0, url.indexOf(':'))
  if (scheme === 'postgres') {
    const db = new pg.Client({ connectionString: url })
    await db.connect()
    // As text: the driver would round moments to milliseconds.
    await work(async (t) => (await db.query(`SELECT t::text AS row FROM "${t}" t`)).rows).finally(() => db.end())
  } else if (scheme === 'pglite') {
    const db = await PGlite.create(url.slice('pglite:'.length))
    await work(async (t) => (await db.query<Record<string, unknown>>(`SELECT t::text AS row FROM "${t}" t`)).rows)
    await db.close()
  } else if (scheme === 'mysql') {
    const db = await mysql.createConnection({ uri: url, dateStrings: true, supportBigNumbers: true, timezone: 'Z' })
    await db.query("SET time_zone = '+00:00'")
    const all = async (t: string) => (await db.query(`SELECT * FROM \`${t}\``))[0] as Record<string, unknown>[]
    await work(all).finally(() => db.end())
  } else {
    const db = new DatabaseSync(url.slice('sqlite:'.length), { readOnly: true })
    await work(async (t) => {
      const rows = db.prepare(`SELECT * FROM "${t}"`)
      rows.setReadBigInts(true)
      return rows.all() as Record<string, unknown>[]
    }).finally(() => db.close())
  }
}
