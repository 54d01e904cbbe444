/** Loads the data sets that lie beside the checkout into a database of a test. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import { findProgram } from './binaries.ts'
import { loadPostgresScript } from './postgres-script.ts'

const FOLDER = process.env.NARU_TEST_DATASETS ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'datasets')

/** What a data set says of itself. */
export interface Dataset {
  readonly name: string
  readonly engine: 'postgres' | 'mysql' | 'sqlite'
  readonly files: readonly string[]
  /** Exact number of rows by table; sets of several SQLite files prefix the table with `file:`. */
  readonly rows: Readonly<Record<string, number>>
}

interface Meta {
  readonly name: string
  readonly engine: Dataset['engine']
  readonly files: readonly string[]
  readonly load: string
}

async function json<T>(name: string, file: string): Promise<T> {
  return JSON.parse(await readFile(join(FOLDER, name, file), 'utf8')) as T
}

/** Where the files of a set are. */
export function datasetFolder(name: string): string {
  return join(FOLDER, name)
}

/** False where the folder of data sets is absent: `describe.skipIf(!datasetsAvailable())`. */
export function datasetsAvailable(): boolean {
  const there = existsSync(FOLDER)
  if (!there) process.stderr.write(`skipped: no data sets at ${FOLDER}\n`)
  return there
}

/** Names of all sets, of one engine where given. */
export async function datasetNames(engine?: Dataset['engine']): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return names.filter((name) => engine === undefined || name.includes(`-${engine}`)).sort()
}

/** Description and exact row counts of a set. */
export async function dataset(name: string): Promise<Dataset> {
  const meta = await json<Meta>(name, 'meta.json')
  const { rows } = await json<Pick<Dataset, 'rows'>>(name, 'counts.json')
  return { name, engine: meta.engine, files: meta.files, rows }
}

async function unpacked(meta: Meta, file: string): Promise<Buffer> {
  return gunzipSync(await readFile(join(FOLDER, meta.name, file)))
}

/** MariaDB's or MySQL's own client: scripts hold DELIMITER lines, which only a client understands. */
async function runMysqlScript(url: URL, script: Buffer, mode: string | null): Promise<void> {
  const client = findProgram('mariadb') ?? findProgram('mysql')
  if (client === null) throw new Error('no mariadb or mysql client on PATH to load a data set with')
  const args = [
    '--no-defaults',
    `--host=${url.hostname}`,
    `--port=${url.port || 3306}`,
    '--protocol=tcp',
    `--user=${decodeURIComponent(url.username) || 'root'}`,
    '--default-character-set=utf8mb4',
    '--max-allowed-packet=256M',
    ...(mode === null ? [] : [`--init-command=SET SESSION sql_mode='${mode}'`]),
    decodeURIComponent(url.pathname.slice(1)),
  ]
  const env = { ...process.env, MYSQL_PWD: decodeURIComponent(url.password) }
  const child = spawn(client, args, { stdio: ['pipe', 'ignore', 'pipe'], env })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(script)
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`loading a data set failed: ${complaint.trim()}`)
}

async function loadMysql(meta: Meta, url: URL): Promise<void> {
  const charset = /CHARACTER SET (\w+)/.exec(meta.load)?.[1] ?? 'utf8mb4'
  const name = decodeURIComponent(url.pathname.slice(1))
  await runMysqlScript(url, Buffer.from(`ALTER DATABASE \`${name}\` CHARACTER SET ${charset};`), null)
  const mode = meta.load.includes("sql_mode=''") ? '' : null
  for (const file of meta.files) await runMysqlScript(url, await unpacked(meta, file), mode)
}

type Master = { name: string; type: string; sql: string | null }

/** Copies what another file has, unless one of its tables is there already. */
function addFile(database: DatabaseSync, file: string): void {
  database.prepare('ATTACH ? AS extra').run(file)
  const query = (schema: string) =>
    database.prepare(
      `SELECT name, type, sql FROM ${schema}.sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type DESC`,
    )
  const there = new Set((query('main').all() as Master[]).map((object) => object.name))
  const objects = query('extra').all() as Master[]
  if (!objects.some((object) => there.has(object.name))) {
    for (const { name, type, sql } of objects) {
      if (sql !== null) database.exec(sql)
      if (type === 'table') database.exec(`INSERT INTO main."${name}" SELECT * FROM extra."${name}"`)
    }
  }
  database.exec('DETACH extra')
}

async function loadSqlite(meta: Meta, path: string): Promise<void> {
  const [first, ...others] = meta.files
  if (first.endsWith('.db.gz')) await writeFile(path, await unpacked(meta, first))
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  database.exec('PRAGMA synchronous = OFF')
  if (!first.endsWith('.db.gz')) database.exec((await unpacked(meta, first)).toString('utf8'))
  for (const file of others) {
    const extra = join(dirname(path), file)
    await writeFile(extra, await unpacked(meta, file))
    addFile(database, extra)
    await rm(extra)
  }
  database.close()
}

/**
 * Loads a set into an empty database of its engine (sets for PostgreSQL also into PGlite). Of several SQLite files all go into
 * one, unless their tables have the same names: then only the first does.
 */
export async function loadDataset(name: string, url: string): Promise<Dataset> {
  const meta = await json<Meta>(name, 'meta.json')
  if (meta.engine === 'mysql') await loadMysql(meta, new URL(url))
  else if (meta.engine === 'sqlite') await loadSqlite(meta, url.slice('sqlite:'.length))
  else for (const file of meta.files) await loadPostgresScript(url, await unpacked(meta, file))
  return dataset(name)
}
