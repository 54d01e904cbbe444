/** Every column type read in every wire form that the engine says it can: the server runs it, and the bytes are of that form. */
import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { decoder } from '../../src/core/decode.ts'
import type { Database, WireColumn } from '../../src/core/engine.ts'
import type { Table } from '../../src/core/schema.ts'
import { rowFields, rowOffsets, type WireType } from '../../src/core/wire.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'

const { dialect } = postgres

/** Column type → values as PostgreSQL's own text. */
const TYPES: readonly (readonly [string, readonly string[]])[] = [
  ['boolean', ['t', 'f']],
  ['smallint', ['0', '1']],
  ['integer', ['0', '1']],
  ['bigint', ['0', '1']],
  ['numeric', ['0', '1.50', 'NaN']],
  ['numeric(6,2)', ['0', '1.5']],
  ['real', ['0', '1']],
  ['double precision', ['0', '1']],
  ['money', ['12.30', '-1']],
  ['text', ['12', '1']],
  ['character varying(9)', ['12']],
  ['character(5)', ['12']],
  ['bytea', ['\\x00112233445566778899aabbccddeeff']],
  ['date', ['2024-02-29', '0044-03-15 BC']],
  ['time without time zone', ['12:34:56.5']],
  ['time with time zone', ['12:34:56.5+09']],
  ['timestamp without time zone', ['2024-02-29 12:34:56.5']],
  ['timestamp with time zone', ['2024-02-29 12:34:56.5+09']],
  ['interval', ['1 year 2 days 03:04:05.6', '01:00:00']],
  ['uuid', ['c9a646d3-9c61-4cb7-bfcd-ee2522c8f633']],
  ['json', ['{"b":1}']],
  ['jsonb', ['{"b": 1}']],
  ['inet', ['10.0.0.1', '10.0.0.0/8']],
  ['cidr', ['10.0.0.0/8']],
  ['bit(4)', ['1010']],
  ['bit varying', ['101', '']],
  ['integer[]', ['{1,NULL}', '{}']],
  ['text[]', ['{a,"b c"}']],
  ['character varying(5)[]', ['{a,"b c"}']],
  ['tsvector', ["'a':1"]],
  ['int4range', ['[1,5)']],
  ['oid', ['4294967295']],
  ['macaddr', ['08:00:2b:01:02:03']],
  ['xml', ['<a/>']],
  ['mood', ['sad', "it's"]],
  ['mood[]', ['{sad,"it\'s"}']],
  ['pair', ['(1,x)']],
]

const KINDS = [
  'bool int2 int4 int8 float4 float8 date time timetz timestamp timestamptz interval uuid inet cidr bytea json jsonb',
]
const WIRES: readonly WireType[] = [
  ...KINDS[0].split(' ').map((kind) => ({ kind }) as WireType),
  { kind: 'text' },
  { kind: 'text', fixed: true },
  { kind: 'numeric' },
  { kind: 'numeric', scale: 3 },
  { kind: 'bit' },
  { kind: 'array', of: { kind: 'text' } },
  { kind: 'array', of: { kind: 'int4' } },
]

/** What a text column must hold for a form to be read from it. */
const FROM_TEXT = /^(bool|int|float|numeric|json|text|bytea|array)/

async function readOne(db: Database, table: Table, c: WireColumn): Promise<(string | null)[]> {
  const decode = decoder(c.wire)
  const found: (string | null)[] = []
  for await (const batch of db.source(table, [c], { key: null }).read({ kind: 'all' }, { bytes: 65536, rows: 100 })) {
    const offsets = rowOffsets(batch.bytes, batch.rows)
    assert.equal(offsets[batch.rows], batch.bytes.length)
    for (let i = 0; i < batch.rows; i++) {
      const [field] = rowFields(batch.bytes, offsets[i])
      found.push(field === null ? null : decode(field, 0, field.length))
    }
  }
  return found
}

async function world() {
  const place = await freshDatabase('postgres')
  const db = await postgres.open(postgres.parse(place.url), { role: 'target' })
  await db.execute(`CREATE TYPE mood AS ENUM ('sad', 'it''s'); CREATE TYPE pair AS (x integer, y text)`)
  for (const [i, [type, values]] of TYPES.entries()) {
    const rows = values.map((v, n) => `(${n}, ${dialect.literal(v)})`).join(', ')
    await db.execute(`CREATE TABLE t${i} (n integer, v ${type}); INSERT INTO t${i} VALUES ${rows}, (99, NULL)`)
  }
  const tables = new Map((await db.inspect()).tables.map((t) => [t.name.name, t]))
  const at = (type: string) => tables.get(`t${TYPES.findIndex(([name]) => name === type)}`)!
  return { db, at, [Symbol.asyncDispose]: () => db.close().finally(() => place[Symbol.asyncDispose]()) }
}

