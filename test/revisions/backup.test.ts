/** `naru upgrade --backup`: what a revision took comes back by the very commands that the report tells, as the server's own clients see it. */
import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { sqlite } from '../apply/applying.ts'
import { naru } from '../faults/naru.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'

const BIN = join(import.meta.dirname, '../../bin/naru.js')

const revision = (id: string, down: string, up: string, back: string) =>
  `-- naru:revision ${id}\n-- naru:revises ${down}\n-- naru:message ${id}\n\n-- naru:up\n${up}\n\n-- naru:down\n${back}\n`

const MAKE = `CREATE TABLE users (id int PRIMARY KEY, nick varchar(20));
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE, note varchar(20));
CREATE TABLE untouched (id int PRIMARY KEY);
CREATE TABLE gone (id int PRIMARY KEY);`

/** Takes a column of one table, rows of another by a cascade, and a table without rows. */
const LOSE = `ALTER TABLE users DROP COLUMN nick;
DELETE FROM users WHERE id > 1;
DROP TABLE gone;`

async function project(lose: string, back: string) {
  const files = await freshFiles()
  await mkdir(join(files.path, 'migrations'))
  const write = (name: string, text: string) => writeFile(join(files.path, 'migrations', name), text)
  await write('a1.sql', revision('a1', 'none', MAKE, '-- naru:irreversible it is the first'))
  await write('b2.sql', revision('b2', 'a1', lose, back))
  // The report's commands are run by a shell as somebody would paste them.
  await writeFile(join(files.path, 'naru'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
  await chmod(join(files.path, 'naru'), 0o755)
  const paste = (command: string) =>
    promisify(execFile)('sh', ['-c', command], {
      cwd: files.path,
      env: { ...process.env, PATH: `${files.path}:${process.env.PATH}` },
    })
  return { ...files, path: files.path, paste, [Symbol.asyncDispose]: () => files[Symbol.asyncDispose]() }
}

const ROWS = [
  "INSERT INTO users VALUES (1, 'kim'), (2, NULL), (3, 'o''x, 닉')",
  "INSERT INTO orders VALUES (1, 1, 'a'), (2, 2, 'b,\"c\"'), (3, 3, NULL)",
  'INSERT INTO untouched VALUES (1)',
]
const QUERIES = ['SELECT * FROM users ORDER BY id', 'SELECT * FROM orders ORDER BY id', 'SELECT * FROM untouched']

interface Backed {
  readonly backup: {
    place: string | null
    tables: { table: string; rows: number }[]
    restore: string[]
    notes: string[]
  }
}

/** The report of the only database, from among the events. */
function reportIn(output: string): Backed {
  const line = output.split('\n').find((l) => l.includes('"backup":{'))
  if (line === undefined) throw new Error(`no backup in ${output}`)
  const found = JSON.parse(line) as Backed & { databases?: Backed[]; reports?: Backed[] }
  return found.databases?.[0] ?? found.reports?.[0] ?? found
}

test('SQLite: rows and values that a revision took come back by the commands told', async () => {
  await using work = await project(
    LOSE,
    'ALTER TABLE users ADD COLUMN nick varchar(20); CREATE TABLE gone (id int PRIMARY KEY);',
  )
  await using place = await freshDatabase('sqlite')
  const seen = () => {
    using db = sqlite(place.url)
    return QUERIES.map((q) => db.prepare(q).all())
  }
  const run = (...args: string[]) => naru([...args, '--target', place.url], work.path)
  const empty = await run('upgrade', 'a1', '--backup', 'csv:saved', '--json')
  expect(empty.code, empty.output).toBe(0)
  expect(reportIn(empty.output).backup).toMatchObject({ place: null, tables: [] })
  {
    using db = sqlite(place.url)
    for (const sql of ROWS) db.exec(sql)
  }
  const before = seen()

  const blocked = await run('upgrade', 'head', '--backup', 'sqlite:naru/x.db')
  expect(blocked.code, blocked.output).toBe(2)
  expect(blocked.output).toContain('nothing was')
  expect(seen()).toEqual(before)

  const done = await run('upgrade', 'head', '--backup', 'csv:saved', '--json')
  expect(done.code, done.output).toBe(0)
  const { backup } = reportIn(done.output)
  expect(new Map(backup.tables.map((t) => [t.table, t.rows]))).toEqual(
    new Map([
      ['orders', 3],
      ['users', 3],
    ]),
  )
  const [folder] = await readdir(join(work.path, 'saved'))
  expect(folder).toMatch(/^\d{8}T\d{6}Z-a1-b2$/)
  expect(seen()).not.toEqual(before)
  for (const command of backup.restore) await work.paste(command)
  expect(seen()).toEqual(before)
})

test('PostgreSQL: the same where there is no way down', async () => {
  await using work = await project(LOSE, '-- naru:irreversible nicks are gone')
  await using place = await freshDatabase('postgres')
  const client = new pg.Client({ connectionString: place.url })
  await client.connect()
  try {
    const seen = async () => {
      const all: unknown[] = []
      for (const q of QUERIES) all.push((await client.query(q)).rows)
      return all
    }
    const run = (...args: string[]) => naru([...args, '--target', place.url], work.path)
    expect((await run('upgrade', 'a1')).code).toBe(0)
    for (const sql of ROWS) await client.query(sql)
    const before = await seen()
    const done = await run('upgrade', 'head', '--backup', 'csv:saved', '--json')
    expect(done.code, done.output).toBe(0)
    const { backup } = reportIn(done.output)
    expect(backup.tables.map((t) => t.table).sort()).toEqual(['orders', 'users'])
    expect(backup.notes.join()).toContain('b2 has no way down')
    for (const command of backup.restore) await work.paste(command)
    expect(await seen()).toEqual(before)
  } finally {
    await client.end()
  }
})
