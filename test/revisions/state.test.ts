import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { diff } from '../../src/app/diff.ts'
import { loadStates } from '../../src/app/diff-states.ts'
import { loadState } from '../../src/app/state.ts'
import type { Schema } from '../../src/core/schema.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { options } from '../schema/loading.ts'
import { makeChain, makeRevision } from './making.ts'

const names = (schema: Schema) => schema.tables.map((t) => t.name.name)

it('a folder of revisions is what they lead to, all or up to one', async () => {
  await using files = await freshFiles()
  await mkdir(join(files.path, 'migrations'))
  const ids = await makeChain(join(files.path, 'migrations'), [
    { up: 'CREATE TABLE a (x INT);', id: 'aa11' },
    { up: 'CREATE TABLE b (x INT);', id: 'bb22' },
  ])
  const o = options(files.path, { engine: 'sqlite' })
  expect(await loadState('migrations', o)).toMatchObject({ kind: 'revisions', label: 'migrations' })
  expect(names((await loadState('migrations', o)).schema)).toEqual(['a', 'b'])
  expect(names((await loadState('migrations#aa1', o)).schema)).toEqual(['a'])
  expect(names((await loadState('./migrations/#base', o)).schema)).toEqual([])
  await expect(loadState('migrations#zz', o)).rejects.toMatchObject({ code: 'REVISION_UNKNOWN' })
  await makeRevision(join(files.path, 'migrations'), { up: 'DROP TABLE zz;', revises: ids.slice(-1) })
  await expect(loadState('migrations', o)).rejects.toMatchObject({ code: 'STATE_REFUSED' })
})

it('is compared with a database, and says its engine where nothing else does not', async () => {
  await using files = await freshFiles()
  await using place = await freshDatabase('sqlite')
  await makeChain(files.path, [{ up: 'CREATE TABLE a (x INT);' }])
  const states = await loadStates([place.url, '.'], options(files.path))
  expect((await diff(states[0], states[1])).steps?.map((s) => s.sql)).toEqual(['CREATE TABLE a (x INT)'])
  await expect(loadState('.', options(files.path))).rejects.toMatchObject({ hint: expect.stringContaining('--engine') })
})

it('a folder of plain .sql files stays one, and what is called with a # is found', async () => {
  await using files = await freshFiles()
  await mkdir(join(files.path, 'db#1'))
  await writeFile(join(files.path, 'db#1', 'a.sql'), 'CREATE TABLE a (x INT);')
  const o = options(files.path, { engine: 'sqlite' })
  expect(await loadState('db#1', o)).toMatchObject({ kind: 'sql' })
  await expect(loadState('db#1#head', o)).rejects.toMatchObject({ why: 'db#1 is no folder of revisions' })
})

it('as it was in git, with modules and what they import', async () => {
  await using files = await freshFiles()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', '-c', 'init.defaultBranch=main', ...args], {
      cwd: files.path,
      stdio: 'pipe',
    })
  const folder = join(files.path, 'db', 'migrations')
  await mkdir(folder, { recursive: true })
  await makeChain(folder, [{ up: 'CREATE TABLE a (x INT);', id: 'aa11' }])
  await writeFile(join(files.path, 'names.ts'), "export const table: string = 'made'\n")
  await writeFile(
    join(folder, 'bb22_code.ts'),
    `import { table } from '../../names.ts'
export default { revision: 'bb22', downRevision: 'aa11', message: 'm', async up({ sql, name }) { await sql\`CREATE TABLE \${name(table)} (x INT)\` } }`,
  )
  await symlink(join(import.meta.dirname, '..', '..', 'node_modules'), join(files.path, 'node_modules'), 'dir')
  git('init')
  git('add', 'db', 'names.ts')
  git('commit', '-m', 'x')
  await makeRevision(folder, { up: 'CREATE TABLE later (x INT);', revises: ['bb22'] })
  const o = options(files.path, { engine: 'sqlite' })
  expect(names((await loadState('git:main:db/migrations', o)).schema)).toEqual(['a', 'made'])
  expect(names((await loadState('git:main:db/migrations#aa11', o)).schema)).toEqual(['a'])
  expect(names((await loadState('db/migrations', o)).schema)).toEqual(['a', 'later', 'made'])
})

it('SQL is printed the same whatever it set for its session', async () => {
  await using files = await freshFiles()
  const sets = "SET timezone = 'Asia/Seoul'; SET datestyle = 'German'; SET quote_all_identifiers = on;"
  await writeFile(
    join(files.path, 'a.sql'),
    `${sets} CREATE TABLE a (at timestamptz DEFAULT '2020-01-01 00:00:00+00');`,
  )
  const { schema } = await loadState('a.sql', options(files.path, { engine: 'postgres' }))
  expect(schema.tables[0].columns[0].default).toMatchObject({ text: '2020-01-01 00:00:00+00' })
})

it('SQL is executed once, a change of it is seen, and NARU_CACHE=off keeps nothing', async () => {
  await using files = await freshFiles()
  await using cache = await freshFiles()
  vi.stubEnv('NARU_CACHE', undefined)
  vi.stubEnv('XDG_CACHE_HOME', cache.path)
  const kept = async () => (await readdir(join(cache.path, 'naru'))).filter((n) => n.startsWith('schema-'))
  const load = async (text: string) => {
    await writeFile(join(files.path, 'a.sql'), text)
    return await loadState('a.sql', options(files.path, { engine: 'sqlite' }))
  }
  const A = "CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT, y TEXT DEFAULT '한'); INSERT INTO a (x) VALUES (7);"
  try {
    const first = await load(A)
    const [file] = await kept()
    expect(await load(A)).toEqual(first)
    expect(first.schema.tables[0].counter).toEqual({ column: 'x', next: 8n })
    expect(names((await load('CREATE TABLE b (x);')).schema)).toEqual(['b'])
    expect(await kept()).toHaveLength(2)
    // What is kept is what is told; what cannot be read is made anew.
    const path = join(cache.path, 'naru', file)
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('"a"', '"kept"'))
    expect(names((await load(A)).schema)).toEqual(['kept'])
    await writeFile(path, '{"naru": "snapshot"')
    expect(await load(A)).toEqual(first)
    vi.stubEnv('NARU_CACHE', 'off')
    await load('CREATE TABLE c (x);')
    expect(await kept()).toHaveLength(2)
  } finally {
    vi.unstubAllEnvs()
  }
})
