import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diff } from '../../src/app/diff.ts'
import { loadStates } from '../../src/app/diff-states.ts'
import { openDatabase } from '../../src/app/open.ts'
import { openScratch } from '../../src/app/scratch.ts'
import { SCRATCH_PREFIX } from '../../src/app/scratch-server.ts'
import { loadState } from '../../src/app/state.ts'
import type { StateOptions } from '../../src/app/state-form.ts'
import type { Schema } from '../../src/core/schema.ts'
import { snapshotText } from '../../src/schema/snapshot.ts'
import { findProgram } from '../harness/binaries.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address, options } from './loading.ts'

const tableNames = (schema: Schema) => schema.tables.map((t) => t.name.name)
const SHOP = 'CREATE TABLE shop (id int PRIMARY KEY, name varchar(40) NOT NULL);\n'

/** Names of databases on a server that are naru's scratch ones. */
async function scratches(url: string): Promise<unknown[]> {
  await using db = await openDatabase(await address(url), { role: 'source' })
  const sql =
    db.engine.name === 'postgres'
      ? `SELECT datname AS n FROM pg_database WHERE datname LIKE '${SCRATCH_PREFIX}${process.pid}%'`
      : `SELECT schema_name AS n FROM information_schema.schemata WHERE schema_name LIKE '${SCRATCH_PREFIX}${process.pid}%'`
  return await db.query(sql)
}

describe('a state in SQL', () => {
  it('is executed on PGlite, and on SQLite in memory', async () => {
    await using files = await freshFiles()
    await writeFile(join(files.path, 'a.sql'), `${SHOP}CREATE VIEW v AS SELECT name FROM shop;`)
    for (const engine of ['postgres', 'pglite', 'sqlite']) {
      const state = await loadState('a.sql', options(files.path, { engine }))
      expect(state.kind).toBe('sql')
      expect(state.label).toBe('a.sql')
      expect(tableNames(state.schema)).toEqual(['shop'])
      expect(state.schema.others.map((o) => o.kind)).toContain('view')
    }
  })

  it('may be a folder, in the order of names', async () => {
    await using files = await freshFiles()
    await mkdir(join(files.path, 'db'))
    await writeFile(join(files.path, 'db', '02.sql'), 'CREATE TABLE item (shop int REFERENCES shop (id));')
    await writeFile(join(files.path, 'db', '01.sql'), SHOP)
    const state = await loadState('db', options(files.path, { engine: 'sqlite' }))
    expect(tableNames(state.schema).sort()).toEqual(['item', 'shop'])
  })

  it('goes into the schema that is meant', async () => {
    await using files = await freshFiles()
    await writeFile(join(files.path, 'a.sql'), SHOP)
    const state = await loadState('a.sql', options(files.path, { engine: 'postgres', schema: 'my app' }))
    expect(state.schema.tables.map((t) => t.name)).toEqual([{ schema: 'my app', name: 'shop' }])
  })

  it.each(['postgres', 'mysql'] as const)(
    'takes a temporary database on a server of %s, and drops it',
    async (kind) => {
      await using server = await freshDatabase(kind)
      await using files = await freshFiles()
      await writeFile(join(files.path, 'a.sql'), SHOP)
      await writeFile(join(files.path, 'bad.sql'), `${SHOP}\nCREATE TABLE broken (id nonsense);`)
      const dev = await address(server.url)
      const state = await loadState('a.sql', options(files.path, { dev }))
      expect(tableNames(state.schema)).toEqual(['shop'])
      await expect(loadState('bad.sql', options(files.path, { dev }))).rejects.toMatchObject({ code: 'STATE_REFUSED' })
      expect(await scratches(server.url)).toEqual([])
    },
  )

  it('says file and line of a statement that is refused', async () => {
    await using files = await freshFiles()
    await writeFile(
      join(files.path, 'a.sql'),
      `${SHOP}\n-- a comment; with a semicolon\nCREATE TABLE\n  item (id int,\n  x nonsense y);`,
    )
    for (const [engine, line] of [
      ['postgres', 6],
      ['sqlite', null],
    ] as const) {
      const sqlite = `${SHOP}\n\nCREATE TABEL x (y);`
      if (engine === 'sqlite') await writeFile(join(files.path, 'a.sql'), sqlite)
      await expect(loadState('a.sql', options(files.path, { engine }))).rejects.toMatchObject({
        code: 'STATE_REFUSED',
        message: expect.stringMatching(new RegExp(`^a\\.sql, line ${line ?? 4}: `)),
      })
    }
  })

  it('takes the line that MySQL tells', async () => {
    await using server = await freshDatabase('mysql')
    await using files = await freshFiles()
    await writeFile(
      join(files.path, 'a.sql'),
      `${SHOP}\n\nCREATE TABLE item (\n  id int,\n  x int nonsense nonsense,\n  y int\n);`,
    )
    await expect(loadState('a.sql', options(files.path, { dev: await address(server.url) }))).rejects.toMatchObject({
      message: expect.stringMatching(/^a\.sql, line 6: /),
    })
  })

  it('is refused where the engine is not known, or no scratch database is to be had', async () => {
    await using files = await freshFiles()
    await writeFile(join(files.path, 'a.sql'), SHOP)
    await expect(loadState('a.sql', options(files.path))).rejects.toMatchObject({ code: 'STATE_INVALID' })
    await expect(loadState('a.sql', options(files.path, { engine: 'mariadb' }))).rejects.toMatchObject({
      code: 'SCRATCH_UNAVAILABLE',
      hint: expect.stringContaining('--dev-url'),
    })
  })

  it('loads what pg_dump writes, with owners that are not there', async () => {
    await using server = await freshDatabase('postgres')
    await using db = await openDatabase(await address(server.url), { role: 'target' })
    await db.execute(
      "CREATE TABLE shop (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text); INSERT INTO shop (name) VALUES ('a;b')",
    )
    await using files = await freshFiles()
    await writeFile(join(files.path, 'a.sql'), execFileSync(findProgram('pg_dump') ?? '', [server.url]))
    const state = await loadState('a.sql', options(files.path, { engine: 'postgres' }))
    expect(state.schema.tables[0].columns[0].identity).toBe('always')
  })
})

