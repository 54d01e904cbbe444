/** Paging by keys that sort in ways of their own, splits of skewed tables, rows that cannot be sent, reading that is broken off. */
import { createConnection } from 'mysql2'
import { describe, expect, it } from 'vitest'
import { decoder } from '../../src/core/decode.ts'
import { writeInt4 } from '../../src/core/encode.ts'
import type { Batch, Database, WireColumn } from '../../src/core/engine.ts'
import { type Key, type KeyRange, parseKey, serializeKey } from '../../src/core/key.ts'
import type { Table } from '../../src/core/schema.ts'
import { rowFields, rowOffsets } from '../../src/core/wire.ts'
import { ByteWriter } from '../../src/core/writer.ts'
import { runRows } from '../../src/engines/mysql/driver.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { freshDatabase, onMariadb } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { dedicatedServer } from '../harness/servers.ts'
import { wireColumns } from './tables.ts'

async function withTable(sql: string, work: (db: Database, table: Table, url: string) => Promise<void>): Promise<void> {
  await using place = await freshDatabase('mysql')
  await using db = await mysql.open(mysql.parse(place.url), { role: 'target' })
  await db.execute(`SET sql_mode = ''; ${sql}`)
  await work(db, (await db.inspect()).tables[0], place.url)
}

function texts(columns: readonly WireColumn[], batch: Batch): string[] {
  const decoders = columns.map((c) => decoder(c.wire))
  return [...rowOffsets(batch.bytes, batch.rows).subarray(0, batch.rows)].map((at) =>
    rowFields(batch.bytes, at)
      .map((f, i) => (f === null ? 'NULL' : decoders[i](f, 0, f.length)))
      .join('|'),
  )
}

const WHOLE: KeyRange = { kind: 'key', after: null, upto: null }

async function read(
  db: Database,
  table: Table,
  range: KeyRange,
  rows: number,
  more: { where?: string; columns?: WireColumn[] } = {},
) {
  const columns = more.columns ?? wireColumns(db, table.columns)
  const found: string[] = []
  const stops: Key[] = []
  for await (const batch of db
    .source(table, columns, { key: table.primaryKey?.columns ?? null, where: more.where })
    .read(range, { bytes: 1 << 20, rows })) {
    expect(batch.rejects).toEqual([])
    found.push(...texts(columns, batch))
    if (batch.last !== null) stops.push(parseKey(serializeKey(batch.last))!)
    batch.release()
  }
  return { found, stops }
}

const seq = (n: number) => numbers(0, n)

