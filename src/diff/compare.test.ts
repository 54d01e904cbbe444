import { describe, expect, test } from 'vitest'
import { check, column, foreignKey, index, key, object, schema, table } from '../../test/schema/samples.ts'
import { changeLines as lines } from '../../test/schema/told.ts'
import type { Column, ColumnType, OtherObject, Table } from '../core/schema.ts'
import { aspectsOf, PARTS } from './aspects.ts'
import { diffSchemas } from './compare.ts'
import { invert } from './invert.ts'
import { defaultText } from './texts.ts'

const ORDERED = { ordersColumns: true }
const diff = (from: Table, to: Table, o = {}) => diffSchemas(schema([from]), schema([to]), { ...ORDERED, ...o })

describe('tables', () => {
  test('made and dropped', () => {
    expect(lines(diffSchemas(schema([table('old', [])]), schema([table('new', [])]), ORDERED))).toEqual([
      'drop old',
      'create new',
    ])
  })

  test('what is the same is no change; statistics and counters are no structure', () => {
    const a = table('t', [column('a')], { rows: 1, bytes: 2, counter: { column: 'a', next: 3n } })
    expect(diff(a, table('t', [column('a', { invisible: false, options: {} })]))).toEqual([])
  })

  test('columns come, go and change, each property by its name', () => {
    const a = table('t', [column('gone'), column('c', { default: { kind: 'value', text: 'now()' }, comment: 'x' })])
    const b = table('t', [
      column('c', {
        type: { logical: { kind: 'text' }, native: 'text' },
        nullable: false,
        default: { kind: 'expression', sql: 'now()' },
        comment: 'y',
        options: { storage: 'main' },
      }),
      column('made'),
    ])
    expect(lines(diff(a, b))).toEqual([
      '- column gone',
      'column c: type int → text',
      'column c: nullable NULL → NOT NULL',
      "column c: default 'now()' → now()",
      'column c: storage null → main',
      'column c: comment x → y',
      '+ column made',
    ])
  })

  test('a logical type does not count where the native one is the same', () => {
    const a = column('a', { type: { logical: { kind: 'bool' }, native: 'tinyint(1)' } })
    const b = column('a', { type: { logical: { kind: 'int', bits: 8 }, native: 'tinyint(1)' } })
    expect(diff(table('t', [a]), table('t', [b]))).toEqual([])
  })

  test('values that read alike are told apart', () => {
    const a = column('a', { default: { kind: 'value', text: '1' } })
    const b = column('a', { default: { kind: 'expression', sql: '1' } })
    expect(lines(diff(table('t', [a]), table('t', [b])))).toEqual([
      'column a: default {"kind":"value","text":"1"} → {"kind":"expression","sql":"1"}',
    ])
  })

  test('a property that nobody knows is compared all the same', () => {
    const odd = (value: unknown) => ({ ...column('a'), novelty: value }) as Column
    expect(lines(diff(table('t', [odd({ deep: [1] })]), table('t', [odd({ deep: [2] })])))).toEqual([
      'column a: novelty {"deep":[1]} → {"deep":[2]}',
    ])
    const tabled = (value: string) => ({ ...table('t', []), novelty: value }) as Table
    expect(lines(diff(tabled('x'), tabled('y')))).toEqual(['option novelty: x → y'])
  })

  test('order counts where it can be altered, and only among the columns that stay', () => {
    const a = table('t', [column('a'), column('b'), column('c')])
    const b = table('t', [column('c'), column('new'), column('a')])
    expect(lines(diff(a, b))).toEqual(['- column b', '+ column new', 'order: a,b,c → c,new,a'])
    expect(lines(diff(a, b, { ordersColumns: false }))).toEqual(['- column b', '+ column new'])
    expect(lines(diff(a, table('t', [column('a'), column('new'), column('b'), column('c')])))).toEqual(['+ column new'])
  })

  test('options, owner, comment and grants are the table’s own', () => {
    const a = table('t', [], { options: { engine: 'MyISAM' }, owner: 'kim', grants: ['SELECT TO a'] })
    const b = table('t', [], { options: { engine: 'InnoDB' }, comment: 'hi', grants: ['SELECT TO a', 'INSERT TO b'] })
    expect(lines(diff(a, b))).toEqual([
      'option grants: SELECT TO a → SELECT TO a; INSERT TO b',
      'option owner: kim → null',
      'option comment: null → hi',
      'option engine: MyISAM → InnoDB',
    ])
  })
})

