import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { freshDatabase } from './database.ts'

const pathOf = (url: string) => url.slice(url.indexOf(':') + 1)

async function postgresNames(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('SELECT datname FROM pg_database')
  await client.end()
  return rows.map((row) => row.datname)
}

describe('freshDatabase', () => {
  test('makes a PostgreSQL database and drops it under an open connection', async () => {
    await using other = await freshDatabase('postgres')
    const database = await freshDatabase('postgres')
    const name = new URL(database.url).pathname.slice(1)
    expect(await postgresNames(other.url)).toContain(name)
    const held = new pg.Client({ connectionString: database.url })
    held.on('error', () => undefined)
    await held.connect()
    await database[Symbol.asyncDispose]()
    expect(await postgresNames(other.url)).not.toContain(name)
  })

  test('makes a MySQL database and drops it under an open transaction', async () => {
    await using other = await freshDatabase('mysql')
    const database = await freshDatabase('mysql')
    const held = await mysql.createConnection(database.url)
    held.on('error', () => undefined)
    await held.query('CREATE TABLE t (a int) ENGINE=InnoDB')
    await held.beginTransaction()
    await held.query('INSERT INTO t VALUES (1)')
    await database[Symbol.asyncDispose]()
    const looking = await mysql.createConnection(other.url)
    const [rows] = await looking.query('SHOW DATABASES')
    await looking.end()
    expect(JSON.stringify(rows)).not.toContain(new URL(database.url).pathname.slice(1))
  })

  test('makes an SQLite file, a PGlite folder and a CSV folder, each removed', async () => {
    const made = await Promise.all([freshDatabase('sqlite'), freshDatabase('pglite'), freshDatabase('csv')])
    const [sqlite, pglite, csv] = made.map((database) => pathOf(database.url))
    const file = new DatabaseSync(sqlite)
    file.exec('CREATE TABLE t (a)')
    file.close()
    const embedded = new PGlite(pglite)
    expect((await embedded.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await embedded.close()
    expect(existsSync(csv)).toBe(true)
    for (const database of made) await database[Symbol.asyncDispose]()
    for (const path of [sqlite, pglite, csv]) expect(existsSync(path)).toBe(false)
  })

  test('never gives the same database twice', async () => {
    await using first = await freshDatabase('sqlite')
    await using second = await freshDatabase('sqlite')
    expect(first.url).not.toBe(second.url)
  })
})
