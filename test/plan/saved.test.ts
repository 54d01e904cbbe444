/** A plan that is saved: the copy asks the source only what the plan has not asked, and tells what has come since. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { plan } from '../../src/app/plan.ts'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import type { Answers } from '../../src/copy/answers.ts'
import { planCopy } from '../../src/copy/plan.ts'
import type { Address, Database } from '../../src/core/engine.ts'
import type { CopyOptions, PlanOptions } from '../../src/core/options.ts'
import type { CopyPlan } from '../../src/core/plan.ts'
import { engineFor } from '../../src/engines/index.ts'
import { fakeIo } from '../cli/fake-io.ts'
import type { DatabaseKind } from '../harness/database.ts'
import { found, open, type Pair, pair } from './planning.ts'

const MYSQL = `
SET sql_mode = '', foreign_key_checks = 0;
CREATE TABLE dates (id int AUTO_INCREMENT PRIMARY KEY, d date, t time, flag tinyint(1), e enum('a','b'), txt text, price decimal(10,4));
INSERT INTO dates VALUES (1, '0000-00-00', '-01:00:00', 1, '', 'Ã©tÃ©', 1.2345), (2, '2024-01-01', '10:00:00', 5, 'a', concat('nul', char(0)), 1), (3, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE children (id int PRIMARY KEY, parent int, CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES dates (id));
INSERT INTO children VALUES (1, 1), (2, 99);
CREATE TABLE names (name varchar(20) COLLATE utf8mb4_bin UNIQUE);
INSERT INTO names VALUES ('a'), ('A'), ('b')`

const POSTGRES = `
CREATE TABLE items (id bigint PRIMARY KEY, name text UNIQUE, n numeric, at timestamptz, f float8);
INSERT INTO items VALUES (1, 'a', 1.5, 'infinity', 'NaN'), (2, 'A', 'NaN', '0001-01-01', 1), (3, 'b', 123456789012345678901234567890, NULL, NULL)`

const SQLITE = `
CREATE TABLE loose (id INTEGER PRIMARY KEY, n INTEGER, price DECIMAL(8,2), flag BOOLEAN, short VARCHAR(5), born DATE, self INTEGER REFERENCES loose (id));
INSERT INTO loose VALUES (1, 'twelve', 1.255, 7, 'abcdef', 'yesterday', 9), (2, 2, 'dear', 1, 'abc', '2020-01-01', 1), (3, '3', 2, 0, NULL, NULL, NULL);
CREATE TABLE folded (name TEXT COLLATE NOCASE UNIQUE); INSERT INTO folded VALUES ('a'), ('B')`

/** What a plan says, without what statistics are asked for. */
function said(p: CopyPlan) {
  const tables = p.tables.map((t) => ({ ...t, source: { ...t.source, rows: 0, bytes: 0 }, bytes: 0 }))
  return { findings: p.findings, tables, leftovers: p.leftovers, schema: p.schema }
}

