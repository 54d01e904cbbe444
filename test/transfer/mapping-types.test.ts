/** What the compiler refuses in a mapping: every `@ts-expect-error` is checked by `tsc`, which fails where there is no error. */
import { expect, test } from 'vitest'
import { type Col, table } from '../../src/transfer/columns.ts'
import { transfer } from '../../src/transfer/define.ts'
import { constant, file, lookup, mask, ref, sql, values } from '../../src/transfer/sources.ts'

interface Goods {
  goods_no: Col<'int', 'default'>
  goods_nm: Col<'text'>
  price_won: Col<'int', 'null'>
  use_yn: Col<'text', 'null'>
  cat_cd: Col<'text', 'null'>
  seller_no: Col<'int', 'null'>
  img_url: Col<'text', 'null'>
  reg_dt: Col<'timestamp'>
  status: Col<'text'>
}

interface Product {
  id: Col<'bigint', 'default'>
  name: Col<'text'>
  price: Col<'decimal'>
  status: Col<'enum', never, 'active' | 'hidden'>
  categoryId: Col<'bigint', 'null'>
  sellerId: Col<'bigint', 'null'>
  image: Col<'text', 'null'>
  email: Col<'text', 'null'>
  createdAt: Col<'timestamp', 'default'>
  total: Col<'decimal', 'computed'>
}

interface Category {
  id: Col<'bigint', 'default'>
  code: Col<'text'>
}

const from = table<Goods>('legacy', 'goods')
const to = table<Product>('app', 'product')
const category = table<Category>('app', 'category')
interface Customer {
  email: Col<'text'>
  origin: Col<'text'>
}

const customer = table<Customer>('app', 'customer')
const given = { name: 'goods_nm', price: 'price_won', status: constant('active') } as const

test('a mapping is plain data that keeps what was said', () => {
  const products = transfer('products', {
    from,
    to,
    key: 'goods_no',
    where: sql`deleted_at is null`,
    columns: {
      name: 'goods_nm',
      price: sql`price_won / ${100}`,
      status: values({ Y: 'active', N: 'hidden' }),
      categoryId: lookup(category, 'code', 'cat_cd'),
      sellerId: ref('sellers', 'seller_no'),
      image: file('img_url', 'images'),
      createdAt: 'reg_dt',
      email: mask.email('goods_nm'),
    },
  })
  expect(products).toMatchObject({ kind: 'transfer', name: 'products', key: ['goods_no'], write: 'insert', into: [] })
  expect(products.columns.price).toMatchObject({ texts: ['price_won / ', ''], parts: [100] })
  expect(products.columns.categoryId).toMatchObject({ by: ['code'], columns: ['cat_cd'], miss: 'fail' })
})

test('the column of provenance needs no source of its own', () => {
  const declared = transfer('a', { from, to: customer, provenance: 'origin', columns: { email: 'goods_nm' } })
  const byFunction = transfer('b', {
    from,
    to: customer,
    provenance: 'origin',
    row: (old) => ({ email: old.goods_nm }),
  })
  expect([declared.provenance, byFunction.provenance]).toEqual(['origin', 'origin'])
})

test('a function gives what the columns do not', () => {
  const one = transfer('one', {
    from,
    to,
    columns: { name: 'goods_nm' },
    row: (old) => (old.price_won === null ? null : { price: String(old.price_won), status: 'active' }),
  })
  const several = transfer('several', {
    from,
    to,
    into: [category],
    row: (old, ctx) => [
      { name: old.goods_nm, price: 1, status: 'hidden' },
      ctx.into(category, { code: old.cat_cd ?? '' }),
    ],
  })
  expect([typeof one.row, several.into]).toEqual(['function', [category]])
})

test('what is wrong is refused before anything runs', () => {
  const refused = [
    // @ts-expect-error misspelt source column
    transfer('a', { from, to, columns: { ...given, name: 'goods_nmm' } }),
    // @ts-expect-error missing required column
    transfer('b', { from, to, columns: { name: 'goods_nm', price: 'price_won' } }),
    // @ts-expect-error text into a number
    transfer('c', { from, to, columns: { ...given, price: 'goods_nm' } }),
    // @ts-expect-error no such label
    transfer('d', { from, to, columns: { ...given, status: values('use_yn', { Y: 'activ' }) } }),
    // @ts-expect-error misspelt target column
    transfer('e', { from, to, columns: { ...given, nam: 'goods_nm' } }),
    // @ts-expect-error a column that the database computes
    transfer('f', { from, to, columns: { ...given, total: 'price_won' } }),
    // @ts-expect-error misspelt column of the table that is looked up in
    transfer('g', { from, to, columns: { ...given, categoryId: lookup(category, 'cod', 'cat_cd') } }),
    // @ts-expect-error misspelt source column of a ref
    transfer('h', { from, to, columns: { ...given, sellerId: ref('sellers', 'sellerno') } }),
    // @ts-expect-error the function leaves out a required column
    transfer('i', { from, to, row: (old) => ({ name: old.goods_nm, price: 1 }) }),
    // @ts-expect-error no such column in the old row
    transfer('j', { from, to, row: (old) => ({ name: old.goodsnm, price: 1, status: 'active' }) }),
    // @ts-expect-error misspelt key
    transfer('k', { from, to, key: 'goods', columns: given }),
    // @ts-expect-error a fixed value of the wrong type
    transfer('l', { from, to, columns: { ...given, name: constant(3) } }),
    // @ts-expect-error misspelt column of provenance
    transfer('m', { from, to: customer, provenance: 'orign', columns: { email: 'goods_nm', origin: constant('x') } }),
    // @ts-expect-error a required column that is not the one of provenance
    transfer('n', { from, to: customer, provenance: 'origin', columns: {} }),
  ]
  expect(refused).toHaveLength(14)
})
