/** Conversions by the real dialects, which are pure: no server is asked. */
import { describe, expect, test } from 'vitest'
import type { Capabilities, Dialect } from '../core/engine.ts'
import type { Leftover } from '../core/plan.ts'
import type { Column, ForeignKey, Index, OtherObject, Schema, Table } from '../core/schema.ts'
import { dialect as mysql } from '../engines/mysql/dialect.ts'
import { dialect as postgres } from '../engines/postgres/dialect.ts'
import { dialect as sqlite } from '../engines/sqlite/dialect.ts'
import { type Conversion, convertSchema } from './convert.ts'
import type { Choices } from './convert-context.ts'

const DIALECTS: Readonly<Record<string, Dialect>> = { postgres, mysql, sqlite }
const CAN: Readonly<Record<string, Partial<Capabilities>>> = {
  postgres: {
    schemas: true,
    identifierLimit: 63,
    identifierUnit: 'bytes',
    indexBytes: 2704,
    enums: true,
    arrays: true,
  },
  mysql: {
    identifierLimit: 64,
    identifierUnit: 'characters',
    foldsNames: true,
    indexBytes: 3072,
    enums: true,
    foldsText: true,
    nulInText: true,
  },
  sqlite: { foldsNames: true, nulInText: true },
}
const BASE: Capabilities = {
  inProcess: false,
  writers: null,
  sharedSnapshot: 'none',
  transactionalDdl: true,
  schemas: false,
  identifierLimit: null,
  identifierUnit: 'bytes',
  foldsNames: false,
  indexBytes: null,
  enums: false,
  arrays: false,
  nulInText: false,
  foldsText: false,
  foreignKeysAlterable: true,
  canDisableTriggers: true,
  freeConnections: null,
  extensions: [],
}
const NOTHING: Choices = {
  tableName: () => undefined,
  columnName: () => undefined,
  cast: () => undefined,
  notBoolean: new Set(),
  nullable: new Set(),
  caseInsensitive: 'lower',
}

interface Given {
  readonly from: string
  readonly to: string
  readonly tables: readonly Table[]
  readonly others?: readonly OtherObject[]
  readonly there?: readonly Table[]
  readonly choices?: Partial<Choices>
  readonly can?: Partial<Capabilities>
  readonly flavor?: string
}

function schema(
  engine: string,
  tables: readonly Table[],
  others: readonly OtherObject[] = [],
  flavor = engine,
): Schema {
  return {
    engine,
    flavor: flavor === 'mysql' ? 'mariadb' : flavor,
    version: '10.11',
    name: engine === 'postgres' ? 'public' : 'shop',
    tables,
    others,
  }
}

function convert(g: Given): Conversion {
  return convertSchema({
    source: schema(g.from, g.tables, g.others),
    sourceDialect: DIALECTS[g.from],
    tables: g.tables,
    target: schema(g.to, g.there ?? [], [], g.flavor),
    targetDialect: DIALECTS[g.to],
    can: { ...BASE, ...CAN[g.to], ...g.can },
    choices: { ...NOTHING, ...g.choices },
  })
}

const col = (engine: string, name: string, native: string, more: Partial<Column> = {}): Column => ({
  name,
  type: DIALECTS[engine].parseType(native),
  nullable: true,
  ...more,
})
const my = (name: string, native: string, more: Partial<Column> = {}) => col('mysql', name, native, more)
const pg = (name: string, native: string, more: Partial<Column> = {}) => col('postgres', name, native, more)
const lite = (name: string, native: string, more: Partial<Column> = {}) => col('sqlite', name, native, more)

function table(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return { name: { name }, columns, uniques: [], indexes: [], foreignKeys: [], checks: [], options: {}, ...more }
}
const index = (name: string, columns: readonly string[], more: Partial<Index> = {}): Index => ({
  name,
  parts: columns.map((column) => ({ column })),
  unique: false,
  method: 'btree',
  ...more,
})
const fk = (
  name: string,
  column: string,
  to: string,
  referenced: string,
  more: Partial<ForeignKey> = {},
): ForeignKey => ({
  name,
  columns: [column],
  references: { name: to },
  referencedColumns: [referenced],
  onUpdate: 'no action',
  onDelete: 'no action',
  ...more,
})
const pk = (...columns: string[]) => ({ primaryKey: { name: 'PRIMARY', columns } })
const natives = (c: Conversion, t = 0) =>
  Object.fromEntries(c.tables[t].columns.map((k) => [k.source.name, k.target.type.native]))
