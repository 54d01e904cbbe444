import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/app/open.ts'
import { autogenerate } from '../../src/app/revisions/autogenerate.ts'
import { check } from '../../src/app/revisions/check.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'
import { makeChain, setupFor } from './making.ts'

async function project(engine: string, o: { target?: string; dev?: string } = {}) {
  const files = await freshFiles()
  const folder = join(files.path, 'migrations')
  const models = join(files.path, 'models.sql')
  return {
    folder,
    models: (sql: string) => writeFile(models, sql),
    setup: await setupFor(folder, { engine, models, ...o }),
    names: () => readdir(folder).catch(() => []),
    [Symbol.asyncDispose]: files[Symbol.asyncDispose],
  }
}

describe('on SQLite', () => {
  it('writes what is missing, tries it, and says when nothing is', async () => {
    await using p = await project('sqlite')
    await p.models('CREATE TABLE users (id INTEGER PRIMARY KEY, nick TEXT);')
    const first = await autogenerate(p.setup, { revision: { message: 'add users' } })
    expect(first).toMatchObject({
      outcome: 'written',
      exit: 0,
      lines: ['table users: is missing'],
      proof: { verdict: 'proved', lines: [] },
      losses: { up: [], down: [expect.stringContaining('users')] },
    })
    await p.models('CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT NOT NULL);')
    const second = await autogenerate(p.setup, { revision: { message: 'mail in place of nick' } })
    expect(second).toMatchObject({ outcome: 'written', exit: 0, proof: { verdict: 'proved' } })
    const text = await readFile(second.path!, 'utf8')
    expect(text).toContain(`-- naru:revises ${first.id}\n-- naru:message mail in place of nick\n`)
    expect(text).toMatch(/-- naru:up\n[\s\S]*-- loses data: .*nick[\s\S]*-- naru:down\n-- does not bring back: .*nick/)
    expect(text).toMatch(/-- naru:down\n[\s\S]*-- loses data: .*mail/)
    const third = await autogenerate(p.setup, { revision: { message: 'again' } })
    expect(third).toMatchObject({ outcome: 'unchanged', exit: 0, path: null, lines: [] })
    expect(await p.names()).toHaveLength(2)
  })

  it('renames where it is told or asked', async () => {
    await using p = await project('sqlite')
    await p.models('CREATE TABLE users (id INTEGER PRIMARY KEY, nick TEXT, a INT, b INT, c BLOB);')
    await autogenerate(p.setup, { revision: { message: 'one' }, proof: false })
    await p.models('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, a INT, b INT, c BLOB);')
    const asked: string[] = []
    const ask = async (c: { rename: string }) => asked.push(c.rename) > 0
    const found = await autogenerate(p.setup, { revision: { message: 'two' }, ask })
    expect(asked).toEqual(['users=people', 'users.nick=name'])
    expect(found).toMatchObject({ exit: 0, losses: { up: [], down: [] }, proof: { verdict: 'proved' } })
    expect(await readFile(found.path!, 'utf8')).not.toMatch(/DROP|loses data/)
  })

  it('compares what it is told to compare', async () => {
    await using p = await project('sqlite')
    await p.models('CREATE TABLE a (x INT); CREATE TABLE tmp_b (x INT); CREATE TABLE c (x INT);')
    const o = { revision: { message: 'some' }, ignore: ['tables:tmp_*'], exclude: ['c'] }
    expect(await autogenerate(p.setup, o)).toMatchObject({ lines: ['table a: is missing'], exit: 0 })
  })

  it('tells what it cannot write', async () => {
    await using p = await project('sqlite')
    await p.models('CREATE TABLE a (x INT);')
    await autogenerate(p.setup, { revision: { message: 'one' } })
    await p.models('CREATE TABLE a (x INT);')
    expect(await check(p.setup)).toMatchObject({ same: true, exit: 0, lines: [] })
    await p.models('CREATE TABLE a (x INT, y INT);')
    expect(await check(p.setup)).toMatchObject({ same: false, exit: 1, lines: ['table a: column y is missing'] })
  })

  it('refuses several heads, and no desired state', async () => {
    await using files = await freshFiles()
    await makeChain(files.path, [
      { up: 'CREATE TABLE a (x INT);', id: 'aaa1' },
      { up: '', id: 'bbb1' },
    ])
    await makeChain(files.path, [])
    await writeFile(
      join(files.path, 'ccc1_x.sql'),
      '-- naru:revision ccc1\n-- naru:revises aaa1\n-- naru:message x\n-- naru:up\n',
    )
    const setup = await setupFor(files.path, { engine: 'sqlite', models: 'sqlite::memory:' })
    await expect(autogenerate(setup, { revision: { message: 'm' } })).rejects.toMatchObject({ code: 'SEVERAL_HEADS' })
    const found = await autogenerate(setup, { revision: { message: 'm', head: 'bbb1' } })
    expect(found).toMatchObject({
      outcome: 'written',
      lines: ['table a: should not be there'],
      proof: { verdict: 'proved' },
    })
    const bare = await setupFor(files.path, { engine: 'sqlite' })
    await expect(check(bare)).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringContaining('--models') })
  })

  it('compares with a live database that is at the head', async () => {
    await using place = await freshDatabase('sqlite')
    await using p = await project('sqlite', { target: place.url })
    await p.models('CREATE TABLE a (x INT);')
    await autogenerate(p.setup, { revision: { message: 'one' } })
    await expect(autogenerate(p.setup, { revision: { message: 'two' }, fromDb: true })).rejects.toMatchObject({
      code: 'NOT_AT_HEAD',
      hint: expect.stringContaining('naru upgrade heads'),
    })
  })
})

