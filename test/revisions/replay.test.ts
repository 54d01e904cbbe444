import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readFolder } from '../../src/app/revisions/files.ts'
import { replay } from '../../src/app/revisions/replay.ts'
import type { Schema } from '../../src/core/schema.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { makeChain, makeRevision, setupFor } from './making.ts'

const tables = (schema: Schema) => schema.tables.map((t) => `${t.name.name}(${t.columns.map((c) => c.name)})`).sort()

let cache: Awaited<ReturnType<typeof freshFiles>>
beforeAll(async () => {
  cache = await freshFiles()
})
afterAll(() => cache[Symbol.asyncDispose]())

const kept = async () =>
  (await readdir(join(cache.path, 'naru')).catch(() => [])).filter((n) => n.startsWith('schema-'))

describe('on SQLite', () => {
  beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', cache.path))
  afterAll(() => void vi.unstubAllEnvs())

  it('leads through all revisions, or up to one', async () => {
    await using files = await freshFiles()
    const [first] = await makeChain(files.path, [
      { up: 'CREATE TABLE a (x INT);' },
      { up: 'ALTER TABLE a ADD y INT; CREATE TABLE b (z INT);' },
    ])
    const setup = await setupFor(files.path, { engine: 'sqlite' })
    const graph = await readFolder(files.path)
    expect(tables(await replay(setup, graph))).toEqual(['a(x,y)', 'b(z)'])
    expect(tables(await replay(setup, graph, [first]))).toEqual(['a(x)'])
    expect(tables(await replay(setup, graph, []))).toEqual([])
  })

  it('begins where an earlier replay ended', async () => {
    await using files = await freshFiles()
    const ids = await makeChain(files.path, [{ up: 'CREATE TABLE a (x INT);' }, { up: 'ALTER TABLE a ADD y INT;' }])
    const setup = await setupFor(files.path, { engine: 'sqlite' })
    const whole = await replay(setup, await readFolder(files.path))
    const before = (await kept()).length
    expect(await replay(setup, await readFolder(files.path))).toEqual(whole)
    expect((await kept()).length).toBe(before)
    await makeRevision(files.path, { up: 'CREATE TABLE c (x INT);', revises: ids.slice(-1) })
    expect(tables(await replay(setup, await readFolder(files.path)))).toEqual(['a(x,y)', 'c(x)'])
    expect((await kept()).length).toBe(before + 1)
  })

  it('replays from nothing where a later revision needs the rows of an earlier one', async () => {
    await using files = await freshFiles()
    const ids = await makeChain(files.path, [
      { up: 'CREATE TABLE a (x INT PRIMARY KEY); INSERT INTO a VALUES (1);' },
      { up: 'CREATE TABLE b (x INT);' },
    ])
    const setup = await setupFor(files.path, { engine: 'sqlite' })
    await replay(setup, await readFolder(files.path))
    const up = 'CREATE TABLE c (n INT NOT NULL); INSERT INTO c SELECT max(x) FROM a;'
    await makeRevision(files.path, { up, revises: ids.slice(-1) })
    expect(tables(await replay(setup, await readFolder(files.path)))).toEqual(['a(x)', 'b(x)', 'c(n)'])
  })

  it('does not trust what it cannot read', async () => {
    await using files = await freshFiles()
    await makeChain(files.path, [{ up: 'CREATE TABLE only_here (x INT);' }])
    const setup = await setupFor(files.path, { engine: 'sqlite' })
    const before = new Set(await kept())
    await replay(setup, await readFolder(files.path))
    const [made] = (await kept()).filter((n) => !before.has(n))
    for (const text of ['', '{', '{"naru":"snapshot","format":1,"engine":"sqlite","tables":[{}],"others":[]}']) {
      await writeFile(join(cache.path, 'naru', made), text)
      expect(tables(await replay(setup, await readFolder(files.path)))).toEqual(['only_here(x)'])
    }
  })

  it('says file and line of a statement that fails', async () => {
    await using files = await freshFiles()
    const ids = await makeChain(files.path, [
      { up: 'CREATE TABLE a (x INT);' },
      { up: '\nCREATE TABLE b (x INT);\nDROP TABLE c;' },
    ])
    const setup = await setupFor(files.path, { engine: 'sqlite' })
    await expect(replay(setup, await readFolder(files.path))).rejects.toMatchObject({
      code: 'STATE_REFUSED',
      message: expect.stringContaining(`${ids[1]}_made.sql, line 8`),
      why: expect.stringContaining('no such table: c'),
    })
  })

  it('runs modules', async () => {
    await using files = await freshFiles()
    const [id] = await makeChain(files.path, [{ up: 'CREATE TABLE a (x INT);' }])
    const text = `export default { revision: 'abc', downRevision: '${id}', message: 'fill',
      async up({ sql, name }) { await sql\`INSERT INTO a VALUES (\${1})\`; await sql\`CREATE TABLE \${name('t s')} (x INT)\` } }`
    await writeFile(join(files.path, 'abc_fill.ts'), text)
    const setup = await setupFor(files.path, { engine: 'sqlite' })
    expect(tables(await replay(setup, await readFolder(files.path)))).toEqual(['a(x)', 't s(x)'])
  })

  it('asks which engine is meant', async () => {
    await using files = await freshFiles()
    await makeChain(files.path, [{ up: 'CREATE TABLE a (x INT);' }])
    await expect(replay(await setupFor(files.path), await readFolder(files.path))).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('--engine'),
    })
  })
})