describe('keys, indexes, foreign keys, checks', () => {
  const base = (more: Partial<Table>) => table('t', [column('a')], more)

  test('are known by their names', () => {
    const a = base({ indexes: [index('i', 'a')], checks: [check('c', 'a > 0')], uniques: [key('u', 'a')] })
    const b = base({ indexes: [index('i', 'b')], checks: [check('c', 'a > 1')], uniques: [key('v', 'b')] })
    expect(lines(diff(a, b))).toEqual([
      '- unique u',
      '+ unique v',
      'index i: columns a → b',
      'check c: expression a > 0 → a > 1',
    ])
  })

  test('by what they say where only the name differs', () => {
    const a = base({ primaryKey: key('PRIMARY', 'a'), foreignKeys: [foreignKey('fk_1', 'p')] })
    const b = base({ primaryKey: key('t_pkey', 'a'), foreignKeys: [foreignKey('fk_2', 'p')] })
    expect(lines(diff(a, b))).toEqual([
      'primary key PRIMARY: name PRIMARY → t_pkey',
      'foreign key fk_1: name fk_1 → fk_2',
    ])
  })

  test('several without a name pair by what they say', () => {
    const a = base({ checks: [check('', 'a > 0'), check('', 'a > 1'), check('', 'a > 0')] })
    const b = base({ checks: [check('', 'a > 0'), check('', 'a > 2')] })
    expect(lines(diff(a, b))).toEqual(['- check ', '- check ', '+ check '])
    expect(diff(a, base({ checks: [...a.checks].reverse() }))).toEqual([])
  })

  test('a name that exists on both sides is never taken over by another', () => {
    const a = base({ checks: [check('c1', 'a > 0'), check('c2', 'a > 1')] })
    const b = base({ checks: [check('c1', 'a > 1')] })
    expect(lines(diff(a, b))).toEqual(['- check c2', 'check c1: expression a > 0 → a > 1'])
  })

  test('actions and validity of a foreign key', () => {
    const a = base({ foreignKeys: [foreignKey('f', 'p', { onDelete: 'cascade', notValid: true })] })
    const b = base({ foreignKeys: [foreignKey('f', 'q', { deferrable: true })] })
    expect(lines(diff(a, b))).toEqual([
      'foreign key f: references p → q',
      'foreign key f: on delete cascade → no action',
      'foreign key f: not valid yes → no',
      'foreign key f: deferrable no → yes',
    ])
  })
})

