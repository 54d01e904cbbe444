import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunks } from '../../../test/engines/commits.ts'
import { columnsOf, readRows, sqliteFile, tableOf } from '../../../test/engines/sqlite-fixture.ts'
import type { Database, WireColumn } from '../../core/engine.ts'
import type { Table } from '../../core/schema.ts'
import { encodeRows, markOf } from '../../testing/stage.ts'
import { EXACT } from './types.ts'

async function write(db: Database, table: Table, columns: readonly WireColumn[], bytes: Uint8Array, rows: number) {
  await using sink = await db.sink(table, columns, { existing: false })
  await sink.begin()
  await sink.rows(bytes, rows, { savepoint: false })
  await sink.commit()
}

/** Copies table t between two files in exact form and returns what is stored, with storage classes. */
async function copied(script: string, target = script.split(';')[0]) {
  await using from = await sqliteFile(script)
  await using to = await sqliteFile(target)
  const source = await from.open('source')
  const sink = await to.open('target')
  const table = await tableOf(source, 't')
  const columns = columnsOf(table, Object.fromEntries(table.columns.map((c) => [c.name, EXACT])))
  const read = await readRows(source, table, columns, { key: null, range: { kind: 'physical', from: '', to: null } })
  for (const b of read.batches) await write(sink, table, columns, b.bytes, b.rows)
  const list = table.columns.map((c) => `typeof("${c.name}") || ':' || quote("${c.name}") AS "${c.name}"`).join(', ')
  const dump = (file: typeof from) => file.plain((db) => db.prepare(`SELECT ${list} FROM t`).all())
  return [dump(from), dump(to)]
}

describe('between two SQLite files', () => {
  test.each([
    '',
    'INTEGER',
    'REAL',
    'TEXT',
    'BLOB',
    'NUMERIC',
    'DECIMAL(10,2)',
    'DATETIME',
    'BOOLEAN',
    'VARCHAR(3)',
    'JSON',
  ])('every storage class stays as it is in a column of type "%s"', async (type) => {
    const values = [
      '1',
      '1.0',
      '-0.0',
      "'1'",
      "'1.10'",
      "x'31'",
      "''",
      "x''",
      'NULL',
      '9223372036854775807',
      '9e999',
      '1e300',
      "'a' || char(0)",
      "CAST(x'ff61' AS TEXT)",
      "'한 😀'",
      '0.1',
      '12345678901234567',
      "'2020-01-01'",
    ]
    const [from, to] = await copied(
      `CREATE TABLE t (v ${type}); INSERT INTO t VALUES ${values.map((v) => `(${v})`).join(', ')}`,
    )
    expect(from).toHaveLength(values.length)
    expect(to).toEqual(from)
  })

  test('any values', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array(),
      fc.constant(null),
    )
    await using from = await sqliteFile()
    await using to = await sqliteFile()
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1 }), async (values) => {
        from.plain((db) => {
          db.exec('DROP TABLE IF EXISTS t; CREATE TABLE t (v)')
          const insert = db.prepare('INSERT INTO t VALUES (?)')
          for (const v of values) insert.run(v)
        })
        to.plain((db) => db.exec('DROP TABLE IF EXISTS t; CREATE TABLE t (v)'))
        const source = await from.open('source')
        const table = await tableOf(source, 't')
        const columns = columnsOf(table, { v: EXACT })
        const read = await readRows(source, table, columns, { key: null, range: { kind: 'all' } })
        const target = await to.open('target')
        for (const b of read.batches) await write(target, table, columns, b.bytes, b.rows)
        const dump = 'SELECT typeof(v) AS t, quote(v) AS v FROM t'
        expect(to.plain((db) => db.prepare(dump).all())).toEqual(from.plain((db) => db.prepare(dump).all()))
      }),
      { numRuns: 20 },
    )
  })
})

