/** Rows straight from a file's pages against what SQLite itself says is in it. */
import { execFileSync } from 'node:child_process'
import { closeSync, copyFileSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, readRows, type SqliteFile, sqliteFile, tableOf } from '../../../../test/engines/sqlite-fixture.ts'
import type { Database } from '../../../core/engine.ts'
import type { KeyRange } from '../../../core/key.ts'
import type { WireType } from '../../../core/wire.ts'
import { openHandle } from '../handle.ts'
import { joinReading } from '../snapshot.ts'
import { EXACT } from '../types.ts'
import { borrowDescriptor } from './descriptors.ts'
import { layoutOf } from './layout.ts'
import { lengthOf, Records } from './record.ts'
import { NotPlain, readShape } from './shape.ts'
import { TreeWalk } from './tree.ts'

const ALL: KeyRange = { kind: 'key', after: null, upto: null }

interface Asked {
  readonly key?: string[] | null
  readonly range?: KeyRange
  readonly wires?: Record<string, WireType>
  readonly rowsAtOnce?: number
}

async function read(db: Database, o: Asked) {
  const table = await tableOf(db, 't')
  const { key = ['id'], range = ALL, rowsAtOnce = 53 } = o
  return readRows(db, table, columnsOf(table, o.wires), { key, range, rowsAtOnce })
}

/** What comes inside a snapshot, where pages are read, and outside of one, where SQLite is asked: bytes, rejects, keys. */
async function bothWays(file: SqliteFile, o: Asked = {}) {
  const db = await file.open('source')
  const asked = await read(db, o)
  const snapshot = await db.snapshot({ lock: true })
  try {
    return { asked, paged: await read(db, o) }
  } finally {
    await snapshot.close()
  }
}

/** Whether the pages of the table can be read past SQLite from end to end. */
function isPlain(file: SqliteFile): boolean {
  const handle = openHandle(file.path, { role: 'source' })
  const borrowed = borrowDescriptor(file.path)
  try {
    joinReading(handle, { kind: 'lock', id: String(borrowed?.fd) })
    const layout = handle.file === null ? null : layoutOf(handle, 't')
    if (handle.file === null || layout === null) return false
    const walk = new TreeWalk(handle.file, layout.root, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    while (walk.next());
    return true
  } catch (error) {
    if (error instanceof NotPlain) return false
    throw error
  } finally {
    handle.db().exec('ROLLBACK')
    handle.close()
    borrowed?.giveBack()
  }
}

const TYPES = ['INTEGER', 'BIGINT', 'SMALLINT', 'REAL', 'TEXT', 'VARCHAR(10)', 'BLOB', '', 'DECIMAL(12,2)', 'DATE']
const MORE = ['DATETIME', 'TIMESTAMPTZ', 'TIME', 'BOOLEAN', 'UUID', 'JSON', 'NUMERIC', 'DOUBLE', 'ANY']

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('2024-02-29', '2023-02-29', '0000-00-00', '2024-01-01 10:20:30', '2024-01-01T10:20:30', '24:00:00'),
  fc.constantFrom('2024-01-01 10:20:30+09:00', '12', '-0', '1e3', 'true', 'a\0b', '', '한글 ✨', '{"a":1}'),
  fc.uuid(),
  fc.integer({ min: 100, max: 9000 }).map((n) => 'long é '.repeat(n)),
)
const anyValue = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    0n,
    1n,
    -1n,
    127n,
    128n,
    -128n,
    32768n,
    8388607n,
    -8388608n,
    2147483648n,
    140737488355327n,
    2n ** 53n,
  ),
  fc.double({ noNaN: true }),
  fc.constantFrom(1.0, -0, 0.5, 12.25, 1e15, 5e-324),
  anyText,
  fc.uint8Array({ maxLength: 30 }),
  fc.integer({ min: 400, max: 70_000 }).map((n) => new Uint8Array(n).fill(n)),
)
const anyTable = fc.record({
  pageSize: fc.constantFrom(512, 1024, 4096, 65_536),
  setup: fc.constantFrom('', 'PRAGMA auto_vacuum = FULL;', 'PRAGMA journal_mode = wal;'),
  types: fc.array(fc.constantFrom(...TYPES, ...MORE), { minLength: 1, maxLength: 8 }),
  rows: fc.array(fc.array(anyValue, { minLength: 8, maxLength: 8 }), { maxLength: 60 }),
  ids: fc.uniqueArray(fc.oneof(fc.integer(), fc.maxSafeInteger()), { minLength: 60, maxLength: 60 }),
  /** Rows that are taken out again, whose pages are left free. */
  gone: fc.integer({ min: 0, max: 20 }),
  exact: fc.boolean(),
  ends: fc.tuple(fc.option(fc.maxSafeInteger()), fc.option(fc.maxSafeInteger())),
})