const said = (c: Conversion, kind: string): Leftover[] => c.leftovers.filter((l) => l.kind === kind)
const only = (c: Conversion, kind: string): Leftover => {
  const found = said(c, kind)
  if (found.length !== 1) throw new Error(`${found.length} leftovers of ${kind}: ${JSON.stringify(c.leftovers)}`)
  return found[0]
}

describe('types from MySQL to PostgreSQL', () => {
  const columns = [
    my('id', 'bigint(20) unsigned', { nullable: false, identity: 'auto' }),
    my('big', 'bigint(20) unsigned'),
    my('flag', 'tinyint(1)'),
    my('one', 'bit(1)'),
    my('bits', 'bit(5)'),
    my('year', 'year(4)'),
    my('dt', 'datetime(3)'),
    my('ts', 'timestamp'),
    my('e', "enum('a','b')"),
    my('s', "set('x','y')", { default: { kind: 'value', text: 'x,y' } }),
    my('bin', 'binary(16)'),
    my('j', 'json'),
    my('aliased', 'longtext'),
    my('g', 'point'),
    my('name', 'varchar(20)'),
  ]
  const t = table('t', columns, {
    ...pk('id'),
    checks: [{ name: 'aliased', expression: 'json_valid(`aliased`)' }],
    counter: { column: 'id', next: 5000n },
  })
  const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })

  test('keep their meaning', () => {
    expect(natives(c)).toEqual({
      id: 'bigint',
      big: 'numeric(20,0)',
      flag: 'boolean',
      one: 'boolean',
      bits: 'bit(5)',
      year: 'smallint',
      dt: 'timestamp(3) without time zone',
      ts: 'timestamp(0) with time zone',
      e: 't_e',
      s: 'text[]',
      bin: 'bytea',
      j: 'jsonb',
      aliased: 'jsonb',
      g: 'bytea',
      name: 'character varying(20)',
    })
    expect(c.tables[0].target.name).toEqual({ schema: 'public', name: 't' })
    expect(c.others.map((o) => [o.kind, o.name.name, o.values])).toEqual([['enum', 't_e', ['a', 'b']]])
  })
  test('the number goes on from the counter', () => {
    expect(c.tables[0].target.columns[0].identity).toBe('by default')
    expect(c.tables[0].target.counter).toEqual({ column: 'id', next: 5000n })
    expect(only(c, 'counter').why).toContain('5000')
  })
  test('the JSON check is held by the type', () => {
    expect(c.tables[0].target.checks.map((k) => k.name)).not.toContain('aliased')
    expect(only(c, 'CHECK')).toMatchObject({ outcome: 'converted' })
  })
  test('what the data says: a flag that is none, and with it all that refer to it', () => {
    const parent = table('p', [my('f', 'tinyint(1)', { nullable: false })], pk('f'))
    const child = table('c', [my('f', 'tinyint(1)')], { foreignKeys: [fk('x', 'f', 'p', 'f')] })
    const some = convert({
      from: 'mysql',
      to: 'postgres',
      tables: [parent, child],
      choices: { notBoolean: new Set(['c.f']) },
    })
    expect([natives(some, 0).f, natives(some, 1).f]).toEqual(['smallint', 'smallint'])
  })
  test('what refers to a column that numbers itself has its type', () => {
    const parent = table('p', [my('id', 'bigint(20) unsigned', { nullable: false, identity: 'auto' })], pk('id'))
    const child = table('c', [my('p', 'bigint(20) unsigned')], { foreignKeys: [fk('x', 'p', 'p', 'id')] })
    const both = convert({ from: 'mysql', to: 'postgres', tables: [child, parent] })
    expect([natives(both, 0).p, natives(both, 1).id]).toEqual(['bigint', 'bigint'])
    expect(both.tables[0].target.foreignKeys).toHaveLength(1)
  })
  test('a cast is taken as it is; one that cannot be read is refused', () => {
    const cast = (native: string) =>
      convert({
        from: 'mysql',
        to: 'postgres',
        tables: [table('t', [my('d', 'date')])],
        choices: { cast: () => ({ type: postgres.parseType(native) }) },
      })
    expect(cast('text').tables[0].columns[0].decision).toMatchObject({ rule: 'cast', type: { native: 'text' } })
    expect(() => cast('boolean')).toThrow('t.d cannot be read as boolean')
  })
})

