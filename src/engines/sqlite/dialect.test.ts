import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, readRows, sqliteFile, tableOf } from '../../../test/engines/sqlite-fixture.ts'
import { decoder } from '../../core/decode.ts'
import { encoder } from '../../core/encode.ts'
import type { Probe } from '../../core/engine.ts'
import type { LogicalType } from '../../core/schema.ts'
import { ByteWriter } from '../../core/writer.ts'
import { capabilities } from './capabilities.ts'
import { dialect } from './dialect.ts'
import { cellWriter } from './encode.ts'

/** Which of the values (SQL) the probe finds, as their positions. */
async function found(type: string, values: readonly string[], probe: Probe): Promise<number[]> {
  await using file = await sqliteFile(
    `CREATE TABLE t (v ${type}); INSERT INTO t VALUES ${values.map((v) => `(${v})`).join(', ')}`,
  )
  const db = await file.open('source')
  const column = (await tableOf(db, 't')).columns[0]
  const predicate = dialect.probe(probe, column, '"v"')
  const rows = await db.query(`SELECT rowid - 1 AS at FROM t WHERE ${predicate} ORDER BY 1`)
  expect((await db.query(`SELECT count(*) AS n FROM t WHERE (${predicate}) IS NULL`))[0].n).toBe(0)
  return rows.map((r) => Number(r.at))
}

async function remedied(
  type: string,
  values: readonly string[],
  probe: Probe,
  policy: 'null' | 'clip' | 'replace',
): Promise<unknown[] | null> {
  await using file = await sqliteFile(
    `CREATE TABLE t (v ${type}); INSERT INTO t VALUES ${values.map((v) => `(${v})`).join(', ')}`,
  )
  const db = await file.open('source')
  const column = (await tableOf(db, 't')).columns[0]
  const expression = dialect.remedy(probe, policy, column, '"v"')
  if (expression === null) return null
  return (await db.query(`SELECT ${expression} AS v FROM t ORDER BY rowid`)).map((r) => r.v)
}

const of = (kind: 'not-of-type' | 'stored-otherwise', type: LogicalType): Probe => ({ kind, type })
const TIMESTAMP: LogicalType = { kind: 'timestamp', fraction: 6, zone: false }

