/**
 * What all workers of one test run share: the servers and the folder for databases that are files. The runner holds them and
 * workers ask it over HTTP, so that a run which needs no server starts none.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { newDataFolder } from '../../src/engines/postgres/pglite-template.ts'
import type { ServerKind } from './binaries.ts'
import { type DedicatedServer, dedicatedServer } from './servers.ts'
import { makeFolder, removeStale, supervise } from './supervisor.ts'

/** Shared things by name: URLs of servers as administrator, `folder` for files, `pglite`: a fresh PGlite folder to copy. */
type Shared = ServerKind | 'folder' | 'pglite'

/** One test run. `name` begins the name of every database that it makes. */
export interface TestRun extends AsyncDisposable {
  readonly name: string
  get(what: Shared): Promise<string>
}

/** Environment variable with the runner's address, for workers. */
export const RUN_ADDRESS = 'NARU_TEST_RUN'

/** The address of a server that the environment gives, or null: the harness starts its own. */
function givenServer(kind: ServerKind): string | null {
  return (kind === 'postgres' ? process.env.NARU_TEST_POSTGRES_URL : process.env.NARU_TEST_MYSQL_URL) || null
}

async function makePglite(folder: string): Promise<string> {
  const path = join(folder, 'pglite-template')
  const database = await PGlite.create(path, { loadDataDir: await newDataFolder() })
  await database.close()
  return path
}

async function dropOnPostgres(url: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const found = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [prefix])
  for (const { datname } of found.rows) await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`)
  await client.end()
}

async function dropOnMysql(url: string, prefix: string): Promise<void> {
  const connection = await mysql.createConnection(url)
  const query = 'SELECT schema_name AS name FROM information_schema.schemata WHERE left(schema_name, ?) = ?'
  const [rows] = await connection.query(query, [prefix.length, prefix])
  for (const { name } of rows as { name: string }[]) await connection.query(`DROP DATABASE IF EXISTS \`${name}\``)
  await connection.end()
}

/** A run of this process's own; servers start when first asked for. Disposing stops them and drops what was made on given ones. */
export function startRun(): TestRun {
  removeStale()
  const name = `naru_t${process.pid}_${Math.random().toString(36).slice(2, 6)}_`
  const servers: DedicatedServer[] = []
  const folder = supervise(makeFolder('run'))
  const started = new Map<Shared, Promise<string>>()
  const startServer = async (kind: ServerKind) => {
    const server = await dedicatedServer(kind)
    servers.push(server)
    return server.url
  }
  const make = async (what: Shared): Promise<string> => {
    if (what === 'folder') return folder.folder
    if (what === 'pglite') return makePglite(folder.folder)
    return givenServer(what) ?? startServer(what)
  }
  return {
    name,
    get(what) {
      const running = started.get(what) ?? make(what)
      started.set(what, running)
      return running
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(started.values())
      const postgres = givenServer('postgres')
      const mysqlUrl = givenServer('mysql')
      await Promise.allSettled([
        ...servers.map((server) => server.stop()),
        postgres !== null && started.has('postgres') ? dropOnPostgres(postgres, name) : null,
        mysqlUrl !== null && started.has('mysql') ? dropOnMysql(mysqlUrl, name) : null,
      ])
      await folder.stop()
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Lets worker processes share a run; returns its address. */
export async function serveRun(run: TestRun): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((request, response) => {
    const what = (request.url ?? '/').slice(1) as Shared
    // A connection kept alive could be closed by us just when a worker uses it again.
    response.setHeader('connection', 'close')
    run.get(what).then(
      (value) => response.end(JSON.stringify({ name: run.name, value })),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  const address = `http://127.0.0.1:${await listen(server)}`
  return {
    address,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The run that `address` serves, as workers see it. Disposing does nothing. */
export async function joinRun(address: string): Promise<TestRun> {
  const ask = async (what: Shared) => {
    const response = await fetch(`${address}/${what}`)
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as { name: string; value: string }
  }
  const { name } = await ask('folder')
  const asked = new Map<Shared, Promise<string>>()
  return {
    name,
    get(what) {
      const answer = asked.get(what) ?? ask(what).then(({ value }) => value)
      asked.set(what, answer)
      return answer
    },
    async [Symbol.asyncDispose]() {},
  }
}
