import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import type { Capabilities } from '../../core/capabilities.ts'
import type { Probe } from '../../core/engine.ts'
import { type Column, type LogicalType, plainTable, type Table } from '../../core/schema.ts'
import { dialect } from './dialect.ts'
import { fittingName, identParts, plainIdent, quote } from './names.ts'

const can = { extensions: [] } as unknown as Capabilities
const typeName = { schema: 'public', name: 'orders_status' }

function rendered(logical: LogicalType, extensions: string[] = []): string {
  const { type, loss } = dialect.renderType(logical, { indexed: false, can: { ...can, extensions }, typeName })
  return loss === undefined ? type.native : `${type.native} !`
}

describe('names', () => {
  it('are quoted', () => {
    assert.equal(quote('sel"ect'), '"sel""ect"')
    assert.equal(dialect.table({ schema: 'a.b', name: 'c' }), '"a.b"."c"')
    assert.equal(dialect.table({ name: 'c' }), '"c"')
  })

  it('are spelled as the server spells them', () => {
    for (const name of ['plain', '_a1']) assert.equal(plainIdent(name), name)
    for (const name of ['Mixed', 'select', 'two words', '1a', '한글', 'interval'])
      assert.equal(plainIdent(name), `"${name}"`)
  })

  it('are read out of qualified ones', () => {
    assert.deepEqual(identParts('public."a.""b"'), ['public', 'a."b'])
    assert.deepEqual(identParts('plain'), ['plain'])
    assert.equal(identParts('a b'), null)
    assert.equal(identParts('a.'), null)
  })

  it('are cut between characters', () => {
    assert.equal(fittingName('가'.repeat(30)), '가'.repeat(21))
    assert.equal(fittingName('a'.repeat(63)), 'a'.repeat(63))
  })
})

describe('types', () => {
  const CASES: readonly (readonly [string, string, LogicalType])[] = [
    ['int8', 'bigint', { kind: 'int', bits: 64 }],
    ['serial', 'integer', { kind: 'int', bits: 32 }],
    ['varchar(10)', 'character varying(10)', { kind: 'text', max: 10 }],
    ['VARCHAR', 'character varying', { kind: 'text' }],
    ['char', 'character(1)', { kind: 'text', max: 1, fixed: true }],
    ['numeric(10, 2)', 'numeric(10,2)', { kind: 'decimal', precision: 10, scale: 2 }],
    ['numeric(5,-2)', 'numeric(5,-2)', { kind: 'decimal', precision: 7, scale: 0 }],
    ['timestamptz(3)', 'timestamp(3) with time zone', { kind: 'timestamp', fraction: 3, zone: true }],
    ['time', 'time without time zone', { kind: 'time', fraction: 6, zone: false }],
    ['float(10)', 'real', { kind: 'float', bits: 32 }],
    ['bit', 'bit(1)', { kind: 'bits', length: 1 }],
    ['varbit', 'bit varying', { kind: 'bits', varying: true }],
    ['int[3][]', 'integer[]', { kind: 'array', of: { kind: 'int', bits: 32 } }],
    ['interval day to second(3)', 'interval day to second(3)', { kind: 'interval' }],
    ['"My.Type"', '"My.Type"', { kind: 'opaque', native: '"My.Type"' }],
    ['box[]', 'box[]', { kind: 'array', of: { kind: 'opaque', native: 'box' } }],
    ['geometry(Point,4326)', 'geometry(Point,4326)', { kind: 'geometry' }],
  ]
  for (const [given, native, logical] of CASES) {
    it(`${given} is ${native}`, () => assert.deepEqual(dialect.parseType(given), { native, logical }))
  }

  it('hold what they are made for', () => {
    const table: readonly (readonly [LogicalType, string])[] = [
      [{ kind: 'int', bits: 8 }, 'smallint'],
      [{ kind: 'int', bits: 8, unsigned: true }, 'smallint'],
      [{ kind: 'int', bits: 16, unsigned: true }, 'integer'],
      [{ kind: 'int', bits: 24, unsigned: true }, 'integer'],
      [{ kind: 'int', bits: 32, unsigned: true }, 'bigint'],
      [{ kind: 'int', bits: 64, unsigned: true }, 'numeric(20,0)'],
      [{ kind: 'text', max: 20_000_000 }, 'text'],
      [{ kind: 'text', max: 0 }, 'character varying(1)'],
      [{ kind: 'timestamp', fraction: 0, zone: false }, 'timestamp(0) without time zone'],
      [{ kind: 'bits', length: 1 }, 'boolean'],
      [{ kind: 'bits', length: 8 }, 'bit(8)'],
      [{ kind: 'set', values: ['a', 'b'] }, 'text[]'],
      [{ kind: 'enum', values: ['a', 'b'] }, 'orders_status'],
      [{ kind: 'enum', values: ['가'.repeat(22)] }, 'text !'],
      [{ kind: 'geometry' }, 'bytea !'],
      [{ kind: 'array', of: { kind: 'array', of: { kind: 'int', bits: 32 } } }, 'integer[]'],
      [{ kind: 'opaque', native: 'hierarchyid' }, 'text !'],
    ]
    for (const [logical, native] of table) assert.equal(rendered(logical), native)
    assert.equal(rendered({ kind: 'geometry' }, ['postgis']), 'geometry')
  })
})

const column = (name: string, native: string, more: Partial<Column> = {}): Column => ({
  name,
  type: dialect.parseType(native),
  nullable: true,
  ...more,
})

