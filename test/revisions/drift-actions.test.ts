/** `naru check --db` with --adopt and --revert, through the real command. The judges: sqlite_master, pg_dump, and plain drivers. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { sqlite } from '../apply/applying.ts'
import { naru } from '../faults/naru.ts'
import { freshDatabase } from '../harness/database.ts'
import { type Project, project } from './project.ts'

interface Kind {
  readonly name: 'sqlite' | 'postgres'
  /** Runs statements by a plain driver. */
  run(url: string, sql: string): Promise<void>
  /** The schema as the engine's own means tell it, without the version table. */
  schema(url: string): Promise<unknown>
}

const SQLITE: Kind = {
  name: 'sqlite',
  async run(url, sql) {
    using db = sqlite(url)
    db.exec(sql)
  },
  async schema(url) {
    using db = sqlite(url)
    return db
      .prepare(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> 'naru_version' AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
      )
      .all()
      .map((row) => ({ ...row }))
  },
}

const POSTGRES: Kind = {
  name: 'postgres',
  async run(url, sql) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  },
  async schema(url) {
    const { stdout } = await promisify(execFile)('pg_dump', [
      `--dbname=${url}`,
      '--schema-only',
      '--exclude-table=naru_version',
      '--no-owner',
    ])
    return stdout.replace(/^\\(un)?restrict .*$/gm, '')
  },
}

const FIRST = {
  id: 'a1',
  up: "CREATE TABLE users (id int PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'a;b');\nCREATE TABLE old (x int);",
  back: 'DROP TABLE old;\nDROP TABLE users;',
}

/** What somebody did by hand: hostile names, a table more, a table less, an index, a view. */
const DRIFT = `ALTER TABLE users ADD "닉 ""--;" varchar(9);
CREATE TABLE "odd ' table" (x int PRIMARY KEY);
CREATE INDEX users_name ON users (name);
CREATE VIEW named AS SELECT name FROM users;
DROP TABLE old;`

const files = (p: Project) => readdir(join(p.cwd, 'migrations'))

async function drifted(
  kind: Kind,
): Promise<Project & { readonly run: (...args: string[]) => ReturnType<typeof naru> }> {
  const p = await project(kind.name, FIRST)
  await p.up()
  await kind.run(p.url, DRIFT)
  const dev = kind.name === 'sqlite' ? [] : ['--dev-url', p.url]
  return { ...p, run: (...args) => naru(['check', '--db', '--target', p.url, ...dev, ...args], p.cwd) }
}

test.each([SQLITE, POSTGRES])(
  '$name: what drifted is adopted, the database untouched, and made so elsewhere',
  async (kind) => {
    await using p = await drifted(kind)
    await using fresh = await freshDatabase(kind.name)
    const before = await kind.schema(p.url)
    const done = await p.run('--adopt', '-m', 'what somebody did')
    expect(done.code, done.output).toBe(0)
    expect(done.output).toContain('Adopted')
    expect(await kind.schema(p.url)).toEqual(before)
    expect(await files(p)).toHaveLength(2)
    const clean = await p.run()
    expect(clean.code, clean.output).toBe(0)
    const again = await p.run('--adopt', '-m', 'once more')
    expect(again.code, again.output).toBe(0)
    expect(await files(p)).toHaveLength(2)
    const made = await naru(['upgrade', 'head', '--target', fresh.url], p.cwd)
    expect(made.code, made.output).toBe(0)
    expect(await kind.schema(fresh.url)).toEqual(before)
    const back = await naru(['downgrade', 'a1', '--target', p.url], p.cwd)
    expect(back.code, back.output).toBe(0)
    expect((await p.run()).code).toBe(0)
  },
)

test.each([SQLITE, POSTGRES])(
  '$name: the script of --revert takes the drift back, run by a plain driver',
  async (kind) => {
    await using p = await drifted(kind)
    const drift = await kind.schema(p.url)
    const printed = await p.run('--revert')
    expect(printed.code, printed.output).toBe(1)
    const written = await p.run('--revert', '--out', 'revert.sql')
    expect(written.code, written.output).toBe(1)
    const script = await readFile(join(p.cwd, 'revert.sql'), 'utf8')
    expect(printed.output).toContain(script.trim())
    expect(script).toContain('BEGIN;')
    expect(await kind.schema(p.url)).toEqual(drift)
    await kind.run(p.url, script)
    const clean = await p.run()
    expect(clean.code, clean.output).toBe(0)
    const nothing = await p.run('--revert')
    expect(nothing.code, nothing.output).toBe(0)
    expect(await files(p)).toEqual(['a1_x.sql'])
  },
)

test.each([SQLITE, POSTGRES])('$name: --object leaves the rest as drift', async (kind) => {
  await using p = await drifted(kind)
  const unknown = await p.run('--adopt', '-m', 'x', '--object', 'nobody')
  expect(unknown.code).toBe(2)
  expect(unknown.output).toContain('nothing of that name has drifted')
  const part = await p.run('--adopt', '-m', 'a part', '--object', 'odd*', '--json')
  expect(part.code, part.output).toBe(1)
  expect(part.output).toMatch(/"outcome":"adopted".*"remaining":\["table .*"exit":1/)
  const revert = await p.run('--revert', '--object', 'users,named', '-o', 'revert.sql')
  expect(revert.code, revert.output).toBe(1)
  await kind.run(p.url, await readFile(join(p.cwd, 'revert.sql'), 'utf8'))
  const left = await p.run()
  expect(left.code).toBe(1)
  expect(left.output.match(/✗ .*$/gm)?.filter((line) => /: /.test(line))).toEqual(['✗ table old: is missing'])
})

test('what cannot be adopted leaves no file and no row', async () => {
  await using p = await drifted(SQLITE)
  const before = await SQLITE.schema(p.url)
  await SQLITE.run(p.url, 'CREATE TRIGGER seen AFTER INSERT ON "odd \' table" BEGIN DELETE FROM users; END')
  const half = await p.run('--adopt', '-m', 'a trigger without its table', '--object', 'seen')
  expect(half.code, half.output).toBe(2)
  expect(half.output).toContain('DRIFT_REFUSED')
  await p.write({ id: 'b2', down: 'a1', up: 'CREATE TABLE later (x int);' })
  const behind = await p.run('--adopt', '-m', 'x')
  expect(behind.output).toContain('NOT_AT_HEAD')
  expect(await files(p)).toEqual(['a1_x.sql', 'b2_x.sql'])
  using db = sqlite(p.url)
  expect(db.prepare('SELECT id FROM naru_version').all()).toEqual([{ id: 'a1' }])
  expect(await SQLITE.schema(p.url)).toHaveLength((before as unknown[]).length + 1)
})

test.each([
  [['--db', '--adopt', '--revert', '-m', 'x'], '--adopt and --revert'],
  [['--adopt', '-m', 'x'], '--adopt is for --db'],
  [['--revert'], '--revert is for --db'],
  [['--db', '--adopt'], 'no message'],
  [['--db', '--object', 'a'], '--object says what'],
  [['--db', '--revert', '-m', 'x'], '--message is for --adopt'],
  [['--db', '-o', 'x.sql'], '--out is for --revert'],
])('naru check %j is refused', async (args, why) => {
  const run = await naru(['check', ...args], process.cwd())
  expect(run.code).toBe(2)
  expect(run.output).toContain(why)
})
