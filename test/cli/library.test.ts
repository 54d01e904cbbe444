/** naru as a program uses it: the public interface, from file to file. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as naru from '../../src/index.ts'

let folder = ''
let config: naru.NaruConfig = {}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-library-'))
  const db = new DatabaseSync(join(folder, 'old.db'))
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, '')")
  db.exec('CREATE TABLE left_out (id INTEGER PRIMARY KEY)')
  db.close()
  config = naru.defineConfig({
    databases: { old: `sqlite:${join(folder, 'old.db')}`, new: { url: `sqlite:${join(folder, 'new.db')}` } },
    copy: { exclude: ['left_out'] },
  })
})
afterEach(() => rm(folder, { recursive: true }))

test('plan, copy, verify, runs and clean take names, options and callbacks', async () => {
  const plan = await naru.plan('old', 'new', {}, { config })
  expect(plan.tables.map((t) => [t.label, t.rows])).toEqual([['t', 3]])

  const events: string[] = []
  const report = await naru.copy('old', 'new', { jobs: 1 }, { config, onEvent: (e) => events.push(e.type) })
  expect(report).toMatchObject({ verdict: 'done', exit: 0, tables: [{ table: 't', read: 3, written: 3 }] })
  expect(events).toContain('chunk')
  expect(events.at(-1)).toBe('end')

  expect(await naru.verify('old', `sqlite:${join(folder, 'new.db')}`, {}, { config })).toMatchObject({ same: true })
  expect(await naru.runs('new', { config })).toMatchObject([{ id: report.run, state: 'done' }])
  await naru.clean('new', { config })
  expect(await naru.runs('new', { config })).toEqual([])

  await naru.writeReport(join(folder, 'r.md'), { kind: 'run', report })
  expect(await readFile(join(folder, 'r.md'), 'utf8')).toContain('Everything arrived')
})

test('diff takes names, files and callbacks, and its statements can be written', async () => {
  const sql = join(folder, 'wanted.sql')
  await writeFile(
    sql,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT); CREATE TABLE left_out (id INTEGER PRIMARY KEY);',
  )
  const asked: string[] = []
  const ask = async (c: naru.RenameCandidate) => asked.push(c.rename) > 0
  const found = await naru.diff('old', sql, { ask }, { config })
  expect(asked).toEqual(['t.a=b'])
  expect(naru.renderDiff(found, 'sql')).toContain('RENAME COLUMN')
  expect(await naru.diff('old', 'old', {}, { config })).toMatchObject({ same: true, steps: [] })
  await expect(naru.diff('old', sql, { ignore: ['nope'] }, { config })).rejects.toMatchObject({ code: 'USAGE' })
})

test('inspect gives files to write, the first of which is the text itself', async () => {
  const { files } = await naru.inspect('old', { format: 'mermaid' }, { config })
  expect(files[0].text).toMatch(/^erDiagram\n/)
  const module = await naru.inspect('old', { format: 'drizzle', out: 'schema.ts' }, { config })
  expect(module.files.map((f) => f.path)).toEqual(['schema.ts', 'schema.naru.json'])
})

test('errors are NaruErrors with a code', async () => {
  const failure = await naru.plan('sqlite:/nowhere/at/all.db', 'new', {}, { config }).catch((e: unknown) => e)
  expect(failure).toBeInstanceOf(naru.NaruError)
  expect(failure).toMatchObject({ code: 'DATABASE_MISSING', exit: 2 })
  await expect(naru.plan('unheard-of', 'new', {}, { config })).rejects.toMatchObject({ code: 'ADDRESS_INVALID' })
  await expect(naru.writeReport('r.pdf', {} as naru.Reportable)).rejects.toMatchObject({ code: 'USAGE' })
})

test('a signal that has fired stops a copy before it begins with rows', async () => {
  const signal = AbortSignal.abort()
  await expect(naru.copy('old', 'new', {}, { config, signal })).rejects.toMatchObject({ code: 'STOPPED', exit: 130 })
  // Nothing was made yet: corrected options need no --restart.
  const report = await naru.copy('old', 'new', { casts: ['t.a=varchar(9)'] }, { config })
  expect(report).toMatchObject({ verdict: 'done', resumed: false, tables: [{ written: 3 }] })
  expect((await naru.runs('new', { config })).map((r) => r.state).sort()).toEqual(['abandoned', 'done'])
})

test('transfers move rows and the files of their stores', async () => {
  await mkdir(join(folder, 'pictures'))
  await writeFile(join(folder, 'pictures', 'x'), 'bytes of x')
  const db = new DatabaseSync(join(folder, 'new.db'))
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, picture TEXT)')
  db.close()
  const one = { id: 'id', a: 'a' } as const
  const old = naru.table<{ id: naru.Col<'int'>; a: naru.Col<'text', 'null'> }>('old', 't')
  const now = naru.table<{ id: naru.Col<'int'>; picture: naru.Col<'text', 'null'> }>('new', 't')
  const all = [
    naru.transfer('t', {
      from: old,
      to: now,
      where: naru.sql`a = 'x'`,
      columns: { id: one.id, picture: naru.file(one.a, 'pictures') },
    }),
  ]
  const pictures = naru.store({ from: join(folder, 'pictures'), to: join(folder, 'moved') })
  const hooks = { config: { ...config, transfers: { all }, stores: { pictures } } }
  expect((await naru.planTransfers('all', {}, hooks)).files).toMatchObject([{ store: 'pictures' }])
  expect(await naru.copyTransfers('all', {}, hooks)).toMatchObject({ exit: 0, tables: [{ table: 't', written: 1 }] })
  expect(await readFile(join(folder, 'moved', 'x'), 'utf8')).toBe('bytes of x')
  expect((await naru.rehearsals('all', hooks)).rehearsals).toHaveLength(1)
})

test('--redo empties no table that holds rows of others', async () => {
  const file = join(folder, 'new.db')
  const db = new DatabaseSync(file)
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (77, 'older')")
  const append = { ifExists: 'append', unitRows: 1, jobs: 1 } as const
  await expect(naru.copy('old', 'new', { ...append, redo: ['t'] }, { config })).rejects.toMatchObject({ code: 'USAGE' })
  const stop = new AbortController()
  const onEvent = (e: naru.NaruEvent) => e.type === 'chunk' && stop.abort()
  await expect(naru.copy('old', 'new', append, { config, onEvent, signal: stop.signal })).rejects.toMatchObject({
    code: 'STOPPED',
  })
  await expect(naru.copy('old', 'new', { ...append, redo: ['t'] }, { config })).rejects.toMatchObject({
    code: 'USAGE',
  })
  expect(await naru.copy('old', 'new', append, { config })).toMatchObject({ exit: 0 })
  expect(db.prepare('SELECT id FROM t').all()).toHaveLength(4)
  expect(await naru.copy('old', 'new', { redo: ['t'] }, { config })).toMatchObject({ exit: 0 })
  expect(db.prepare('SELECT id FROM t').all()).toHaveLength(3)
  db.close()
})

test('--redo of a transfer that merges rows says so', async () => {
  const db = new DatabaseSync(join(folder, 'new.db'))
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE)')
  const from = naru.table<{ id: naru.Col<'int'>; a: naru.Col<'text', 'null'> }>('old', 't')
  const to = naru.table<{ id: naru.Col<'int', 'default'>; a: naru.Col<'text', 'null'> }>('new', 't')
  const t = naru.transfer('t', { from, to, match: ['a'], columns: { a: 'a' } })
  const hooks = { config: { ...config, transfers: { all: [t] } } }
  const stop = new AbortController()
  const onEvent = (e: naru.NaruEvent) => e.type === 'chunk' && stop.abort()
  const options = { unitRows: 1, jobs: 1 }
  await expect(naru.copyTransfers('all', options, { ...hooks, onEvent, signal: stop.signal })).rejects.toMatchObject({
    code: 'STOPPED',
  })
  await expect(naru.copyTransfers('all', { ...options, redo: ['t'] }, hooks)).rejects.toMatchObject({
    code: 'USAGE',
    why: 'its rows are matched with those that the table holds, and those rows would go',
  })
  expect(await naru.copyTransfers('all', options, hooks)).toMatchObject({ exit: 0 })
  expect(db.prepare('SELECT a FROM t ORDER BY a').all()).toEqual([{ a: null }, { a: '' }, { a: 'x' }])
  db.close()
})
