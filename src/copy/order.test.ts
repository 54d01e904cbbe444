import { describe, expect, test } from 'vitest'
import { type Column, type ForeignKey, type LogicalType, plainTable, type Schema, type Table } from '../core/schema.ts'
import type { DraftColumn, DraftTable } from './draft.ts'
import { creationOrder, isOrdered, pagingKey } from './order.ts'

const int: LogicalType = { kind: 'int', bits: 32 }
const text: LogicalType = { kind: 'text', max: 10 }

function column(name: string, logical: LogicalType, more: Partial<Column> = {}): Column {
  return { name, type: { logical, native: logical.kind }, nullable: false, ...more }
}
function table(columns: Column[], more: Partial<Table> = {}): Table {
  return plainTable({ name: 't' }, columns, more)
}
const travel = (columns: readonly Column[], target?: LogicalType): DraftColumn[] =>
  columns.map((source) => ({
    source,
    target: target === undefined ? source : { ...source, type: { logical: target, native: target.kind } },
    wire: { kind: 'int4' },
    rule: 'default',
  }))
const pk = (...columns: string[]) => ({ primaryKey: { name: 'p', columns } })
const key = (t: Table) => pagingKey(t, travel(t.columns))

describe('keys to page by', () => {
  test('the primary key', () => {
    expect(key(table([column('a', int), column('b', text)], pk('b', 'a')))).toEqual(['b', 'a'])
  })
  test('else the narrowest unique key without NULLs', () => {
    const columns = [column('a', int), column('b', text), column('n', int, { nullable: true })]
    const uniques = [
      { name: 'ub', columns: ['b'] },
      { name: 'un', columns: ['n'] },
      { name: 'ua', columns: ['a'] },
    ]
    expect(key(table(columns, { uniques }))).toEqual(['a'])
    expect(key(table(columns, { uniques: [uniques[1]] }))).toBeNull()
  })
  test('a unique index counts unless it is partial, on an expression or on a prefix', () => {
    const columns = [column('a', int), column('b', text)]
    const index = { name: 'i', unique: true, method: 'btree', parts: [{ column: 'b' }] }
    expect(key(table(columns, { indexes: [index] }))).toEqual(['b'])
    expect(key(table(columns, { indexes: [{ ...index, where: 'a > 1' }] }))).toBeNull()
    expect(key(table(columns, { indexes: [{ ...index, parts: [{ column: 'b', prefix: 3 }] }] }))).toBeNull()
    expect(key(table(columns, { indexes: [{ ...index, parts: [{ expression: 'lower(b)' }] }] }))).toBeNull()
  })
  test('not by floats, not by prefixes, not by what does not travel or is changed on the way', () => {
    expect(key(table([column('f', { kind: 'float', bits: 64 })], pk('f')))).toBeNull()
    const prefixed = { primaryKey: { name: 'p', columns: ['b'], parts: [{ column: 'b', prefix: 4 }] } }
    expect(key(table([column('b', text)], prefixed))).toBeNull()
    const t = table([column('a', int), column('g', int)], pk('g'))
    expect(pagingKey(t, travel([t.columns[0]]))).toBeNull()
    expect(
      pagingKey(
        t,
        travel(t.columns).map((k) => ({ ...k, expression: 'x' })),
      ),
    ).toBeNull()
  })
})

describe('order on the target', () => {
  const side = (engine: string, more: Partial<Schema> = {}): Schema => ({
    engine,
    flavor: engine,
    version: '1',
    name: 'x',
    tables: [],
    others: [],
    ...more,
  })
  const ordered = (
    from: Schema,
    to: Schema,
    source: Column,
    target: LogicalType = source.type.logical,
    more: Partial<Column> = {},
    action: DraftTable['action'] = 'create',
  ) => {
    const t = table([source], pk(source.name))
    const [k] = travel([source], target)
    const columns = [{ ...k, target: { ...k.target, ...more } }]
    const draft: DraftTable = { label: 't', source: t, target: t, columns, action }
    return isOrdered(draft, [source.name], from, to)
  }
  const [pg, my, lite] = [side('postgres'), side('mysql'), side('sqlite')]

  test('numbers, dates and bytes sort alike everywhere, texts and flags do not', () => {
    expect(ordered(my, pg, column('a', int))).toBe(true)
    expect(
      ordered(my, pg, column('a', { kind: 'int', bits: 64, unsigned: true }), {
        kind: 'decimal',
        precision: 20,
        scale: 0,
      }),
    ).toBe(true)
    expect(ordered(my, pg, column('a', { kind: 'bytes', max: 16 }))).toBe(true)
    expect(ordered(my, pg, column('a', text))).toBe(false)
    expect(ordered(my, pg, column('a', { kind: 'uuid' }))).toBe(false)
    expect(ordered(my, pg, column('a', { kind: 'bool' }))).toBe(false)
    expect(ordered(my, pg, column('a', int), text)).toBe(false)
  })
  test('SQLite keeps decimals as text and dates in any form', () => {
    expect(ordered(pg, lite, column('a', { kind: 'decimal', precision: 30, scale: 2 }))).toBe(false)
    expect(ordered(pg, lite, column('a', { kind: 'date' }))).toBe(true)
    expect(ordered(lite, pg, column('a', { kind: 'date' }))).toBe(false)
    expect(ordered(pg, lite, column('a', { kind: 'date' }), { kind: 'date' }, {}, 'append')).toBe(false)
    expect(ordered(pg, lite, column('a', int), int, {}, 'append')).toBe(true)
    expect(ordered(lite, pg, column('a', int))).toBe(true)
  })
  test('within one engine texts do under the same collation of the same version', () => {
    const c = column('a', text, { collation: 'x' })
    expect(ordered(pg, pg, c)).toBe(true)
    expect(ordered(pg, side('postgres', { version: '2' }), c)).toBe(false)
    expect(ordered(pg, pg, c, text, { collation: 'y' })).toBe(false)
    const binary = column('a', text, { collation: 'C' })
    expect(ordered(pg, side('postgres', { version: '2' }), binary)).toBe(true)
    expect(ordered(pg, pg, column('a', { kind: 'uuid' }))).toBe(true)
  })
})

test('tables are made after those that they refer to; a cycle is broken by name', () => {
  const refers = (name: string, ...to: string[]): { target: Table } => ({
    target: table([], {
      name: { name },
      foreignKeys: to.map(
        (t): ForeignKey => ({
          name: t,
          columns: ['x'],
          references: { name: t },
          referencedColumns: ['x'],
          onDelete: 'no action',
          onUpdate: 'no action',
        }),
      ),
    }),
  })
  const tables = [
    refers('c', 'b'),
    refers('b', 'a', 'b'),
    refers('a'),
    refers('x', 'y'),
    refers('y', 'x'),
    refers('z', 'gone', 'y'),
  ]
  expect(creationOrder(tables).map((t) => t.target.name.name)).toEqual(['a', 'b', 'c', 'x', 'y', 'z'])
})
