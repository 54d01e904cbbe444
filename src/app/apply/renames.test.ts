import { expect, test } from 'vitest'
import { plainTable, type Schema, type Table } from '../../core/schema.ts'
import { openRenames } from './renames.ts'

const table = (name: string, ...columns: string[]) =>
  plainTable(
    { name },
    columns.map((c) => ({ name: c, type: { logical: { kind: 'text' }, native: 'text' }, nullable: true })),
  )
const schema = (...tables: Table[]): Schema => ({
  engine: 'x',
  flavor: 'x',
  version: '1',
  name: 'db',
  tables,
  others: [],
})

const goal = schema(table('people', 'id', 'email'), table('orders', 'id'))
const texts = ['users=people', 'users.mail=email']

test('nothing is done yet: all are open', () => {
  expect(openRenames(texts, schema(table('users', 'id', 'mail'), table('orders', 'id')), goal)).toEqual(texts)
})

test('the table is renamed, the column not yet; then both are', () => {
  expect(openRenames(texts, schema(table('people', 'id', 'mail')), goal)).toEqual(['people.mail=email'])
  expect(openRenames(texts, schema(table('people', 'id', 'email')), goal)).toEqual([])
})

test('what fits neither before nor after stays, to be refused', () => {
  expect(openRenames(['nobody=somebody'], schema(table('users', 'id')), goal)).toEqual(['nobody=somebody'])
  expect(openRenames(['users.nothing=never'], schema(table('users', 'id')), goal)).toEqual(['users.nothing=never'])
})
