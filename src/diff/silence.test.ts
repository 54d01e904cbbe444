import { expect, test } from 'vitest'
import { plainTable, type Schema, type Table } from '../core/schema.ts'
import { markSilent, silenced } from './silence.ts'

function table(name: string, more: Partial<Table>): Table {
  return plainTable({ name }, [], more)
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

test('what FROM is silent about, neither side has; what TO is silent about stays as it is in FROM; all else stays', () => {
  const live = schema([table('t', { owner: 'app', grants: ['SELECT TO reader'], comment: 'kept' })])
  const text = markSilent(schema([table('t', { owner: 'me' })]))
  expect(silenced(live, text)).toEqual({
    from: live,
    to: { ...text, tables: [table('t', {})] },
    kept: ['owner', 'grants'],
  })
  const back = silenced(text, live)
  expect(back.to.tables).toEqual([table('t', { comment: 'kept' })])
  expect(back.kept).toEqual([])
  expect(silenced(live, live)).toEqual({ from: live, to: live, kept: [] })
})