/** Key columns, and the SELECT that fills them; every value of a type's oddities. */
const KEYS: readonly (readonly [name: string, columns: string, fill: string])[] = [
  ['enum', "k enum('z','a','m','','Q') NOT NULL", "VALUES (1),(2),(3),(4),(5),('bogus')"],
  [
    'enum before a number',
    "k enum('z','a','m') NOT NULL, n int NOT NULL",
    `SELECT 1 + seq % 3, CAST(seq AS SIGNED) - 20 FROM ${seq(60)}`,
  ],
  ['set', "k set('z','a','m') NOT NULL", `SELECT seq FROM ${seq(7)}`],
  [
    'set of 64 labels',
    `k set(${Array.from({ length: 64 }, (_, i) => `'l${i}'`).join()}) NOT NULL`,
    'VALUES (18446744073709551615),(9223372036854775809),(9223372036854775807),(0),(1)',
  ],
  ['bit', 'k bit(10) NOT NULL', `SELECT seq * 7 FROM ${seq(60)}`],
  ['year', 'k year NOT NULL', "VALUES ('0000'),(1901),(2000),(2155),(1999)"],
  ['float', 'k float NOT NULL', `SELECT (CAST(seq AS SIGNED) - 30) * 0.1 FROM ${seq(60)}`],
  ['double', 'k double NOT NULL', `SELECT if(seq % 2, -1, 1) * exp(seq * 3) FROM ${seq(60)}`],
  ['decimal', 'k decimal(30,10) NOT NULL', `SELECT (CAST(seq AS SIGNED) - 30) * 1234567890.0000000001 FROM ${seq(60)}`],
  ['bigint unsigned', 'k bigint unsigned NOT NULL', `SELECT 18446744073709551615 - seq * 1000 FROM ${seq(60)}`],
  [
    'dates with zeros',
    'k date NOT NULL, t time(2) NOT NULL',
    "VALUES ('0000-00-00','-838:59:59'),('0000-00-00','00:00:00.5'),('2020-00-00','0:0:0'),('2020-01-00','0:0:0'),('2020-01-01','838:59:59'),('9999-12-31','-00:00:00.25')",
  ],
  [
    'timestamp',
    'k timestamp(3) NOT NULL',
    `SELECT '2024-01-01' + INTERVAL seq * 12345 SECOND + INTERVAL 125 * 1000 MICROSECOND FROM ${seq(60)}`,
  ],
  [
    'latin1',
    'k varchar(20) CHARACTER SET latin1 COLLATE latin1_german2_ci NOT NULL',
    "VALUES ('ä'),('zz'),('Müller'),('muff'),(''),('ß'),('\\'\\\\')",
  ],
  ['gbk', 'k varchar(20) CHARACTER SET gbk NOT NULL', "VALUES ('中'),('文'),('測試'),('a'),('')"],
  ['utf16', 'k varchar(20) CHARACTER SET utf16 NOT NULL', "VALUES ('😀'),('가'),('a'),('')"],
  ['utf8mb3', 'k varchar(20) CHARACTER SET utf8mb3 NOT NULL', "VALUES ('é'),('가'),('a'),('나'),('')"],
  ['utf8mb4_bin', 'k varchar(20) COLLATE utf8mb4_bin NOT NULL', "VALUES ('a'),('A'),('😀'),('a b'),('')"],
  ['char with blanks', 'k char(5) NOT NULL', "VALUES ('a'),('b c'),('ab')"],
  ['varbinary', 'k varbinary(10) NOT NULL', "VALUES (x''),(x'00'),(x'0000'),(x'5c27'),(x'ff'),(x'20')"],
  ['binary', 'k binary(3) NOT NULL', "VALUES (x'00'),(x'000001'),(x'ff'),(x'5c27')"],
  ['uuid', 'k uuid NOT NULL', `SELECT uuid() FROM ${seq(30)}`],
  ['inet6', 'k inet6 NOT NULL', "VALUES ('::1'),('2001:db8::1'),('ff::'),('::ffff:1.2.3.4')"],
  [
    'three columns',
    'a int NOT NULL, b varchar(10) NOT NULL, c date NOT NULL',
    `SELECT CAST(seq % 3 AS SIGNED) - 1, concat('k', seq % 5), '2024-02-01' + INTERVAL seq DAY FROM ${seq(100)}`,
  ],
]

describe('pages over a key of', () => {
  it.for(KEYS)('%s', async ([, columns, fill], { skip }) => {
    skip(/ (uuid|inet6) /.test(columns) && !(await onMariadb()), 'only MariaDB has this type')
    const names = [...columns.matchAll(/(?:^|, )(\w+) (?=\w)/g)].map((m) => m[1])
    const insert = `INSERT INTO t (${names.join(', ')}) ${fill}`
    await withTable(
      `CREATE TABLE t (v int DEFAULT 1, ${columns}, PRIMARY KEY (${names.join(', ')})); ${insert}`,
      async (db, table) => {
        const whole = await read(db, table, WHOLE, 1000)
        const [{ n }] = await db.query('SELECT count(*) AS n FROM t')
        expect(whole.found.length).toBe(Number(n))
        // Two rows of the first case read alike: a refused value, and a label that is empty.
        if (!columns.includes("''")) expect(new Set(whole.found).size).toBe(Number(n))
        const single = await read(db, table, WHOLE, 1)
        expect(single.found).toEqual(whole.found)
        for (const [i, after] of single.stops.entries()) {
          const rest = await read(db, table, { kind: 'key', after, upto: null }, 7)
          expect(rest.found).toEqual(whole.found.slice(i + 1))
          const head = await read(db, table, { kind: 'key', after: null, upto: after }, 1000)
          expect(head.found).toEqual(whole.found.slice(0, i + 1))
        }
        for (const rows of [3, 20]) {
          const parts: string[] = []
          const source = db.source(table, wireColumns(db, table.columns), { key: names })
          for (const range of await source.split({ rows })) parts.push(...(await read(db, table, range, 1000)).found)
          expect(parts).toEqual(whole.found)
        }
      },
    )
  })
})

