/** What the target refuses is refused with the server's reason, nothing is bent; lanes write side by side; snapshots; lost servers. */
import { describe, expect, it } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import type { Database, RowSink, WireColumn } from '../../src/core/engine.ts'
import type { Mark } from '../../src/core/ledger.ts'
import type { Table } from '../../src/core/schema.ts'
import type { WireType } from '../../src/core/wire.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { encodeRows, markOf, type TextRow } from '../../src/testing/stage.ts'
import { freshDatabase, onMariadb } from '../harness/database.ts'
import { wireColumns } from './tables.ts'

interface Place {
  readonly db: Database
  readonly url: string
  readonly table: Table
}

async function withTable(sql: string, work: (p: Place) => Promise<void>, params = ''): Promise<void> {
  await using place = await freshDatabase('mysql')
  await using db = await mysql.open(mysql.parse(place.url + params), { role: 'target' })
  await db.execute(sql)
  await db.ledger().prepare()
  await work({ db, url: place.url, table: (await db.inspect()).tables[0] })
}

async function chunk(
  sink: RowSink,
  columns: readonly WireColumn[],
  rows: readonly TextRow[],
  m: Partial<Mark>,
): Promise<void> {
  await sink.begin()
  await sink.rows(encodeRows(columns, rows), rows.length, { savepoint: false })
  await sink.mark(markOf({ ...m, run: 'r' }), [])
  await sink.commit()
}