test('any table comes from its pages as SQLite says it', async () => {
  let paged = 0
  const property = fc.asyncProperty(anyTable, async ({ types, rows, ids, ...o }) => {
    await using file = await sqliteFile(`PRAGMA page_size = ${o.pageSize}; ${o.setup}
      CREATE TABLE t (${types.slice(1).map((t, i) => `c${i} ${t},`)[0] ?? ''} id INTEGER PRIMARY KEY, ${types.map((t, i) => `v${i} ${t}`).join(', ')})`)
    file.plain((db) => {
      db.exec('BEGIN')
      const names = types.map((_, i) => `v${i}`).join(', ')
      const insert = db.prepare(`INSERT INTO t (id, ${names}) VALUES (?, ${types.map(() => '?').join(', ')})`)
      for (const [i, row] of rows.entries()) insert.run(ids[i], ...row.slice(0, types.length))
      db.exec(`DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY id % 7 LIMIT ${o.gone}); COMMIT`)
    })
    if (isPlain(file)) paged++
    const wires = o.exact ? Object.fromEntries(['id', ...types.map((_, i) => `v${i}`)].map((n) => [n, EXACT])) : {}
    const [after, upto] = o.ends.map((end) => (end === null ? null : [BigInt(end)]))
    for (const range of [ALL, { kind: 'key', after, upto } as const]) {
      const got = await bothWays(file, { range, wires, rowsAtOnce: 7 })
      expect(got.paged).toEqual(got.asked)
    }
  })
  await fc.assert(property, { numRuns: 50 })
  expect(paged).toBeGreaterThan(35)
})

const SERIES = 'WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 3000)'

describe('tables', () => {
  const shapes: [what: string, script: string, plain: boolean, asked?: Asked][] = [
    ['of many pages', `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT i * 3, hex(randomblob(i % 90)) FROM s`, true],
    ['without a key, by rowid', `CREATE TABLE t (v TEXT); ${SERIES} INSERT INTO t SELECT 'v' || i FROM s`, true, { key: null, range: { kind: 'physical', from: '20', to: '2500' } }],
    ['empty', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)', true],
    ['whose key is not the rowid', `CREATE TABLE t (id INTEGER PRIMARY KEY DESC, v TEXT); ${SERIES} INSERT INTO t SELECT 5000 - i, i FROM s`, true],
    ['without rowid', `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT) WITHOUT ROWID; ${SERIES} INSERT INTO t SELECT i, i FROM s`, false],
    ['with a generated column', `CREATE TABLE t (id INTEGER PRIMARY KEY, g AS (id * 2), v TEXT); ${SERIES} INSERT INTO t SELECT i, i FROM s`, false],
    ['with a column added later', `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT i, i FROM s; ALTER TABLE t ADD COLUMN w TEXT; INSERT INTO t VALUES (9000, 'v', 'w')`, true],
    ['with a column added later that has a default', `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT i, i FROM s; ALTER TABLE t ADD COLUMN w TEXT DEFAULT 'was'; INSERT INTO t VALUES (9000, 'v', 'w')`, true],
    ['after a column was dropped', `CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, v TEXT); ${SERIES} INSERT INTO t SELECT i, i, -i FROM s; ALTER TABLE t DROP COLUMN x`, true],
    ['with rowids beyond 2^53', `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT 9223372036854775807 - i * 9000, i FROM s`, false],
    ['with negative rowids', `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT 1500 - i, i FROM s`, true],
    ['with text that is no UTF-8', `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT i, CAST(x'61ff' AS TEXT) FROM s`, true],
    ['of 200 columns', `CREATE TABLE t (id INTEGER PRIMARY KEY, ${Array.from({ length: 200 }, (_, i) => `c${i} TEXT`)}); ${SERIES} INSERT INTO t SELECT i, ${Array.from({ length: 200 }, (_, i) => `printf('%0*d', ${i}, i)`)} FROM s LIMIT 20`, true],
    ['in UTF-16', `PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT i, '한글' || i FROM s`, false],
  ] // biome-ignore format: one a line
  test.each(shapes)('%s', async (_, script, plain, asked = {}) => {
    await using file = await sqliteFile(script)
    expect(isPlain(file)).toBe(plain)
    const got = await bothWays(file, asked)
    expect(got.paged).toEqual(got.asked)
  })

  test('a value of 50 MB', async () => {
    await using file = await sqliteFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB); INSERT INTO t VALUES (1, randomblob(50000000)), (2, NULL), (3, randomblob(5000))',
    )
    expect(isPlain(file)).toBe(true)
    const { asked, paged } = await bothWays(file)
    expect(paged.batches.map((b, i) => Buffer.compare(b.bytes, asked.batches[i].bytes))).toEqual([0, 0])
  })
})

/** Writes in another process, which locks bind as they would any program: `refused` or `done`. */
function writeElsewhere(path: string, sql: string): string {
  const script = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv[1]);
    try { db.exec(process.argv[2]); console.log('done') } catch (e) { console.log(/locked/.test(e.message) ? 'refused' : e.message) }`
  return execFileSync(process.execPath, ['-e', script, path, sql], { stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .trim()
}

const MADE = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${SERIES} INSERT INTO t SELECT i, 'v' || i FROM s`