describe('keys and indexes from MySQL to PostgreSQL', () => {
  const wide = my('note', 'text')
  const name = my('name', 'varchar(50)', { nullable: false, caseInsensitive: true, collation: 'utf8mb4_general_ci' })

  test('names of indexes are one name space; what two tables want, neither gets', () => {
    const a = table('a', [my('x', 'int')], { indexes: [index('idx', ['x'])] })
    const b = table('b', [my('x', 'int')], { indexes: [index('idx', ['x']), index('own', ['x'])] })
    const c = convert({ from: 'mysql', to: 'postgres', tables: [a, b] })
    expect(c.tables.map((t) => t.target.indexes.map((i) => i.name))).toEqual([['a_idx'], ['b_idx', 'own']])
  })
  test('a prefix is an expression, or the whole column where that is short', () => {
    const t = table('t', [wide, name], {
      indexes: [
        index('a', [], { parts: [{ column: 'note', prefix: 10 }] }),
        index('b', [], { parts: [{ column: 'name', prefix: 10 }] }),
      ],
    })
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.indexes.map((i) => i.parts)).toEqual([
      [{ expression: 'left("note", 10)' }],
      [{ column: 'name' }],
    ])
    expect(said(c, 'prefix index').map((l) => [l.name, l.outcome])).toEqual([
      ['a', 'approximated'],
      ['b', 'approximated'],
    ])
  })
  test('a unique prefix stays unique over the prefix', () => {
    const t = table('t', [my('name', 'varchar(50)')], {
      indexes: [index('u', [], { unique: true, parts: [{ column: 'name', prefix: 5 }] })],
    })
    const [made] = convert({ from: 'mysql', to: 'postgres', tables: [t] }).tables[0].target.indexes
    expect(made).toMatchObject({ unique: true, parts: [{ expression: 'left("name", 5)' }] })
  })
  test('full text and spatial indexes are left with a statement', () => {
    const t = table('t', [wide, my('g', 'point')], {
      indexes: [index('ft', ['note'], { method: 'fulltext' }), index('sp', ['g'], { method: 'spatial' })],
    })
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.indexes).toEqual([])
    expect(only(c, 'fulltext index')).toMatchObject({
      outcome: 'left',
      stub: expect.stringContaining(`USING gin (to_tsvector('simple', coalesce("note", '')))`),
    })
    expect(only(c, 'spatial index').stub).toContain('postgis')
    const there = convert({ from: 'mysql', to: 'postgres', tables: [t], can: { extensions: ['postgis'] } })
    expect(there.tables[0].target.indexes).toMatchObject([{ name: 'sp', method: 'gist', parts: [{ column: 'g' }] }])
    expect(there.others.map((o) => o.name.name)).toEqual(['postgis'])
  })
  test('uniqueness without regard to case is kept beside the key', () => {
    const t = table('t', [name], { uniques: [{ name: 'u', columns: ['name'] }] })
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.uniques).toMatchObject([{ name: 'u', columns: ['name'] }])
    expect(c.tables[0].target.indexes).toMatchObject([
      { name: 'u_lower', unique: true, parts: [{ expression: 'lower("name")' }] },
    ])
    expect(only(c, 'case-insensitive key').outcome).toBe('converted')
    expect(only(c, 'collation')).toMatchObject({ outcome: 'left', name: 'utf8mb4_general_ci' })
  })
  test('or by citext, or only reported', () => {
    const t = table('t', [name], { uniques: [{ name: 'u', columns: ['name'] }] })
    const citext = convert({
      from: 'mysql',
      to: 'postgres',
      tables: [t],
      choices: { caseInsensitive: 'citext' },
      can: { extensions: ['citext'] },
    })
    expect(citext.tables[0].target.columns[0]).toMatchObject({ type: { native: 'citext' }, caseInsensitive: true })
    expect(citext.tables[0].target.indexes).toEqual([])
    expect(citext.others).toMatchObject([{ kind: 'extension', name: { name: 'citext' } }])
    const report = convert({ from: 'mysql', to: 'postgres', tables: [t], choices: { caseInsensitive: 'report' } })
    expect(report.tables[0].target.indexes).toEqual([])
    expect(only(report, 'case-insensitive key')).toMatchObject({
      outcome: 'left',
      stub: expect.stringContaining('(lower("name"))'),
    })
  })
  test('foreign keys keep their actions; one to what is not unique is left', () => {
    const p = table('p', [my('id', 'int', { nullable: false }), my('x', 'int')], {
      ...pk('id'),
      indexes: [index('i', ['x'])],
    })
    const c = table('c', [my('p', 'int'), my('x', 'int'), my('v', 'varchar(3)')], {
      foreignKeys: [
        fk('good', 'p', 'p', 'id', { onDelete: 'cascade', onUpdate: 'set null' }),
        fk('loose', 'x', 'p', 'x'),
        fk('gone', 'x', 'elsewhere', 'x'),
        fk('mixed', 'v', 'p', 'id'),
      ],
    })
    const made = convert({ from: 'mysql', to: 'postgres', tables: [p, c] })
    expect(made.tables[1].target.foreignKeys).toMatchObject([
      { name: 'good', onDelete: 'cascade', onUpdate: 'set null' },
    ])
    expect(said(made, 'foreign key').map((l) => [l.name, l.outcome])).toEqual([
      ['loose', 'left'],
      ['gone', 'left'],
      ['mixed', 'left'],
    ])
    expect(said(made, 'foreign key')[0].stub).toBe(
      'ALTER TABLE "public"."c" ADD FOREIGN KEY ("x") REFERENCES "public"."p" ("x");',
    )
  })
})

