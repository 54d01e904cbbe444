import { expect, test } from 'vitest'
import type { TablePlan } from '../core/plan.ts'
import { type Column, plainTable, type Table } from '../core/schema.ts'
import { sourceChanges } from './source-changes.ts'

const int = (name: string): Column => ({
  name,
  type: { logical: { kind: 'int', bits: 32 }, native: 'int' },
  nullable: false,
})
const plan = (source: Table) => ({ label: source.name.name, source }) as TablePlan
const t = plainTable({ name: 't' }, [int('a'), int('b')])
const u = plainTable({ name: 'u' }, [int('a')])

test('tables that come and go', () => {
  expect(sourceChanges([plan(t)], [plan(u)])).toEqual(['t is gone', 'u is new'])
  expect(sourceChanges([plan(t), plan(u)], [plan(u), plan({ ...t, rows: 5, comment: 'things' })])).toEqual([])
})

test('columns, and all that is not told by itself', () => {
  const wide: Column = { ...int('a'), type: { logical: { kind: 'int', bits: 64 }, native: 'bigint' } }
  const after = (table: Partial<Table>) => sourceChanges([plan(t)], [plan({ ...t, ...table })])
  expect(after({ columns: [wide, int('c')] })).toEqual([
    't: column b is gone, column a is bigint, was int, column c is new',
  ])
  expect(after({ columns: [{ ...int('a'), nullable: true }, int('b')] })).toEqual(['t: column a takes NULL now'])
  expect(after({ columns: [int('b'), int('a')] })).toEqual(['t: its columns, keys, indexes or checks'])
  expect(after({ primaryKey: { name: 'k', columns: ['a'] } })).toEqual(['t: its columns, keys, indexes or checks'])
})
