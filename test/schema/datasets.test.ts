import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diff } from '../../src/app/diff.ts'
import { type InspectFormat, inspect } from '../../src/app/inspect.ts'
import { openDatabase } from '../../src/app/open.ts'
import { loadState } from '../../src/app/state.ts'
import type { State, StateOptions } from '../../src/app/state-form.ts'
import { splitSql } from '../../src/schema/sql-split.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { datasetNames, datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { HOSTILE } from './hostile.ts'
import { address, modulesFolder, options } from './loading.ts'
import { dumpOf, runScript } from './witness.ts'

const TSC = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'tsc')
const CONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    noUnusedLocals: true,
    module: 'nodenext',
    target: 'es2024',
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['*.ts', '*/*.ts'],
}

type Engine = keyof typeof HOSTILE

/** Kinds of database for what is tested, by the name of a set: sets of PostgreSQL also go into PGlite where they are small. */
async function subjects(): Promise<[set: string, kind: DatabaseKind, engine: Engine][]> {
  const all: [string, DatabaseKind, Engine][] = [
    ['hostile', 'postgres', 'postgres'],
    ['hostile', 'pglite', 'postgres'],
    ['hostile', 'mysql', 'mysql'],
    ['hostile', 'sqlite', 'sqlite'],
  ]
  if (!datasetsAvailable()) return all
  for (const engine of ['postgres', 'mysql', 'sqlite'] as const) {
    for (const name of await datasetNames(engine)) all.push([name, engine, engine])
  }
  return [...all, ['chinook-postgres', 'pglite', 'postgres'], ['titanic-postgres', 'pglite', 'postgres']]
}

async function load(set: string, engine: Engine, url: string): Promise<void> {
  if (set !== 'hostile') {
    await loadDataset(set, url)
    return
  }
  await using db = await openDatabase(await address(url), { role: 'target' })
  for (const statement of splitSql(HOSTILE[engine], engine)) await db.execute(statement.sql)
}

let files: Awaited<ReturnType<typeof modulesFolder>>
let servers: Readonly<Record<'postgres' | 'mysql', FreshDatabase>>

beforeAll(async () => {
  files = await modulesFolder()
  const [postgres, mysql] = await Promise.all([freshDatabase('postgres'), freshDatabase('mysql')])
  servers = { postgres, mysql }
  await writeFile(join(files.path, 'tsconfig.json'), JSON.stringify(CONFIG))
})

afterAll(async () => {
  await files[Symbol.asyncDispose]()
  await servers.postgres[Symbol.asyncDispose]()
  await servers.mysql[Symbol.asyncDispose]()
})

/** What is text is executed on a server of the same version, PGlite's on PGlite: versions of PostgreSQL print views in different ways. */
async function loading(engine: Engine, kind: DatabaseKind): Promise<StateOptions> {
  const server = kind === 'postgres' || kind === 'mysql' ? servers[kind] : undefined
  return options(files.path, { engine, ...(server !== undefined && { dev: await address(server.url) }) })
}

/** Writes a state in a form and reads it again. */
async function again(live: State, format: InspectFormat, out: string, o: StateOptions): Promise<State> {
  const found = await inspect(live, { format, out })
  const folder = out.endsWith('/') ? join(files.path, out) : files.path
  await mkdir(folder, { recursive: true })
  for (const file of found.files) await writeFile(join(folder, file.path), file.text)
  return loadState(out, o)
}

async function expectSame(live: State, state: State): Promise<void> {
  const there = await diff(live, state)
  expect(there.changes).toEqual([])
  expect(there.unplanned).toEqual([])
  expect((await diff(state, live)).changes).toEqual([])
}

describe.each(await subjects())('%s in %s', (set, kind, engine) => {
  const name = `${set}_${kind}`.replaceAll('-', '_')
  let source: FreshDatabase
  let live: State
  let o: StateOptions

  beforeAll(async () => {
    source = await freshDatabase(kind)
    await load(set, engine, source.url)
    o = await loading(engine, kind)
    live = await loadState(source.url, o)
  })
  afterAll(() => source[Symbol.asyncDispose]())

  it('is the same after a Drizzle module, in one file and in many', async () => {
    await expectSame(live, await again(live, 'drizzle', `${name}.ts`, o))
    await expectSame(live, await again(live, 'drizzle', `${name}_folder/`, o))
    const [types] = (await inspect(live, { format: 'kysely', out: `${name}_types.ts` })).files
    await writeFile(join(files.path, types.path), types.text)
    const rows = (await inspect(live, { format: 'kysely', out: `${name}_rows/` })).files
    await mkdir(join(files.path, `${name}_rows`))
    for (const { path, text } of rows) await writeFile(join(files.path, `${name}_rows`, path), text)
  })

  it('is the same after a snapshot, which is the same text again', async () => {
    await expectSame(live, await again(live, 'json', `${name}.json`, o))
    const [one] = (await inspect(live, { format: 'json' })).files
    const [two] = (await inspect(await loadState(source.url, o), { format: 'json' })).files
    expect(two.text).toBe(one.text)
    const folder = await again(live, 'json', `${name}_json/`, o)
    await expectSame(live, folder)
    expect((await inspect(folder, { format: 'json' })).files[0].text).toBe(one.text)
  })

  it('is rebuilt by its SQL: the engine itself dumps both alike', async () => {
    await expectSame(live, await again(live, 'sql', `${name}.sql`, o))
    if (kind === 'pglite') return
    await using copy = await freshDatabase(kind)
    await runScript(engine, copy.url, join(files.path, `${name}.sql`))
    expect(await dumpOf(engine, copy.url)).toEqual(await dumpOf(engine, source.url))
  })
})

describe('generated modules', () => {
  it('compile under strict', () => {
    const run = () => execFileSync(process.execPath, [TSC, '-p', files.path], { encoding: 'utf8', stdio: 'pipe' })
    try {
      run()
    } catch (error) {
      expect((error as { readonly stdout: string }).stdout).toBe('')
      throw error
    }
  })
})