/** A plan, and the questions about values that it asked. */
async function asking(p: Pair, o: { options?: CopyOptions; notes?: boolean; answers?: Answers }) {
  const asked: string[] = []
  const source = await open(p.from.url, 'source')
  const target = await open(p.to.url, 'target')
  const watched: Database = {
    ...source,
    query: (sql, ...rest) => {
      if (/count\(/i.test(sql) && !/version_num/.test(sql)) asked.push(sql)
      return source.query(sql, ...rest)
    },
  }
  const { options = {}, notes, answers } = o
  try {
    const made = await planCopy({
      source: watched,
      target,
      options,
      counting: true,
      ...(notes !== undefined && { notes }),
      ...(answers && { answers }),
    })
    return { made, asked }
  } finally {
    await source.close()
    await target.close()
  }
}

describe.each<[DatabaseKind, DatabaseKind, string]>([
  ['mysql', 'postgres', MYSQL],
  ['postgres', 'mysql', POSTGRES],
  ['sqlite', 'postgres', SQLITE],
])('%s to %s', (from, to, sql) => {
  let p: Pair
  beforeAll(async () => {
    p = await pair(from, to, sql)
  })
  afterAll(() => p?.[Symbol.asyncDispose]())

  test.each<CopyOptions>([
    {},
    {
      policies: { ZERO_DATE: 'null', NUL_BYTE: 'replace', TEXT_LENGTH: 'clip', DATE_RANGE: 'clip' },
      accept: ['SCALE'],
    },
  ])('the same plan comes of answers as of questions: %j', async (options) => {
    const answers: Answers = new Map()
    const first = await asking(p, { options, answers })
    expect(first.asked.length).toBeGreaterThan(0)
    expect(first.made.findings.length).toBeGreaterThan(2)
    const known = [...answers]
    const again = await asking(p, { options, answers })
    expect(found(again.made)).toEqual(found(first.made))
    expect(said(again.made)).toEqual(said(first.made))
    expect([...answers]).toEqual(known)
    // A copy asks less than a plan does, and finds all of it answered but what is counted anew.
    const short = await asking(p, { options, notes: false, answers })
    expect(found(short.made)).toEqual(found((await asking(p, { options, notes: false })).made))
    const values = again.asked.filter((q) => !/^SELECT count\(\*\) AS n(, max\(\S+ AS highest)? FROM \S+$/.test(q))
    for (const question of [...values, ...short.asked]) expect(question).toMatch(/round|trunc|NaN|9e999|infin|length/i)
  })

  test('rows of a condition are another question', async () => {
    const answers: Answers = new Map()
    const table = { mysql: 'dates', postgres: 'items', sqlite: 'loose' }[String(from)] ?? ''
    const options = { where: { [table]: 'id > 1' } }
    const all = await asking(p, { answers })
    const some = await asking(p, { options, answers })
    expect(said(some.made)).toEqual(said((await asking(p, { options })).made))
    expect(found(some.made)).not.toEqual(found(all.made))
  })
})

interface Place extends AsyncDisposable {
  readonly p: Pair
  readonly file: string
  plan(options?: PlanOptions): Promise<CopyPlan>
  copy(options?: CopyOptions): ReturnType<typeof copy>
  onSource(sql: string): Promise<void>
  rows(sql: string): Promise<unknown[]>
}

const quiet = { report: () => {} }

async function addressOf(url: string): Promise<Address> {
  return (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)
}

/** Customers of MySQL without any value in trouble, a plan of whose copy is saved. */
async function saved(): Promise<Place> {
  const p = await pair(
    'mysql',
    'postgres',
    `CREATE TABLE customer (id int PRIMARY KEY, name varchar(20) NOT NULL, born date, gift tinyint(1), state enum('a','b'));
     INSERT INTO customer VALUES (1, '이름', '2000-01-01', 1, 'a'), (2, 'b', NULL, 0, 'b')`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'naru-saved-'))
  const [from, to] = [await addressOf(p.from.url), await addressOf(p.to.url)]
  const file = join(folder, 'shop.plan.json')
  const place: Place = {
    p,
    file,
    plan: (options = {}) => plan(from, to, options, quiet),
    copy: (options = {}) => copy(from, to, { plan: file, rejects: join(folder, 'rejects.ndjson'), ...options }, quiet),
    onSource: (sql) => onSource(p, sql),
    async rows(sql) {
      const db = new pg.Client({ connectionString: p.to.url })
      await db.connect()
      const { rows } = await db.query({ text: sql, rowMode: 'array' })
      await db.end()
      return rows
    },
    async [Symbol.asyncDispose]() {
      await p[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
  await place.plan({ save: file })
  return place
}

/** What a value in trouble becomes that came after the plan was saved: `counted` by every copy, `refused` as a row or as a key. */
const LATE: readonly (readonly [DatabaseKind, DatabaseKind, string, string, CopyOptions, 'counted' | 'refused'])[] = [
  ['mysql', 'postgres', 'd date', "'0000-00-00'", {}, 'refused'],
  ['mysql', 'postgres', 'd datetime', "'2024-00-15 10:00:00'", {}, 'refused'],
  ['mysql', 'postgres', 't time', "'838:59:59'", {}, 'refused'],
  ['mysql', 'postgres', 't time', "'-00:00:01'", {}, 'refused'],
  ['mysql', 'postgres', 'f tinyint(1)', '-1', {}, 'refused'],
  ['mysql', 'postgres', 'n bigint unsigned', '18446744073709551615', { casts: ['t.n=bigint'] }, 'refused'],
  ['mysql', 'postgres', 'n int', '70000', { casts: ['t.n=smallint'] }, 'refused'],
  ['mysql', 'postgres', 'n decimal(10,4)', '1.2345', { casts: ['t.n=numeric(10,2)'] }, 'counted'],
  ['mysql', 'postgres', "e enum('a')", "''", {}, 'refused'],
  ['mysql', 'postgres', 'x text', "concat('nul', char(0))", {}, 'refused'],
  ['mysql', 'postgres', 'x varchar(20)', "'abc          '", { casts: ['t.x=varchar(5)'] }, 'counted'],
  ['mysql', 'postgres', 'x varchar(20)', "'zwölf'", { casts: ['t.x=int'] }, 'refused'],
  ['mysql', 'postgres', 'x text', "'no json'", { casts: ['t.x=jsonb'] }, 'refused'],
  ['mysql', 'postgres', 'j json', `'{"a":"\\\\u0000"}'`, {}, 'refused'],
  ['sqlite', 'postgres', 'n INTEGER', "'twelve'", {}, 'refused'],
  ['sqlite', 'postgres', 'n DECIMAL(8,2)', '123456789.5', {}, 'refused'],
  ['sqlite', 'postgres', 'n DECIMAL(8,2)', '1.255', {}, 'counted'],
  ['sqlite', 'postgres', 'f BOOLEAN', '7', {}, 'refused'],
  ['sqlite', 'postgres', 'x VARCHAR(5)', "'abc       '", {}, 'counted'],
  ['sqlite', 'postgres', 'd DATE', "'yesterday'", {}, 'refused'],
  ['sqlite', 'postgres', 'x TEXT', "CAST(x'6162ff' AS TEXT)", {}, 'refused'],
  ['sqlite', 'postgres', 'r INTEGER REFERENCES t (id)', '9', {}, 'refused'],
  ['postgres', 'mysql', 'n numeric', "'NaN'", {}, 'counted'],
  ['postgres', 'mysql', 'f float8', "'infinity'", {}, 'counted'],
  ['postgres', 'mysql', 'd date', "'infinity'", {}, 'refused'],
  ['postgres', 'mysql', 'd timestamp', "'0001-01-01 BC'", {}, 'refused'],
  ['postgres', 'mysql', 'x text UNIQUE', "'FIRST'", {}, 'refused'],
  ['postgres', 'sqlite', 'f float8', "'NaN'", {}, 'counted'],
  ['mysql', 'sqlite', 'd date', "'0000-00-00'", {}, 'refused'],
  ['mysql', 'sqlite', 'n bigint unsigned', '18446744073709551615', {}, 'refused'],
  ['mysql', 'sqlite', 'f tinyint(1)', '2', { casts: ['t.f=boolean'] }, 'refused'],
  ['mysql', 'mysql', 'n int', '70000', { casts: ['t.n=smallint'] }, 'refused'],
  ['mysql', 'mysql', "e enum('a','b')", "'b'", { casts: ["t.e=enum('a')"] }, 'counted'],
  ['mysql', 'pglite', 'x text', "concat('nul', char(0))", {}, 'refused'],
]

test.each(LATE)('%s to %s: %s, %s comes late', async (from, to, column, value, options, becomes) => {
  const clean = /text UNIQUE/.test(column) ? "'first'" : 'NULL'
  await using p = await pair(
    from,
    to,
    `CREATE TABLE t (id int PRIMARY KEY, ${column}); INSERT INTO t VALUES (1, ${clean})`,
  )
  const [a, b] = [await addressOf(p.from.url), await addressOf(p.to.url)]
  const folder = await mkdtemp(join(tmpdir(), 'naru-saved-'))
  try {
    const file = join(folder, 'plan.json')
    await plan(a, b, { ...options, save: file }, quiet)
    await onSource(p, `INSERT INTO t VALUES (2, ${value})`)
    const run = copy(a, b, { ...options, plan: file, verify: 'none', rejects: join(folder, 'r.ndjson') }, quiet)
    const end = await run.then(
      (report) => ({ exit: report.exit, refused: report.tables[0].rejected + report.failedSteps.length }),
      (error: unknown) => ({ code: (error as { code: string }).code }),
    )
    expect(end).toEqual(becomes === 'counted' ? { code: 'UNSETTLED_FINDINGS' } : { exit: 1, refused: 1 })
  } finally {
    await rm(folder, { recursive: true })
  }
})

async function onSource(p: Pair, sql: string): Promise<void> {
  const db = await open(p.from.url, 'target')
  if (p.from.url.startsWith('mysql')) await db.execute(`SET sql_mode = ''`)
  await db.execute(sql)
  await db.close()
}

const TROUBLE = `INSERT INTO customer VALUES (3, 'zero', '0000-00-00', 0, 'a'), (4, 'two', '2001-01-01', 2, 'a'), (5, 'label', '2001-01-01', 1, ''), (6, concat('n', char(0)), NULL, 1, 'b')`

test('values in trouble that came after the plan are refused one by one, and told', async () => {
  await using at = await saved()
  await at.onSource(TROUBLE)
  await expect(at.copy({ plan: undefined })).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
  const report = await at.copy()
  expect(report).toMatchObject({ verdict: 'rejects', exit: 1 })
  expect(report.notes).toContainEqual(expect.stringMatching(/shop\.plan\.json has them of 20\d\d-.*was not counted/))
  expect(report.tables[0]).toMatchObject({ read: 6, written: 2, rejected: 4 })
  expect(await at.rows('SELECT id, name, gift FROM customer ORDER BY id')).toEqual([
    [1, '이름', true],
    [2, 'b', false],
  ])
})

test('a key that is no text is looked for by every copy', async () => {
  await using p = await pair(
    'sqlite',
    'postgres',
    `CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT); INSERT INTO t VALUES ('a', 'b')`,
  )
  const answers: Answers = new Map()
  await asking(p, { answers })
  await onSource(p, `INSERT INTO t VALUES (CAST(x'6162ff' AS TEXT), 'c'), ('c', CAST(x'6162ff' AS TEXT))`)
  expect(found((await asking(p, { answers })).made)).toEqual({ 'INVALID_UTF8:t.k': [1, 'blocks'] })
})

test('policies for values that may come leave the key that rows are read by alone', async () => {
  await using p = await pair(
    'mysql',
    'postgres',
    `CREATE TABLE t (k varchar(20) PRIMARY KEY, v text); INSERT INTO t VALUES ('a', 'b')`,
  )
  const { made } = await asking(p, { answers: new Map(), options: { policies: { NUL_BYTE: 'replace' } } })
  expect(made.tables[0].key).toEqual(['k'])
  expect(made.tables[0].columns.map((c) => c.expression)).toEqual([undefined, expect.stringContaining('REPLACE')])
})

test('policies are for values that came later, too', async () => {
  await using at = await saved()
  await at.onSource(TROUBLE)
  const policies = { ZERO_DATE: 'null', NOT_BOOLEAN: 'clip', EMPTY_ENUM: 'null', NUL_BYTE: 'replace' } as const
  expect((await at.copy({ policies })).verdict).toBe('done')
  expect(await at.rows('SELECT id, name, born::text, state::text FROM customer WHERE id > 2 ORDER BY id')).toEqual([
    [3, 'zero', null, 'a'],
    [4, 'two', '2001-01-01', 'a'],
    [5, 'label', '2001-01-01', null],
    [6, 'n', null, 'b'],
  ])
})

test('a column that came later is asked about', async () => {
  await using at = await saved()
  await at.onSource("ALTER TABLE customer ADD COLUMN last date DEFAULT '0000-00-00'")
  await expect(at.copy()).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
})

test('what the plan found keeps the copy from beginning until it is settled', async () => {
  await using at = await saved()
  await at.onSource("UPDATE customer SET born = '0000-00-00' WHERE id = 2")
  await at.plan({ save: at.file })
  await expect(at.copy()).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
  expect((await at.copy({ policies: { ZERO_DATE: 'null' } })).verdict).toBe('done')
})

test('files that are no plan, are of another source, or are not there', async () => {
  await using at = await saved()
  const text = await readFile(at.file, 'utf8')
  const state = 'nothing was changed'
  const refused = async (why: RegExp, code = 'USAGE') =>
    expect(at.copy()).rejects.toMatchObject({ code, why: expect.stringMatching(why), state })
  for (const broken of [
    '',
    '{',
    'null',
    '[]',
    '{"format":"naru plan 1"}',
    text.replace('naru plan 1', 'naru plan 2'),
  ]) {
    await writeFile(at.file, broken)
    await refused(/no plan that this naru has saved/)
  }
  await writeFile(at.file, text.replace(/"from": ".*"/, '"from": "mysql://elsewhere/shop"'))
  await refused(/it is a plan of mysql:\/\/elsewhere\/shop, and mysql:/)
  await rm(at.file)
  await refused(/ENOENT/, 'FILE_UNREADABLE')
  await expect(at.plan({ save: '/dev/null/x.json' })).rejects.toMatchObject({ code: 'FILE_UNREADABLE', state })
  await writeFile(at.file, text)
  expect((await at.copy()).verdict).toBe('done')
})

test('by the command line', async () => {
  await using at = await saved()
  await rm(at.file)
  const naru = async (...argv: string[]) => {
    const io = fakeIo({ cwd: tmpdir() })
    return { code: await run(argv, io, useCases), text: io.out() + io.err() }
  }
  const { from, to } = at.p
  const made = await naru('plan', from.url, to.url, '--save', at.file)
  expect(made).toMatchObject({ code: 0, text: expect.stringContaining(`wrote ${at.file}`) })
  expect(await naru('plan', 'relaunch', '--save', at.file)).toMatchObject({
    code: 2,
    text: expect.stringMatching(/--save is for copies of one database/),
  })
  expect(await naru('copy', 'relaunch', '--plan', at.file)).toMatchObject({
    code: 2,
    text: expect.stringMatching(/--plan is for copies of one database/),
  })
  await at.onSource(TROUBLE)
  expect(await naru('copy', from.url, to.url, '--plan', at.file, '--dry-run')).toMatchObject({ code: 0 })
  expect(await naru('copy', from.url, to.url, '--dry-run')).toMatchObject({ code: 1 })
  const copied = await naru(
    'copy',
    from.url,
    to.url,
    '--plan',
    at.file,
    '--max-rejects',
    '4',
    '--rejects',
    `${at.file}.nd`,
  )
  expect(copied).toMatchObject({ code: 0, text: expect.stringContaining('4 rows refused') })
})
