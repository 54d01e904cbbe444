/** A project to walk through: a folder with a configuration, the command line in it, and eyes that are not naru's. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { fakeIo } from '../cli/fake-io.ts'
import { findProgram } from '../harness/binaries.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'

export type Walked = 'postgres' | 'mysql' | 'sqlite'

/** What a command did. */
export interface Step {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The result event, where --json was asked for. */
  // biome-ignore lint/suspicious/noExplicitAny: events are checked by what is expected of them
  readonly json: any
}

type Rows = readonly Record<string, unknown>[]
/** Asks a database through the plain driver. */
export type Ask = (sql: string) => Promise<Rows>

/** Servers of the tests let everybody in: the password is there to be kept out of sight. */
export const PASSWORD = 'do-not-show-me'

/** A connection of its own that no naru knows of. */
async function asking(kind: Walked, url: string): Promise<{ ask: Ask; end(): Promise<void> }> {
  if (kind === 'sqlite') {
    const path = url.replace(/^sqlite:/, '')
    const ask: Ask = async (sql) => {
      const db = new DatabaseSync(path)
      try {
        return db.prepare(sql).all() as Rows
      } finally {
        db.close()
      }
    }
    return { ask, end: async () => {} }
  }
  if (kind === 'postgres') {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return { ask: async (sql) => (await client.query(sql)).rows, end: () => client.end() }
  }
  const connection = await mysql.createConnection(url)
  return { ask: async (sql) => (await connection.query(sql))[0] as unknown as Rows, end: () => connection.end() }
}

const COLUMNS: Readonly<Record<Walked, string>> = {
  postgres: `SELECT table_name AS t, column_name AS c, data_type AS type, column_default AS def, is_nullable AS empty
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'naru_version'`,
  mysql: `SELECT table_name AS t, column_name AS c, column_type AS type, column_default AS def, is_nullable AS empty
    FROM information_schema.columns WHERE table_schema = database() AND table_name <> 'naru_version'`,
  sqlite: `SELECT m.name AS t, i.name AS c, i.type AS type, i.dflt_value AS def, i."notnull" AS empty
    FROM sqlite_master m, pragma_table_info(m.name) i WHERE m.type = 'table' AND m.name <> 'naru_version'`,
}
const INDEXES: Readonly<Record<Walked, string>> = {
  postgres: `SELECT tablename AS t, indexname AS i FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'naru_version'`,
  mysql: `SELECT DISTINCT table_name AS t, index_name AS i FROM information_schema.statistics
    WHERE table_schema = database() AND table_name <> 'naru_version'`,
  sqlite: `SELECT tbl_name AS t, name AS i FROM sqlite_master WHERE type = 'index' AND tbl_name <> 'naru_version'`,
}

/** The schema as the catalogue of the engine tells it, version table apart. */
export async function catalogue(kind: Walked, ask: Ask): Promise<readonly string[]> {
  const columns = (await ask(COLUMNS[kind])).map((r) => `${r.t}.${r.c} ${r.type} ${r.def} ${r.empty}`)
  const indexes = (await ask(INDEXES[kind])).map((r) => `${r.t} index ${r.i}`)
  return [...columns, ...indexes].map((line) => line.toLowerCase()).sort()
}

/** Runs a script by the engine's own program; by the driver where the program is not there. */
export async function byClient(kind: Walked, url: string, script: string): Promise<void> {
  const program = findProgram({ postgres: 'psql', mysql: 'mariadb', sqlite: 'sqlite3' }[kind])
  if (program === null) return byDriver(kind, url, script)
  const at = kind === 'sqlite' ? null : new URL(url)
  const database = at?.pathname.slice(1) ?? ''
  const args = {
    postgres: ['-X', '-q', '-d', url],
    mysql: ['--no-defaults', '-h', at?.hostname ?? '', '-P', at?.port ?? '', '-u', at?.username ?? '', database],
    sqlite: [url.replace(/^sqlite:/, '')],
  }[kind]
  await new Promise<void>((resolve, reject) => {
    const child = execFile(program, args, { timeout: 30_000 }, (error, _out, err) => {
      if (error === null && err === '') resolve()
      else reject(error ?? new Error(err))
    })
    child.stdin?.end(script)
  })
}