describe('while others write', () => {
  test('a rollback journal: they wait, whatever else this process does with the file', async () => {
    await using file = await sqliteFile(MADE)
    const db = await file.open('source')
    const snapshot = await db.snapshot({ lock: true })
    // Another reader comes and goes: its descriptor must not take this one's lock along.
    const other = await file.open('source')
    await (await other.snapshot({ lock: true })).close()
    await other.close()
    expect(writeElsewhere(file.path, 'UPDATE t SET v = 0')).toBe('refused')
    expect((await read(db, {})).rows[2999]).toEqual(['3000', 'v3000'])
    await snapshot.close()
    expect(writeElsewhere(file.path, 'UPDATE t SET v = 0')).toBe('done')
  })

  test('an empty log: what they append is not of this moment, and does not reach the pages', async () => {
    await using file = await sqliteFile(`PRAGMA journal_mode = wal; ${MADE}`)
    const db = await file.open('source')
    const snapshot = await db.snapshot({ lock: true })
    await snapshot.joined()
    expect(writeElsewhere(file.path, "UPDATE t SET v = 'new'; PRAGMA wal_checkpoint(TRUNCATE)")).toBe('done')
    expect(new Set((await read(db, {})).rows.map(([, v]) => v?.slice(0, 1)))).toEqual(new Set(['v']))
    await snapshot.close()
    expect((await read(db, {})).rows[0]).toEqual(['1', 'new'])
  })

  test('a log with something in it: SQLite is asked', async () => {
    await using file = await sqliteFile(`PRAGMA journal_mode = wal; ${MADE}`)
    using writer = new DatabaseSync(file.path)
    writer.exec("UPDATE t SET v = 'new'")
    expect(isPlain(file)).toBe(false)
    const { paged, asked } = await bothWays(file)
    expect(paged).toEqual(asked)
    expect(paged.rows[7]).toEqual(['8', 'new'])
  })

  test('a table that was made anew after it was inspected is read as it is now', async () => {
    await using file = await sqliteFile(MADE)
    const db = await file.open('source')
    const table = await tableOf(db, 't')
    file.plain((own) =>
      own.exec('DROP TABLE t; CREATE TABLE other (x); CREATE TABLE t (v TEXT, id INTEGER PRIMARY KEY)'),
    )
    file.plain((own) => own.exec("INSERT INTO t VALUES ('only', 5)"))
    const snapshot = await db.snapshot({ lock: true })
    const { rows } = await readRows(db, table, columnsOf(table), { key: ['id'] })
    expect(rows).toEqual([['5', 'only']])
    await snapshot.close()
  })
})

test('a file that has taken the place of the open one is not read', async () => {
  await using file = await sqliteFile(MADE)
  await using later = await sqliteFile(MADE.replaceAll("'v'", "'w'"))
  const db = await file.open('source')
  const table = await tableOf(db, 't')
  renameSync(later.path, file.path)
  const snapshot = await db.snapshot({ lock: true })
  const { rows } = await readRows(db, table, columnsOf(table), { key: ['id'] })
  expect(rows[0]).toEqual(['1', 'v1'])
  await snapshot.close()
})

test('a descriptor is shared, and closed once its file has no name left', async () => {
  await using file = await sqliteFile(MADE)
  await using later = await sqliteFile(MADE)
  const first = borrowDescriptor(file.path)
  const second = borrowDescriptor(file.path)
  expect(second?.fd).toBe(first?.fd)
  copyFileSync(later.path, `${file.path}.new`)
  renameSync(`${file.path}.new`, file.path)
  first?.giveBack()
  const third = borrowDescriptor(file.path)
  expect(third?.fd).not.toBe(first?.fd)
  expect(readShape(first?.fd as number)?.pages).toBeGreaterThan(1) // one still reads the old file
  second?.giveBack()
  third?.giveBack()
  borrowDescriptor(file.path)?.giveBack()
  expect(() => readShape(first?.fd as number)).toThrow('EBADF')
  expect(borrowDescriptor(`${file.path}.none`)).toBe(null)
})

test('damaged pages are noticed, or give rows in order', async () => {
  await using file = await sqliteFile(MADE)
  const root = file.plain((db) =>
    Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 't'").get()?.rootpage),
  )
  const whole = readFileSync(file.path)
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(4095), fc.nat(255)), { minLength: 1, maxLength: 12 })
  const property = fc.property(damage, (bytes) => {
    const hurt = Buffer.from(whole)
    for (const [page, at, byte] of bytes) hurt[(page % (whole.length / 4096)) * 4096 + at] = byte
    writeFileSync(file.path, hurt)
    const fd = openSync(file.path, 'r')
    try {
      const shape = readShape(fd)
      if (shape === null) return
      const walk = new TreeWalk(shape, root, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
      const records = new Records([false, false])
      for (let before = Number.NEGATIVE_INFINITY; walk.next(); before = walk.rowid) {
        records.read(walk)
        expect(walk.rowid).toBeGreaterThan(before)
        expect(records.starts[1] + lengthOf(records.types[1])).toBeLessThanOrEqual(walk.end)
      }
    } catch (error) {
      if (!(error instanceof NotPlain)) throw error
    } finally {
      closeSync(fd)
    }
  })
  fc.assert(property, { numRuns: 60 })
})
