/** What databases make of values by SQL is, value by value, what this process makes of the same values when it reads them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/app/open.ts'
import type { Database, WireColumn } from '../../src/core/engine.ts'
import { digestText, rowHasher } from '../../src/core/row-text.ts'
import type { Table } from '../../src/core/schema.ts'
import { rowFields, rowOffsets } from '../../src/core/wire.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { MYSQL_VALUES, POSTGRES_VALUES, type ValueColumn } from './digest-values.ts'

const KINDS: readonly (readonly [DatabaseKind, readonly ValueColumn[]])[] = [
  ['postgres', POSTGRES_VALUES],
  ['pglite', POSTGRES_VALUES],
  ['mysql', MYSQL_VALUES],
]

test('MySQL says so when no text can be made of a value', async () => {
  await using place = await freshDatabase('mysql')
  const engine = await engineFor('mysql')
  await using db = await openDatabase(engine.parse(place.url), { role: 'target' })
  await db.execute('CREATE TABLE t (id int PRIMARY KEY, x varchar(10))')
  await db.execute("INSERT INTO t VALUES (1, 'x')")
  await db.execute('SET @naru_seen = 0')
  const [table] = (await db.inspect()).tables
  // A value that is there when it is asked for NULL, and gone when its text is made: as one beyond max_allowed_packet is.
  const expression = "CASE WHEN (@naru_seen := @naru_seen + 1) % 2 = 1 THEN 'x' END"
  const columns = table.columns.map(
    (c): WireColumn => ({
      name: c.name,
      column: c,
      wire: engine.dialect.wire(c.type),
      ...(c.name === 'x' && { expression }),
    }),
  )
  const source = db.source(table, columns, { key: ['id'] })
  expect(await source.digest?.({ kind: 'all' }, [0])).toMatchObject({ rows: 1, complete: true })
  expect(await source.digest?.({ kind: 'all' }, [0, 1])).toMatchObject({ rows: 1, complete: false })
})

test('a digest that fails leaves the snapshot of PostgreSQL as it was', async () => {
  await using place = await freshDatabase('postgres')
  const engine = await engineFor('postgres')
  await using db = await openDatabase(engine.parse(place.url), { role: 'target' })
  await db.execute('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)')
  const [table] = (await db.inspect()).tables
  const columns = table.columns.map((c): WireColumn => ({ name: c.name, column: c, wire: { kind: 'int4' } }))
  const digest = (where: string) => db.source(table, columns, { key: ['id'], where }).digest?.({ kind: 'all' }, [0])
  const snapshot = await db.snapshot({ lock: false })
  expect(await digest('id < 3')).toMatchObject({ rows: 2, complete: true })
  await expect(digest('1 / (id - 2) = 1')).rejects.toMatchObject({ code: 'QUERY_FAILED' })
  expect(await digest('id > 5')).toEqual({ rows: 0, sum: 0n, complete: true })
  await snapshot.close()
})

/** Rows of a table as wire bytes. */
async function readAll(db: Database, table: Table, columns: readonly WireColumn[]): Promise<Uint8Array[]> {
  const rows: Uint8Array[] = []
  const source = db.source(table, columns, { key: ['id'] })
  const range = { kind: 'key', after: null, upto: null } as const
  for await (const batch of source.read(range, { bytes: 1 << 20, rows: 1000 })) {
    expect(batch.rejects).toEqual([])
    const offsets = rowOffsets(batch.bytes, batch.rows)
    for (let i = 0; i < batch.rows; i++) rows.push(batch.bytes.slice(offsets[i], offsets[i + 1]))
    batch.release()
  }
  return rows
}

describe.each(KINDS)('%s', (kind, values) => {
  let place: FreshDatabase
  let db: Database
  let tables: readonly Table[]
  beforeAll(async () => {
    place = await freshDatabase(kind)
    const engine = await engineFor(place.url.slice(0, place.url.indexOf(':')))
    db = await openDatabase(engine.parse(place.url), { role: 'target' })
    if (kind === 'mysql') await db.execute("SET SESSION sql_mode = ''")
    for (const [i, value] of values.entries()) await make(`t${i}`, value)
    tables = (await db.inspect()).tables
  })
  afterAll(async () => {
    await db?.close()
    await place?.[Symbol.asyncDispose]()
  })

  /** A table of the values and NULL, or none where the server has no such type. */
  async function make(name: string, { sql, texts }: ValueColumn): Promise<void> {
    const { dialect } = db.engine
    try {
      await db.execute(`CREATE TABLE ${dialect.quote(name)} (id int PRIMARY KEY, v ${sql})`)
    } catch (error) {
      if (/^(uuid|inet6)$/.test(sql) && kind === 'mysql') return
      throw error
    }
    const literal = (text: string) => (/^b'/.test(text) && sql.startsWith('bit(') ? text : dialect.literal(text))
    const rows = texts.map((text, i) => `(${i + 1}, ${literal(text)})`)
    await db.execute(`INSERT INTO ${dialect.quote(name)} VALUES (0, NULL)${rows.map((r) => `, ${r}`).join('')}`)
  }

  const named = values.map((v, i) => [`${v.sql}${v.wire === undefined ? '' : ` as ${v.wire.kind}`}`, i] as const)
  test.each(named)('%s', async (_, i) => {
    const value = values[i]
    const table = tables.find((t) => t.name.name === `t${i}`)
    if (table === undefined) return
    const { dialect } = db.engine
    const columns = table.columns.map(
      (c, i): WireColumn => ({ name: c.name, column: c, wire: (i === 1 && value.wire) || dialect.wire(c.type) }),
    )
    const sql = dialect.canonicalText?.(columns[1]) ?? null
    expect(sql === null).toBe(value.not === true)
    if (sql === null) return

    const rows = await readAll(db, table, columns)
    const asked = await db.query(`SELECT ${sql} AS t FROM ${dialect.table(table.name)} ORDER BY id`)
    const text = digestText(columns[1].wire)
    const read = rows.map((row) => {
      const field = rowFields(row, 0)[1]
      return field === null ? null : text(field, 0, field.length)
    })
    expect(asked.map((r) => r.t)).toEqual(read)
    expect(read).toHaveLength(value.texts.length + 1)

    const hash = rowHasher(
      columns.map((c) => c.wire),
      [0, 1],
    )
    const sum = rows.reduce((n, row) => n + hash(row, 0), 0n)
    const source = db.source(table, columns, { key: ['id'] })
    expect(await source.digest?.({ kind: 'all' }, [0, 1])).toEqual({ rows: rows.length, sum, complete: true })
    const some = rows.slice(1, 3).reduce((n, row) => n + hash(row, 0), 0n)
    const part = await source.digest?.({ kind: 'key', after: [0n], upto: [2n] }, [0, 1])
    expect(part).toEqual({ rows: Math.min(2, rows.length - 1), sum: some, complete: true })
  })
})
