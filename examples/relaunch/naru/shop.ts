// Made by: naru inspect shop --format types. Make it again when the schema has changed.
import { type Col, table } from 'naru'

export interface Cats {
  cat_cd: Col<'text'>
  nm: Col<'text'>
  parent_cd: Col<'text', 'null'>
}

export interface Goods {
  goods_no: Col<'int', 'default'>
  goods_nm: Col<'text'>
  price_won: Col<'int'>
  use_yn: Col<'text'>
  cat_cd: Col<'text'>
  img_url: Col<'text', 'null'>
  detail: Col<'text', 'null'>
  memo: Col<'text', 'null'>
  deleted_at: Col<'timestamp', 'null'>
  reg_dt: Col<'timestamp'>
}

export interface Member {
  member_no: Col<'int'>
  email: Col<'text', 'null'>
  nm: Col<'text'>
  tel: Col<'text', 'null'>
  point: Col<'int'>
  reg_dt: Col<'timestamp'>
}

export interface Ord {
  ord_no: Col<'int'>
  member_no: Col<'int'>
  goods_no: Col<'int'>
  qty: Col<'int'>
  paid_won: Col<'int'>
  stat: Col<'text'>
  ord_dt: Col<'timestamp'>
}

/** Tables of 'shop' for mappings: transfer('…', { from: shop.cats, … }) */
export const shop = {
  cats: table<Cats>('shop', 'cats'),
  goods: table<Goods>('shop', 'goods'),
  member: table<Member>('shop', 'member'),
  ord: table<Ord>('shop', 'ord'),
}
