/** Fresh, empty databases for tests: `await using db = await freshDatabase('postgres')`. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { ServerKind } from './binaries.ts'
import { joinRun, RUN_ADDRESS, startRun, type TestRun } from './run.ts'

/** What `freshDatabase` can make. `mysql` is MariaDB or MySQL, whichever server there is. */
export type DatabaseKind = 'postgres' | 'pglite' | 'mysql' | 'sqlite' | 'csv'

/** An address that naru understands; disposing drops the database with everybody in it. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string
}

let joined: Promise<TestRun> | undefined
let made = 0

/** The run of the vitest process, or one of this process's own that ends with it. */
function currentRun(): Promise<TestRun> {
  const address = process.env[RUN_ADDRESS]
  joined ??= address === undefined ? Promise.resolve(startRun()) : joinRun(address)
  return joined
}

async function serverUrl(kind: ServerKind): Promise<string> {
  return (await currentRun()).get(kind)
}

function inDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** The connection that makes and drops databases: one a worker, for a new one costs the server a process. */
let administrator: Promise<pg.Client> | undefined

async function connectAdministrator(server: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server })
  // The run ends its servers when the last worker is done.
  client.on('error', () => undefined)
  await client.connect()
  // @types/pg does not know it: the process ends without waiting for this connection.
  ;(client as pg.Client & { unref(): void }).unref()
  return client
}

async function onPostgres(sql: string): Promise<pg.QueryResult> {
  administrator ??= serverUrl('postgres').then(connectAdministrator)
  return (await administrator).query(sql)
}

let template: Promise<string> | undefined

/** Copied as files, a third of the work of writing all of it to the log as well; servers before 15 know no other way. */
async function postgresTemplate(): Promise<string> {
  const version = await onPostgres('SHOW server_version_num')
  const strategy = Number(version.rows[0].server_version_num) < 150_000 ? '' : 'STRATEGY file_copy'
  return `TEMPLATE template0 ENCODING 'UTF8' ${strategy}`
}

async function freshPostgres(name: string): Promise<FreshDatabase> {
  template ??= postgresTemplate()
  await onPostgres(`CREATE DATABASE "${name}" ${await template}`)
  return {
    url: inDatabase(await serverUrl('postgres'), name),
    [Symbol.asyncDispose]: async () => void (await onPostgres(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)),
  }
}

/** Ends other connections to the database first: an open transaction there would let DROP DATABASE wait for its lock. */
async function dropMysql(server: string, name: string): Promise<void> {
  const connection = await mysql.createConnection(server)
  try {
    const [rows] = await connection.query('SHOW PROCESSLIST')
    const there = (rows as { Id: number; db: string | null }[]).filter((r) => r.db === name)
    for (const { Id } of there) await connection.query(`KILL ${Id}`).catch(() => undefined)
    await connection.query(`DROP DATABASE IF EXISTS \`${name}\``)
  } finally {
    await connection.end()
  }
}

/** Whether the tests' server for MySQL is MariaDB: some types, sequences and other tables' kinds are known to it alone. */
export async function onMariadb(): Promise<boolean> {
  const connection = await mysql.createConnection(await serverUrl('mysql'))
  const [rows] = await connection.query('SELECT version() AS version').finally(() => connection.end())
  return /mariadb/i.test((rows as { version: string }[])[0].version)
}

async function freshMysql(name: string): Promise<FreshDatabase> {
  const server = await serverUrl('mysql')
  const connection = await mysql.createConnection(server)
  const create = `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`
  await connection.query(create).finally(() => connection.end())
  return { url: inDatabase(server, name), [Symbol.asyncDispose]: () => dropMysql(server, name) }
}

async function freshFolder(name: string): Promise<string> {
  const folder = join(await (await currentRun()).get('folder'), name)
  await mkdir(folder)
  return folder
}

function removing(url: string, folder: string): FreshDatabase {
  return { url, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

async function freshFile(kind: 'sqlite' | 'pglite' | 'csv', name: string): Promise<FreshDatabase> {
  const folder = await freshFolder(name)
  if (kind === 'csv') return removing(`csv:${folder}`, folder)
  const path = join(folder, 'db')
  if (kind === 'sqlite') await writeFile(path, '')
  // A copy of a fresh one: as a source, a folder must hold a database.
  else await cp(await (await currentRun()).get('pglite'), path, { recursive: true })
  return removing(`${kind}:${path}`, folder)
}

/**
 * A new, empty database with a name of its own: a database on the run's server, a PGlite folder, an SQLite file of no bytes,
 * an empty folder for CSV. Throws an Error that says what to install where there is no server.
 */
export async function freshDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  const run = await currentRun()
  const name = `${run.name}${process.pid}_${++made}`
  if (kind === 'postgres') return freshPostgres(name)
  if (kind === 'mysql') return freshMysql(name)
  return freshFile(kind, name)
}

/** A new, empty folder for a test's own files, removed on disposal. */
export async function freshFiles(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await freshFolder(`files_${process.pid}_${++made}`)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}
