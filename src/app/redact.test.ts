import { expect, test } from 'vitest'
import { mask, redact } from './redact.ts'

test('passwords in addresses go, whatever is in them', () => {
  expect(redact('mysql://root:s3cret@host/db')).toBe('mysql://root:***@host/db')
  expect(redact('mysql://root:p@ss/w:rd@host/db')).toBe('mysql://root:***@host/db')
  expect(redact('"kim:s3cret@host/db"')).toBe('"kim:***@host/db"')
  expect(redact('postgres://:x@h')).toBe('postgres://:***@h')
  expect(redact('postgres://h/db?password=abc&sslmode=require')).toBe('postgres://h/db?password=***&sslmode=require')
})

test('addresses without a password stay', () => {
  const text = 'mysql://root@host:3306/db, mysql://root@host:3306/db and sqlite:/a/b.db'
  expect(redact(text)).toBe(text)
})

test('known passwords go wherever they stand, also encoded; very short ones would hit anything', () => {
  expect(mask('refused "pa ss!" and pa%20ss!', ['pa ss!'])).toBe('refused "***" and ***')
  expect(mask('a table', ['a'])).toBe('a table')
})