describe('probes', () => {
  const cases: [string, string, string[], Probe, number[]][] = [
    [
      'zero dates',
      'DATETIME',
      ["'0000-00-00'", "'2020-00-10 00:00:00'", "'2020-01-01'", 'NULL', '5'],
      { kind: 'zero-date' },
      [0, 1],
    ],
    [
      'times beyond a day',
      'TIME',
      ["'24:00:01'", "'24:00:00'", "'-01:00:00'", "'838:59:59'", "'23:59'"],
      { kind: 'time-beyond-day' },
      [0, 2, 3],
    ],
    ['booleans', 'BOOLEAN', ['0', '1', '2', "'true'", "'no'", 'NULL', "x'01'"], { kind: 'not-boolean' }, [2, 4, 6]],
    [
      'ranges',
      'INTEGER',
      ['-129', '-128', '127', '128', 'NULL', "'x'"],
      { kind: 'outside', min: '-128', max: '127' },
      [0, 3],
    ],
    [
      'lengths',
      'TEXT',
      ["'abc'", "'abcd'", "'한국어'", "'ab' || char(0) || 'cd'", 'NULL'],
      { kind: 'longer', max: 3, unit: 'characters' },
      [1, 3],
    ],
    ['byte lengths', 'TEXT', ["'abc'", "'한국'"], { kind: 'longer', max: 3, unit: 'bytes' }, [1]],
    ['NUL', 'TEXT', ["'a' || char(0)", "'a'", "x'00'"], { kind: 'nul' }, [0]],
    [
      'invalid UTF-8',
      'TEXT',
      ["CAST(x'ff' AS TEXT)", "CAST(x'610062' AS TEXT)", "'한'", "x'ff'"],
      { kind: 'invalid-utf8' },
      [0],
    ],
    ['doubly encoded UTF-8', 'TEXT', ["'Ã©tÃ©'", "'été'", "'â‚¬'", "'€'", "'plain'"], { kind: 'double-utf8' }, [0, 2]],
    ["'' in an enum", 'TEXT', ["''", "'a'", 'NULL'], { kind: 'empty-enum' }, [0]],
    ['labels', 'TEXT', ["'a'", "'b'", "'it''s'", 'NULL'], { kind: 'not-in', values: ['a', "it's"] }, [1]],
    ['infinities', 'REAL', ['9e999', '-9e999', '1.5', 'NULL'], { kind: 'not-finite' }, [0, 1]],
    [
      'dates outside',
      'TIMESTAMP',
      [
        "'1969-12-31T23:59:59'",
        "'1970-01-01 00:00:01'",
        "'2038-01-19 03:14:08'",
        "'infinity'",
        "'12024-01-01 00:00:00'",
      ],
      { kind: 'date-outside', min: '1970-01-01 00:00:01', max: '2038-01-19 03:14:07' },
      [0, 2, 3, 4],
    ],
    ['scale', 'DECIMAL(10,2)', ['1.25', '1.255', '1', '0.1 + 0.2', "'1.2'"], { kind: 'scale', scale: 2 }, [1, 3]],
    ['scale of texts', 'DECIMAL_TEXT(30,2)', ["'1.2500'", "'1.255'", "'7'"], { kind: 'scale', scale: 2 }, [1]],
    ['JSON', 'JSON_TEXT', ["'{}'", "'{a:1}'", "'x'", 'NULL'], { kind: 'not-json' }, [1, 2]],
    [
      'texts in an integer column',
      'INTEGER',
      ['1', "'x'", '1.5', "x'31'", 'NULL'],
      of('not-of-type', { kind: 'int', bits: 64 }),
      [1, 2, 3],
    ],
    [
      'numbers in a date column',
      'DATETIME',
      ["'2020-01-01 00:00:00'", '1700000000', '2459000.5', "'soon'", "'2020-01-01T00:00:00Z'"],
      of('not-of-type', TIMESTAMP),
      [1, 2, 3],
    ],
    [
      'dates of no calendar',
      'DATE',
      ["'2023-02-30'", "'2024-02-29'", "'2024-02-29 12:00:00'"],
      of('not-of-type', { kind: 'date' }),
      [0, 2],
    ],
    ['texts in a column of bytes', 'BLOB', ["x'00'", "'a'", '1'], of('stored-otherwise', { kind: 'bytes' }), [1]],
    [
      'numbers in a column without type',
      '',
      ["'a'", '1', "x'61'", "x'ff'"],
      of('stored-otherwise', { kind: 'text' }),
      [1, 2],
    ],
    ['booleans as text', 'BOOLEAN', ['1', "'true'", "'x'"], of('stored-otherwise', { kind: 'bool' }), [1]],
  ]
  test.each(cases)('%s', async (_, type, values, probe, positions) => {
    expect(await found(type, values, probe)).toEqual(positions)
  })

  test('what the reader rejects is what the probe finds', async () => {
    const value = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.integer().map(String),
      fc.double({ noNaN: true }),
      fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }),
      fc.uint8Array({ maxLength: 4 }),
      fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString()),
      fc.constantFrom('true', 'f', '2024-02-30', '2024-02-29 10:11', '12.50', '1e3', ''),
    )
    await using file = await sqliteFile()
    const types = ['INTEGER', 'DECIMAL', 'REAL', 'BOOLEAN', 'DATE', 'DATETIME', 'TEXT', 'BLOB', '']
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.array(value, { minLength: 1, maxLength: 20 }),
        async (type, values) => {
          file.plain((db) => {
            db.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type})`)
            const insert = db.prepare('INSERT INTO t VALUES (?, ?)')
            for (const [i, v] of values.entries()) insert.run(i, v)
          })
          const db = await file.open('source')
          const table = await tableOf(db, 't')
          const column = table.columns[1]
          const read = await readRows(db, table, columnsOf(table), { key: ['id'] })
          const predicate = dialect.probe(of('not-of-type', column.type.logical), column, '"v"')
          const rows = await db.query(`SELECT id FROM t WHERE ${predicate} ORDER BY id`)
          expect(read.rejects.map((r) => Number(r.key?.[0]))).toEqual(rows.map((r) => r.id))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('remedies', () => {
  test('leave values in order alone and settle the others', async () => {
    expect(await remedied('TEXT', ["'abcd'", "'ab'"], { kind: 'longer', max: 3, unit: 'characters' }, 'clip')).toEqual([
      'abc',
      'ab',
    ])
    expect(await remedied('TEXT', ["'한국어'", "'ab'"], { kind: 'longer', max: 5, unit: 'bytes' }, 'clip')).toEqual([
      '한',
      'ab',
    ])
    expect(await remedied('TEXT', ["'a' || char(0) || 'b'"], { kind: 'nul' }, 'replace')).toEqual(['ab'])
    expect(await remedied('TEXT', ["CAST(x'61ff62' AS TEXT)"], { kind: 'invalid-utf8' }, 'replace')).toEqual([
      'a\ufffdb',
    ])
    expect(await remedied('TEXT', ["'Ã©'", "'é'"], { kind: 'double-utf8' }, 'replace')).toEqual(['é', 'é'])
    expect(await remedied('INTEGER', ['-5', '3', '500'], { kind: 'outside', min: '0', max: '255' }, 'clip')).toEqual([
      0, 3, 255,
    ])
    expect(await remedied('BOOLEAN', ['5', '0', "'true'", "'what'"], { kind: 'not-boolean' }, 'replace')).toEqual([
      1,
      0,
      'true',
      null,
    ])
    expect(await remedied('DECIMAL(10,2)', ['1.255', '2.5'], { kind: 'scale', scale: 2 }, 'replace')).toEqual([
      1.25, 2.5,
    ])
    expect(await remedied('DATE', ["'0000-00-00'"], { kind: 'zero-date' }, 'null')).toEqual([null])
    expect(await remedied('DATE', ["'0000-00-00'", "'2024-00-15 10:00:00'"], { kind: 'zero-date' }, 'clip')).toEqual([
      '0001-01-01',
      '2024-01-15 10:00:00',
    ])
    expect(await remedied('DATE', ["'0000-00-00'"], { kind: 'zero-date' }, 'replace')).toBeNull()
    expect(
      await remedied(
        'TIMESTAMP',
        ["'2024-01-01 10:00:00.9999Z'", "'2024-01-01 10:00:00.5'"],
        { kind: 'scale', scale: 2 },
        'clip',
      ),
    ).toEqual(['2024-01-01 10:00:00.99Z', '2024-01-01 10:00:00.5'])
    expect(
      await remedied(
        'DECIMAL_TEXT(30,2)',
        ["'12345678901234567890.125'", "'-0.999'", "'1.5'"],
        { kind: 'scale', scale: 2 },
        'clip',
      ),
    ).toEqual(['12345678901234567890.13', '-1.00', '1.5'])
    const dates: Probe = { kind: 'date-outside', min: '1000-01-01', max: '9999-12-31' }
    expect(
      await remedied(
        'DATE',
        ["'0044-03-15 BC'", "'infinity'", "'-infinity'", "'0900-01-01'", "'12000-01-01'", "'2000-01-01'"],
        dates,
        'clip',
      ),
    ).toEqual(['1000-01-01', '9999-12-31', '1000-01-01', '1000-01-01', '9999-12-31', '2000-01-01'])
  })

  test('turn seconds, milliseconds and Julian days into moments', async () => {
    expect(
      await remedied(
        'DATETIME',
        ['1700000000', '1700000000123', '2460263.425926', "'2020-01-01 00:00:00'"],
        of('not-of-type', TIMESTAMP),
        'replace',
      ),
    ).toEqual(['2023-11-14 22:13:20.000', '2023-11-14 22:13:20.123', '2023-11-14 22:13:20.006', '2020-01-01 00:00:00'])
  })
})

describe('types', () => {
  test('declared types mean what their authors meant', () => {
    const meanings: [string, LogicalType][] = [
      ['INTEGER', { kind: 'int', bits: 64 }],
      ['int(11)', { kind: 'int', bits: 64 }],
      ['UNSIGNED BIG INT', { kind: 'int', bits: 64 }],
      ['tinyint(1)', { kind: 'bool' }],
      ['NVARCHAR(160)', { kind: 'text', max: 160 }],
      ['VARYING CHARACTER ( 255 )', { kind: 'text', max: 255 }],
      ['Decimal(10, 2)', { kind: 'decimal', precision: 10, scale: 2 }],
      ['NUMERIC', { kind: 'decimal' }],
      ['DOUBLE PRECISION', { kind: 'float', bits: 64 }],
      ['TIMESTAMP WITH TIME ZONE', { kind: 'timestamp', fraction: 6, zone: true }],
      ['datetime(3)', { kind: 'timestamp', fraction: 3, zone: false }],
      ['LONGBLOB', { kind: 'bytes' }],
      ['INTERVAL', { kind: 'interval' }],
      ['something else', { kind: 'decimal' }],
      ['', { kind: 'text' }],
    ]
    for (const [native, logical] of meanings) expect(dialect.parseType(native), native).toEqual({ logical, native })
  })

  test('long decimals are kept as text, short ones as numbers', () => {
    const o = { indexed: false, can: capabilities(false), typeName: { name: 'x' } }
    expect(dialect.renderType({ kind: 'decimal', precision: 10, scale: 2 }, o)).toEqual({
      type: { logical: { kind: 'decimal', precision: 10, scale: 2 }, native: 'DECIMAL(10,2)' },
    })
    expect(dialect.renderType({ kind: 'decimal', precision: 20, scale: 0 }, o)).toMatchObject({
      type: { native: 'DECIMAL_TEXT(20,0)' },
      loss: expect.any(String),
    })
    expect(dialect.renderType({ kind: 'decimal' }, o).type.native).toBe('DECIMAL_TEXT')
  })
})

describe('fields written by hand equal those of the canonical encoder', () => {
  const field = (wire: Parameters<typeof encoder>[0], write: (w: ByteWriter) => void) => {
    const w = new ByteWriter(64)
    write(w)
    return decoder(wire)(w.bytes, 4, w.at) + Buffer.from(w.bytes.subarray(0, w.at)).toString('hex')
  }

  test('decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 14), max: 10 ** 14 }), fc.integer({ min: 0, max: 8 }), (k, scale) => {
        const wire = { kind: 'numeric', scale } as const
        const value = k / 10 ** scale
        expect(field(wire, (w) => cellWriter(wire, 'numeric')(w, value))).toBe(
          field(wire, (w) => encoder(wire)(w, value === 0 ? '0' : String(value))),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('moments', () => {
    const part = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        part(13),
        part(32),
        part(24),
        part(60),
        fc.stringMatching(/^(\.\d{1,6})?$/),
        fc.constantFrom('', 'Z', '+00', '+09:00', '-03:30'),
        (year, month, day, hour, minute, fraction, zone) => {
          const wire = { kind: 'timestamptz' } as const
          const text = `${String(year).padStart(4, '0')}-${month}-${day} ${hour}:${minute}:07${fraction}${zone}`
          const attempt = (write: (w: ByteWriter) => void) => {
            try {
              return field(wire, write)
            } catch {
              return 'refused'
            }
          }
          expect(attempt((w) => cellWriter(wire, 'numeric')(w, text))).toBe(
            attempt((w) => encoder(wire)(w, zone === '' ? `${text}Z` : text)),
          )
        },
      ),
      { numRuns: 2000 },
    )
  })
})