describe('expressions from MySQL to PostgreSQL', () => {
  test('generated columns: carried as stored ones, or plain columns with their values', () => {
    const t = table('t', [
      my('a', 'int'),
      my('b', 'int', { generated: { expression: '`a` + 1', stored: false } }),
      my('c', 'varchar(9)', { generated: { expression: 'hex(`a`)', stored: true } }),
    ])
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    const [, b, plain] = c.tables[0].target.columns
    expect(b.generated).toEqual({ expression: '"a"::bigint + 1', stored: true })
    expect(plain.generated).toBeUndefined()
    expect(said(c, 'generated column').map((l) => [l.name, l.outcome])).toEqual([
      ['b', 'approximated'],
      ['c', 'left'],
    ])
    expect(said(c, 'generated column')[1].stub).toContain('GENERATED ALWAYS AS (hex(`a`))')
  })
  test('checks', () => {
    const t = table('t', [my('a', 'int')], {
      checks: [
        { name: 'k', expression: '`a` > 0' },
        { name: 'r', expression: "`a` regexp '1'" },
      ],
    })
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.checks).toEqual([{ name: 'k', expression: '"a" > 0' }])
    expect(said(c, 'CHECK').map((l) => [l.name, l.outcome])).toEqual([
      ['k', 'converted'],
      ['r', 'left'],
    ])
  })
  test('defaults: zero dates and foreign expressions are left, ON UPDATE becomes a trigger', () => {
    const t = table('t', [
      my('z', 'datetime', { default: { kind: 'value', text: '0000-00-00 00:00:00' } }),
      my('n', 'timestamp', { default: { kind: 'now', of: 'timestamp' }, onUpdateNow: true }),
      my('x', 'varchar(9)', { default: { kind: 'expression', sql: "concat('a','b')" } }),
      my('y', 'varchar(9)', { default: { kind: 'expression', sql: 'user()' } }),
      my('f', 'tinyint(1)', { default: { kind: 'value', text: '1' } }),
    ])
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.columns.map((k) => k.default)).toEqual([
      undefined,
      { kind: 'now', of: 'timestamp' },
      { kind: 'expression', sql: "'a' || 'b'" },
      undefined,
      { kind: 'value', text: '1' },
    ])
    expect(c.tables[0].target.columns[1].onUpdateNow).toBe(true)
    expect(said(c, 'default').map((l) => l.name)).toEqual(['z', 'y'])
    expect(only(c, 'on update').outcome).toBe('converted')
  })
})

