/** Sets of transfers from files of SQLite into each engine, checked by SQL of the target's own. */
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/app/open.ts'
import { copyTransfer, planTransfer } from '../../src/app/transfer.ts'
import { findTransfers, type TransferSet } from '../../src/app/transfer-set.ts'
import type { Row } from '../../src/core/engine.ts'
import type { NaruError } from '../../src/core/error.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import type { RunReport } from '../../src/core/report.ts'
import { type Col, table } from '../../src/transfer/columns.ts'
import { type Transfer, type TransferGroup, transfer } from '../../src/transfer/define.ts'
import { lookup, mask, ref, sql, values } from '../../src/transfer/sources.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

interface Member {
  no: Col<'int'>
  mail: Col<'text', 'null'>
  nm: Col<'text'>
  tel: Col<'text', 'null'>
  points: Col<'int'>
  boss: Col<'int', 'null'>
  state: Col<'text'>
}

interface Customer {
  id: Col<'int', 'default'>
  email: Col<'text', 'null'>
  name: Col<'text'>
  phone: Col<'text', 'null'>
  points: Col<'int', 'default'>
  origin: Col<'text', 'null'>
}

interface Staff {
  id: Col<'int', 'default'>
  name: Col<'text'>
  boss_id: Col<'int', 'null'>
  status: Col<'text'>
  city_id: Col<'int', 'null'>
}

interface City {
  id: Col<'int', 'default'>
  code: Col<'text'>
}

const one = table<Member>('one', 'member')
const two = table<Member>('two', 'member')
const customer = table<Customer>('app', 'customer')
const staff = table<Staff>('app', 'staff')
const city = table<City>('app', 'city')

const MEMBER =
  'CREATE TABLE member (no INTEGER PRIMARY KEY, mail TEXT, nm TEXT NOT NULL, tel TEXT, points INTEGER NOT NULL, boss INTEGER, state TEXT NOT NULL)'

const SOURCES: Readonly<Record<'one' | 'two', string>> = {
  one: `${MEMBER}; INSERT INTO member VALUES
    (7, 'kim@x.kr', '김', NULL, 5, NULL, 'Y'), (8, 'LEE@x.kr', '이', '02', 9, 7, 'N'), (9, NULL, 'nobody', NULL, 1, 8, 'Y'), (30, NULL, 'nobody', NULL, 2, 9, 'Y')`,
  two: `${MEMBER}; INSERT INTO member VALUES
    (1, 'lee@x.kr', 'Lee', '010', 3, NULL, 'Y'), (2, 'kim@x.kr', 'Kim', '031', 8, 1, 'Y'), (3, 'new@x.kr', '😀 O''Neil', NULL, 4, 2, 'N'), (4, 'new@x.kr', 'twin', '044', 6, 2, 'N')`,
}

const KEY: Readonly<Record<string, string>> = {
  postgres: 'integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  mysql: 'int AUTO_INCREMENT PRIMARY KEY',
  sqlite: 'INTEGER PRIMARY KEY AUTOINCREMENT',
}

const targetSql = (kind: string) => [
  `CREATE TABLE customer (id ${KEY[kind]}, email varchar(100) UNIQUE, name varchar(50) NOT NULL, phone varchar(20), points int NOT NULL DEFAULT 0, origin varchar(10))`,
  `CREATE TABLE city (id ${KEY[kind]}, code varchar(10) NOT NULL UNIQUE)`,
  `CREATE TABLE staff (id ${KEY[kind]}, name varchar(50) NOT NULL, boss_id int REFERENCES staff(id), status varchar(10) NOT NULL, city_id int REFERENCES city(id))`,
  "INSERT INTO city (code) VALUES ('02'), ('010')",
]

interface Stage extends AsyncDisposable {
  run(transfers: readonly Transfer[] | TransferGroup, options?: CopyOptions): Promise<RunReport>
  set(transfers: readonly Transfer[] | TransferGroup, only?: readonly string[]): Promise<TransferSet>
  rows(sql: string): Promise<Row[]>
  change(database: 'one' | 'two' | 'app', sql: string): Promise<void>
}

async function stage(kind: DatabaseKind): Promise<Stage> {
  const opened: FreshDatabase[] = []
  const urls: Record<string, string> = {}
  const change = async (name: string, script: string) => {
    await using db = await openDatabase(await address(urls[name]), { role: 'target' })
    await db.execute(script)
  }
  for (const name of ['one', 'two', 'app'] as const) {
    const db = await freshDatabase(name === 'app' ? kind : 'sqlite')
    opened.push(db)
    urls[name] = db.url
    for (const script of name === 'app' ? targetSql(kind) : [SOURCES[name]]) await change(name, script)
  }
  const set = (transfers: readonly Transfer[] | TransferGroup, only?: readonly string[]) =>
    findTransfers(
      'all',
      { path: null, folder: '.', config: { databases: urls, transfers: { all: transfers } } },
      { resolve: (name) => address(urls[name]), ...(only && { only }) },
    )
  return {
    set,
    change,
    run: async (transfers, options = {}) =>
      copyTransfer(await set(transfers, options.tables), options, { report() {} }),
    async rows(text) {
      await using db = await openDatabase(await address(urls.app), { role: 'source' })
      return await db.query(text)
    },
    async [Symbol.asyncDispose]() {
      for (const db of opened) await db[Symbol.asyncDispose]()
    },
  }
}

