/** Refused rows and their reasons, existing tables, columns that arrive as text. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'vitest'
import type { Database, RowSink, WireColumn } from '../../src/core/engine.ts'
import type { NaruError } from '../../src/core/error.ts'
import type { Mark } from '../../src/core/ledger.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { encodeRows, type TextRow } from '../../src/testing/stage.ts'
import { freshDatabase } from '../harness/database.ts'

async function opened(kind: 'postgres' | 'pglite', script: string) {
  const place = await freshDatabase(kind)
  const address = postgres.parse(place.url)
  const db = await postgres.open(address, { role: 'target' })
  await db.execute(script)
  await db.ledger().prepare()
  return { db, address, [Symbol.asyncDispose]: () => db.close().finally(() => place[Symbol.asyncDispose]()) }
}

async function sinkFor(db: Database, name: string, existing = false) {
  const table = (await db.inspect()).tables.find((t) => t.name.name === name)!
  const columns = table.columns.map((c) => ({ name: c.name, column: c, wire: postgres.dialect.wire(c.type) }))
  return { table, columns, sink: await db.sink(table, columns, { existing }) }
}

async function reasonOf(sink: RowSink, columns: readonly WireColumn[], row: TextRow): Promise<string> {
  await sink.begin()
  let found = 'taken'
  await sink.rows(encodeRows(columns, [row]), 1, { savepoint: true }).catch((error: NaruError) => {
    found = `${error.code}: ${error.message}`
  })
  await sink.rollback()
  return found
}

/** What keeps a chunk from being stored. */
async function chunkError(sink: RowSink, columns: readonly WireColumn[], rows: TextRow[], seq: number) {
  try {
    for (const row of rows) await sink.stream!.send(encodeRows(columns, [row]), 1)
    await sink.stream!.commit({ ...MARK, seq }, [])
  } catch (error) {
    await sink.rollback()
    return error as NaruError
  }
}

const MARK: Mark = {
  run: 'r',
  unit: '0.0',
  seq: 1,
  after: null,
  read: 1,
  written: 1,
  rejected: 0,
  filtered: 0,
  merged: 0,
  digest: '',
  done: true,
}