/** Column type, wire form, value, and what the reason says. */
const REFUSED: readonly (readonly [type: string, wire: WireType, value: string | null, reason: RegExp])[] = [
  ['tinyint', { kind: 'int4' }, '128', /out of range/i],
  ['int unsigned', { kind: 'int4' }, '-1', /out of range/i],
  ['decimal(5,2)', { kind: 'numeric' }, '1234.5', /out of range/i],
  ['decimal(5,2)', { kind: 'numeric' }, '1.005', /truncated/i],
  ['decimal(5,2)', { kind: 'numeric' }, 'NaN', /incorrect decimal/i],
  ['double', { kind: 'float8' }, 'Infinity', /truncated|incorrect|no number/i],
  ['float', { kind: 'float8' }, '1e+300', /out of range/i],
  ['varchar(3)', { kind: 'text' }, 'abcd', /too long|truncated/i],
  ['varchar(3)', { kind: 'text' }, 'abc ', /truncated|too long/i],
  ['varchar(10) character set latin1', { kind: 'text' }, '한', /incorrect string|convert/i],
  ['varchar(10) character set utf8mb3', { kind: 'text' }, '😀', /incorrect string/i],
  ['varchar(10) character set ascii', { kind: 'text' }, 'é', /incorrect string|convert/i],
  ['varbinary(3)', { kind: 'bytea' }, '00112233', /too long|truncated/i],
  ['date', { kind: 'date' }, 'infinity', /outside MySQL's dates/i],
  ['date', { kind: 'date' }, '0044-03-15 BC', /outside/],
  ['date', { kind: 'date' }, '10000-01-01', /outside/],
  ['datetime', { kind: 'timestamp' }, '-infinity', /outside/],
  ['datetime', { kind: 'timestamp' }, '294276-12-31 23:59:59', /outside/],
  ['datetime(3)', { kind: 'timestamp' }, '10000-01-01 00:00:00', /incorrect datetime|truncated|outside/i],
  ['timestamp null', { kind: 'timestamptz' }, '2038-01-19 03:14:08+00', /incorrect datetime|out of range/i],
  ['timestamp null', { kind: 'timestamptz' }, '1969-12-31 23:59:59+00', /incorrect datetime|out of range/i],
  ['time', { kind: 'interval' }, 'P1M', /months/i],
  ['time', { kind: 'interval' }, 'PT839H', /out of range|incorrect time/i],
  ["enum('new','old')", { kind: 'text' }, 'NEW', /none of the labels/],
  ["enum('new','old')", { kind: 'text' }, '', /none of the labels/],
  ["set('a','b')", { kind: 'text' }, 'a,c', /none of the labels/],
  ['bit(3)', { kind: 'bit' }, '1000', /too long|out of range/i],
  ['year', { kind: 'int2' }, '1900', /out of range/i],
  ['year', { kind: 'int2' }, '99', /out of range|incorrect/i],
  ['json', { kind: 'text' }, '{', /constraint|json/i],
  ['uuid', { kind: 'text' }, 'nonsense', /incorrect uuid/i],
  ['inet4', { kind: 'text' }, '::1', /incorrect inet4/i],
  ['int not null', { kind: 'int4' }, null, /null/i],
  ['timestamp not null', { kind: 'timestamptz' }, null, /null/i],
  ['int check (v > 5)', { kind: 'int4' }, '5', /constraint/i],
  ['int unique', { kind: 'int4' }, '1', /duplicate/i],
]

const WAYS = ['?load=bulk', '?load=load', '?load=insert']

describe.each(WAYS)('a value that does not fit is refused %s', (params) => {
  it.for(REFUSED)('%s: %o', async ([type, wire, value, reason], { skip }) => {
    skip(/^(uuid|inet4)$/.test(type) && !(await onMariadb()), 'only MariaDB has this type')
    await withTable(
      `CREATE TABLE t (id int PRIMARY KEY, v ${type})`,
      async ({ db, table }) => {
        if (/unique/.test(type)) await db.execute('INSERT INTO t VALUES (0, 1)')
        const before = (await db.query('SELECT count(*) AS n FROM t'))[0].n
        const columns = table.columns.map((column, i) => ({
          name: column.name,
          column,
          wire: i === 0 ? ({ kind: 'int4' } as const) : wire,
        }))
        await using sink = await db.sink(table, columns, { existing: false })
        await sink.begin()
        const rows = sink.rows(encodeRows(columns, [['7', value]]), 1, { savepoint: true })
        await expect(rows).rejects.toMatchObject({ code: 'ROW_REFUSED', message: expect.stringMatching(reason) })
        await sink.commit()
        expect((await db.query('SELECT count(*) AS n FROM t'))[0].n, 'the savepoint took it back').toBe(before)
      },
      params,
    )
  })
})

it('NULL for a column that numbers itself is refused, not numbered', async () => {
  await withTable('CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v int)', async ({ db, table }) => {
    const columns = wireColumns(db, table.columns)
    await using sink = await db.sink(table, columns, { existing: false })
    await expect(chunk(sink, columns, [[null, '1']], {})).rejects.toMatchObject({ code: 'ROW_REFUSED' })
    await sink.rollback()
    await chunk(
      sink,
      columns,
      [
        ['0', '1'],
        ['-5', '2'],
      ],
      {},
    )
    expect(await db.query('SELECT id FROM t ORDER BY id')).toEqual([{ id: -5 }, { id: 0 }])
  })
})

it.for(WAYS)('one refused row among many takes the whole call back %s', async (params) => {
  await withTable(
    'CREATE TABLE t (id int PRIMARY KEY, v varchar(5))',
    async ({ db, table }) => {
      const columns = wireColumns(db, table.columns)
      await using sink = await db.sink(table, columns, { existing: false })
      const rows = Array.from({ length: 5000 }, (_, i): TextRow => [String(i), i === 4321 ? 'too long' : 'ok'])
      await sink.begin()
      await sink.rows(encodeRows(columns, [['-1', 'kept']]), 1, { savepoint: true })
      await expect(sink.rows(encodeRows(columns, rows), rows.length, { savepoint: true })).rejects.toMatchObject({
        code: 'ROW_REFUSED',
        message: expect.stringMatching(/too long|truncated/i),
      })
      await sink.mark(markOf({ run: 'r' }), [])
      await sink.commit()
      expect(await db.query('SELECT id FROM t')).toEqual([{ id: -1 }])
    },
    params,
  )
})

it.for(WAYS)('a value that would only be trimmed takes the call back, wherever it stands %s', async (params) => {
  await withTable(
    'CREATE TABLE t (id int PRIMARY KEY, v varchar(3))',
    async ({ db, table }) => {
      const columns = wireColumns(db, table.columns)
      await using sink = await db.sink(table, columns, { existing: false })
      await sink.begin()
      const rows = [
        ['1', 'abc'],
        ['2', 'abc '],
        ['3', 'abc'],
      ] as const
      await expect(sink.rows(encodeRows(columns, rows), 3, { savepoint: true })).rejects.toMatchObject({
        code: 'ROW_REFUSED',
      })
      await sink.commit()
      expect(await db.query('SELECT id FROM t')).toEqual([])
    },
    params,
  )
})

it('two lanes fill one empty table side by side, marks and all', async () => {
  await withTable(
    'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v varchar(50), UNIQUE KEY (v))',
    async ({ db, url, table }) => {
      const lane = async (own: number) => {
        await using other = await mysql.open(mysql.parse(url), { role: 'target' })
        const columns = wireColumns(other, table.columns)
        await using sink = await other.sink(table, columns, { existing: false })
        for (let seq = 1; seq <= 20; seq++) {
          const rows = Array.from(
            { length: 200 },
            (_, i): TextRow => [String(seq * 1000 + i * 4 + own), `v${seq}.${i}.${own}`],
          )
          await chunk(sink, columns, rows, { unit: `0.${own}`, seq, written: rows.length })
        }
      }
      await Promise.all([0, 1, 2].map(lane))
      expect((await db.query('SELECT count(*) AS n FROM t'))[0].n).toBe(12_000n)
      expect((await db.ledger().marks('r')).length).toBe(60)
    },
  )
})

it('two lanes both hold rows of one empty table before either commits', async () => {
  await withTable('CREATE TABLE t (id int PRIMARY KEY, v int, KEY (v))', async ({ db, url, table }) => {
    await using other = await mysql.open(mysql.parse(url), { role: 'target' })
    const columns = wireColumns(db, table.columns)
    await using a = await db.sink(table, columns, { existing: false })
    await using b = await other.sink(table, columns, { existing: false })
    for (const [sink, id] of [
      [a, '1'],
      [b, '1000'],
    ] as const) {
      await sink.begin()
      await sink.rows(encodeRows(columns, [[id, '1']]), 1, { savepoint: false })
      await sink.mark(markOf({ run: 'r', unit: id }), [])
    }
    await b.commit()
    await a.commit()
    expect((await db.query('SELECT count(*) AS n FROM t'))[0].n).toBe(2n)
  })
})

it('a table without transactions says so, and an interrupted unit can be cleared', async () => {
  await withTable(
    'CREATE TABLE t (a int, b varchar(5), v int, PRIMARY KEY (a, b)) ENGINE=MyISAM',
    async ({ db, table }) => {
      const columns = wireColumns(db, table.columns)
      await using sink = await db.sink(table, columns, { existing: true })
      expect(sink.atomic).toBe(false)
      await chunk(
        sink,
        columns,
        [
          ['1', 'a', '0'],
          ['1', 'b', '0'],
          ['2', 'a', '0'],
          ['9', 'a', '0'],
        ],
        {},
      )
      await sink.clear({ kind: 'key', after: null, upto: [5n, 'x'] }, [1n, 'a'])
      expect(await db.query('SELECT a, b FROM t ORDER BY a, b')).toEqual([
        { a: 1, b: 'a' },
        { a: 9, b: 'a' },
      ])
    },
  )
})

it('a server that goes in the middle of a load is told at once', { timeout: 30_000 }, async () => {
  await withTable('CREATE TABLE t (id int PRIMARY KEY, v longtext)', async ({ db, url, table }) => {
    const lane = await mysql.open(mysql.parse(url), { role: 'target' })
    const [{ id }] = await lane.query('SELECT connection_id() AS id')
    const columns = wireColumns(lane, table.columns)
    const sink = await lane.sink(table, columns, { existing: false })
    const text = 'x'.repeat(2000)
    const rows = Array.from({ length: 20_000 }, (_, i): TextRow => [String(i), text])
    await sink.begin()
    const loading = sink.rows(encodeRows(columns, rows), rows.length, { savepoint: false })
    const late = lane.query('SELECT 1')
    for (const pending of [loading, late]) pending.catch(() => {}) // looked at below
    await db.execute(`KILL ${id}`)
    await expect(loading).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    // The server may answer what it had read already before it goes; nobody waits for ever.
    expect([null, 'CONNECTION_LOST']).toContain(
      await late.then(
        () => null,
        (error: { readonly code?: unknown }) => error.code,
      ),
    )
    await expect(sink.commit()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await sink[Symbol.asyncDispose]()
    await lane.close()
    expect((await db.query('SELECT count(*) AS n FROM t'))[0].n).toBe(0n)
  })
})

describe('a snapshot', () => {
  it('with the lock is one moment for all who join, and writers wait for no longer than that', async () => {
    await withTable('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)', async ({ db, url, table }) => {
      await using lead = await mysql.open(mysql.parse(url))
      await using lane = await mysql.open(mysql.parse(url))
      const snapshot = await lead.snapshot({ lock: true })
      expect(snapshot).toMatchObject({ token: { kind: 'lock' }, consistent: true })
      let written = false
      const writing = db.execute('INSERT INTO t VALUES (2)').then(() => {
        written = true
      })
      await new Promise((r) => setTimeout(r, 200))
      await lane.join(snapshot.token)
      expect(written, 'the lock holds writers').toBe(false)
      await snapshot.joined()
      await writing
      for (const reader of [lead, lane]) expect(await reader.source(table, [], { key: null }).count()).toBe(1n)
      await lane.leave()
      expect(await lane.source(table, [], { key: null }).count()).toBe(2n)
      await snapshot.close()
    })
  })

  it('without the lock says what that means; a source cannot write', async () => {
    await withTable('CREATE TABLE t (id int PRIMARY KEY)', async ({ url }) => {
      await using db = await mysql.open(mysql.parse(url))
      const snapshot = await db.snapshot({ lock: false })
      expect(snapshot.consistent).toBe(false)
      expect(snapshot.why).toContain('each reader')
      await expect(db.execute('INSERT INTO t VALUES (1)')).rejects.toMatchObject({
        code: expect.stringMatching(/QUERY_FAILED|PERMISSION_DENIED/),
      })
      await snapshot.close()
    })
  })

  it('is refused to a user without the right, by a code of its own', async () => {
    await withTable('CREATE TABLE t (id int PRIMARY KEY)', async ({ db, url }) => {
      const name = decodeURIComponent(new URL(url).pathname.slice(1))
      const user = `${name.slice(-20)}_u`
      await db.execute(
        `CREATE USER '${user}'@'%' IDENTIFIED BY 'pass%word'; GRANT SELECT ON \`${name}\`.* TO '${user}'@'%'`,
      )
      try {
        const own = new URL(url)
        own.username = user
        own.password = encodeURIComponent('pass%word')
        const address = mysql.parse(own.href)
        await using reader = await mysql.open(address)
        await expect(reader.snapshot({ lock: true })).rejects.toMatchObject({ code: 'SNAPSHOT_LOCK_DENIED' })
        const snapshot = await reader.snapshot({ lock: false })
        await snapshot.close()
        await expect(mysql.open({ ...address, password: 'wrong-one' })).rejects.toMatchObject({ code: 'AUTH_FAILED' })
        await expect(reader.execute('CREATE TABLE x (a int)')).rejects.toMatchObject({
          code: expect.stringMatching(/PERMISSION_DENIED|QUERY_FAILED/),
        })
      } finally {
        await db.execute(`DROP USER '${user}'@'%'`)
      }
    })
  })
})

it('one lane copies for a user who may not lock all tables; several are refused', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using root = await mysql.open(mysql.parse(from.url), { role: 'target' })
  const name = decodeURIComponent(new URL(from.url).pathname.slice(1))
  const user = `${name.slice(-20)}_r`
  await root.execute('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)')
  await root.execute(`CREATE USER '${user}'@'%' IDENTIFIED BY 'x'; GRANT SELECT ON \`${name}\`.* TO '${user}'@'%'`)
  try {
    const own = Object.assign(new URL(from.url), { username: user, password: 'x' })
    const ends = [mysql.parse(own.href), postgres.parse(to.url)] as const
    await expect(copy(...ends, { jobs: 2 }, { report() {} })).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
    const tried = copy(...ends, { jobs: 2, accept: ['SNAPSHOT_LOCK'] }, { report() {} })
    await expect(tried).rejects.toMatchObject({ code: 'SNAPSHOT_LOCK_DENIED' })
    const report = await copy(...ends, { jobs: 1, restart: true, ifExists: 'drop' }, { report() {} })
    expect(report).toMatchObject({ verdict: 'done', tables: [{ written: 2 }] })
    expect(report.notes.join()).toContain('one lane reads all in one snapshot')
  } finally {
    await root.execute(`DROP USER '${user}'@'%'`)
  }
})

it('nobody at the other end is told as such', async () => {
  await expect(mysql.open(mysql.parse('mysql://root:secret-word@127.0.0.1:1/x'))).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.not.stringContaining('secret-word'),
  })
  await expect(mysql.open(mysql.parse('mysql://root@/x?socket=/no/such/socket'))).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
  })
})
