/** What the engines themselves say of a database, and scripts run by their own clients: independent of naru. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import { findProgram } from '../harness/binaries.ts'

type Engine = 'postgres' | 'mysql' | 'sqlite'

function program(...names: readonly string[]): string {
  const found = names.map((name) => findProgram(name)).find((path) => path !== null)
  if (found === undefined) throw new Error(`none of ${names.join(', ')} is installed`)
  return found ?? ''
}

/** Runs a script with psql, mariadb or (SQLite) in one piece. */
export async function runScript(engine: Engine, url: string, path: string): Promise<void> {
  if (engine === 'postgres') {
    execFileSync(program('psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-1', '-f', path, url], { stdio: 'pipe' })
  } else if (engine === 'mysql') {
    const to = new URL(url)
    const args = [
      '--no-defaults',
      '--protocol=tcp',
      `--host=${to.hostname}`,
      `--port=${to.port}`,
      `--user=${to.username}`,
    ]
    const name = decodeURIComponent(to.pathname.slice(1))
    const env = { ...process.env, MYSQL_PWD: decodeURIComponent(to.password) }
    const input = Buffer.concat([Buffer.from('SET foreign_key_checks = 0;\n'), readFileSync(path)])
    execFileSync(program('mariadb', 'mysql'), [...args, '--default-character-set=utf8mb4', name], {
      input,
      env,
      stdio: 'pipe',
    })
  } else {
    const database = new DatabaseSync(url.slice('sqlite:'.length))
    database.exec(readFileSync(path, 'utf8'))
    database.close()
  }
}

/** Objects in any order: pg_dump orders by dependencies and by the time of making. A sequence named by a text is the same sequence. */
function pgDump(url: string): string[] {
  const text = execFileSync(program('pg_dump'), ['--schema-only', '--schema=public', url], { encoding: 'utf8' })
  const lines = text
    .replace(/nextval\(\('(\w+)'::text\)::regclass\)/g, "nextval('public.$1'::regclass)")
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line))
  return lines
    .join('\n')
    .split(/^--\n(?=-- Name: )/m)
    .map((part) => part.trim())
    .sort()
}

const SHOWN: Readonly<Record<string, string>> = {
  'BASE TABLE': 'TABLE',
  'SYSTEM VERSIONED': 'TABLE',
  VIEW: 'VIEW',
  SEQUENCE: 'SEQUENCE',
}

/** The head of a trigger, which the server keeps as it was typed, in one spelling. */
function triggerHead(text: string): string {
  return text.replace(/^[\s\S]*?for\s+each\s+row\s+/i, (head) =>
    head.replaceAll('`', '').replace(/\s+/g, ' ').toLowerCase(),
  )
}

/** Lines of keys in any order; NO ACTION is what is meant where nothing is said. Counters follow the rows; views name their database. */
function plain(text: string, database: string): string {
  const lines = text
    .replace(/ AUTO_INCREMENT=\d+/, '')
    .replace(/ ON (DELETE|UPDATE) NO ACTION/g, '')
    .replaceAll(`\`${database}\`.`, '')
    .split('\n')
  const key = (line: string) => /^ {2}(UNIQUE |FULLTEXT |SPATIAL )?KEY|^ {2}CONSTRAINT/.test(line)
  const keys = lines.filter(key).map((line) => line.replace(/,$/, ''))
  return [...lines.filter((line) => !key(line)), ...keys.sort()].join('\n')
}

async function showCreate(url: string): Promise<string[]> {
  const connection = await mysql.createConnection(url)
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  const rows = async (sql: string) => (await connection.query(sql, [name]))[0] as Record<string, string>[]
  const wanted = [
    ...(
      await rows('SELECT table_name AS n, table_type AS t FROM information_schema.tables WHERE table_schema = ?')
    ).map(({ n, t }) => `${SHOWN[t]} \`${n.replaceAll('`', '``')}\``),
    ...(await rows('SELECT trigger_name AS n FROM information_schema.triggers WHERE trigger_schema = ?')).map(
      ({ n }) => `TRIGGER \`${n}\``,
    ),
    ...(
      await rows(
        'SELECT routine_name AS n, routine_type AS t FROM information_schema.routines WHERE routine_schema = ?',
      )
    ).map(({ n, t }) => `${t} \`${n}\``),
  ]
  const texts: string[] = []
  for (const what of wanted.sort()) {
    const [[row]] = (await connection.query(`SHOW CREATE ${what}`)) as unknown as [Record<string, unknown>[]]
    const key = Object.keys(row).find((k) => /^(create |sql original)/i.test(k)) ?? ''
    const text = plain(String(row[key]), name)
    texts.push(what.startsWith('TRIGGER') ? triggerHead(text) : text)
  }
  await connection.end()
  return texts
}

function sqliteMaster(url: string): string[] {
  const database = new DatabaseSync(url.slice('sqlite:'.length))
  const rows = database
    .prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all()
  database.close()
  return rows.map((row) => `${row.type} ${row.name}: ${row.sql}`).sort()
}

/** The schema in the words of pg_dump, SHOW CREATE or sqlite_master. */
export async function dumpOf(engine: Engine, url: string): Promise<string[]> {
  if (engine === 'postgres') return pgDump(url)
  return engine === 'mysql' ? await showCreate(url) : sqliteMaster(url)
}