describe('on PostgreSQL', () => {
  it('sees what diff sees: bodies, enums, indexes made online, hostile names', async () => {
    await using p = await project('postgres')
    await p.models(`CREATE TYPE mood AS ENUM ('ok', 'it''s; fine');
CREATE TABLE "t;--
naru:down" (id int PRIMARY KEY, m mood, "x""y" text DEFAULT E'a;\\n-- naru:up\\n');
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$
-- naru:down
BEGIN RETURN 1; END $body$;`)
    const first = await autogenerate(p.setup, { revision: { message: 'all of it' } })
    expect(first).toMatchObject({ outcome: 'written', exit: 0, proof: { verdict: 'proved', lines: [] } })
    await p.models(`CREATE TYPE mood AS ENUM ('ok', 'new', 'it''s; fine');
CREATE TABLE "t;--
naru:down" (id int PRIMARY KEY, m mood DEFAULT 'new', "x""y" text DEFAULT E'a;\\n-- naru:up\\n');
CREATE INDEX ON "t;--
naru:down" (m);
COMMENT ON COLUMN "t;--
naru:down".m IS '한국어 🙂';
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 2; END $body$;`)
    const second = await autogenerate(p.setup, { revision: { message: 'more' }, online: true })
    expect(second).toMatchObject({ outcome: 'written', exit: 0, proof: { verdict: 'proved', lines: [] } })
    expect(await readFile(second.path!, 'utf8')).toContain('CREATE INDEX CONCURRENTLY')
    expect(await check(p.setup)).toMatchObject({ same: true })
  })
})

it('on MariaDB, with triggers and routines', async () => {
  await using server = await freshDatabase('mysql')
  await using p = await project('mysql', { dev: server.url })
  await p.models(`CREATE TABLE a (x int PRIMARY KEY, y varchar(20) NOT NULL DEFAULT 'q;w');
DELIMITER //
CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.y = 'x;y'; SET NEW.x = 2; END //
CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END //
DELIMITER ;`)
  const first = await autogenerate(p.setup, { revision: { message: 'all' } })
  expect(first).toMatchObject({ outcome: 'written', exit: 0, proof: { verdict: 'proved', lines: [] } })
  await p.models('CREATE TABLE a (z int, x int PRIMARY KEY, y varchar(30));')
  const second = await autogenerate(p.setup, { revision: { message: 'less' } })
  expect(second).toMatchObject({ outcome: 'written', exit: 0, proof: { verdict: 'proved', lines: [] } })
  await using db = await openDatabase(await address(server.url), { role: 'source' })
  const left = await db.query(
    "SELECT schema_name AS n FROM information_schema.schemata WHERE schema_name LIKE 'naru_scratch_%'",
  )
  expect(left.filter((row) => String(row.n).includes(`_${process.pid}_`))).toEqual([])
})