describe('to MySQL', () => {
  test('texts of keys get a length that fits; names that differ only in case collide', () => {
    const t = table(
      't',
      [
        pg('a', 'text', { nullable: false }),
        pg('b', 'text', { nullable: false }),
        pg('Name', 'text'),
        pg('name', 'text'),
      ],
      { name: { schema: 'public', name: 't' }, ...pk('a', 'b') },
    )
    const c = convert({ from: 'postgres', to: 'mysql', tables: [t] })
    expect(natives(c)).toEqual({ a: 'varchar(384)', b: 'varchar(384)', Name: 'longtext', name: 'longtext' })
    expect(c.issues).toMatchObject([
      { code: 'NAME_COLLISION', table: 't', column: 'name', ways: [`--rename 't.name=NEW_NAME'`] },
    ])
    expect(c.tables[0].target.columns.map((k) => k.name)).toEqual(['a', 'b', 'Name', 'name_2'])
    expect(c.tables[0].target.columns[0].caseInsensitive).toBe(true)
  })
  test('partial indexes: left when unique, over all rows otherwise', () => {
    const t = table('t', [pg('a', 'integer')], {
      indexes: [
        index('u', ['a'], { unique: true, where: '(a > 0)' }),
        index('i', ['a'], { where: '(a > 0)', include: ['a'] }),
      ],
    })
    const c = convert({ from: 'postgres', to: 'mysql', tables: [t] })
    expect(c.tables[0].target.indexes.map((i) => i.name)).toEqual(['i'])
    expect(said(c, 'partial index').map((l) => [l.name, l.outcome])).toEqual([
      ['u', 'left'],
      ['i', 'approximated'],
    ])
  })
  test('defaults of arrays become JSON', () => {
    const of = (sql: string) => {
      const t = table('t', [pg('a', 'text[]', { default: { kind: 'expression', sql } })])
      return convert({ from: 'postgres', to: 'mysql', tables: [t] }).tables[0].target.columns[0].default
    }
    expect(of("'{}'::text[]")).toEqual({ kind: 'value', text: '[]' })
    expect(of('ARRAY[]::text[]')).toEqual({ kind: 'value', text: '[]' })
    expect(of(`'{a,"b, \\"c\\"",NULL,it''s}'::text[]`)).toEqual({
      kind: 'value',
      text: `["a","b, \\"c\\"",null,"it's"]`,
    })
    expect(of("'{{1,2},{3,4}}'::integer[]")).toBeUndefined()
  })
  test('both ends of a foreign key have one size', () => {
    const p = table('p', [pg('id', 'integer', { nullable: false })], pk('id'))
    const ch = table('c', [pg('p', 'bigint')], { foreignKeys: [fk('x', 'p', 'p', 'id', { deferrable: true })] })
    const c = convert({ from: 'postgres', to: 'mysql', tables: [p, ch] })
    expect([natives(c, 0).id, natives(c, 1).p]).toEqual(['bigint', 'bigint'])
    expect(only(c, 'foreign key')).toMatchObject({ outcome: 'approximated' })
  })
  test('a too wide unique key that a cast made is raised', () => {
    const t = table('t', [pg('a', 'text', { nullable: false })], { uniques: [{ name: 'u', columns: ['a'] }] })
    const c = convert({
      from: 'postgres',
      to: 'mysql',
      tables: [t],
      choices: { cast: () => ({ type: mysql.parseType('varchar(1000)') }) },
    })
    expect(c.issues).toMatchObject([{ code: 'INDEX_ENTRY', table: 't', column: 'a' }])
  })
  test('only a column that a key begins with numbers itself', () => {
    const t = table('t', [pg('id', 'integer', { identity: 'auto' }), pg('b', 'integer', { identity: 'auto' })], {
      ...pk('id'),
      counter: { column: 'id', next: 7n },
    })
    const c = convert({ from: 'postgres', to: 'mysql', tables: [t] })
    expect(c.tables[0].target.columns.map((k) => k.identity)).toEqual(['auto', undefined])
    expect(only(c, 'identity')).toMatchObject({ name: 'b', outcome: 'left' })
  })
})

describe('to SQLite', () => {
  test('a column that numbers itself is INTEGER; comments stay behind; an enum is text under a check', () => {
    const t = table(
      't',
      [
        my('id', 'tinyint(3) unsigned', { nullable: false, identity: 'auto', comment: 'hi' }),
        my('e', "enum('a','b''c')"),
      ],
      pk('id'),
    )
    const c = convert({ from: 'mysql', to: 'sqlite', tables: [t] })
    expect(natives(c)).toEqual({ id: 'INTEGER', e: 'TEXT' })
    expect(c.tables[0].target.checks.map((k) => k.expression)).toEqual([`"e" IN ('a', 'b''c')`])
    expect(only(c, 'comment').why).toContain('id')
  })
  test('a collation without regard to case is NOCASE', () => {
    const c = convert({
      from: 'mysql',
      to: 'sqlite',
      tables: [table('t', [my('a', 'varchar(5)', { caseInsensitive: true, collation: 'latin1_swedish_ci' })])],
    })
    expect(c.tables[0].target.columns[0]).toMatchObject({ collation: 'NOCASE', caseInsensitive: true })
    expect(only(c, 'collation').outcome).toBe('approximated')
  })
})

