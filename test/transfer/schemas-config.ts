/** Mappings between databases with several schemas, for threads too, which import this module: `schemas.test.ts`. */
import { type Col, table } from '../../src/transfer/columns.ts'
import { transfer } from '../../src/transfer/define.ts'
import { lookup, ref } from '../../src/transfer/sources.ts'

/** What tables of customers have alike. */
export interface Named {
  id: Col<'int'>
  name: Col<'text'>
}
interface Note {
  ord: Col<'int'>
  body: Col<'text'>
}

const legacy = {
  customer: table<Named>('legacy', 'customer'),
  sales: {
    customer: table<Named & { grade: Col<'text', 'null'> }>('legacy', 'customer', 'sales'),
    ord: table<{ no: Col<'int'>; customer_id: Col<'int'>; memo: Col<'text', 'null'> }>('legacy', 'ord', 'sales'),
  },
  hr: { customer: table<{ code: Col<'text'>; boss: Col<'text', 'null'> }>('legacy', 'customer', 'H.R') },
}
/** Tables of the target. */
export const app = {
  customer: table<Named>('app', 'customer'),
  shop: {
    grade: table<{ id: Col<'int'>; code: Col<'text'> }>('app', 'grade', 'shop'),
    customer: table<{ id: Col<'bigint', 'default'>; name: Col<'text'>; grade_id: Col<'int', 'null'> }>(
      'app',
      'customer',
      'shop',
    ),
    ord: table<{ no: Col<'int'>; customer_id: Col<'bigint'> }>('app', 'ord', 'shop'),
    note: table<Note>('app', 'note', 'shop'),
  },
  staff: {
    note: table<Note>('app', 'note', 'staff'),
    customer: table<{ id: Col<'bigint', 'default'>; code: Col<'text'>; boss_id: Col<'bigint', 'null'> }>(
      'app',
      'customer',
      'staff',
    ),
  },
}

/** All of them. */
export const ALL = [
  transfer('plain', { from: legacy.customer, to: app.customer, columns: { id: 'id', name: 'name' } }),
  transfer('customers', {
    from: legacy.sales.customer,
    to: app.shop.customer,
    columns: { name: 'name', grade_id: lookup(app.shop.grade, 'code', 'grade') },
  }),
  transfer('orders', {
    from: legacy.sales.ord,
    to: app.shop.ord,
    into: [app.shop.note, app.staff.note],
    columns: { customer_id: ref('customers', 'customer_id') },
    row: (old, ctx) => [
      { no: old.no },
      ...(old.memo === null ? [] : [ctx.into(app.shop.note, { ord: old.no, body: old.memo })]),
      ...(old.memo === null ? [] : [ctx.into(app.staff.note, { ord: old.no, body: `${old.memo} of staff` })]),
    ],
  }),
  transfer('people', {
    from: legacy.hr.customer,
    to: app.staff.customer,
    columns: { code: 'code', boss_id: ref('people', 'boss') },
  }),
]

export default { databases: {}, transfers: { all: ALL } }
