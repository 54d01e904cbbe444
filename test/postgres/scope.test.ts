/** Schemas, keys of unusual types, and how evenly tables are split. */
import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { type Key, parseKey, serializeKey } from '../../src/core/key.ts'
import type { Schema } from '../../src/core/schema.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { asking, moveSchema, shape } from './move.ts'

/** The schema under another name, as a plan gives it for a target with ?schema=. */
function renamed(schema: Schema, from: string, to: string): Schema {
  const text = JSON.stringify(schema, (key, v) =>
    key === 'schema' && v === from ? to : typeof v === 'bigint' ? `${v}n` : v,
  )
  return JSON.parse(text, (_, v) =>
    typeof v === 'string' && /^-?\d+n$/.test(v) ? BigInt(v.slice(0, -1)) : v,
  ) as Schema
}

describe('schemas', () => {
  it('are read one at a time, and can have another name on the target', async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await asking(from.url, (ask) =>
      ask(`CREATE TABLE elsewhere (a integer); CREATE SCHEMA "App 1"; SET search_path = "App 1";
        CREATE TYPE mood AS ENUM ('a', 'b'); CREATE FUNCTION public.twice(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
        CREATE DOMAIN moods AS mood[] CHECK (cardinality(VALUE) < 9); CREATE SEQUENCE lonely;
        CREATE TABLE t (id serial PRIMARY KEY, m mood DEFAULT 'b', ms mood[], d moods, n integer DEFAULT nextval('lonely'), n2 integer DEFAULT nextval('lonely'),
          g integer GENERATED ALWAYS AS (public.twice(id)) STORED, parent integer REFERENCES t, CHECK (m <> 'a'::mood OR id > 0));
        CREATE INDEX on_m ON t (m) WHERE m = 'a'::mood;
        INSERT INTO t (ms, d) VALUES ('{a,b}', '{b}'), (NULL, NULL)`),
    )
    await asking(to.url, (ask) =>
      ask(`CREATE FUNCTION public.twice(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2'`),
    )
    await using source = await postgres.open(postgres.parse(`${from.url}?schema=App%201`), { role: 'source' })
    await using target = await postgres.open(postgres.parse(`${to.url}?schema=shop`), { role: 'target' })
    const found = await source.inspect()
    assert.deepEqual(
      found.tables.map((t) => t.name),
      [{ schema: 'App 1', name: 't' }],
    )
    assert.deepEqual(found.unread, [{ name: 'public', tables: 1, others: 1 }])
    const wanted = renamed(found, 'App 1', 'shop')
    for (const table of found.tables) assert.equal(table.columns[1].type.native, 'mood')
    await moveRenamed(source, target, found, wanted)
    const plain = (s: Schema) =>
      JSON.parse(
        JSON.stringify(shape(s), (_, v) => (typeof v === 'bigint' ? String(v) : v)).replace(/\\?"App 1\\?"/g, 'shop'),
      )
    assert.deepEqual(plain(await target.inspect()), plain(wanted))
    const rows = await asking(to.url, (ask) => ask('SELECT id, m::text, ms::text, d::text, g FROM shop.t ORDER BY id'))
    assert.deepEqual(rows, [
      { id: 1, m: 'b', ms: '{a,b}', d: '{b}', g: 2 },
      { id: 2, m: 'b', ms: null, d: null, g: 4 },
    ])
  })

  it('that are not there are an error for a source, and empty for a target', async () => {
    await using place = await freshDatabase('postgres')
    const address = postgres.parse(`${place.url}?schema=nowhere`)
    await using source = await postgres.open(address, { role: 'source' })
    await assert.rejects(source.inspect(), /there is no schema "nowhere"/)
    await using target = await postgres.open(address, { role: 'target' })
    assert.deepEqual((await target.inspect()).tables, [])
  })
})

/** Rows are read under the old name and written under the new one. */
async function moveRenamed(
  source: Awaited<ReturnType<typeof postgres.open>>,
  target: Awaited<ReturnType<typeof postgres.open>>,
  found: Schema,
  wanted: Schema,
): Promise<void> {
  const original = new Map(found.tables.map((t) => [t.name.name, t]))
  const reading = {
    ...source,
    source: (...[table, columns, o]: Parameters<typeof source.source>) =>
      source.source(original.get(table.name.name)!, columns, o),
  }
  await moveSchema(reading, target, wanted)
}