const conflict = { phone: 'filled', points: 'greatest' } as const
const merged = [
  transfer('first', {
    from: one,
    to: customer,
    match: ['email'],
    conflict,
    provenance: 'origin',
    columns: { email: sql`lower(mail)`, name: 'nm', phone: 'tel', points: 'points' },
  }),
  transfer('second', {
    from: two,
    to: customer,
    match: ['email'],
    conflict,
    provenance: 'origin',
    columns: { email: sql`lower(mail)`, name: 'nm', phone: 'tel', points: 'points' },
  }),
]

const people = (write: 'insert' | 'replace' | 'upsert') =>
  transfer('people', {
    from: one,
    to: staff,
    write,
    ...(write === 'upsert' && { update: ['status'] as const }),
    columns: {
      name: 'nm',
      boss_id: ref('people', 'boss'),
      status: values('state', { Y: 'active', N: 'gone' }),
      city_id: lookup(city, 'code', 'tel'),
    },
  })

describe.each(['postgres', 'mysql', 'sqlite'] as const)('into %s', (kind) => {
  test('rows of two sources that match are one row, each column by its rule', async () => {
    await using s = await stage(kind)
    const report = await s.run(merged)
    const found = await s.rows('SELECT email, name, phone, points, origin FROM customer ORDER BY email, points')
    const flat = found.map((r) => [r.email, r.name, r.phone, Number(r.points), r.origin].map((v) => v ?? '-').join(' '))
    expect(flat.toSorted()).toEqual(
      [
        '- nobody - 1 one',
        '- nobody - 2 one',
        'kim@x.kr 김 031 8 one',
        'lee@x.kr 이 02 9 one',
        "new@x.kr 😀 O'Neil 044 6 two",
      ].toSorted(),
    )
    expect(report.exit).toBe(0)
    const counts = report.tables.map((t) => [t.table, t.written, t.merged])
    expect(counts.slice(-2)).toEqual([
      ['first', 4, 0],
      ['second', 1, 3],
    ])
    expect(report.tables.every((t) => t.closes)).toBe(true)
  })

  test('rows keep their numbers over runs, point at each other, and are changed by upsert', async () => {
    await using s = await stage(kind)
    const all =
      'SELECT p.id, p.name, b.name AS boss, p.status, c.code FROM staff p LEFT JOIN staff b ON b.id = p.boss_id LEFT JOIN city c ON c.id = p.city_id ORDER BY p.id'
    const first = await s.run([people('insert')])
    expect([first.verdict, first.exit]).toEqual(['done', 0])
    const before = await s.rows(all)
    expect(before.map((r) => [r.name, r.boss, r.status, r.code])).toEqual([
      ['김', null, 'active', null],
      ['이', '김', 'gone', '02'],
      ['nobody', '이', 'active', null],
      ['nobody', 'nobody', 'active', null],
    ])
    await s.run([people('replace')])
    expect(await s.rows(all)).toEqual(before)
    await s.change(
      'one',
      "UPDATE member SET state = 'Y', nm = 'changed' WHERE no = 8; INSERT INTO member VALUES (31, NULL, '새', NULL, 0, 7, 'N')",
    )
    const again = await s.run([people('upsert')])
    expect(again.tables.at(-1)).toMatchObject({ written: 1, merged: 4, closes: true })
    const now = await s.rows(all)
    expect(now.slice(0, 4).map((r) => [r.id, r.name, r.status])).toEqual(
      before.map((r) => [r.id, r.name, r.name === '이' ? 'active' : r.status]),
    )
    expect(now.slice(4).map((r) => [r.name, r.boss])).toEqual([['새', '김']])
    await s.change('app', "INSERT INTO staff (name, status) VALUES ('by hand', 'x')")
    expect(Number((await s.rows("SELECT id FROM staff WHERE name = 'by hand'"))[0].id)).toBeGreaterThan(
      Number(now[4].id),
    )
  })
})

test('what has no counterpart, and a table that is not empty, is told before anything moves', async () => {
  await using s = await stage('sqlite')
  await s.change('one', "UPDATE member SET state = '?', tel = '999' WHERE no = 9")
  await s.change('app', "INSERT INTO staff (name, status) VALUES ('old', 'x')")
  const plan = await planTransfer(await s.set([people('insert')]), {}, { report() {} })
  expect(plan.findings.map((f) => [f.code, f.table, f.column, f.count])).toEqual([
    ['NOT_EMPTY', 'people', null, 1],
    ['VALUE_UNMAPPED', 'people', 'status', 1],
    ['LOOKUP_MISS', 'people', 'city_id', 1],
  ])
  await expect(s.run([people('insert')])).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
  expect(await s.rows('SELECT name FROM staff')).toEqual([{ name: 'old' }])
})