for (const kind of ['postgres', 'pglite'] as const) {
  describe(`rows into ${kind}`, () => {
    it('are refused with the reason of the server', async () => {
      await using place = await opened(
        kind,
        `CREATE TYPE size AS ENUM ('s', 'm'); CREATE DOMAIN small AS integer CHECK (VALUE < 10);
        CREATE TABLE strict (id integer PRIMARY KEY, code varchar(3) NOT NULL, amount numeric(4,2), size size, small small, CONSTRAINT positive CHECK (id > 0))`,
      )
      const { sink, columns } = await sinkFor(place.db, 'strict')
      await sink.begin()
      await sink.rows(encodeRows(columns, [['1', 'a', null, null, null]]), 1, { savepoint: false })
      await sink.commit()
      const reason = (row: TextRow) => reasonOf(sink, columns, row)
      assert.equal(
        await reason(['1', 'b', null, null, null]),
        'ROW_REFUSED: duplicate key value violates unique constraint "strict_pkey" (Key (id)=(1) already exists)',
      )
      assert.equal(
        await reason(['2', 'abcd', null, null, null]),
        'ROW_REFUSED: code: value too long for type character varying(3)',
      )
      assert.match(
        await reason(['2', null, null, null, null]),
        /^ROW_REFUSED: null value in column "code" of relation "strict" violates not-null/,
      )
      assert.match(
        await reason(['2', 'a', '100', null, null]),
        /^ROW_REFUSED: amount: numeric field overflow \(A field with precision 4/,
      )
      assert.equal(
        await reason(['2', 'a', null, 'xl', null]),
        'ROW_REFUSED: size: invalid input value for enum size: "xl"',
      )
      assert.match(
        await reason(['2', 'a', null, null, '11']),
        /^ROW_REFUSED: small: value for domain small violates check constraint/,
      )
      assert.match(
        await reason(['0', 'a', null, null, null]),
        /^ROW_REFUSED: new row for relation "strict" violates check constraint "positive"/,
      )
      assert.equal(await reason(['2', 'a', '1.50', 'm', '3']), 'taken')
      assert.deepEqual(await place.db.query('SELECT id FROM strict'), [{ id: 1 }])
    })

    it('arrive as text where the binary form belongs to one database', async () => {
      await using place = await opened(
        kind,
        `CREATE TYPE mood AS ENUM ('ok', 'a "b", c'); CREATE TYPE pair AS (x integer, y text);
        CREATE TABLE odd (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, moods mood[], pair pair, pairs pair[], plain tsvector)`,
      )
      const { sink, columns } = await sinkFor(place.db, 'odd')
      const none: TextRow = ['7', null, null, null, null]
      const full: TextRow = ['8', '["ok",null,"a \\"b\\", c"]', '(1,"x, ""y""")', '["(2,)",null]', null]
      for (const row of [none, full]) {
        await sink.begin()
        await sink.rows(encodeRows(columns, [row]), 1, { savepoint: row === full })
        await sink.rows(encodeRows(columns, [[`1${row[0]}`, ...row.slice(1)]]), 1, { savepoint: true })
        await sink.mark({ ...MARK, unit: String(row[0]) }, [])
        await sink.commit()
      }
      assert.match(
        await reasonOf(sink, columns, ['9', '["bad"]', null, null, null]),
        /invalid input value for enum mood: "bad"/,
      )
      assert.match(
        await reasonOf(sink, columns, ['9', null, '(x,1)', null, null]),
        /invalid input syntax for type integer: "x"/,
      )
      await sink[Symbol.asyncDispose]()
      const rows = await place.db.query('SELECT id, moods::text, pair::text, pairs::text FROM odd ORDER BY id')
      const wanted = { moods: '{ok,NULL,"a \\"b\\", c"}', pair: '(1,"x, ""y""")', pairs: '{"(2,)",NULL}' }
      assert.deepEqual(rows[1], { id: 8, ...wanted })
      assert.deepEqual(rows[3], { id: 18, ...wanted })
      assert.deepEqual(await place.db.query(`SELECT 1 AS n FROM pg_class WHERE relname LIKE 'naru_stage%'`), [])
    })

    it('go past triggers and foreign keys of existing tables', async () => {
      await using place = await opened(
        kind,
        `CREATE TABLE parent (id integer PRIMARY KEY); CREATE TABLE kid (id integer, parent integer REFERENCES parent);
        CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'not you'; END$$;
        CREATE TRIGGER no BEFORE INSERT ON kid FOR EACH ROW EXECUTE FUNCTION no()`,
      )
      const { sink, columns } = await sinkFor(place.db, 'kid')
      assert.match(await reasonOf(sink, columns, ['1', '5']), /ROW_REFUSED: not you/)
      const quiet = await sinkFor(place.db, 'kid', true)
      assert.equal(await reasonOf(quiet.sink, columns, ['1', '5']), 'taken')
      const [{ role }] = await place.db.query(`SELECT current_setting('session_replication_role') AS role`)
      assert.equal(role, 'origin', 'only within the transaction')
    })

    it('are not marked twice, not even by two at once', async () => {
      await using place = await opened(kind, 'CREATE TABLE t (a integer)')
      const { sink, columns } = await sinkFor(place.db, 't')
      await sink.begin()
      await sink.rows(encodeRows(columns, [['1']]), 1, { savepoint: false })
      await sink.mark(MARK, [])
      await sink.commit()
      await sink.begin()
      await sink.rows(encodeRows(columns, [['1']]), 1, { savepoint: false })
      await assert.rejects(sink.mark(MARK, []), (e: NaruError) => e.code === 'MARK_OUT_OF_ORDER')
      await sink.rollback()
      assert.equal((await place.db.query('SELECT * FROM t')).length, 1)
    })
  })
}

describe('chunks that are sent while they are read', () => {
  it('are stored with their mark, or not at all', async () => {
    await using place = await opened(
      'postgres',
      `CREATE TABLE t (a integer PRIMARY KEY, half numeric GENERATED ALWAYS AS (10 / nullif(a, 7)) STORED, b text);
      CREATE TABLE late (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED)`,
    )
    const { table, sink: whole } = await sinkFor(place.db, 't')
    await whole[Symbol.asyncDispose]()
    const columns = table.columns
      .filter((c) => c.generated === undefined)
      .map((c) => ({ name: c.name, column: c, wire: postgres.dialect.wire(c.type) }))
    const sink = await place.db.sink(table, columns, { existing: false })
    const chunk = async (to: RowSink, rows: TextRow[], seq: number, of = columns) =>
      (await chunkError(to, of, rows, seq))?.code ?? 'stored'
    const stored = async () => [
      ...(await place.db.query('SELECT a FROM t ORDER BY a')).map((r) => r.a),
      ...(await place.db.ledger().marks('r')).map((m) => `mark ${m.seq}`),
    ]
    assert.equal(await chunk(sink, [['1', 'one']], 1), 'stored')
    assert.deepEqual(await stored(), [1, 'mark 1'])
    // What a row is refused for, and what a mark is refused for, have the same SQLSTATEs.
    assert.equal(
      await chunk(
        sink,
        [
          ['2', 'two'],
          ['1', 'again'],
        ],
        2,
      ),
      'ROW_REFUSED',
    )
    assert.equal(await chunk(sink, [['2', 'two']], 1), 'MARK_OUT_OF_ORDER')
    assert.equal(await chunk(sink, [['2', 'two']], 3), 'MARK_OUT_OF_ORDER')
    assert.deepEqual(await stored(), [1, 'mark 1'])
    assert.equal(
      await chunk(
        sink,
        [
          ['2', 'two'],
          ['3', 'three'],
        ],
        2,
      ),
      'stored',
    )
    assert.deepEqual(await stored(), [1, 2, 3, 'mark 1', 'mark 2'])
    const late = await sinkFor(place.db, 'late')
    // Refused when all is done but the COMMIT: no row is to blame.
    assert.equal(await chunk(late.sink, [['5'], ['5']], 3, late.columns), 'QUERY_FAILED')
    assert.deepEqual(await place.db.query('SELECT a FROM late'), [])
    assert.deepEqual((await stored()).at(-1), 'mark 2')
  })

  it('may have columns that arrive as text', async () => {
    await using place = await opened(
      'postgres',
      `CREATE TYPE mood AS ENUM ('ok', 'bad'); CREATE TABLE odd (id integer, moods mood[])`,
    )
    const { sink, columns } = await sinkFor(place.db, 'odd')
    const chunk = (row: TextRow, seq: number) => chunkError(sink, columns, [row], seq)
    assert.equal(await chunk(['1', '["ok"]'], 1), undefined)
    const refused = await chunk(['2', '["worse"]'], 2)
    assert.equal(refused?.code, 'ROW_REFUSED')
    assert.match(refused?.message ?? '', /worse/)
    assert.equal((await chunk(['2', '["bad"]'], 1))?.code, 'MARK_OUT_OF_ORDER')
    assert.equal(await chunk(['2', '["bad"]'], 2), undefined)
    await sink[Symbol.asyncDispose]()
    assert.deepEqual(await place.db.query('SELECT id, moods::text FROM odd ORDER BY id'), [
      { id: 1, moods: '{ok}' },
      { id: 2, moods: '{bad}' },
    ])
  })

  it('are refused for a row that was sent long ago, and leave the connection as it was', async () => {
    await using place = await opened('postgres', 'CREATE TABLE t (a integer PRIMARY KEY, b text)')
    const { sink, columns } = await sinkFor(place.db, 't')
    const many = encodeRows(
      columns,
      Array.from({ length: 100 }, (_, i) => [String(i), 'x'.repeat(1000)]),
    )
    const send = async () => {
      for (let i = 0; i < 200; i++) await sink.stream!.send(many, 100)
      await sink.stream!.commit(MARK, []) // at the latest
    }
    await assert.rejects(
      send(),
      (e: NaruError) => e.code === 'ROW_REFUSED' && /Key \(a\)=\(0\) already exists/.test(e.message),
    )
    await sink.rollback()
    assert.deepEqual(await place.db.query('SELECT * FROM t'), [])
    await sink.stream!.send(many, 100)
    await sink.stream!.commit(MARK, [])
    assert.deepEqual(await place.db.query('SELECT count(*)::int AS n FROM t'), [{ n: 100 }])
  })

  it('take their bytes along: what is in the buffer later is not theirs', async () => {
    await using place = await opened('postgres', 'CREATE TABLE t (a integer, b text)')
    const { sink, columns } = await sinkFor(place.db, 't')
    // While another one holds the table, the server reads nothing, and most of the rows wait on this side.
    await using other = await postgres.open(place.address, { role: 'target' })
    await other.execute('BEGIN; LOCK TABLE t')
    const free = sleep(300).then(() => other.execute('COMMIT'))
    for (let i = 0; i < 40; i++) {
      const bytes = encodeRows(columns, [[String(i), String(i % 10).repeat(1_000_000)]])
      await sink.stream!.send(bytes, 1)
      bytes.fill(0xff)
    }
    await free
    await sink.stream!.commit(MARK, [])
    assert.deepEqual(
      await place.db.query('SELECT count(*)::int AS n FROM t WHERE b = repeat((a % 10)::text, 1000000)'),
      [{ n: 40 }],
    )
  })

  it('are given up in the middle: nothing is stored, and the next ones are', async () => {
    await using place = await opened('postgres', 'CREATE TABLE t (a integer)')
    const { table, sink, columns } = await sinkFor(place.db, 't')
    await sink.stream!.send(encodeRows(columns, [['1']]), 1)
    await sink.rollback()
    await sink.stream!.send(encodeRows(columns, [['2']]), 1)
    await sink[Symbol.asyncDispose]()
    const next = await place.db.sink(table, columns, { existing: false })
    await next.stream!.send(encodeRows(columns, [['3']]), 1)
    await next.stream!.commit(MARK, [])
    assert.deepEqual(await place.db.query('SELECT a FROM t'), [{ a: 3 }])
  })

  it('end with the connection', async () => {
    await using place = await opened('postgres', 'CREATE TABLE t (a integer)')
    const { sink, columns } = await sinkFor(place.db, 't')
    const [{ pid }] = await place.db.query('SELECT pg_backend_pid() AS pid')
    await using other = await postgres.open(place.address, { role: 'target' })
    const rows = encodeRows(
      columns,
      Array.from({ length: 1000 }, () => ['1']),
    )
    await sink.stream!.send(rows, 1000)
    await other.query(`SELECT pg_terminate_backend(${pid}, 5000)`)
    const on = async () => {
      for (let i = 0; i < 1000; i++) await sink.stream!.send(rows, 1000)
      await sink.stream!.commit(MARK, [])
    }
    await assert.rejects(on(), (e: NaruError) => e.code === 'CONNECTION_LOST')
    await sink.rollback()
    assert.deepEqual(await other.query('SELECT * FROM t'), [])
  })
})
