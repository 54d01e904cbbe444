import { describe, expect, test } from 'vitest'
import { column, index, object, schema, table, typed } from '../../test/schema/samples.ts'
import type { ManyRow } from '../core/schema-diff.ts'
import { compareMany } from './many.ts'

const told = (rows: readonly ManyRow[]) =>
  rows.map((r) => [
    [r.item, r.part, r.name, r.property].filter((t) => t !== '').join(' '),
    r.values.map((v, i) => (r.deviating.includes(i) ? `≠${v}` : `${v}`)).join(' '),
    r.against,
  ])
const ORDERED = { ordersColumns: true }

describe('several schemas', () => {
  test('that are the same have nothing to tell', () => {
    const a = schema([table('t', [column('a')])], [object('view', 'v')])
    expect(compareMany([a, structuredClone(a), structuredClone(a)], ORDERED)).toEqual([])
  })

  test('whoever is not with the majority deviates, else whoever is not with the first', () => {
    const with_ = (native: string) => schema([table('t', [typed('c', native)])])
    expect(told(compareMany(['int', 'text', 'int'].map(with_), ORDERED))).toEqual([
      ['table t column c type', 'int ≠text int', 'majority'],
    ])
    expect(told(compareMany(['text', 'int', 'int'].map(with_), ORDERED))).toEqual([
      ['table t column c type', '≠text int int', 'majority'],
    ])
    expect(told(compareMany(['a', 'b', 'c'].map(with_), ORDERED))).toEqual([
      ['table t column c type', 'a ≠b ≠c', 'first'],
    ])
  })

  test('what is missing is told once, not with all that it holds', () => {
    const full = schema([table('t', [column('a'), column('b')], { indexes: [index('i', 'a')] })], [object('view', 'v')])
    expect(told(compareMany([full, schema([]), full], ORDERED))).toEqual([
      ['table t', 'there ≠null there', 'majority'],
      ['view v', 'there ≠null there', 'majority'],
    ])
  })

  test('order counts among the same columns alone, and options as properties', () => {
    const [a, b] = [column('a'), column('b')]
    const one = schema([table('t', [a, b], { options: { engine: 'InnoDB' }, comment: 'x' })])
    const two = schema([table('t', [b, a], { options: { engine: 'MyISAM' }, comment: 'x' })])
    const rows = told(compareMany([one, one, two], ORDERED))
    expect(rows.map(([what]) => what)).toEqual(['table t engine', 'table t column order'])
    const more = schema([table('t', [b, a, column('c')])])
    const names = told(compareMany([one, one, more], ORDERED)).map(([what]) => what)
    expect(names).not.toContain('table t column order')
  })
})