describe('a split of', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['even numbers', `SELECT seq, 0 FROM ${numbers(1, 20000)}`, 3000],
    [
      'numbers with a gap of 10^15',
      `SELECT if(seq < 10000, seq, 1000000000000000 + seq), 0 FROM ${numbers(1, 20000)}`,
      3000,
    ],
    ['many rows of one first value', `SELECT if(seq % 10, 5, seq), seq FROM ${numbers(1, 20000)}`, 3000],
    ['negative numbers', `SELECT -seq, 0 FROM ${numbers(1, 20000)}`, 3000],
  ]
  it.for(cases)('%s is whole, disjoint and even', async ([, fill, rows]) => {
    await withTable(
      `CREATE TABLE t (a bigint NOT NULL, b int NOT NULL, PRIMARY KEY (a, b)); INSERT INTO t ${fill}; ANALYZE TABLE t`,
      async (db, table) => {
        const source = db.source(table, wireColumns(db, table.columns), { key: ['a', 'b'] })
        const ranges = await source.split({ rows })
        const sizes: number[] = []
        const all: string[] = []
        for (const range of ranges) {
          const { found } = await read(db, table, range, 100_000)
          sizes.push(found.length)
          all.push(...found)
        }
        expect(all.length).toBe(20_000)
        expect(new Set(all).size).toBe(20_000)
        expect(Math.max(...sizes)).toBeLessThanOrEqual(rows * 3)
        expect(ranges.length).toBeLessThanOrEqual(24)
      },
    )
  })
})

describe('values that a wire form does not hold', () => {
  const sql = `CREATE TABLE t (id int PRIMARY KEY, d date, ts datetime, t time, f tinyint(1), b varbinary(10), n bigint unsigned, x varchar(20));
    INSERT INTO t VALUES (1,'2020-01-01','2020-01-01','12:00:00',1,'ok',1,'1'),(2,'0000-00-00','2020-01-01','12:00:00',1,'ok',1,'1'),(3,'2020-01-01','2020-00-00','12:00:00',1,'ok',1,'1'),
    (4,'2020-01-01','2020-01-01','24:00:01',1,'ok',1,'1'),(5,'2020-01-01','2020-01-01','12:00:00',5,'ok',1,'1'),(6,'2020-01-01','2020-01-01','12:00:00',0,x'ff',1,'1'),(7,'2020-01-01','2020-01-01','12:00:00',0,'ok',18446744073709551615,'1'),(8,'2020-01-01','2020-01-01','12:00:00',0,'ok',1,'12x'),(9,NULL,NULL,NULL,NULL,NULL,NULL,NULL)`
  const wires = {
    id: 'int4',
    d: 'date',
    ts: 'timestamp',
    t: 'time',
    f: 'bool',
    b: 'text',
    n: 'int8',
    x: 'int4',
  } as const
  const reasons: readonly (readonly [bigint, string, RegExp])[] = [
    [2n, 'd', /'0000-00-00' is a zero date/],
    [3n, 'ts', /'2020-00-00' is a partial date/],
    [4n, 't', /'24:00:01' is no time of day/],
    [5n, 'f', /5 is neither 0 nor 1/],
    [6n, 'b', /not UTF-8/],
    [7n, 'n', /18446744073709551615 is outside/],
    [8n, 'x', /'12x' is no integer/],
  ]

  it('are told with key, column and reason; the other rows come', async () => {
    await withTable(sql, async (db, table) => {
      const columns = table.columns.map((column) => ({
        name: column.name,
        column,
        wire: { kind: wires[column.name as keyof typeof wires] },
      }))
      for (const rows of [1, 3, 100]) {
        const ids: string[] = []
        const rejects: Batch['rejects'][number][] = []
        let last: Key | null = null
        for await (const batch of db.source(table, columns, { key: ['id'] }).read(WHOLE, { bytes: 1 << 20, rows })) {
          ids.push(...texts(columns, batch).map((t) => t.split('|')[0]))
          rejects.push(...batch.rejects)
          expect(batch.rows + batch.rejects.length).toBeLessThanOrEqual(rows)
          last = batch.last
          batch.release()
        }
        expect(ids).toEqual(['1', '9'])
        expect(last).toEqual([9n])
        expect(rejects.map((r) => [r.key?.[0], r.column])).toEqual(reasons.map(([key, column]) => [key, column]))
        for (const [i, r] of rejects.entries()) expect(r.reason).toMatch(reasons[i][2])
        expect(rejects[0].row).toMatchObject({ id: '2', d: '0000-00-00', b: '6f6b', n: '1' })
      }
    })
  })

  it('are read as a policy wants them', async () => {
    await withTable(sql, async (db, table) => {
      const column = table.columns[1]
      const name = mysql.dialect.quote(column.name)
      const expression = mysql.dialect.remedy({ kind: 'zero-date' }, 'null', column, name)!
      const columns: WireColumn[] = [{ name: 'd', column, wire: { kind: 'date' }, expression }]
      expect((await read(db, table, WHOLE, 100, { columns })).found.slice(0, 3)).toEqual([
        '2020-01-01',
        'NULL',
        '2020-01-01',
      ])
    })
  })
})

