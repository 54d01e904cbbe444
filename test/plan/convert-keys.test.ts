/** Keys, indexes and foreign keys. */
import { describe, expect, test } from 'vitest'
import { dialect as mysql } from '../../src/engines/mysql/dialect.ts'
import { convert, fk, index, my, natives, only, pg, pk, said, table } from './converting.ts'

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
