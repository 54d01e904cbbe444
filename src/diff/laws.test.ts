/** Laws of comparing, on random schemas. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Schema, Table } from '../core/schema.ts'
import { diffSchemas } from './compare.ts'
import { invert } from './invert.ts'

const NAMES = ['a', 'b', 'id', 'select', '이름', 'a b', 'Q"uo`te', "it's"]
const name = fc.constantFrom(...NAMES)
const native = fc.constantFrom('int', 'text', 'varchar(20)', "enum('a','b')")
const text = fc.constantFrom('0', 'x', 'now()', '')
const flag = fc.option(fc.boolean(), { nil: undefined })

const column = fc.record({
  name,
  type: native.map((n) => ({ logical: { kind: 'opaque' as const, native: n }, native: n })),
  nullable: fc.boolean(),
  default: fc.option(
    fc.oneof(
      text.map((t) => ({ kind: 'value' as const, text: t })),
      text.map((sql) => ({ kind: 'expression' as const, sql })),
    ),
    { nil: undefined },
  ),
  comment: fc.option(text, { nil: undefined }),
  invisible: flag,
  options: fc.option(fc.dictionary(fc.constantFrom('storage', 'compression'), text), { nil: undefined }),
})

const columns = fc.uniqueArray(name, { minLength: 1, maxLength: 3 })
const parts = columns.map((all) => all.map((c) => ({ column: c })))
const uniqueNamed = <T extends { name: string }>(one: fc.Arbitrary<T>) =>
  fc.uniqueArray(one, { selector: (x) => x.name, maxLength: 4 })

const table: fc.Arbitrary<Table> = fc.record({
  name: name.map((n) => ({ name: n })),
  columns: fc.uniqueArray(column, { selector: (c) => c.name, minLength: 1, maxLength: 6 }),
  primaryKey: fc.option(fc.record({ name, columns }), { nil: undefined }),
  uniques: uniqueNamed(fc.record({ name, columns, deferrable: flag })),
  indexes: uniqueNamed(fc.record({ name, parts, unique: fc.boolean(), method: fc.constantFrom('btree', 'hash') })),
  foreignKeys: uniqueNamed(
    fc.record({
      name,
      columns,
      references: name.map((n) => ({ name: n })),
      referencedColumns: columns,
      onUpdate: fc.constantFrom('no action' as const, 'cascade' as const),
      onDelete: fc.constantFrom('no action' as const, 'set null' as const),
    }),
  ),
  checks: fc.array(fc.record({ name: fc.oneof(name, fc.constant('')), expression: text }), { maxLength: 4 }),
  comment: fc.option(text, { nil: undefined }),
  options: fc.dictionary(fc.constantFrom('engine', 'row format'), text),
})

const others = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom('view' as const, 'enum' as const, 'function' as const),
    name: name.map((n) => ({ name: n })),
    definition: text,
    values: fc.option(fc.uniqueArray(name), { nil: undefined }),
  }),
  { selector: (o) => `${o.kind} ${o.name.name}`, maxLength: 4 },
)

const schema: fc.Arbitrary<Schema> = fc.record({
  engine: fc.constant('x'),
  flavor: fc.constant('x'),
  version: fc.constant('1'),
  name: fc.constant('db'),
  tables: fc.uniqueArray(table, { selector: (t) => t.name.name, maxLength: 4 }),
  others,
})

const ORDERED = { ordersColumns: true }
const copy = <T>(value: T): T => structuredClone(value)

/** One property of one table made another. */
const MUTATIONS: readonly ((t: Table) => Table)[] = [
  (t) => ({ ...t, comment: `${t.comment ?? ''}!` }),
  (t) => ({ ...t, options: { ...t.options, novelty: 'on' } }),
  (t) => ({ ...t, columns: [...t.columns, { ...t.columns[0], name: 'made' }] }),
  (t) => ({ ...t, columns: t.columns.map((c, i) => (i === 0 ? { ...c, nullable: !c.nullable } : c)) }),
  (t) => ({ ...t, columns: t.columns.map((c, i) => (i === 0 ? { ...c, collation: 'other' } : c)) }),
  (t) => ({ ...t, checks: [...t.checks, { name: 'made', expression: 'x' }] }),
  (t) => ({ ...t, indexes: [...t.indexes, { name: 'made', parts: [], unique: true, method: 'gin' }] }),
  (t) => ({ ...t, primaryKey: t.primaryKey === undefined ? { name: 'p', columns: ['a'] } : undefined }),
  (t) => ({ ...t, grants: ['SELECT TO someone'] }),
]

describe('comparing random schemas', () => {
  test('a schema does not differ from itself, nor from an equal one', () => {
    fc.assert(fc.property(schema, (a) => void expect(diffSchemas(a, copy(a), ORDERED)).toEqual([])))
  })

  test('whatever is made another is told', () => {
    const mutation = fc.constantFrom(...MUTATIONS)
    fc.assert(
      fc.property(schema, table, mutation, (rest, t, mutate) => {
        const a = { ...rest, tables: [t] }
        expect(diffSchemas(a, { ...a, tables: [mutate(t)] }, ORDERED)).toHaveLength(1)
      }),
    )
  })

  test('the way back is empty when, and only when, the way forth is', () => {
    fc.assert(
      fc.property(schema, schema, (a, b) => {
        const [forth, back] = [diffSchemas(a, b, ORDERED), diffSchemas(b, a, ORDERED)]
        expect(back).toHaveLength(forth.length)
      }),
    )
  })

  test('turned round twice a change is what it was', () => {
    fc.assert(
      fc.property(schema, schema, (a, b) => {
        const forth = diffSchemas(a, b, ORDERED)
        expect(forth.map(invert).map(invert)).toEqual(forth)
      }),
    )
  })

  test('a new property of the model is told without anybody knowing it', () => {
    fc.assert(
      fc.property(table, fc.string({ minLength: 1 }), (t, value) => {
        const novel = { ...t, columns: t.columns.map((c) => ({ ...c, novelty: value })) }
        const [change] = diffSchemas({ ...EMPTY, tables: [t] }, { ...EMPTY, tables: [novel] }, ORDERED)
        expect(JSON.stringify(change)).toContain('"novelty"')
      }),
    )
  })
})

const EMPTY: Schema = { engine: 'x', flavor: 'x', version: '1', name: 'db', tables: [], others: [] }