const columnOf = (table: Table, wire?: WireType): WireColumn => {
  const column = table.columns[1]
  return { name: 'v', column, wire: wire ?? dialect.wire(column.type) }
}

/** Column type, wire form, what arrives: the casts that keep the meaning. */
const EXPECTED: readonly (readonly [string, WireType, readonly string[]])[] = [
  ['boolean', { kind: 'int2' }, ['1', '0']],
  ['integer', { kind: 'bool' }, ['0', '1']],
  ['integer', { kind: 'numeric', scale: 3 }, ['0.000', '1.000']],
  ['numeric', { kind: 'numeric', scale: 3 }, ['0.000', '1.500', 'NaN']],
  ['numeric', { kind: 'numeric', scale: 1 }, ['0.0', '1.5', 'NaN']],
  ['numeric(6,2)', { kind: 'numeric' }, ['0.00', '1.50']],
  ['money', { kind: 'numeric', scale: 2 }, ['12.30', '-1.00']],
  ['character(5)', { kind: 'text' }, ['12']],
  ['character(5)', { kind: 'text', fixed: true }, ['12   ']],
  ['timestamp with time zone', { kind: 'timestamp' }, ['2024-02-29 03:34:56.5']],
  ['timestamp without time zone', { kind: 'timestamptz' }, ['2024-02-29 12:34:56.5+00']],
  ['interval', { kind: 'text' }, ['P1Y2DT3H4M5.6S', 'PT1H']],
  ['uuid', { kind: 'bytea' }, ['c9a646d39c614cb7bfcdee2522c8f633']],
  ['bytea', { kind: 'uuid' }, ['00112233-4455-6677-8899-aabbccddeeff']],
  ['inet', { kind: 'text' }, ['10.0.0.1', '10.0.0.0/8']],
  ['integer[]', { kind: 'jsonb' }, ['[1, null]', '[]']],
  ['text[]', { kind: 'text' }, ['["a","b c"]']],
  ['mood[]', { kind: 'array', of: { kind: 'text' } }, ['["sad","it\'s"]']],
  ['character varying(5)[]', { kind: 'array', of: { kind: 'text' } }, ['["a","b c"]']],
  ['oid', { kind: 'int8' }, ['4294967295']],
  ['macaddr', { kind: 'text' }, ['08:00:2b:01:02:03']],
  ['pair', { kind: 'text' }, ['(1,x)']],
  ['mood', { kind: 'text' }, ['sad', "it's"]],
]

describe('forms', () => {
  it('are read wherever canRead says so', async () => {
    await using w = await world()
    let pairs = 0
    for (const [type, values] of TYPES) {
      const table = w.at(type)
      const column = table.columns[1]
      assert.ok(dialect.canRead(column.type, dialect.wire(column.type)), `${type} as it is`)
      const own = await readOne(w.db, table, columnOf(table))
      assert.equal(own.length, values.length + 1, type)
      assert.equal(own.at(-1), null)
      for (const wire of WIRES) {
        if (!dialect.canRead(column.type, wire)) continue
        if (/^(text|char)/.test(type) && !type.endsWith('[]') && !FROM_TEXT.test(wire.kind)) continue
        if (wire.kind === 'array' && wire.of.kind === 'int4' && !type.startsWith('integer')) continue
        if (/^(numeric|real|double)/.test(type) && /^int/.test(wire.kind) && values.includes('NaN')) continue
        const what = `${type} as ${JSON.stringify(wire)}`
        const found = await readOne(w.db, table, columnOf(table, wire)).catch((error: Error) => {
          throw new Error(`${what}: ${error.message}`)
        })
        assert.equal(found.length, values.length + 1, what)
        assert.equal(found.at(-1), null, `${what}: NULL stays NULL`)
        pairs++
      }
    }
    assert.ok(pairs > 150, `${pairs} pairs`)
  })

  it('keep the meaning', async () => {
    await using w = await world()
    for (const [type, wire, wanted] of EXPECTED) {
      const table = w.at(type)
      assert.ok(dialect.canRead(table.columns[1].type, wire), `${type} as ${wire.kind}`)
      const found = await readOne(w.db, table, columnOf(table, wire))
      assert.deepEqual(found.slice(0, -1), wanted, `${type} as ${JSON.stringify(wire)}`)
    }
  })

  it('are refused where PostgreSQL has no way', () => {
    const can = (type: string, wire: WireType) => dialect.canRead(dialect.parseType(type), wire)
    assert.ok(!can('bytea', { kind: 'int4' }))
    assert.ok(!can('integer', { kind: 'uuid' }))
    assert.ok(!can('boolean', { kind: 'date' }))
    assert.ok(!can('text', { kind: 'raw', native: 'tsvector' }))
    assert.ok(!can('tsvector', { kind: 'raw', native: 'tsquery' }))
  })
})