describe('reading that is broken off', () => {
  const sql = `CREATE TABLE t (id int PRIMARY KEY, v varchar(1000)); INSERT INTO t SELECT seq, repeat(md5(seq), 20) FROM ${numbers(1, 60000)}`

  it('by leaving the loop ends at once and leaves the connection usable', async () => {
    await withTable(sql, async (db, table) => {
      for (let round = 0; round < 3; round++) {
        const began = performance.now()
        for await (const batch of db
          .source(table, wireColumns(db, table.columns), { key: ['id'] })
          .read(WHOLE, { bytes: 10_000, rows: 100 })) {
          batch.release()
          break
        }
        expect(performance.now() - began).toBeLessThan(5000)
        expect((await db.query('SELECT 1 AS one'))[0].one).toBe(1)
      }
    })
  })

  it('by a signal ends while a batch is waited for', async () => {
    await withTable(sql, async (db, table) => {
      const stop = new AbortController()
      const columns = wireColumns(db, table.columns).map((c) =>
        c.name === 'v' ? { ...c, expression: 'concat(v, sleep(0.01))' } : c,
      )
      const began = performance.now()
      setTimeout(() => stop.abort(), 100)
      for await (const batch of db
        .source(table, columns, { key: ['id'] })
        .read(WHOLE, { bytes: 1 << 22, rows: 60_000, signal: stop.signal }))
        batch.release()
      expect(performance.now() - began).toBeLessThan(10_000)
      expect((await db.query('SELECT count(*) AS n FROM t'))[0].n).toBe(60_000n)
    })
  })

  it('by the server is told as a lost connection, and so is every call after it', async () => {
    await withTable(sql, async (other, table, url) => {
      const db = await mysql.open(mysql.parse(url))
      const [{ id }] = await db.query('SELECT connection_id() AS id')
      const reading = async () => {
        for await (const batch of db
          .source(table, wireColumns(db, table.columns), { key: ['id'] })
          .read(WHOLE, { bytes: 10_000, rows: 100 })) {
          batch.release()
          await other.execute(`KILL ${id}`).catch(() => {})
        }
      }
      await expect(reading()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
      await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
      await expect(db.source(table, [], { key: null }).count()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
      await db.close()
    })
  })

  it('by a fault of the statement is told', async () => {
    await withTable(sql, async (db, table) => {
      const columns = wireColumns(db, table.columns)
      await expect(read(db, table, WHOLE, 10, { columns, where: 'no_such_column = 1' })).rejects.toMatchObject({
        code: 'QUERY_FAILED',
      })
      expect((await db.query('SELECT 1 AS one'))[0].one).toBe(1)
    })
  })
})

it('rows of over 16 MB are written and read whole', async () => {
  await withTable('CREATE TABLE t (id int PRIMARY KEY, v longblob)', async (db, table) => {
    await db.ledger().prepare()
    const columns = wireColumns(db, table.columns)
    const sizes = [5, (33 << 20) + 3, 5]
    const w = new ByteWriter(1 << 20)
    sizes.forEach((size, id) => {
      w.int16(2)
      writeInt4(w, id)
      w.field(Buffer.alloc(size, 'ab\\\n\t\0\xff', 'latin1').fill('end', size - 3))
    })
    await using sink = await db.sink(table, columns, { existing: false })
    await sink.begin()
    await sink.rows(w.bytes.subarray(0, w.at), 3, { savepoint: false })
    await sink.commit()
    const found: Buffer[] = []
    for await (const batch of db.source(table, columns, { key: ['id'] }).read(WHOLE, { bytes: 1 << 20, rows: 10 })) {
      found.push(Buffer.from(batch.bytes))
      batch.release()
    }
    expect(Buffer.concat(found).equals(w.bytes.subarray(0, w.at))).toBe(true)
  })
})

it('rows of a compressed protocol are read, too', async () => {
  await withTable('CREATE TABLE t (id int PRIMARY KEY)', async (_, __, url) => {
    const connection = createConnection({ uri: url, compress: true })
    const compressed = (): boolean => '_inflatedPacketsParser' in connection
    const lengths: number[] = []
    const handler = { fields() {}, row: (__: Buffer, start: number, end: number) => void lengths.push(end - start) }
    // Short and long ones, for the driver unpacks them at different times.
    for (const size of [3, 300, 200_000]) {
      await runRows(connection, `SELECT repeat(md5(seq), ${size} / 32 + 1) FROM ${numbers(1, 50)}`, handler)
    }
    expect(compressed()).toBe(true)
    expect(lengths.length).toBe(150)
    expect(lengths.filter((n) => n > 200_000).length).toBe(50)
    const ended = await new Promise((resolve) => connection.query('SELECT 1 AS one', (_, rows) => resolve(rows)))
    expect(ended).toEqual([{ one: 1 }])
    connection.destroy()
  })
})

describe.runIf(await onMariadb())('the buffer of a connection', () => {
  const held = async (db: Database) => {
    const [row] = await db.query(
      'SELECT memory_used AS bytes FROM information_schema.processlist WHERE id = connection_id()',
    )
    return Number(row.bytes)
  }
  it('is widened for a large table, once, and for no small one', () =>
    withTable(
      `CREATE TABLE t (id int PRIMARY KEY, v varchar(40)); INSERT INTO t SELECT seq, repeat('가', 10) FROM seq_1_to_1000`,
      async (db, table) => {
        const first = { kind: 'key', after: null, upto: [500n] } as const
        const grown = async (rows: number) => {
          const before = await held(db)
          expect((await read(db, { ...table, rows }, first, 300)).found.length).toBe(500)
          return (await held(db)) - before
        }
        expect(await grown(1000)).toBeLessThan(100_000)
        expect(await grown(1_000_000)).toBeGreaterThan(200_000)
        expect(await grown(1_000_000)).toBeLessThan(100_000)
        expect(await db.query('SELECT 7 AS seven')).toEqual([{ seven: 7 }])
      },
    ))
  it('stays as it is where the server takes no packet of that size', async () => {
    await using server = await dedicatedServer('mysql')
    const address = { ...mysql.parse(server.url), database: 'mysql' }
    {
      await using db = await mysql.open(address, { role: 'target' })
      await db.execute(
        `SET GLOBAL max_allowed_packet = 131072; CREATE DATABASE d; CREATE TABLE d.t (id int PRIMARY KEY); INSERT INTO d.t VALUES (1), (2)`,
      )
    }
    await using db = await mysql.open({ ...address, database: 'd' }, { role: 'source' })
    const [table] = (await db.inspect()).tables
    const before = await held(db)
    expect((await read(db, { ...table, rows: 1_000_000 }, WHOLE, 300)).found).toEqual(['1', '2'])
    expect((await held(db)) - before).toBeLessThan(100_000)
  })
})