describe('on PostgreSQL', () => {
  it('makes roles that are missing, goes on behind statements that are final, and begins each revision afresh', async () => {
    await using files = await freshFiles()
    const ids = await makeChain(files.path, [
      {
        up: 'CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY i ON a (x);\nGRANT SELECT ON a TO "the reader";\nCREATE TABLE b (y int);',
      },
      { up: "CREATE SCHEMA other;\nSET search_path TO other;\nCREATE TYPE mood AS ENUM ('x');" },
      { up: 'CREATE TABLE c (z int);\nALTER TABLE c OWNER TO keeper;' },
    ])
    const setup = await setupFor(files.path, { engine: 'postgres' })
    const schema = await replay(setup, await readFolder(files.path))
    expect(tables(schema)).toEqual(['a(x)', 'b(y)', 'c(z)'])
    expect(schema.tables.find((t) => t.name.name === 'a')?.grants).toEqual(['SELECT TO "the reader"'])
    expect(schema.silent).toBeUndefined()
    await makeRevision(files.path, { up: 'ALTER TABLE a ADD y int;', revises: ids.slice(-1) })
    const more = await replay(setup, await readFolder(files.path))
    expect(more.tables.find((t) => t.name.name === 'a')).toMatchObject({ grants: ['SELECT TO "the reader"'] })
    expect(more.tables.find((t) => t.name.name === 'c')).toMatchObject({ owner: 'keeper' })
  })

  it('stands in the schema of the database', async () => {
    await using files = await freshFiles()
    await makeChain(files.path, [{ up: 'CREATE TABLE a (x int);' }, { up: 'CREATE VIEW v AS SELECT x FROM a;' }])
    const setup = await setupFor(files.path, { engine: 'postgres' })
    const states = { ...setup.states, schema: 'my app' }
    const schema = await replay({ ...setup, states }, await readFolder(files.path))
    expect(schema.tables.map((t) => t.name)).toEqual([{ schema: 'my app', name: 'a' }])
  })
})

describe('on a server', () => {
  it('takes a temporary database, and reads the files even where it knows the end', async () => {
    await using server = await freshDatabase('mysql')
    await using files = await freshFiles()
    await makeChain(files.path, [
      { up: 'CREATE TABLE a (x varchar(9));' },
      {
        up: 'DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.x = 1; SET NEW.x = 2; END //\nDELIMITER ;',
      },
    ])
    const setup = await setupFor(files.path, { dev: server.url, engine: 'mysql' })
    const graph = await readFolder(files.path)
    const whole = await replay(setup, graph)
    expect(tables(whole)).toEqual(['a(x)'])
    expect(await replay(setup, graph)).toEqual(whole)
    await rm(files.path, { recursive: true })
    await expect(replay(setup, graph)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})
