import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, readRows, sqliteFile, tableOf } from '../../../test/engines/sqlite-fixture.ts'
import type { Key, KeyRange } from '../../core/key.ts'

const series = (n: number, from = 1) =>
  `WITH RECURSIVE s(i) AS (VALUES (${from}) UNION ALL SELECT i + 1 FROM s WHERE i < ${from + n - 1})`

async function readAll(
  script: string,
  key: string[] | null,
  o: { rows: number; total?: number; resumeAt?: number } = { rows: 100 },
) {
  await using file = await sqliteFile(script)
  const db = await file.open('source')
  const table = await tableOf(db, 't')
  const columns = columnsOf(table)
  const ranges = await db.source(table, columns, { key }).split(o)
  const ids: string[] = []
  const sizes: number[] = []
  for (const range of ranges) {
    const read = await readRows(db, table, columns, { key, range, rowsAtOnce: 37 })
    sizes.push(read.rows.length)
    ids.push(...read.rows.map((r) => r.join('|')))
  }
  return { ids, sizes, ranges }
}

describe('ranges', () => {
  const shapes: [string, string, string[] | null][] = [
    [
      'dense ids',
      `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${series(1000)} INSERT INTO t SELECT i, 'v' || i FROM s`,
      ['id'],
    ],
    [
      'a cluster far from the rest',
      `CREATE TABLE t (id INTEGER PRIMARY KEY); ${series(700)} INSERT INTO t SELECT i - 300 FROM s; ${series(300)} INSERT INTO t SELECT 9223372036854775807 - i * 3 FROM s`,
      ['id'],
    ],
    [
      'composite keys',
      `CREATE TABLE t (a TEXT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b)); ${series(1000)} INSERT INTO t SELECT 'k' || (i % 7), i FROM s`,
      ['a', 'b'],
    ],
    [
      'composite keys without rowid, one part descending',
      `CREATE TABLE t (a TEXT, b INT, PRIMARY KEY (a, b DESC)) WITHOUT ROWID; ${series(1000)} INSERT INTO t SELECT 'k' || (i % 7), i FROM s`,
      ['a', 'b'],
    ],
    [
      'case-insensitive texts',
      `CREATE TABLE t (k TEXT COLLATE NOCASE NOT NULL PRIMARY KEY); ${series(1000)} INSERT INTO t SELECT CASE i % 2 WHEN 0 THEN 'Key' ELSE 'kEY' END || i FROM s`,
      ['k'],
    ],
    [
      'blobs',
      `CREATE TABLE t (k BLOB NOT NULL PRIMARY KEY); ${series(1000)} INSERT INTO t SELECT unhex(printf('%08x', i * 7919)) FROM s`,
      ['k'],
    ],
    [
      'reals',
      `CREATE TABLE t (k REAL NOT NULL PRIMARY KEY); ${series(1000)} INSERT INTO t SELECT i / 7.0 - 50 FROM s`,
      ['k'],
    ],
    [
      'no key',
      `CREATE TABLE t (v INT); ${series(1000)} INSERT INTO t SELECT i % 10 FROM s; DELETE FROM t WHERE rowid % 3 = 0`,
      null,
    ],
    [
      'no key and a column that is called rowid',
      `CREATE TABLE t (rowid TEXT, v INT); ${series(1000)} INSERT INTO t SELECT 'x', i FROM s`,
      null,
    ],
    [
      'all names of the rowid taken',
      `CREATE TABLE t (rowid, oid, _rowid_ INT); ${series(1000)} INSERT INTO t SELECT i, i, i FROM s`,
      null,
    ],
  ]
  test.each(shapes)('%s: disjoint, complete, of about the size asked for', async (_, script, key) => {
    await using file = await sqliteFile(script)
    const order = key === null ? '' : ` ORDER BY ${key.join(', ')}`
    const count = file.plain((db) => db.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM t${order})`).get()?.n)
    for (const total of [{}, { total: Number(count) }]) {
      const { ids, sizes, ranges } = await readAll(script, key, { rows: 100, ...total })
      expect(ids.length).toBe(count)
      if (key !== null) expect(new Set(ids).size).toBe(count)
      if (ranges.length > 1) expect(Math.max(...sizes)).toBeLessThanOrEqual(200)
      if (!script.includes('DESC') && !script.includes('oid')) expect(ranges.length).toBeGreaterThan(5)
    }
  })

  test('an empty table is one open range', async () => {
    const { ranges, ids } = await readAll('CREATE TABLE t (id INTEGER PRIMARY KEY)', ['id'])
    expect(ranges).toEqual([{ kind: 'key', after: null, upto: null }])
    expect(ids).toEqual([])
  })

  test('going on after any batch loses and repeats nothing', async () => {
    await using file = await sqliteFile(
      `CREATE TABLE t (a TEXT NOT NULL, b REAL NOT NULL, PRIMARY KEY (a, b)); ${series(500)} INSERT INTO t SELECT char(97 + i % 26), i / 3.0 FROM s`,
    )
    const db = await file.open('source')
    const table = await tableOf(db, 't')
    const columns = columnsOf(table)
    const whole = await readRows(db, table, columns, { key: ['a', 'b'] })
    let after: Key | null = null
    const rows: unknown[] = []
    for (;;) {
      const range: KeyRange = { kind: 'key', after, upto: null }
      const source = db.source(table, columns, { key: ['a', 'b'] })
      let got = false
      for await (const batch of source.read(range, { bytes: 300, rows: 1000 })) {
        const read = await readRows(db, table, columns, {
          key: ['a', 'b'],
          range: { kind: 'key', after, upto: batch.last },
        })
        rows.push(...read.rows)
        after = batch.last
        got = true
        break
      }
      if (!got) break
    }
    expect(rows).toEqual(whole.rows)
  })
})

describe('values', () => {
  async function cells(type: string, values: string[], wire?: Parameters<typeof columnsOf>[1]) {
    await using file = await sqliteFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type})`)
    file.plain((db) => db.exec(values.map((v, i) => `INSERT INTO t VALUES (${i + 1}, ${v})`).join(';')))
    const db = await file.open('source')
    const table = await tableOf(db, 't')
    const read = await readRows(db, table, columnsOf(table, wire), { key: ['id'] })
    return { values: read.rows.map((r) => r[1]), rejects: read.rejects.map((r) => [String(r.key?.[0]), r.reason]) }
  }

  test('integers beyond 2^53 among small ones', async () => {
    const { values } = await cells('INTEGER', [
      '1',
      '9007199254740993',
      '-9223372036854775808',
      '9223372036854775807',
      'NULL',
    ])
    expect(values).toEqual(['1', '9007199254740993', '-9223372036854775808', '9223372036854775807', null])
  })

  test('decimals that are stored as reals', async () => {
    const { values, rejects } = await cells('DECIMAL(10,2)', [
      '12.5',
      '12',
      '-0.01',
      '99999999.99',
      '0',
      '0.1 + 0.2',
      "'abc'",
      '1.005',
    ])
    expect(values).toEqual(['12.50', '12.00', '-0.01', '99999999.99', '0.00'])
    expect(rejects.map((r) => r[0])).toEqual(['6', '7', '8'])
  })

  test('dates in all their forms', async () => {
    const texts = [
      "'2024-02-29'",
      "'2024-02-29T10:00'",
      "'2024-02-29 10:00:00.5'",
      "'2024-02-29T10:00:00Z'",
      "'2024-03-01T01:30:00+09:00'",
      "'2024-02-29 10:00:00.1234567'",
      "'2023-02-29'",
      '1700000000',
      "''",
      "'0000-00-00'",
    ]
    const { values, rejects } = await cells('DATETIME', texts)
    expect(values).toEqual([
      '2024-02-29 00:00:00',
      '2024-02-29 10:00:00',
      '2024-02-29 10:00:00.5',
      '2024-02-29 10:00:00',
      '2024-02-29 16:30:00',
    ])
    expect(rejects.map((r) => r[0])).toEqual(['6', '7', '8', '9', '10'])
    expect(rejects[2][1]).toContain('1700000000')
    const dates = await cells('DATE', ["'2024-02-29'", "'2024-02-29 00:00:00'", "'2024-02-29 00:00:01'"])
    expect(dates.values).toEqual(['2024-02-29', '2024-02-29'])
    expect(dates.rejects).toHaveLength(1)
  })

  test('booleans, uuids, json, bytes and what is none', async () => {
    expect(await cells('BOOLEAN', ['0', '1', "'true'", "'F'", 'NULL'])).toEqual({
      values: ['0', '1', '1', '0', null],
      rejects: [],
    })
    expect((await cells('BOOLEAN', ['2', "'yes'"])).rejects).toHaveLength(2)
    const uuid = '0190b6e8-7d3a-7cc1-8f2e-3a1b5c7d9e01'
    expect((await cells('UUID', [`'${uuid.toUpperCase()}'`, `x'${uuid.replaceAll('-', '')}'`])).values).toEqual([
      uuid,
      uuid,
    ])
    expect((await cells('BLOB', ["x'00ff'", "'한'", "x''"])).values).toEqual(['00ff', 'ed959c', ''])
    expect(await cells('TEXT', ["x'ff'", "x'61'", '12'])).toEqual({
      values: ['a', '12'],
      rejects: [['1', 'a blob of 1 bytes is no text']],
    })
    const times = await cells('TIME', ["'838:59:59.5'", "'-00:00:01'", "'10:00'", "'25'"])
    expect([times.values, times.rejects.length]).toEqual([['838:59:59.5', '-00:00:01', '10:00:00'], 1])
    expect((await cells('TIME', ["'25:00:00'"], { v: { kind: 'time' } })).rejects).toHaveLength(1)
    expect((await cells('JSON', ['\'{"a":1}\'', '12'], { v: { kind: 'jsonb' } })).values).toEqual(['{"a":1}', '12'])
  })

  test('NUL characters and U+FFFD are kept, invalid UTF-8 is told', async () => {
    const { values, rejects } = await cells('TEXT', [
      "'a' || char(0) || 'b'",
      'char(0xfffd)',
      "CAST(x'61ff62' AS TEXT)",
      "'plain'",
    ])
    expect(values).toEqual(['a\0b', '\ufffd', 'plain'])
    expect(rejects).toEqual([['3', expect.stringContaining('61ff62')]])
    expect((await cells('BLOB', ["CAST(x'61ff62' AS TEXT)"])).values).toEqual(['61ff62'])
  })

  test('a key that is no text ends the reading, and what settles it is told', async () => {
    await using file = await sqliteFile(
      `CREATE TABLE "the t" (k TEXT NOT NULL PRIMARY KEY); INSERT INTO "the t" VALUES ('a'), (CAST(x'62ff' AS TEXT))`,
    )
    const db = await file.open('source')
    const table = await tableOf(db, 'the t')
    await expect(readRows(db, table, columnsOf(table), { key: ['k'] })).rejects.toMatchObject({
      code: 'VALUE_UNFIT',
      message: expect.stringContaining('the t.k'),
      hint: expect.stringMatching(
        /--cast 'the t\.k=text' --policy 'INVALID_UTF8:the t\.k=replace'.*"the t=CAST\(k AS BLOB\) <> x'62ff'"/,
      ),
    })
  })

  test('keys with U+FFFD do not stop or repeat the reading', async () => {
    await using file = await sqliteFile(
      `CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY); ${series(600)} INSERT INTO t SELECT char(0xfffd) || printf('%04d', i) FROM s`,
    )
    const db = await file.open('source')
    const table = await tableOf(db, 't')
    const read = await readRows(db, table, columnsOf(table), { key: ['k'], rowsAtOnce: 50 })
    expect(new Set(read.rows.map((r) => r[0])).size).toBe(600)
    expect(read.rows).toHaveLength(600)
  })

  test('text of a UTF-16 file', async () => {
    await using file = await sqliteFile(
      "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, '한 😀'), (2, char(0xfffd) || 'x')",
    )
    const db = await file.open('source')
    const table = await tableOf(db, 't')
    const read = await readRows(db, table, columnsOf(table), { key: ['id'] })
    expect(read.rows.map((r) => r[1])).toEqual(['한 😀', '\ufffdx'])
  })

  test('a long value among short ones comes through, and the reading goes on after it', async () => {
    await using file = await sqliteFile(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB); ${series(800)} INSERT INTO t SELECT i, zeroblob(CASE i WHEN 400 THEN 5000000 ELSE 10 END) FROM s`,
    )
    const db = await file.open('source')
    const table = await tableOf(db, 't')
    const read = await readRows(db, table, columnsOf(table), { key: ['id'] })
    expect(read.rows.map((r) => Number(r[0]))).toEqual(Array.from({ length: 800 }, (_, i) => i + 1))
    expect(read.rows[399][1]).toHaveLength(10_000_000)
  })

  test('any text and any double arrive as they are', async () => {
    await using file = await sqliteFile()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.double({ noNaN: true })), { minLength: 1 }),
        async (rows) => {
          file.plain((db) => {
            db.exec('DROP TABLE IF EXISTS t; CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT, d)')
            const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?)')
            for (const [i, [s, d]] of rows.entries()) insert.run(i, s, d)
          })
          const db = await file.open('source')
          const table = await tableOf(db, 't')
          const read = await readRows(db, table, columnsOf(table, { d: { kind: 'float8' } }), { key: ['id'] })
          expect(read.rows).toEqual(rows.map(([s, d], i) => [String(i), s, Object.is(d, -0) ? '-0' : String(d)]))
        },
      ),
      { numRuns: 25 },
    )
  })
})

test('a row that does not fit names its column, its key and its values', async () => {
  await using file = await sqliteFile(
    "CREATE TABLE t (a INT, b TEXT, n INT, PRIMARY KEY (a, b)); INSERT INTO t VALUES (7, 'kim', 'many'), (8, 'lee', 3)",
  )
  const db = await file.open('source')
  const table = await tableOf(db, 't')
  const read = await readRows(db, table, columnsOf(table), { key: ['a', 'b'] })
  expect(read.rows).toEqual([['8', 'lee', '3']])
  expect(read.rejects).toEqual([
    { key: [7n, 'kim'], column: 'n', reason: "'many' is no integer", row: { a: '7', b: 'kim', n: 'many' } },
  ])
})

test('an expression is read in place of the column, the key stays the stored one', async () => {
  await using file = await sqliteFile(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')",
  )
  const db = await file.open('source')
  const table = await tableOf(db, 't')
  const columns = columnsOf(table).map((c) => (c.name === 'id' ? { ...c, expression: '"id" * 100' } : c))
  const read = await readRows(db, table, columns, { key: ['id'], where: "v <> 'z'" })
  expect(read.rows).toEqual([
    ['100', 'a'],
    ['200', 'b'],
  ])
  expect(read.batches.at(-1)?.last).toEqual([2n])
})
