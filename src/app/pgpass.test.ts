import { expect, test } from 'vitest'
import { findInPgpass } from './pgpass.ts'

const target = { hosts: ['db.example'], port: '5432', database: 'shop', user: 'app' }

test('the first line that matches wins, wildcards match anything', () => {
  const text =
    '# a comment:5432:shop:app:no\nother:5432:shop:app:wrong\n*:*:shop:*:first\ndb.example:5432:shop:app:second\n'
  expect(findInPgpass(text, target)).toBe('first')
  expect(findInPgpass(text, { ...target, database: 'else' })).toBeUndefined()
})

test('a star is a wildcard only as a whole field', () => {
  expect(findInPgpass('db*:*:*:*:no', target)).toBeUndefined()
})

test('escaped colons and backslashes belong to the field', () => {
  const text = String.raw`db.example:5432:sh\:op:ap\\p:pa\:ss\\word`
  expect(findInPgpass(text, { ...target, database: 'sh:op', user: 'ap\\p' })).toBe('pa:ss\\word')
})

test('the password may hold plain colons, and lines may end in CR LF', () => {
  expect(findInPgpass('db.example:5432:shop:app:a:b\r\n', target)).toBe('a:b')
})

test('a socket goes by localhost or by its folder', () => {
  const hosts = ['localhost', '/var/run/postgresql']
  expect(findInPgpass('localhost:5432:shop:app:x', { ...target, hosts })).toBe('x')
  expect(findInPgpass('/var/run/postgresql:5432:shop:app:y', { ...target, hosts })).toBe('y')
})

test('short lines are passed over', () => {
  expect(findInPgpass('db.example:5432:shop\n\n', target)).toBeUndefined()
})