const KEYS: readonly (readonly [string, string])[] = [
  ['citext', `('K' || g)::citext`],
  ['macaddr', `('08:00:2b:01:' || to_hex(g / 256) || ':' || to_hex(g % 256))::macaddr`],
  ['inet', `('10.0.' || g / 256 || '.' || g % 256)::inet`],
  ['double precision', `g / 7.0::double precision`],
  ['character(8)', `'k' || g`],
  ['interval', `g * interval '1 hour 1 second'`],
  ['bit(16)', `g::bit(16)`],
  ['text COLLATE "C"', `chr(200 + g)`],
  ['text COLLATE blind', `'É' || g`],
  ['boolean, b text', `g % 2 = 0, 'x' || g`],
  ['integer[]', `ARRAY[g % 3, g]`],
  ['numeric, b timestamptz', `g / 3.0, timestamptz '2024-01-01' + g * interval '1 microsecond'`],
]

describe('keys', () => {
  it('of unusual types are paged by', async () => {
    await using place = await freshDatabase('postgres')
    await asking(place.url, (ask) =>
      ask(
        `CREATE EXTENSION citext; CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`,
      ),
    )
    await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
    for (const [i, [type, value]] of KEYS.entries()) {
      const columns = type.includes(', b') ? 'a, b' : 'a'
      await db.execute(
        `CREATE TABLE k${i} (v integer, a ${type}, PRIMARY KEY (${columns})); INSERT INTO k${i} SELECT g, ${value} FROM generate_series(1, 400) g`,
      )
    }
    for (const table of (await db.inspect()).tables) {
      const columns = table.columns.map((c) => ({ name: c.name, column: c, wire: postgres.dialect.wire(c.type) }))
      const key = table.primaryKey!.columns
      const source = db.source(table, columns, { key })
      const ranges = await source.split({ rows: 60 })
      assert.ok(ranges.length >= 4, `${table.columns[1].type.native}: ${ranges.length} ranges`)
      let rows = 0
      for (const range of ranges) {
        assert.equal(range.kind, 'key')
        let after: Key | null = range.kind === 'key' ? range.after : null
        // Every batch is asked for anew, from the last key of the one before.
        for (;;) {
          const upto: Key | null = range.kind === 'key' ? range.upto : null
          const reader = source.read({ kind: 'key', after, upto }, { bytes: 65536, rows: 7 })[Symbol.asyncIterator]()
          const batch = (await reader.next()).value
          await reader.return?.()
          if (batch === undefined) break
          rows += batch.rows
          after = parseKey(serializeKey(batch.last))
          batch.release()
        }
      }
      assert.equal(rows, 400, table.columns[1].type.native)
    }
  })

  it('of types that have no order to page by are read by blocks', async () => {
    await using place = await freshDatabase('postgres')
    await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
    await db.execute(`CREATE TABLE r (a int4range PRIMARY KEY, t text);
      INSERT INTO r SELECT int4range(g * 2, g * 2 + 1), repeat('x', 500) FROM generate_series(1, 3000) g`)
    const [table] = (await db.inspect()).tables
    const columns = table.columns.map((c) => ({ name: c.name, column: c, wire: postgres.dialect.wire(c.type) }))
    const source = db.source(table, columns, { key: ['a'] })
    const ranges = await source.split({ rows: 500 })
    assert.ok(ranges.length >= 4 && ranges.every((r) => r.kind === 'physical'))
    let rows = 0
    for (const range of ranges) {
      for await (const batch of source.read(range, { bytes: 65536, rows: 100 })) {
        rows += batch.rows
        assert.equal(batch.last, null)
        batch.release()
      }
    }
    assert.equal(rows, 3000)
  })

  it('are split evenly, however they lie, also where nothing was analyzed', async () => {
    await using place = await freshDatabase('postgres')
    await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
    await db.execute(`CREATE TABLE skewed (id bigint PRIMARY KEY, t text) WITH (autovacuum_enabled = false);
      INSERT INTO skewed SELECT CASE WHEN g < 190000 THEN g ELSE g * 1000000::bigint END, 'x' FROM generate_series(1, 200000) g ORDER BY md5(g::text)`)
    const [table] = (await db.inspect()).tables
    const columns = table.columns.map((c) => ({ name: c.name, column: c, wire: postgres.dialect.wire(c.type) }))
    const source = db.source(table, columns, { key: ['id'] })
    const ranges = await source.split({ rows: 20_000 })
    assert.ok(ranges.length >= 9 && ranges.length <= 12, `${ranges.length} ranges`)
    const where = (r: (typeof ranges)[number]) =>
      r.kind === 'key' ? `id > ${r.after?.[0] ?? '-1'} AND id <= ${r.upto?.[0] ?? '9223372036854775807'}` : 'false'
    for (const range of ranges) {
      const [{ n }] = await db.query(`SELECT count(*) AS n FROM skewed WHERE ${where(range)}`)
      assert.ok(Number(n) < 30_000, `${n} rows in one range`)
    }
  })
})
