/** Upgrades as they meet edits, locks, roles and files that do not fit; asked of the servers themselves. */
import { expect, test } from 'vitest'
import { inspect } from '../../src/app/inspect.ts'
import { current } from '../../src/app/revisions/current.ts'
import { downgrade } from '../../src/app/revisions/downgrade.ts'
import { stamp } from '../../src/app/revisions/stamp.ts'
import type { NaruEvent } from '../../src/core/event.ts'
import { onMysql, onPostgres } from '../apply/servers.ts'
import { type Project, project } from './project.ts'

const ASK = { postgres: onPostgres, mysql: onMysql } as const
const SILENT = { reporter: { report() {} } }

const heads = async (p: Project) => (await current(p.setup))[0].heads.map((h) => [h.id, h.progress])

for (const kind of ['postgres', 'mysql'] as const) {
  test(`${kind}: goes on at the failed statement after the fix, and not where what ran was edited`, async () => {
    await using p = await project(kind)
    const first = 'CREATE TABLE t (n int);'
    const last = kind === 'postgres' ? 'CREATE INDEX CONCURRENTLY t_n ON t (n)' : 'CREATE INDEX t_n ON t (n)'
    const up = (broken: string, made = first) => `${made}\n${last};\nINSERT INTO t VALUES (1);\n${broken};\n`
    await p.write({ id: 'aaa', up: up('INSERT INTO missing VALUES (1)'), back: 'DROP TABLE t;' })
    await expect(p.up()).rejects.toMatchObject({
      code: 'APPLY_STOPPED',
      message: 'aaa_x.sql, line 8: statement 4 of 4 failed',
      state: '2 of 4 statements of aaa are done and stay',
    })
    expect(await heads(p)).toEqual([['aaa', { done: 2, of: 4 }]])
    await expect(downgrade(p.setup, { target: 'base' }, SILENT)).rejects.toMatchObject({
      code: 'APPLY_STOPPED',
      message: 'aaa (2 of 4 statements) is half applied',
    })
    await p.write({ id: 'aaa', up: up('INSERT INTO t VALUES (2)', 'CREATE TABLE t (n bigint);') })
    await expect(p.up()).rejects.toMatchObject({ code: 'REVISION_CHANGED' })
    await p.write({
      id: 'aaa',
      up: up('INSERT INTO t VALUES (2)', `-- another comment\n${first}`),
      back: 'DROP TABLE t;',
    })
    const report = await p.up()
    expect(report.runs).toMatchObject([{ id: 'aaa', statements: 4, resumedAt: 2 }])
    expect(await ASK[kind](p.url, 'SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }])
    expect((await p.up()).outcome).toBe('unchanged')
    await downgrade(p.setup, { target: '-1' }, SILENT)
    expect(await heads(p)).toEqual([])
  })

  test(`${kind}: a lock that is not granted names who holds it`, async () => {
    await using p = await project(kind, { id: 'aaa', up: 'CREATE TABLE t (n int);' })
    await p.up()
    await p.write({ id: 'bbb', down: 'aaa', up: 'ALTER TABLE t ADD COLUMN m int;' })
    const held =
      kind === 'postgres'
        ? onPostgres(p.url, "SET application_name = 'the holder'; BEGIN; INSERT INTO t VALUES (1); SELECT pg_sleep(8)")
        : onMysql(p.url, 'BEGIN; INSERT INTO t VALUES (1); SELECT sleep(8) AS held; ROLLBACK')
    const told: NaruEvent[] = []
    await new Promise((resolve) => setTimeout(resolve, 400))
    await expect(p.up('head', { lockTimeout: 3, retries: 0 }, told)).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      why: expect.stringMatching(
        kind === 'postgres'
          ? /the lock is held by process \d+ \(the holder, postgres from .*\), for .* pg_sleep\(8\)/
          : /connection \d+ \(.*root from .*sleep\(8\)/,
      ),
      state: 'nothing of bbb was changed',
    })
    expect(told.filter((e) => e.type === 'warning')).toHaveLength(1)
    await held
    expect((await p.up()).runs).toHaveLength(1)
  })

  test(`${kind}: what a revision sets for its session does not reach the note or the next one`, async () => {
    const sets =
      kind === 'postgres'
        ? "SET search_path TO pg_catalog; SET standard_conforming_strings = off; SET ROLE pg_read_all_data; SET statement_timeout = '1h'; SELECT 1;"
        : "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', foreign_key_checks = 0; USE information_schema; SET NAMES latin1; SELECT 1;"
    const head = '-- naru:date 2026-01-01T00:00:00Z'
    await using p = await project(kind, { id: 'aaa', head, up: sets })
    const ask =
      kind === 'postgres'
        ? "CREATE TABLE seen AS SELECT current_setting('search_path') AS a, current_setting('role') AS b;"
        : 'CREATE TABLE seen AS SELECT @@sql_mode = @@GLOBAL.sql_mode AS a, @@foreign_key_checks AS b;'
    await p.write({ id: 'bbb', down: 'aaa', head, up: ask })
    await p.up()
    const [seen] = await ASK[kind](p.url, 'SELECT * FROM seen')
    expect({ ...seen }).toEqual(kind === 'postgres' ? { a: '"$user", public', b: 'none' } : { a: 1, b: 1 })
    expect(await ASK[kind](p.url, 'SELECT id, state FROM naru_version ORDER BY position')).toEqual([
      { id: 'aaa', state: 'applied' },
      { id: 'bbb', state: 'applied' },
    ])
  })
}

test('changed files, unknown versions, hand-written COMMIT and ways that are none are refused with a way out', async () => {
  await using p = await project('sqlite', { id: 'aaa', up: 'CREATE TABLE a (x);', back: 'DROP TABLE a;' })
  await p.write({ id: 'bbb', down: 'aaa', up: 'CREATE TABLE b (x);' })
  await p.up()
  await expect(downgrade(p.setup, { target: '-1' }, SILENT)).rejects.toMatchObject({ code: 'REVISION_IRREVERSIBLE' })
  await p.write({ id: 'aaa', up: '/* said otherwise */ CREATE  TABLE a (x);', back: 'DROP TABLE a;' })
  await p.write({ id: 'ccc', down: 'bbb', up: 'CREATE TABLE c (x);\nCOMMIT;' })
  await expect(p.up()).rejects.toMatchObject({
    code: 'REVISION_INVALID',
    message: expect.stringMatching(/line 7: COMMIT/),
  })
  await p.write({ id: 'ccc', down: 'bbb', up: 'CREATE TABLE c (x);', back: 'DROP TABLE c;' })
  await p.write({ id: 'aaa', up: 'CREATE TABLE a (x, y);', back: 'DROP TABLE a;' })
  const [before] = await current(p.setup)
  expect(before).toMatchObject({ atHead: false, troubles: ['aaa_x.sql was changed after it had been applied'] })
  await expect(p.up()).rejects.toMatchObject({
    code: 'REVISION_CHANGED',
    message: expect.stringContaining('aaa_x.sql'),
  })
  expect((await p.up('head', { allowChanged: true })).after).toEqual(['ccc'])
  await stamp(p.setup, { revisions: ['ccc'] }, SILENT)
  expect((await current(p.setup))[0]).toMatchObject({ atHead: true, troubles: [] })
  await p.remove('ccc')
  await expect(p.up()).rejects.toMatchObject({
    code: 'REVISION_MISSING',
    why: expect.stringContaining('message of ccc'),
  })
  expect((await current(p.setup))[0].heads).toMatchObject([{ id: 'ccc' }])
  const [purged] = await stamp(p.setup, { revisions: ['aaa'], purge: true }, SILENT)
  expect(purged).toMatchObject({ after: ['aaa'], outcome: 'done' })
})

test('branches, a merge and a dependency go up and down, and the flags of heads follow', async () => {
  await using p = await project('sqlite', { id: 'aaa', up: 'CREATE TABLE a (x);', back: 'DROP TABLE a;' })
  await p.write({
    id: 'bbb',
    down: 'aaa',
    head: '-- naru:labels left',
    up: 'CREATE TABLE b (x);',
    back: 'DROP TABLE b;',
  })
  await p.write({
    id: 'ccc',
    down: 'aaa',
    head: '-- naru:labels right',
    up: 'CREATE TABLE c (x);',
    back: 'DROP TABLE c;',
  })
  await expect(p.up('head')).rejects.toMatchObject({ code: 'SEVERAL_HEADS' })
  expect((await p.up('left@head')).after).toEqual(['bbb'])
  expect((await p.up('heads')).after).toEqual(['bbb', 'ccc'])
  await p.write({ id: 'ddd', down: ['bbb', 'ccc'], up: '', back: '' })
  expect((await p.up('head')).after).toEqual(['ddd'])
  expect(await heads(p)).toEqual([['ddd', null]])
  await downgrade(p.setup, { target: '-1' }, SILENT)
  expect((await heads(p)).map(([id]) => id).sort()).toEqual(['bbb', 'ccc'])
  const dry = await downgrade(p.setup, { target: 'base', dryRun: true }, SILENT)
  expect(dry[0]).toMatchObject({ outcome: 'planned', after: [] })
  await downgrade(p.setup, { target: 'base' }, SILENT)
  expect(await heads(p)).toEqual([])
})

test('the version table is no part of a schema, in whatever schema it is', async () => {
  await using p = await project('postgres', { id: 'aaa', up: 'CREATE TABLE a (x int);' })
  await p.up()
  const { setup, url } = p
  await onPostgres(url, 'CREATE SCHEMA own')
  const address = await setup.address(`${url}?schema=own`)
  const other = { ...setup, targets: [`${url}?schema=own`], versionSchema: 'books' }
  expect(address.schema).toBe('own')
  const [seen] = await current(other)
  expect(seen.applied).toEqual([])
  await stamp(other, { revisions: ['aaa'] }, SILENT)
  expect(
    await onPostgres(
      url,
      "SELECT relnamespace::regnamespace::text AS home FROM pg_class WHERE relname = 'naru_version' ORDER BY 1",
    ),
  ).toEqual([{ home: 'books' }, { home: 'public' }])
  const { loadState } = await import('../../src/app/state.ts')
  const state = await loadState(url, { address: setup.address, names: [], cwd: p.cwd })
  expect(state.schema.tables.map((t) => t.name.name)).toEqual(['a'])
  expect(state.schema.others.map((o) => o.definition).join()).not.toContain('books')
  const { files } = await inspect(state, { format: 'sql' })
  expect(files[0].text).not.toContain('naru_version')
})
