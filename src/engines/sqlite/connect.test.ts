import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { columnsOf, readRows, sqliteFile, tableOf } from '../../../test/engines/sqlite-fixture.ts'
import { freshFiles } from '../../../test/harness/database.ts'
import { sqlite } from './index.ts'

describe('addresses', () => {
  test('paths are absolute, decoded and carry parameters', () => {
    expect(sqlite.parse('sqlite:/a/b%20c.db?x=1')).toMatchObject({
      path: '/a/b c.db',
      params: { x: '1' },
      label: 'sqlite:/a/b c.db',
    })
    expect(sqlite.parse('sqlite:///a/b.db').path).toBe('/a/b.db')
    expect(sqlite.parse('sqlite:shop.db').path).toBe(join(process.cwd(), 'shop.db'))
    expect(sqlite.parse('sqlite:100%.db').path).toBe(join(process.cwd(), '100%.db'))
    expect(sqlite.parse('sqlite::memory:').path).toBe(':memory:')
    expect(() => sqlite.parse('sqlite:')).toThrow(expect.objectContaining({ code: 'ADDRESS_INVALID' }))
  })
})

describe('opening', () => {
  test('tells a missing file, a folder, and what is no database', async () => {
    await using files = await freshFiles()
    const open = (name: string) => sqlite.open(sqlite.parse(`sqlite:${join(files.path, name)}`), { role: 'source' })
    await expect(open('none.db')).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
    expect(existsSync(join(files.path, 'none.db'))).toBe(false)
    await expect(open('.')).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    writeFileSync(join(files.path, 'text.db'), 'this is no database'.repeat(100))
    await expect(open('text.db')).rejects.toMatchObject({ code: 'CONNECT_FAILED', why: 'file is not a database' })
  })

  test('a source cannot be written to', async () => {
    await using file = await sqliteFile('CREATE TABLE t (v)')
    const db = await file.open('source')
    await expect(db.execute('INSERT INTO t VALUES (1)')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  test('a target that is looked at is not made; one that is written to is, with its folders', async () => {
    await using files = await freshFiles()
    const path = join(files.path, 'new/folder/shop.db')
    const db = await sqlite.open(sqlite.parse(`sqlite:${path}`), { role: 'target' })
    expect((await db.inspect()).tables).toEqual([])
    expect(await db.ledger().runs()).toEqual([])
    expect(existsSync(join(files.path, 'new'))).toBe(false)
    await db.execute('CREATE TABLE t (v)')
    await db.close()
    expect(existsSync(path)).toBe(true)
    expect(existsSync(`${path}-wal`)).toBe(false)
    expect(readFileSync(path).subarray(18, 20)).toEqual(Buffer.from([1, 1])) // no WAL file is left behind as such
  })

  test.runIf(existsSync('/proc/self'))(
    'a folder that cannot be made is one error, told at once',
    async () => {
      const script = `
      import { sqlite } from './src/engines/sqlite/index.ts'
      const db = await sqlite.open(sqlite.parse('sqlite:/proc/nowhere/x/y.db'), { role: 'target' })
      await db.execute('CREATE TABLE t (v)').catch((e) => console.log(e.code, e.message))
      await db.close()`
      // In a process of its own: what hangs here hangs the whole thread.
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script], {
        timeout: 20_000,
      })
      expect(stdout).toBe('CONNECT_FAILED the folder /proc/nowhere/x could not be made\n')
    },
    30_000,
  )

  test('a file that is in WAL mode stays in it', async () => {
    await using file = await sqliteFile('PRAGMA journal_mode = wal; CREATE TABLE t (v)')
    const db = await file.open('target')
    await db.execute('INSERT INTO t VALUES (1)')
    await db.close()
    expect(file.plain((plain) => plain.prepare('PRAGMA journal_mode').get())).toEqual({ journal_mode: 'wal' })
  })

  test.skipIf(process.getuid?.() === 0)('a WAL file that cannot be written to is read', async () => {
    await using files = await freshFiles()
    const folder = join(files.path, 'ro')
    mkdirSync(folder)
    const path = join(folder, 'a.db')
    const db = await sqlite.open(sqlite.parse(`sqlite:${path}`), { role: 'target' })
    await db.execute('PRAGMA journal_mode = wal; CREATE TABLE t (v); INSERT INTO t VALUES (1)')
    await db.close()
    chmodSync(folder, 0o555)
    const source = await sqlite.open(sqlite.parse(`sqlite:${path}`), { role: 'source' })
    expect(await source.query('SELECT v FROM t')).toEqual([{ v: 1 }])
    await source.close()
    chmodSync(folder, 0o755)
  })
})

describe('snapshot', () => {
  test.each(['wal', 'delete'])('all who join see one moment (%s)', async (mode) => {
    await using file = await sqliteFile(
      `PRAGMA journal_mode = ${mode}; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)`,
    )
    const insert = (id: number) =>
      file.plain((db) => {
        db.exec('PRAGMA busy_timeout = 0')
        try {
          db.exec(`INSERT INTO t VALUES (${id})`)
          return true
        } catch {
          return false
        }
      })
    const lead = await file.open('source')
    const lane = await file.open('source')
    const snapshot = await lead.snapshot({ lock: true })
    expect(snapshot.consistent).toBe(true)
    expect(insert(2)).toBe(false)
    await lane.join(snapshot.token)
    await snapshot.joined()
    expect(insert(3)).toBe(mode === 'wal')
    const table = await tableOf(lane, 't')
    for (const db of [lead, lane]) {
      expect((await readRows(db, table, columnsOf(table), { key: ['id'] })).rows).toEqual([['1']])
    }
    await lane.leave()
    await snapshot.close()
    expect(insert(4)).toBe(true)
    expect((await readRows(lead, table, columnsOf(table), { key: ['id'] })).rows.length).toBeGreaterThan(1)
  })

  test('without the lock a WAL file says that lanes may differ', async () => {
    await using file = await sqliteFile('PRAGMA journal_mode = wal; CREATE TABLE t (v)')
    const snapshot = await (await file.open('source')).snapshot({ lock: false })
    expect(snapshot).toMatchObject({ consistent: false, why: expect.stringContaining('without a lock') })
    await snapshot.close()
  })
})

test('a database in memory', async () => {
  await using db = await sqlite.open(sqlite.parse('sqlite::memory:'), { role: 'target' })
  await db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'x')")
  expect(db.can.inProcess).toBe(true)
  expect(await db.query('SELECT id, v FROM t WHERE v = ?', ['x'])).toEqual([{ id: 1, v: 'x' }])
})

describe('a large source', () => {
  test('is asked in a thread, so that the asking one goes on', async () => {
    await using file = await sqliteFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB); INSERT INTO t VALUES (9007199254740993, zeroblob(17000000))',
    )
    const db = await file.open('source')
    let ticks = 0
    const clock = setInterval(() => {
      ticks++
    }, 5)
    const counting = db.query(
      'SELECT count(*) AS n FROM (WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 1000000) SELECT i FROM s)',
    )
    expect(await counting).toEqual([{ n: 1_000_000 }])
    clearInterval(clock)
    expect(ticks).toBeGreaterThan(2)
    expect(await db.query('SELECT id, length(v) AS n FROM t WHERE id > ?', [5])).toEqual([
      { id: 9007199254740993n, n: 17_000_000 },
    ])
    await expect(db.query('SELECT * FROM nowhere')).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      why: 'no such table: nowhere',
    })
    await db.close()
  })
})