async function stored(type: string, wire: WireColumn['wire'], texts: readonly string[]): Promise<string[]> {
  await using file = await sqliteFile(`CREATE TABLE t (v ${type})`)
  const db = await file.open('target')
  const table = await tableOf(db, 't')
  const columns = columnsOf(table, { v: wire })
  const results: string[] = []
  for (const text of texts) {
    try {
      await write(db, table, columns, encodeRows(columns, [[text]]), 1)
      const [row] = await db.query("SELECT typeof(v) || ' ' || quote(v) AS v FROM t")
      results.push(String(row.v))
    } catch (error) {
      results.push((error as { code: string }).code)
    }
    await db.execute('DELETE FROM t')
  }
  return results
}

describe('storage', () => {
  test('numbers keep their digits or are refused', async () => {
    const decimal = { kind: 'numeric' } as const
    expect(
      await stored('DECIMAL(20,2)', decimal, [
        '12.50',
        '12.00',
        '0.1',
        '123456789012345678',
        '12345678901234567890',
        '1234567890123.456789',
        'NaN',
      ]),
    ).toEqual([
      'real 12.5',
      'integer 12',
      'real 0.1',
      'integer 123456789012345678',
      'ROW_REFUSED',
      'ROW_REFUSED',
      'ROW_REFUSED',
    ])
    expect(await stored('DECIMAL_TEXT(20,2)', decimal, ['12.50', '12345678901234567890.12', 'NaN'])).toEqual([
      "text '12.50'",
      "text '12345678901234567890.12'",
      "text 'NaN'",
    ])
    expect(await stored('INTEGER', { kind: 'int8' }, ['9223372036854775807', '-1'])).toEqual([
      'integer 9223372036854775807',
      'integer -1',
    ])
    expect(await stored('', { kind: 'int4' }, ['7'])).toEqual(['integer 7'])
    expect(await stored('BOOLEAN', { kind: 'bool' }, ['1'])).toEqual(['integer 1'])
    expect(await stored('REAL', { kind: 'float8' }, ['0.1', 'Infinity', '-0', 'NaN', '1'])).toEqual([
      'real 0.1',
      'real 9.0e+999',
      'ROW_REFUSED',
      'ROW_REFUSED',
      'real 1.0',
    ])
  })

  test('moments are text that SQLite itself understands', async () => {
    expect(await stored('TIMESTAMPTZ', { kind: 'timestamptz' }, ['2024-03-31 01:30:00.5+00'])).toEqual([
      "text '2024-03-31 01:30:00.5+00:00'",
    ])
    expect(await stored('DATE', { kind: 'date' }, ['2024-02-29', 'infinity'])).toEqual([
      "text '2024-02-29'",
      "text 'infinity'",
    ])
  })
})