describe('other states', () => {
  it('are live databases, by address or by name', async () => {
    await using db = await freshDatabase('sqlite')
    const named: StateOptions = options('/', { names: ['shop.sql'], address: () => address(db.url) })
    for (const state of [await loadState(db.url, options('/')), await loadState('shop.sql', named)]) {
      expect(state.kind).toBe('database')
      expect(state.address?.engine).toBe('sqlite')
    }
  })

  it('are snapshots', async () => {
    await using files = await freshFiles()
    await writeFile(join(files.path, 'a.sql'), `${SHOP}CREATE INDEX by_name ON shop (name)`)
    const { schema } = await loadState('a.sql', options(files.path, { engine: 'sqlite' }))
    await writeFile(join(files.path, 'a.json'), snapshotText(schema))
    const again = await loadState('a.json', options(files.path))
    expect(again.kind).toBe('snapshot')
    expect(snapshotText(again.schema)).toBe(snapshotText(schema))
    await writeFile(join(files.path, 'b.json'), '{"naru": "snapshot", "format": 99}')
    await expect(loadState('b.json', options(files.path))).rejects.toMatchObject({
      code: 'STATE_INVALID',
      why: expect.stringContaining('99'),
    })
  })

  it('are files and folders of a revision in git', async () => {
    await using files = await freshFiles()
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: files.path,
        stdio: 'pipe',
      })
    git('init', '-q')
    await mkdir(join(files.path, 'db'))
    await writeFile(join(files.path, 'db', 'a b.sql'), SHOP)
    git('add', '.')
    git('commit', '-q', '-m', 'one')
    await writeFile(join(files.path, 'db', 'a b.sql'), 'CREATE TABLE later (id int)')
    const at = options(files.path, { engine: 'sqlite' })
    expect(tableNames((await loadState('git:HEAD:db/a b.sql', at)).schema)).toEqual(['shop'])
    expect(tableNames((await loadState('git:HEAD:db', at)).schema)).toEqual(['shop'])
    expect(tableNames((await loadState('git:HEAD:./a b.sql', { ...at, cwd: join(files.path, 'db') })).schema)).toEqual([
      'shop',
    ])
    expect(tableNames((await loadState('db', at)).schema)).toEqual(['later'])
    for (const text of ['git:nowhere:db', 'git:HEAD:missing.sql', 'git:HEAD', 'git:--help:x']) {
      await expect(loadState(text, at)).rejects.toMatchObject({ code: 'STATE_INVALID' })
    }
  })

  it('are refused when they are not there', async () => {
    await using files = await freshFiles()
    await mkdir(join(files.path, 'empty'))
    await writeFile(join(files.path, 'a.txt'), '')
    for (const text of ['missing.sql', './missing', 'missing.ts', 'empty', 'a.txt']) {
      await expect(loadState(text, options(files.path))).rejects.toMatchObject({ code: 'STATE_INVALID' })
    }
    await expect(loadState('nowhere', options(files.path))).rejects.toMatchObject({ code: 'ADDRESS_INVALID' })
  })
})

describe('a scratch database', () => {
  it('is dropped also when the work fails', async () => {
    await using server = await freshDatabase('mysql')
    const beside = await address(server.url)
    const work = async () => {
      await using scratch = await openScratch({ engine: 'mysql', beside })
      await scratch.database.execute('CREATE TABLE t (id int)')
      expect(await scratches(server.url)).toHaveLength(1)
      throw new Error('work failed')
    }
    await expect(work()).rejects.toThrow('work failed')
    expect(await scratches(server.url)).toEqual([])
  })

  it('is refused clearly where none may be made', async () => {
    await using server = await freshDatabase('postgres')
    await using db = await openDatabase(await address(server.url), { role: 'target' })
    const user = `naru_poor_${process.pid}`
    await db.execute(`CREATE ROLE ${user} LOGIN`)
    try {
      const url = new URL(server.url)
      url.username = user
      const dev = await address(url.href)
      await expect(openScratch({ engine: 'postgres', dev })).rejects.toMatchObject({
        code: 'SCRATCH_UNAVAILABLE',
        why: expect.stringContaining('permission denied'),
      })
      await expect(openScratch({ engine: 'mysql', dev })).rejects.toMatchObject({ code: 'SCRATCH_UNAVAILABLE' })
    } finally {
      await db.execute(`DROP ROLE ${user}`)
    }
  })
})

describe('states of two versions of PostgreSQL', () => {
  it('are the same where one server prints them alike', async () => {
    await using server = await freshDatabase('postgres')
    await using files = await freshFiles()
    const sql = `${SHOP}CREATE VIEW names AS SELECT name, count(*) AS n FROM shop WHERE id > 1 GROUP BY name;`
    await writeFile(join(files.path, 'a.sql'), sql)
    await writeFile(join(files.path, 'b.sql'), sql.replace('id > 1', 'id > 2'))
    await using db = await openDatabase(await address(server.url), { role: 'target' })
    await db.execute(sql)
    const [live, same, other] = await loadStates([server.url, 'a.sql', 'b.sql'], options(files.path))
    expect((await diff(live, same)).changes).toEqual([])
    expect((await diff(live, other)).changes).toHaveLength(1)
  })
})