const table = (columns: readonly Column[], more: Partial<Table> = {}) =>
  plainTable({ schema: 'public', name: 'orders' }, columns, more)

const create = (columns: readonly Column[], more: Partial<Table> = {}) => dialect.ddl.table(table(columns, more))[0].sql

describe('statements', () => {
  it('number a column that is no integer by a sequence', () => {
    const sql = create([column('id', 'numeric(20,0)', { identity: 'auto', nullable: false })])
    assert.match(sql, /^CREATE SEQUENCE IF NOT EXISTS "public"."orders_id_seq";/)
    assert.match(sql, /"id" numeric\(20,0\) DEFAULT nextval\('"public"."orders_id_seq"'::regclass\) NOT NULL/)
    assert.match(sql, /ALTER SEQUENCE "public"."orders_id_seq" OWNED BY "public"."orders"."id"$/)
    assert.match(create([column('id', 'bigint', { identity: 'auto' })]), /"id" bigint GENERATED BY DEFAULT AS IDENTITY/)
  })

  it('keep a set to its values', () => {
    const tags: Column = {
      name: 'tags',
      nullable: true,
      type: { native: 'text[]', logical: { kind: 'set', values: ['a', "b'c"] } },
    }
    const sql = create([{ ...tags, default: { kind: 'value', text: 'a,x' } }])
    assert.match(sql, /CONSTRAINT "orders_tags_set" CHECK \("tags" <@ ARRAY\['a', 'b''c'\]::text\[\]\)/)
    assert.match(sql, /DEFAULT '\{"a","x"\}'/)
  })

  it('write defaults by their meaning', () => {
    const given = (native: string, text: string) =>
      /DEFAULT (.*)\n/.exec(create([column('c', native, { default: { kind: 'value', text } })]))?.[1]
    assert.equal(given('boolean', '1'), 'true')
    assert.equal(given('integer', '-7'), '-7')
    assert.equal(given('numeric', 'NaN'), "'NaN'")
    assert.equal(given('bytea', '00ff'), "'\\x00ff'")
    assert.equal(given('text', "it's"), "'it''s'")
    assert.equal(given('text[]', '["a\\"b",null]'), `'{"a\\"b",NULL}'`)
  })

  it('stamp columns by one trigger', () => {
    const stamped = { onUpdateNow: true }
    const [step] = dialect.ddl.constraints(
      table([column('updated at', 'timestamptz', stamped), column('day', 'date', stamped)]),
    )
    assert.match(step.sql, /CREATE TRIGGER "orders_updated at_day_now" BEFORE UPDATE ON "public"."orders"/)
    assert.match(step.sql, /NEW."day" := CURRENT_DATE/)
  })

  it('put an index of the server onto the table as it is called now', () => {
    const index = {
      name: 'new name',
      parts: [{ expression: 'lower(a)' }],
      unique: true,
      method: 'btree',
      definition: `CREATE UNIQUE INDEX "old USING name" ON ONLY app."Old ON table" USING btree (lower(a)) WHERE (b <> ' USING '::text)`,
    }
    const [step] = dialect.ddl.indexes(table([], { indexes: [index] }))
    assert.equal(
      step.sql,
      `SET LOCAL search_path TO public;\nCREATE UNIQUE INDEX "new name" ON "public"."orders" USING btree (lower(a)) WHERE (b <> ' USING '::text)`,
    )
  })

  it('name each step once', () => {
    const full = table([column('id', 'integer', { identity: 'auto', comment: 'c', onUpdateNow: true })], {
      primaryKey: { name: 'orders_pkey', columns: ['id'] },
      uniques: [{ name: 'u', columns: ['id'] }],
      checks: [{ name: 'k', expression: 'id > 0', notValid: true }],
    })
    const { ddl } = dialect
    const steps = [ddl.table, ddl.indexes, ddl.constraints, ddl.foreignKeys, ddl.after].flatMap((phase) => phase(full))
    assert.equal(new Set(steps.map((s) => s.object)).size, steps.length)
  })
})

describe('probes', () => {
  const ask = (probe: Probe, native: string) => dialect.probe(probe, column('c', native), '"c"')

  it('are asked only of columns that can hold such values', () => {
    for (const kind of ['zero-date', 'time-beyond-day', 'nul', 'invalid-utf8', 'empty-enum'] as const) {
      assert.equal(ask({ kind }, 'text'), null)
    }
    assert.equal(ask({ kind: 'not-finite' }, 'integer'), null)
    assert.equal(ask({ kind: 'date-outside', min: '0001-01-01', max: '9999-12-31' }, 'time'), null)
    assert.equal(ask({ kind: 'outside', min: '0', max: '255' }, 'integer'), '("c" < 0 OR "c" > 255)')
  })

  it('have remedies only where these make sense', () => {
    const remedy = (probe: Probe, policy: 'null' | 'clip' | 'replace') =>
      dialect.remedy(probe, policy, column('c', 'text'), '"c"')
    const long: Probe = { kind: 'longer', max: 3, unit: 'characters' }
    assert.equal(remedy(long, 'clip'), 'CASE WHEN char_length("c") > 3 THEN left("c", 3) ELSE "c" END')
    assert.equal(remedy({ ...long, unit: 'bytes' }, 'clip'), null)
    assert.equal(remedy(long, 'replace'), null)
    assert.equal(remedy({ kind: 'nul' }, 'null'), null)
  })
})
