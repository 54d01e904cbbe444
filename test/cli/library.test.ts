/** naru as a program uses it: the public interface, from file to file. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
  expect(await naru.copy('old', 'new', {}, { config })).toMatchObject({ verdict: 'done', tables: [{ written: 3 }] })
})