describe('renames that were told', () => {
  const users = table('사용자', [column('id'), column('a b'), column('age')], {
    primaryKey: key('pk', 'id'),
    indexes: [{ ...index('i', 'a b'), where: '"a b" > 0 AND \'a b\' <> age' }],
    checks: [check('c', '`a b` > 0')],
  })
  const orders = table('orders', [column('a')], { foreignKeys: [foreignKey('f', '사용자')] })

  test('a table and a column keep everything that names them', () => {
    const renames = [
      { table: { name: '사용자' }, to: 'people' },
      { table: { name: '사용자' }, column: 'a b', to: 'x' },
    ]
    const people = table('people', [column('id'), column('x'), column('age')], {
      primaryKey: key('pk', 'id'),
      indexes: [{ ...index('i', 'x'), where: "x > 0 AND 'a b' <> age" }],
      checks: [check('c', '`x` > 0')],
    })
    const to = schema([people, { ...orders, foreignKeys: [foreignKey('f', 'people')] }])
    const changes = diffSchemas(schema([users, orders]), to, { ...ORDERED, renames })
    expect(lines(changes)).toEqual(['column a b: name a b → x'])
    expect(changes).toMatchObject([{ kind: 'alter', from: { table: { name: { name: '사용자' } } } }])
  })

  test('a table under a new name alone is an alteration without edits', () => {
    const to = schema([{ ...users, name: { name: 'people' } }])
    const renames = [{ table: { name: '사용자' }, to: 'people' }]
    expect(diffSchemas(schema([users]), to, { ...ORDERED, renames })).toMatchObject([{ kind: 'alter', edits: [] }])
    expect(lines(diffSchemas(schema([users]), to, ORDERED))).toEqual(['drop 사용자', 'create people'])
  })

  test('case alone is a rename where case does not count', () => {
    const [a, b] = [table('t', [column('Name')]), table('t', [column('name')])]
    expect(lines(diff(a, b))).toEqual(['- column Name', '+ column name'])
    expect(lines(diffSchemas(schema([a]), { ...schema([b]), engine: 'sqlite' }, ORDERED))).toEqual([
      'column Name: name Name → name',
    ])
  })
})

describe('other objects', () => {
  const compare = (from: readonly OtherObject[], to: readonly OtherObject[]) =>
    diffSchemas(schema([], from), schema([], to), ORDERED)

  test('are known by kind, name and table', () => {
    const from = [object('view', 'v'), object('trigger', 'g', { table: { name: 't' } })]
    const to = [object('function', 'v'), object('trigger', 'g', { table: { name: 'u' } })]
    expect(lines(compare(from, to))).toEqual(['drop v', 'drop g', 'create v', 'create g'])
  })

  test('labels, definition and comment count; positions and what follows from the definition do not', () => {
    const from = [object('enum', 'e', { values: ['a'], next: 1n, uses: [{ name: { name: 't' } }] })]
    const to = [object('enum', 'e', { values: ['a', 'b'], next: 2n, comment: 'hi' })]
    expect(lines(compare(from, to))).toEqual(['option values: a → a, b', 'option comment: null → hi'])
    expect(compare(from, [object('enum', 'e', { values: ['a'] })])).toEqual([])
  })

  test('overloads find their own', () => {
    const one = object('function', 'f', { definition: 'one' })
    const two = object('function', 'f', { definition: 'two' })
    expect(compare([one, two], [two, one])).toEqual([])
    expect(lines(compare([one, two], [{ ...two, definition: 'three' }, one]))).toEqual([
      'option definition: two → three',
    ])
  })
})

test('the way back is the way forth turned round', () => {
  const a = table('t', [column('a'), column('b', { nullable: false })], { comment: 'x', checks: [check('c', '1')] })
  const b = table('t', [column('b'), column('a'), column('n')], { primaryKey: key('p', 'a') })
  const forth = diff(a, b)
  expect(lines(forth.map(invert)).sort()).toEqual(lines(diff(b, a)).sort())
  expect(forth.map(invert).map(invert)).toEqual(forth)
})

test('defaults are told as they would be written', () => {
  const bool: ColumnType = { logical: { kind: 'bool' }, native: 'boolean' }
  expect(defaultText({ kind: 'value', text: '1' }, bool)).toBe('true')
  expect(defaultText({ kind: 'value', text: '1' })).toBe('1')
  expect(defaultText({ kind: 'now', of: 'timestamp' })).toBe('CURRENT_TIMESTAMP')
  const [edit] = aspectsOf(
    PARTS.column,
    column('c', { type: bool, default: { kind: 'value', text: '0' } }),
    column('c', { type: bool }),
  )
  expect(edit).toEqual({ name: 'default', from: 'false', to: null })
})
