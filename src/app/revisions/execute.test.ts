import { expect, test } from 'vitest'
import type { Database, Row } from '../../core/engine.ts'
import type { RevisionTools, RevisionWay } from '../../core/revision.ts'
import { kindOf } from '../../revisions/kinds.ts'
import { openVersions } from '../../revisions/version-table.ts'
import { openScratch } from '../scratch.ts'
import { executeWay } from './execute.ts'

const FILE = { id: 'aaaaaaaaaaaa', path: '/m/aaaaaaaaaaaa_test.sql' }

const sqlWay = (...sqls: string[]): RevisionWay => ({
  kind: 'sql',
  statements: sqls.map((sql, i) => ({ sql, line: i * 10 + 1, inTransaction: kindOf(sql, 'sqlite').inTransaction })),
})
const tsWay = (run: (tools: RevisionTools) => Promise<void>, transaction = true): RevisionWay => ({
  kind: 'ts',
  run,
  transaction,
})

async function onSqlite(work: (db: Database) => Promise<void>): Promise<void> {
  await using scratch = await openScratch({ engine: 'sqlite' })
  await work(scratch.database)
}

const tables = async (db: Database) =>
  (await db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")).map((r) => r.name)

test('a failed statement takes its transaction back, and says file, line and state', () =>
  onSqlite(async (db) => {
    const way = sqlWay('CREATE TABLE a (x)', 'PRAGMA foreign_keys = ON', 'CREATE TABLE b (x)', 'CREATE TABLE\n a (y)')
    await expect(executeWay(db, way, FILE)).rejects.toMatchObject({
      code: 'APPLY_STOPPED',
      message: 'aaaaaaaaaaaa_test.sql, line 31: statement 4 of 4 failed',
      state: '2 of 4 statements of aaaaaaaaaaaa are done and stay',
    })
    expect(await tables(db)).toEqual(['a'])
    await expect(executeWay(db, { kind: 'none', why: 'gone' }, FILE)).rejects.toMatchObject({
      code: 'REVISION_IRREVERSIBLE',
      why: 'gone',
    })
  }))

test('a module is one transaction, binds its values, and may not end it', () =>
  onSqlite(async (db) => {
    await db.execute('CREATE TABLE t (a TEXT, b BLOB, c)')
    const hostile = `'; DROP TABLE t; -- ' ? $1 ?1 한`
    await executeWay(
      db,
      tsWay(async ({ sql, name, raw }) => {
        await sql`INSERT INTO ${name('main', 't')} (a, b, c) VALUES (${hostile}, ${new Uint8Array([0, 1])}, ${raw('1 + 1')})`
        await sql`CREATE TABLE u (d TEXT DEFAULT ${hostile})`
        const rows = await sql`SELECT c FROM t WHERE a = ${hostile}`
        await sql`INSERT INTO t (a) VALUES (${String(rows[0].c)})`
      }),
      FILE,
    )
    expect(await db.query('SELECT a, b, c FROM t')).toEqual([
      { a: hostile, b: new Uint8Array([0, 1]), c: 2 },
      { a: '2', b: null, c: null },
    ])
    await db.execute('INSERT INTO u DEFAULT VALUES')
    expect(await db.query('SELECT d FROM u')).toEqual([{ d: hostile }])
    const fails = tsWay(async ({ sql }) => {
      await sql`DELETE FROM t`
      throw new Error('no more')
    })
    await expect(executeWay(db, fails, FILE)).rejects.toMatchObject({
      code: 'STEP_FAILED',
      why: 'Error: no more',
      state: 'everything that it did was rolled back; nothing of aaaaaaaaaaaa was changed',
    })
    const ends = tsWay(async ({ sql }) => void (await sql`COMMIT`))
    await expect(executeWay(db, ends, FILE)).rejects.toThrow('the revision failed')
    const bad = tsWay(async ({ sql }) => void (await sql`SELECT ${undefined as never}`))
    await expect(executeWay(db, bad, FILE)).rejects.toMatchObject({
      why: expect.stringContaining('undefined cannot be a value of a statement'),
    })
    expect(await db.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }])
  }))

test('rows come in the order of the key, each once, though they are changed on the way', () =>
  onSqlite(async (db) => {
    await db.execute(`CREATE VIEW numbers AS WITH RECURSIVE s(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM s LIMIT 100) SELECT value FROM s;
      CREATE TABLE t (a INT, b TEXT, n INT DEFAULT 0, PRIMARY KEY (a, b)) WITHOUT ROWID;
      INSERT INTO t (a, b) SELECT value % 7, char(97 + value / 7) FROM numbers WHERE value < 70;
      CREATE TABLE loose (rowid TEXT, k TEXT PRIMARY KEY, n INT DEFAULT 0);
      INSERT INTO loose (rowid, k) SELECT 'x', nullif(value, 3) FROM numbers WHERE value < 21`)
    for (const [table, count] of [
      ['t', 70],
      ['loose', 21],
    ] as const) {
      const seen: Row[] = []
      await executeWay(
        db,
        tsWay(async ({ sql, rows, name, raw }) => {
          for await (const batch of rows(table, { batch: 8, where: raw('n = 0 OR n = 0') })) {
            expect(batch.length).toBeLessThanOrEqual(8)
            seen.push(...batch)
            for (const row of batch) {
              if (table === 't') await sql`UPDATE t SET n = n + 1 WHERE a = ${row.a} AND b = ${row.b}`
              else await sql`UPDATE ${name(table)} SET n = n + 1 WHERE k IS ${row.k}`
            }
          }
        }),
        FILE,
      )
      expect(seen).toHaveLength(count)
      expect(Object.keys(seen[0])).not.toContain('naru_key_0')
      expect(await db.query(`SELECT DISTINCT n FROM ${table}`)).toEqual([{ n: 1 }])
    }
  }))

test('the version table keeps what is hostile, is no part of the schema, and is told without being made', () =>
  onSqlite(async (db) => {
    const versions = await openVersions(db, { schema: null })
    expect(await versions.read()).toEqual([])
    await versions.ensure()
    await versions.ensure()
    const message = `it's "so"; -- \\ 한 🚢`
    const done = { state: 'applied', checksum: 'c', message, ms: 1.6, at: '2026-01-02T03:04:05Z', by: 'k@b' } as const
    await db.execute(versions.sql.insert('a', done))
    const progress = { state: 'upgrading', of: 3, sums: ['x'], running: null } as const
    await db.execute(versions.sql.insert('b', { ...done, progress }))
    await db.execute(versions.sql.head(['a'], false))
    const plain = { checksum: 'c', message, at: done.at, by: done.by, ms: 2 }
    expect(await versions.read()).toEqual([
      { id: 'a', position: 1, head: false, state: 'applied', progress: null, journal: null, ...plain },
      {
        id: 'b',
        position: 2,
        head: false,
        state: 'upgrading',
        progress: { done: 1, of: 3 },
        journal: { sums: ['x'], running: null },
        ...plain,
      },
    ])
    expect((await db.inspect()).tables).toEqual([])
    await db.ledger().clean()
    expect(await versions.read()).toHaveLength(2)
  }))
