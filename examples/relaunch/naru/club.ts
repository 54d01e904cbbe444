// Made by: naru inspect club --format types. Make it again when the schema has changed.
import { type Col, table } from 'naru'

export interface Coupon {
  code: Col<'text'>
  owner: Col<'uuid'>
  terms: Col<'text'>
  issued_on: Col<'date'>
  used_at: Col<'timestamp', 'null'>
}

export interface Person {
  pid: Col<'uuid'>
  e_mail: Col<'text', 'null'>
  full_name: Col<'text'>
  born: Col<'date', 'null'>
}

/** Tables of 'club' for mappings: transfer('…', { from: club.coupon, … }) */
export const club = {
  coupon: table<Coupon>('club', 'coupon'),
  person: table<Person>('club', 'person'),
}
