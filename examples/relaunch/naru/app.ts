// Made by: naru inspect app --format types. Make it again when the schema has changed.
import { type Col, table } from 'naru'

export interface Category {
  id: Col<'bigint', 'default'>
  code: Col<'text'>
  name: Col<'text'>
  parent_id: Col<'bigint', 'null'>
}

export interface Coupon {
  code: Col<'text'>
  customer_id: Col<'bigint'>
  percent: Col<'int', 'null'>
  amount: Col<'decimal', 'null'>
  minimum: Col<'decimal', 'null'>
  issued_on: Col<'date'>
}

export interface Customer {
  id: Col<'bigint', 'default'>
  email: Col<'text', 'null'>
  name: Col<'text'>
  phone: Col<'text', 'null'>
  points: Col<'int', 'default'>
  born: Col<'date', 'null'>
  joined_at: Col<'timestamp', 'null'>
  origin: Col<'text', 'default'>
}

export interface Order {
  id: Col<'bigint', 'default'>
  number: Col<'text'>
  customer_id: Col<'bigint'>
  status: Col<'enum', never, 'paid' | 'sent' | 'cancelled'>
  total: Col<'decimal'>
  ordered_at: Col<'timestamp'>
}

export interface OrderLine {
  order_id: Col<'bigint'>
  position: Col<'int'>
  product_id: Col<'bigint'>
  quantity: Col<'int'>
}

export interface Product {
  id: Col<'bigint', 'default'>
  code: Col<'text'>
  name: Col<'text'>
  price: Col<'decimal'>
  status: Col<'enum', never, 'active' | 'hidden' | 'sold out'>
  category_id: Col<'bigint', 'null'>
  image: Col<'text', 'null'>
  description: Col<'text', 'null'>
  origin: Col<'text', 'default'>
  created_at: Col<'timestamp'>
}

export interface Redemption {
  coupon: Col<'text'>
  used_at: Col<'timestamp'>
}

/** Tables of 'app' for mappings: transfer('…', { from: app.category, … }) */
export const app = {
  category: table<Category>('app', 'category'),
  coupon: table<Coupon>('app', 'coupon'),
  customer: table<Customer>('app', 'customer'),
  order: table<Order>('app', 'order'),
  order_line: table<OrderLine>('app', 'order_line'),
  product: table<Product>('app', 'product'),
  redemption: table<Redemption>('app', 'redemption'),
}