describe('from SQLite', () => {
  test('the present as text stays text', () => {
    const t = table('t', [
      lite('at', 'TEXT', { default: { kind: 'now', of: 'timestamp' } }),
      lite('n', 'INTEGER', { default: { kind: 'value', text: 'x' } }),
    ])
    const c = convert({ from: 'sqlite', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.columns[0].default).toEqual({
      kind: 'expression',
      sql: `to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')`,
    })
    expect(only(c, 'default').name).toBe('n')
  })
  test('unnamed keys and checks get the names that PostgreSQL gives', () => {
    const t = table('t', [lite('a', 'INTEGER', { nullable: false }), lite('b', 'TEXT')], {
      primaryKey: { name: '', columns: ['a'] },
      uniques: [{ name: 'sqlite_autoindex_t_1', columns: ['b'] }],
      checks: [{ name: '', expression: 'a > 0' }],
    })
    const { target } = convert({ from: 'sqlite', to: 'postgres', tables: [t] }).tables[0]
    expect([target.primaryKey?.name, target.uniques[0].name, target.checks[0].name]).toEqual([
      't_pkey',
      't_b_key',
      't_check',
    ])
  })
})

describe('within one engine', () => {
  test('everything is as it was, under the default schema of the target', () => {
    const t = table(
      't',
      [pg('a', 'integer', { generated: { expression: 'weird(b)', stored: true } }), pg('b', 'tsvector')],
      {
        name: { schema: 'public', name: 't' },
        indexes: [index('g', ['b'], { method: 'gin', definition: 'CREATE INDEX g ON public.t USING gin (b)' })],
        checks: [{ name: 'k', expression: 'anything at all' }],
        options: { unlogged: 'yes' },
      },
    )
    const c = convert({ from: 'postgres', to: 'postgres', tables: [t] })
    expect(c.tables[0].target).toEqual({ ...t })
    expect(c.leftovers).toEqual([])
  })
  test('types that the tables use are made first, and those that these use', () => {
    const others: OtherObject[] = [
      { kind: 'enum', name: { schema: 'public', name: 'mood' }, definition: '', values: ['a'] },
      { kind: 'domain', name: { schema: 'public', name: 'state' }, definition: 'CREATE DOMAIN state AS mood' },
      { kind: 'enum', name: { schema: 'public', name: 'unused' }, definition: '', values: ['b'] },
    ]
    const t = table('t', [{ ...pg('a', 'text'), type: { logical: { kind: 'text' }, native: 'state' } }])
    const c = convert({ from: 'postgres', to: 'postgres', tables: [t], others })
    expect(c.others.map((o) => o.name.name)).toEqual(['mood', 'state'])
  })
  test('a renamed column is renamed in keys, checks and generated columns', () => {
    const t = table(
      't',
      [my('a', 'int', { nullable: false }), my('b', 'int', { generated: { expression: '`a` * 2', stored: true } })],
      {
        ...pk('a'),
        indexes: [index('i', ['a'])],
        checks: [{ name: 'k', expression: '`a` > 1' }],
      },
    )
    const c = convert({
      from: 'mysql',
      to: 'mysql',
      tables: [t],
      choices: { columnName: (_, k) => (k.name === 'a' ? 'z' : undefined) },
    })
    const { target } = c.tables[0]
    expect(target.primaryKey?.columns).toEqual(['z'])
    expect(target.indexes[0].parts).toEqual([{ column: 'z' }])
    expect(target.checks[0].expression).toBe('`z` > 1')
    expect(target.columns[1].generated?.expression).toBe('`z` * 2')
  })
  test("MariaDB's own types and collations have neighbours on MySQL", () => {
    const t = table('t', [
      my('u', 'uuid'),
      my('v', 'varchar(5)', { collation: 'utf8mb4_uca1400_ai_ci', charset: 'utf8mb4' }),
    ])
    const c = convert({ from: 'mysql', to: 'mysql', tables: [t], flavor: 'mysql-8' })
    expect(c.tables[0].target.columns.length).toBe(2)
  })
})
