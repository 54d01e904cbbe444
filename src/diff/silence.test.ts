import { expect, test } from 'vitest'
import type { Schema, Table } from '../core/schema.ts'
import { markSilent, silenced } from './silence.ts'

function table(name: string, more: Partial<Table>): Table {
  return { name: { name }, columns: [], uniques: [], indexes: [], foreignKeys: [], checks: [], options: {}, ...more }
}

function schema(tables: readonly Table[]): Schema {
  return { engine: 'postgres', flavor: 'pglite', version: '18', name: 'public', user: 'me', tables, others: [] }
}

test('a state is silent about owners and privileges until it names one', () => {
  expect(markSilent(schema([table('t', { owner: 'me' })])).silent).toEqual(['owner', 'grants'])
  expect(markSilent(schema([table('t', { owner: 'app' })])).silent).toEqual(['grants'])
  expect(markSilent(schema([table('t', { owner: 'me', grants: ['SELECT TO reader'] })])).silent).toEqual(['owner'])
  expect(markSilent({ ...schema([table('t', { owner: 'me' })]), user: undefined }).silent).toBeUndefined()
})

test('what one side is silent about, neither side has; all else stays', () => {
  const live = schema([table('t', { owner: 'app', grants: ['SELECT TO reader'], comment: 'kept' })])
  const [from, to] = silenced(live, markSilent(schema([table('t', { owner: 'me' })])))
  expect(from.tables).toEqual([table('t', { comment: 'kept' })])
  expect(to.tables).toEqual([table('t', {})])
  expect(silenced(live, live)).toEqual([live, live])
})