/** What only a client understands is left out. */
async function byDriver(kind: Walked, url: string, script: string): Promise<void> {
  const sql = script.replaceAll(/^(?:\\set|\.bail) .*$/gm, '')
  if (kind === 'sqlite') {
    const db = new DatabaseSync(url.replace(/^sqlite:/, ''))
    db.exec(sql)
    return db.close()
  }
  if (kind === 'postgres') {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return void (await client.query(sql).finally(() => client.end()))
  }
  const connection = await mysql.createConnection({ uri: url, multipleStatements: true })
  await connection.query(sql).finally(() => connection.end())
}

/** The address with a user who has a password, which must not be seen anywhere. */
async function guarded(kind: Walked, url: string, user: string): Promise<string> {
  if (kind === 'sqlite') return url
  const at = new URL(url)
  at.password = PASSWORD
  if (kind === 'mysql') at.username = user
  return at.href
}

async function onServer(kind: Walked, url: string, ...statements: readonly string[]): Promise<void> {
  if (kind !== 'mysql') return
  const { ask, end } = await asking(kind, url)
  for (const sql of statements) await ask(sql)
  await end()
}

/** Blanks, durations and the names of temporary places are left out of what is compared. */
const steady = (text: string) => text.replaceAll(/ +\d[\d.,]* (?:ms|s|min)$/gm, '')

/** A project with its database, a second one that is empty, and a server where naru may make temporary ones. */
export async function project(kind: Walked) {
  const files = await freshFiles()
  const app = await freshDatabase(kind)
  const second = await freshDatabase(kind)
  const user = `walker${process.pid}`
  await onServer(kind, app.url, `CREATE USER ${user} IDENTIFIED BY '${PASSWORD}'`, `GRANT ALL ON *.* TO ${user}`)
  const [appUrl, secondUrl] = [await guarded(kind, app.url, user), await guarded(kind, second.url, user)]
  const config = {
    databases: { app: appUrl, second: secondUrl },
    revisions: { database: 'app', models: 'models.sql', ...(kind !== 'sqlite' && { dev: appUrl }) },
  }
  await writeFile(join(files.path, 'naru.config.ts'), `export default ${JSON.stringify(config)}`)
  const folder = join(files.path, 'migrations')
  const eyes = await asking(kind, app.url)
  const others = await asking(kind, second.url)
  return {
    path: files.path,
    second: second.url,
    ask: eyes.ask,
    askSecond: others.ask,
    naru: (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => naru(files.path, argv, env),
    names: async () => (existsSync(folder) ? (await readdir(folder)).sort() : []),
    read: async (id: string) => readFile(join(folder, await named(folder, id)), 'utf8'),
    write: async (id: string, text: string) => writeFile(join(folder, await named(folder, id)), text),
    models: (sql: string) => writeFile(join(files.path, 'models.sql'), sql),
    async [Symbol.asyncDispose]() {
      await eyes.end()
      await others.end()
      await onServer(kind, app.url, `DROP USER ${user}`)
      for (const one of [second, app, files]) await one[Symbol.asyncDispose]()
    },
  }
}

/** A walk's project. */
export type Project = Awaited<ReturnType<typeof project>>

async function named(folder: string, id: string): Promise<string> {
  const name = (await readdir(folder)).find((one) => one.startsWith(id))
  if (name === undefined) throw new Error(`no file of ${id}`)
  return name
}

async function naru(cwd: string, argv: readonly string[], more: Readonly<Record<string, string>>): Promise<Step> {
  const io = fakeIo({ cwd, env: { NO_COLOR: '1', PATH: process.env.PATH ?? '', ...more }, columns: 120 })
  const code = await run(argv, io, useCases)
  const [out, err] = [io.out(), io.err()]
  if (process.env.WALK_SHOW) process.stdout.write(`\n$ naru ${argv.join(' ')}\n${err}${out}[${code}]\n`)
  const json = argv.includes('--json') ? JSON.parse(out.trim().split('\n').at(-1) ?? '') : null
  return { code, out: steady(out), err: steady(err), json }
}
