/** Statements run by plain drivers, with nothing of naru between. */
import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import mysql from 'mysql2/promise'
import pg from 'pg'

/** Runs statements one after the other on the database of an address. */
export async function runPlain(url: string, statements: readonly string[]): Promise<void> {
  const scheme = url.slice(0, url.indexOf(':'))
  if (scheme === 'postgres') {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      for (const sql of statements) await client.query(sql)
    } finally {
      await client.end()
    }
  } else if (scheme === 'pglite') {
    const db = await PGlite.create(url.slice('pglite:'.length))
    for (const sql of statements) await db.exec(sql).finally(() => undefined)
    await db.close()
  } else if (scheme === 'mysql') {
    const connection = await mysql.createConnection(url)
    try {
      for (const sql of statements) await connection.query(sql)
    } finally {
      await connection.end()
    }
  } else {
    const db = new DatabaseSync(url.slice('sqlite:'.length))
    for (const sql of statements) db.exec(sql)
    db.close()
  }
}
