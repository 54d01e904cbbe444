import { expect, test } from 'vitest'
import { parseRelation } from './relation.ts'

test('one column by a dot, several in brackets, tables with their schema', () => {
  expect(parseRelation(' orders.customer_id->customers.id')).toEqual({
    text: 'orders.customer_id->customers.id',
    from: { table: 'orders', columns: ['customer_id'] },
    to: { table: 'customers', columns: ['id'] },
  })
  expect(parseRelation('sales.lines (shop, order_no) -> sales.orders(shop,no)')).toMatchObject({
    from: { table: 'sales.lines', columns: ['shop', 'order_no'] },
    to: { table: 'sales.orders', columns: ['shop', 'no'] },
  })
  expect(parseRelation('hr.people.boss -> hr.people.id')?.from).toEqual({ table: 'hr.people', columns: ['boss'] })
})

test.each([
  'orders.customer_id',
  'orders.customer_id -> customers',
  'orders -> customers.id',
  'orders.a -> b.c -> d.e',
  'lines(a, b) -> orders(a)',
  'lines(a,) -> orders(a, b)',
  'lines() -> orders()',
  '.a -> b.c',
  '-> b.c',
])('%s is no relation', (text) => {
  expect(parseRelation(text)).toBe(null)
})