test('the plan tells which rows will be merged', async () => {
  await using s = await stage('sqlite')
  const plan = await planTransfer(await s.set(merged), {}, { report() {} })
  expect(plan.findings.map((f) => [f.code, f.table, f.count, f.samples, f.severity])).toEqual([
    [
      'MERGED_ROWS',
      'second',
      3,
      ['lee@x.kr (second 1, first 8)', 'kim@x.kr (second 2, first 7)', 'new@x.kr (second 4, second 3)'],
      'note',
    ],
  ])
})

test('the plan says what goes where, and names that are not there are refused', async () => {
  await using s = await stage('sqlite')
  const plan = await planTransfer(await s.set([people('insert')]), {}, { report() {} })
  expect(plan.mappings).toEqual([
    {
      transfer: 'people',
      from: 'one.member',
      to: 'app.staff',
      columns: [
        { target: 'id', says: 'numbered afresh for no' },
        { target: 'name', says: 'nm' },
        { target: 'boss_id', says: 'boss → key of people' },
        { target: 'status', says: 'state by 2 values' },
        { target: 'city_id', says: 'tel → city by code' },
      ],
      left: ['mail', 'points'],
      filled: [],
      write: 'insert',
    },
  ])
  const wrong = { ...people('insert'), columns: { name: 'nmm', status: 'state' } } as unknown as Transfer
  const error = await planTransfer(await s.set([wrong]), {}, { report() {} }).catch((e: NaruError) => e)
  expect(error).toMatchObject({ code: 'COLUMN_MISSING', hint: expect.stringContaining('Did you mean nm?') })
  const masked = {
    ...people('insert'),
    columns: { name: mask.email('nm'), status: mask.null('state') },
  } as unknown as Transfer
  await s.run([masked]).catch(() => {})
  expect(await s.rows("SELECT name FROM staff WHERE name IN ('김', '이')")).toEqual([])
})

test('a masked column by which rows are read stops the run unless that is accepted', async () => {
  await using s = await stage('sqlite')
  const people = (key: 'mail' | 'no') =>
    transfer('people', { from: one, to: customer, key, columns: { name: 'nm', email: mask.email('mail', 'salt') } })
  await s.change('one', 'DELETE FROM member WHERE mail IS NULL; CREATE UNIQUE INDEX by_mail ON member (mail)')
  const findings = async (key: 'mail' | 'no', options = {}) =>
    (await planTransfer(await s.set([people(key)]), options, { report() {} })).findings
  expect(await findings('no')).toEqual([])
  expect(await findings('mail')).toMatchObject([{ code: 'MASKED_KEY', column: 'mail', severity: 'blocks' }])
  expect(await findings('mail', { accept: ['MASKED_KEY:people.mail'] })).toMatchObject([{ severity: 'accepted' }])
  await expect(s.run([people('mail')])).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
  expect(await s.rows('SELECT * FROM customer')).toEqual([])
})

test('hooks of the set run once, around everything', async () => {
  await using s = await stage('sqlite')
  const seen: string[] = []
  const look = (name: string) => async () => {
    const [{ n }] = await s.rows('SELECT count(*) AS n FROM staff')
    seen.push(`${name}: ${n}`)
  }
  const staffOf = { ...people('insert'), before: look('before people'), after: look('after people') }
  const group = { transfers: [staffOf], before: "INSERT INTO city (code) VALUES ('begin')", after: look('end') }
  const report = await s.run(group)
  expect(report.exit).toBe(0)
  expect(seen).toEqual(['before people: 0', 'after people: 4', 'end: 4'])
  expect(await s.rows("SELECT count(*) AS n FROM city WHERE code = 'begin'")).toEqual([{ n: 1 }])
})

test('rows of a transfer that is not part of the run are not emptied away', async () => {
  await using s = await stage('sqlite')
  const from = (source: typeof one, name: string) =>
    transfer(name, {
      from: source,
      to: customer,
      write: 'replace',
      provenance: 'origin',
      columns: { name: 'nm', points: 'points' },
    })
  const both = [from(one, 'ones'), from(two, 'twos')]
  expect((await s.run(both)).exit).toBe(0)
  const open = await s.run(both, { tables: ['twos'] }).catch((e: NaruError) => e)
  expect(open).toMatchObject({ code: 'UNSETTLED_FINDINGS' })
  const { findings } = await planTransfer(await s.set(both, ['twos']), {}, { report() {} })
  expect(findings).toMatchObject([{ code: 'EMPTIED', table: 'twos', count: 4, severity: 'blocks' }])
  expect(await s.rows('SELECT count(*) AS n FROM customer')).toEqual([{ n: 8 }])
})
