/** Two branches from one head, each generated from models of its own, merged; compared by the engine's own dump at each stop. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { autogenerate } from '../../src/app/revisions/autogenerate.ts'
import { check } from '../../src/app/revisions/check.ts'
import { commuting } from '../../src/app/revisions/commuting.ts'
import { downgrade } from '../../src/app/revisions/downgrade.ts'
import { readFolder } from '../../src/app/revisions/files.ts'
import { merge } from '../../src/app/revisions/merge.ts'
import { upgrade } from '../../src/app/revisions/upgrade.ts'
import { findProgram } from '../harness/binaries.ts'
import { type DatabaseKind, freshDatabase, freshFiles } from '../harness/database.ts'
import { makeRevision, setupFor } from './making.ts'

const BASE = 'CREATE TABLE users (id int PRIMARY KEY, name varchar(40) NOT NULL);'
const LEFT = `${BASE} CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id)); CREATE INDEX by_user ON orders (user_id);`
const RIGHT =
  'CREATE TABLE users (id int PRIMARY KEY, name varchar(40) NOT NULL, mail varchar(80)); CREATE VIEW names AS SELECT name FROM users;'

async function dumpPostgres(url: string): Promise<string> {
  const args = ['--schema-only', '--no-owner', '--exclude-table=naru_version', '--dbname', url]
  const { stdout } = await promisify(execFile)(findProgram('pg_dump')!, args)
  return stdout.replace(/^\\.*$/gm, '')
}

async function dumpMysql(url: string): Promise<string> {
  const connection = await mysql.createConnection(url)
  try {
    const [tables] = await connection.query('SHOW FULL TABLES')
    const names = (tables as object[]).map((row) => Object.values(row) as [string, string])
    const shown: string[] = []
    for (const [name, type] of names.filter(([n]) => n !== 'naru_version')) {
      const [[row]] = (await connection.query(
        `SHOW CREATE ${type === 'VIEW' ? 'VIEW' : 'TABLE'} \`${name}\``,
      )) as unknown as [object[]]
      shown.push(String(Object.values(row)[1]))
    }
    return shown.join('\n')
  } finally {
    await connection.end()
  }
}

async function dumpSqlite(url: string): Promise<string> {
  const db = new DatabaseSync(url.slice('sqlite:'.length))
  const rows = db
    .prepare("SELECT sql FROM sqlite_master WHERE tbl_name <> 'naru_version' AND sql IS NOT NULL ORDER BY type, name")
    .all()
  db.close()
  return rows.map((row) => row.sql).join('\n')
}

const DUMPS: Partial<Record<DatabaseKind, (url: string) => Promise<string>>> = {
  postgres: dumpPostgres,
  mysql: dumpMysql,
  sqlite: dumpSqlite,
}
const HOOKS = { reporter: { report() {} } }

describe.each(['postgres', 'mysql', 'sqlite'] as const)('on %s', (kind) => {
  it('branches that were generated apart are merged; up, down through the merge, and up again', async () => {
    await using place = await freshDatabase(kind)
    await using files = await freshFiles()
    const dev = kind === 'sqlite' ? undefined : place.url
    const project = async (name: string, models: string) => {
      const folder = join(files.path, name)
      await mkdir(folder, { recursive: true })
      await writeFile(`${folder}.sql`, models)
      return setupFor(folder, { engine: kind, target: place.url, dev, models: `${folder}.sql` })
    }
    const left = await project('left', BASE)
    const base = await autogenerate(left, { revision: { message: 'users' } })
    const right = await project('right', RIGHT)
    await copyFile(base.path!, join(right.folder, basename(base.path!)))
    await project('left', LEFT)
    const a = await autogenerate(left, { revision: { message: 'orders' } })
    const b = await autogenerate(right, { revision: { message: 'mail' } })
    for (const one of [base, a, b]) expect(one.proof?.lines).toEqual([])
    await copyFile(b.path!, join(left.folder, basename(b.path!)))
    const heads = (await readFolder(left.folder)).heads
    expect([...heads].sort()).toEqual([a.id, b.id].sort())
    expect(await commuting(left, heads)).toEqual([])
    await merge(left.folder, {
      message: 'one line',
      commute: (branches) =>
        commuting(
          left,
          branches.map((x) => x.head),
        ),
    })
    const dump = () => DUMPS[kind]!(place.url)
    const empty = await dump()
    await upgrade(left, { target: base.id! }, HOOKS)
    const first = await dump()
    await upgrade(left, { target: 'head' }, HOOKS)
    const merged = await dump()
    await project('left', `${RIGHT} ${LEFT.replace(BASE, '')}`)
    expect(await check(left)).toMatchObject({ lines: [], same: true })
    await downgrade(left, { target: base.id! }, HOOKS)
    expect(await dump()).toBe(first)
    await upgrade(left, { target: 'head' }, HOOKS)
    expect(await dump()).toBe(merged)
    await downgrade(left, { target: 'base' }, HOOKS)
    expect(await dump()).toBe(empty)
    expect(await readdir(left.folder)).toHaveLength(4)
  })
})

describe('branches that do not commute', () => {
  async function fork(left: string, right: string) {
    const files = await freshFiles()
    const root = await makeRevision(files.path, {
      up: 'CREATE TABLE users (id INT, nick TEXT);',
      down: 'DROP TABLE users;',
    })
    const heads = [
      await makeRevision(files.path, { up: left, revises: [root], id: 'aaa' }),
      await makeRevision(files.path, { up: right, revises: [root], id: 'bbb' }),
    ]
    const setup = await setupFor(files.path, { engine: 'sqlite' })
    const found = await commuting(setup, heads).catch((error: unknown) => error)
    await files[Symbol.asyncDispose]()
    return found
  }

  it('fail in one order: both statements are named', async () => {
    const error = await fork('ALTER TABLE users RENAME COLUMN nick TO name;', '\n\nCREATE INDEX i ON users (nick);')
    expect(error).toMatchObject({ code: 'BRANCHES_CLASH', exit: 1 })
    const { why } = error as { why: string }
    expect(why).toMatch(/bbb after aaa: bbb_made\.sql, line 8/)
    expect(why).toMatch(/users: aaa_made\.sql:6 ALTER TABLE users RENAME.*bbb_made\.sql:8 CREATE INDEX/)
  })

  it('lead elsewhere in the other order', async () => {
    const error = await fork('CREATE TABLE IF NOT EXISTS t (a INT); ', 'CREATE TABLE IF NOT EXISTS t (a TEXT);')
    expect(error).toMatchObject({
      code: 'BRANCHES_CLASH',
      why: expect.stringContaining('where aaa comes first, table t: column a, type is'),
    })
  })

  it('write rows that the other changes: a warning', async () => {
    const found = await fork("UPDATE users SET nick = 'x';", 'ALTER TABLE users ADD mail TEXT;')
    expect(found).toEqual([
      expect.stringMatching(/^rows of users: aaa_made\.sql:6 UPDATE users.*bbb_made\.sql:6 ALTER/),
    ])
  })

  it('have nothing in common: not a word', async () => {
    expect(await fork('CREATE TABLE a (x INT);', 'CREATE TABLE b (x INT REFERENCES users);')).toEqual([])
  })
})
