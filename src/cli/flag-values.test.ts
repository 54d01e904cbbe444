import { expect, test } from 'vitest'
import * as value from './flag-values.ts'

test('lists are split at commas, repeated flags add up, an escaped comma belongs to the name', () => {
  expect(value.list('a, b*')).toEqual(['a', 'b*'])
  expect(value.list('c', ['a'])).toEqual(['a', 'c'])
  expect(value.list('a\\,b')).toEqual(['a,b'])
  expect(() => value.list('a,,b')).toThrow('empty name')
})

test('predicates may hold further signs of equality and commas', () => {
  expect(value.where("orders=state = 'a,b' and id = 1")).toEqual({ orders: "state = 'a,b' and id = 1" })
  expect(() => value.where('orders')).toThrow('table=expression')
  expect(() => value.where('=x')).toThrow('table=expression')
})

test('casts name a column or a type', () => {
  expect(value.cast('type:decimal(10,2)=numeric', ['a.b=text'])).toEqual(['a.b=text', 'type:decimal(10,2)=numeric'])
  expect(() => value.cast('users=text')).toThrow('neither table.column nor type:NATIVE')
  expect(() => value.cast('a.b=')).toThrow('Expected')
})

test('relations are checked as far as their form goes', () => {
  expect(value.relation('a.b -> c.d', ['x.y -> z.y'])).toEqual(['x.y -> z.y', 'a.b -> c.d'])
  expect(() => value.relation('a.b=c.d')).toThrow('orders.customer_id -> customers.id')
})

test('codes and policies are checked', () => {
  expect(value.accept('ZERO_DATE:a.b,NUL_BYTE', ['X'])).toEqual(['X', 'ZERO_DATE:a.b', 'NUL_BYTE'])
  expect(() => value.accept('zero_date')).toThrow('is not a code')
  expect(value.policy('ZERO_DATE:a=b.c=null', { X: 'fail' })).toEqual({ X: 'fail', 'ZERO_DATE:a=b.c': 'null' })
  expect(() => value.policy('ZERO_DATE=nul')).toThrow('null|clip|replace|reject|fail')
  expect(() => value.policy('null')).toThrow('Expected')
})

test('numbers', () => {
  expect(value.positive('8')).toBe(8)
  for (const bad of ['0', '-1', '1.5', 'many', '']) expect(() => value.positive(bad)).toThrow('whole number')
  expect(value.rate('20MB')).toEqual({ bytes: 20_000_000 })
  expect(value.rate('5000/s', value.rate('20MB'))).toEqual({ bytes: 20_000_000, rows: 5000 })
  expect(() => value.rate('fast')).toThrow('20MB')
  expect(['0', '25', '0.1%', '100%'].map(value.maxRejects)).toEqual(['0', '25', '0.1%', '100%'])
  for (const bad of ['-1', '101%', '1.5', '%']) expect(() => value.maxRejects(bad)).toThrow('percentage')
})

test('the ending of a report is its format', () => {
  expect(value.reportPath('b.JSON', ['a.html'])).toEqual(['a.html', 'b.JSON'])
  expect(() => value.reportPath('a.pdf')).toThrow('.html, .md or .json')
})
