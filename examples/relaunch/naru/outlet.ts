// Made by: naru inspect outlet --format types. Make it again when the schema has changed.
import { type Col, table } from 'naru'

export interface Items {
  id: Col<'int', 'default'>
  title: Col<'text'>
  price: Col<'decimal'>
  cat: Col<'text', 'null'>
  photo: Col<'text', 'null'>
  intro: Col<'text', 'null'>
  status: Col<'int'>
  created: Col<'timestamp'>
}

export interface Orders {
  id: Col<'bigint'>
  user_id: Col<'bigint'>
  item_id: Col<'int'>
  quantity: Col<'int'>
  total: Col<'decimal'>
  state: Col<'enum', never, 'paid' | 'sent' | 'gone'>
  created: Col<'timestamp'>
}

export interface Users {
  id: Col<'bigint'>
  mail: Col<'text', 'null'>
  name: Col<'text'>
  phone: Col<'text', 'null'>
  pts: Col<'int'>
  joined: Col<'timestamp'>
}

/** Tables of 'outlet' for mappings: transfer('…', { from: outlet.items, … }) */
export const outlet = {
  items: table<Items>('outlet', 'items'),
  orders: table<Orders>('outlet', 'orders'),
  users: table<Users>('outlet', 'users'),
}