describe('refusals', () => {
  test('name SQLite’s reason, and ON CONFLICT of the table drops no row', async () => {
    await using file = await sqliteFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT UNIQUE ON CONFLICT IGNORE, n INT CHECK (n > 0)) STRICT',
    )
    const db = await file.open('target')
    const table = await tableOf(db, 't')
    const columns = columnsOf(table)
    const send = (rows: (string | null)[][]) => write(db, table, columns, encodeRows(columns, rows), rows.length)
    await send([['1', 'a', '5']])
    await expect(
      send([
        ['2', 'b', '5'],
        ['3', 'a', '5'],
      ]),
    ).rejects.toMatchObject({ code: 'ROW_REFUSED', why: 'UNIQUE constraint failed: t.u' })
    await expect(send([['4', 'c', '0']])).rejects.toMatchObject({
      code: 'ROW_REFUSED',
      why: 'CHECK constraint failed: n > 0',
    })
    expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }])
  })

  test('a trigger that leaves rows out is noticed', async () => {
    await using file = await sqliteFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TRIGGER no BEFORE INSERT ON t WHEN NEW.id = 2 BEGIN SELECT RAISE(IGNORE); END',
    )
    const db = await file.open('target')
    const table = await tableOf(db, 't')
    const columns = columnsOf(table)
    await expect(write(db, table, columns, encodeRows(columns, [['1'], ['2']]), 2)).rejects.toMatchObject({
      code: 'ROW_REFUSED',
    })
    expect(await db.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }])
  })

  test('triggers of an existing table are away for nobody else, and back when the chunk is given up', async () => {
    const trigger = 'CREATE TRIGGER no BEFORE INSERT ON t BEGIN SELECT RAISE(IGNORE); END'
    await using file = await sqliteFile(`CREATE TABLE t (id INTEGER PRIMARY KEY); ${trigger}`)
    const db = await file.open('target')
    const table = await tableOf(db, 't')
    const columns = columnsOf(table)
    const triggers = () => file.plain((d) => d.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").all())
    for (const end of ['given up', 'committed', 'disposed']) {
      await using sink = await db.sink(table, columns, { existing: true })
      await sink.begin()
      await sink.rows(encodeRows(columns, [['1']]), 1, { savepoint: false })
      expect(triggers(), end).toEqual([{ sql: trigger }])
      if (end === 'given up') await sink.rollback()
      if (end === 'committed') await sink.commit()
      if (end === 'disposed') continue
      expect(triggers(), end).toEqual([{ sql: trigger }])
      await db.execute('DELETE FROM t')
    }
    expect(triggers()).toEqual([{ sql: trigger }])
    expect(await db.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }])
  })

  test('another writer is waited for, in this very thread', async () => {
    await using file = await sqliteFile('CREATE TABLE t (id INTEGER PRIMARY KEY)')
    const first = await file.open('target')
    const second = await file.open('target')
    const table = await tableOf(first, 't')
    const columns = columnsOf(table)
    const sink = await first.sink(table, columns, { existing: false })
    await sink.begin()
    await sink.rows(encodeRows(columns, [['1']]), 1, { savepoint: false })
    const waiting = second.execute('INSERT INTO t VALUES (2)')
    await sleep(150)
    await sink.commit()
    await waiting
    expect(await first.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }])
  })
})

describe('a killed process', () => {
  const script = join(import.meta.dirname, '../../../test/engines/sqlite-writer.ts')

  test('leaves rows and marks together, and the file sound', async () => {
    await using file = await sqliteFile('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)')
    const setup = await file.open('target')
    await setup.ledger().prepare()
    await setup.close()
    let before = 0
    for (let kill = 0; kill < 4; kill++) {
      const child = spawn(process.execPath, [script, file.path], { stdio: ['ignore', 'pipe', 'inherit'] })
      const gone = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
      await chunks(child, 3)
      await sleep(Math.random() * 60)
      child.kill('SIGKILL')
      expect(await gone).toBe('SIGKILL')
      const db = await file.open('target')
      const marks = await db.ledger().marks('r')
      const [{ n, most }] = await db.query('SELECT count(*) AS n, max(id) AS most FROM t')
      expect(n).toBe(marks.reduce((sum, m) => sum + m.written, 0))
      expect(most).toBe(n)
      expect(Number(n)).toBeGreaterThan(before)
      before = Number(n)
      expect(await db.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
      await db.close()
    }
  })
})

test('a last rowid that no number holds is no reason to refuse a row', async () => {
  const [from, to] = await copied(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (9223372036854775807, 'b')",
  )
  expect(to).toEqual(from)
})

test('marks out of order are refused, rejects are kept', async () => {
  await using file = await sqliteFile('CREATE TABLE t (id INTEGER PRIMARY KEY)')
  const db = await file.open('target')
  await db.ledger().prepare()
  const table = await tableOf(db, 't')
  const sink = await db.sink(table, columnsOf(table), { existing: false })
  await sink.begin()
  await expect(sink.mark(markOf({ run: 'r', seq: 2 }), [])).rejects.toMatchObject({ code: 'MARK_OUT_OF_ORDER' })
  await sink.rollback()
  await sink.begin()
  await sink.mark(markOf({ run: 'r', after: [2n ** 60n] }), [
    { table: 't', key: '1', reason: 'tab \t in it', line: '{}' },
  ])
  await sink.commit()
  expect((await db.ledger().marks('r'))[0].after).toEqual([2n ** 60n])
  expect((await db.ledger().rejects('r'))[0].reason).toBe('tab \t in it')
})
