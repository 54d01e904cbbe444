/** Servers under `naru apply`: plain connections, and schemas as the servers themselves tell them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { freshDatabase, freshFiles } from '../harness/database.ts'

const run = promisify(execFile)

export interface Place extends AsyncDisposable {
  readonly url: string
  /** A folder for the desired state. */
  readonly cwd: string
}

/** A fresh database in which a script ran, and a folder beside it. */
export async function placeWith(kind: 'postgres' | 'mysql' | 'pglite', script: string): Promise<Place> {
  const db = await freshDatabase(kind)
  const files = await freshFiles()
  if (kind === 'postgres') await onPostgres(db.url, script)
  if (kind === 'mysql') await onMysql(db.url, script)
  return {
    url: db.url,
    cwd: files.path,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]()
      await files[Symbol.asyncDispose]()
    },
  }
}

/** Rows of the last statement. */
export async function onMysql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const db = await mysql.createConnection({ uri: url, multipleStatements: true })
  try {
    const [rows] = await db.query(sql)
    const many = Array.isArray(rows) && Array.isArray(rows.at(-1)) ? rows.at(-1) : rows
    return many as Record<string, unknown>[]
  } finally {
    await db.end()
  }
}

/** Rows of the last statement. */
export async function onPostgres(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  try {
    const result = (await db.query(sql)) as pg.QueryResult | pg.QueryResult[]
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
  } finally {
    await db.end()
  }
}

/** What SHOW CREATE says of every table and view, without the counters' positions and the database's own name. */
export async function showCreate(url: string): Promise<string[]> {
  const db = await mysql.createConnection(url)
  try {
    const [tables] = await db.query({ sql: 'SHOW FULL TABLES', rowsAsArray: true })
    const found: string[] = []
    for (const [name] of (tables as string[][]).sort()) {
      const [rows] = await db.query({ sql: `SHOW CREATE TABLE \`${name.replaceAll('`', '``')}\``, rowsAsArray: true })
      found.push((rows as string[][])[0][1].replace(/ AUTO_INCREMENT=\d+/, ''))
    }
    const own = new URL(url).pathname.slice(1)
    return found.map((text) => text.replaceAll(`\`${own}\``, 'db'))
  } finally {
    await db.end()
  }
}

/** `pg_dump --schema-only`, without what changes from run to run. */
export async function pgDump(url: string): Promise<string> {
  const { stdout } = await run('pg_dump', ['--schema-only', '--no-owner', `--dbname=${url}`], { maxBuffer: 1 << 26 })
  return stdout
    .split('\n')
    .filter((line) => !/^(--|\\(un)?restrict|SET |SELECT pg_catalog)/.test(line) && line !== '')
    .join('\n')
}
