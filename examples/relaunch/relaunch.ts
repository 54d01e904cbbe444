/** Three legacy databases become one. */
import { file, fileRefs, lookup, ref, sql, transfer, values } from 'naru'
import { app } from './naru/app.ts'
import { club } from './naru/club.ts'
import { outlet } from './naru/outlet.ts'
import { shop } from './naru/shop.ts'

const categories = transfer('categories', {
  from: shop.cats,
  to: app.category,
  write: 'replace',
  columns: { code: 'cat_cd', name: 'nm', parent_id: ref('categories', 'parent_cd') },
})

const goods = transfer('goods', {
  from: shop.goods,
  to: app.product,
  write: 'replace',
  where: sql`deleted_at IS NULL`,
  provenance: 'origin',
  columns: {
    code: sql`concat('S', goods_no)`,
    name: 'goods_nm',
    price: sql`price_won / ${100}`,
    status: values('use_yn', { Y: 'active', N: 'hidden' }),
    category_id: ref('categories', 'cat_cd'),
    image: file('img_url', 'shop-images'),
    description: fileRefs('detail', 'shop-images', 'html'),
    created_at: 'reg_dt',
  },
})

const items = transfer('items', {
  from: outlet.items,
  to: app.product,
  write: 'replace',
  provenance: 'origin',
  columns: {
    code: sql`concat('O', id)`,
    name: 'title',
    price: 'price',
    status: values('status', { 0: 'hidden', 1: 'active', 2: 'sold out' }),
    category_id: lookup(app.category, 'code', 'cat'),
    image: file('photo', 'outlet-images'),
    description: fileRefs('intro', 'outlet-images', 'markdown'),
    created_at: 'created',
  },
})

/** One person has one e-mail address: names of the shop win, telephones and birthdays are filled in, and nobody loses points. */
const customers = {
  to: app.customer,
  write: 'replace',
  match: ['email'],
  conflict: { phone: 'filled', points: 'greatest', born: 'filled', joined_at: 'filled' },
  provenance: 'origin',
} as const

const members = transfer('members', {
  ...customers,
  from: shop.member,
  columns: { email: sql`lower(email)`, name: 'nm', phone: 'tel', points: 'point', joined_at: 'reg_dt' },
})

const users = transfer('users', {
  ...customers,
  from: outlet.users,
  columns: { email: sql`lower(mail)`, name: 'name', phone: 'phone', points: 'pts', joined_at: 'joined' },
})

const persons = transfer('persons', {
  ...customers,
  from: club.person,
  columns: { email: sql`lower(e_mail)`, name: 'full_name', born: 'born' },
})

/** The shop kept an order and its only line in one row. */
const shopOrders = transfer('shop_orders', {
  from: shop.ord,
  to: app.order,
  write: 'replace',
  columns: {
    number: sql`concat('S', ord_no)`,
    customer_id: ref('members', 'member_no'),
    status: values('stat', { 10: 'paid', 20: 'sent', 90: 'cancelled' }),
    total: sql`paid_won / ${100}`,
    ordered_at: 'ord_dt',
  },
})

const shopLines = transfer('shop_lines', {
  from: shop.ord,
  to: app.order_line,
  write: 'replace',
  columns: {
    order_id: ref('shop_orders', 'ord_no'),
    position: sql`1`,
    product_id: ref('goods', 'goods_no'),
    quantity: 'qty',
  },
})

const outletOrders = transfer('outlet_orders', {
  from: outlet.orders,
  to: app.order,
  write: 'replace',
  columns: {
    number: sql`concat('O', id)`,
    customer_id: ref('users', 'user_id'),
    status: values('state', { paid: 'paid', sent: 'sent', gone: 'cancelled' }),
    total: 'total',
    ordered_at: 'created',
  },
})

const outletLines = transfer('outlet_lines', {
  from: outlet.orders,
  to: app.order_line,
  write: 'replace',
  columns: {
    order_id: ref('outlet_orders', 'id'),
    position: sql`1`,
    product_id: ref('items', 'item_id'),
    quantity: 'quantity',
  },
})

/** `P15;MIN30000`: 15 percent from 30,000 won on. `W2000`: 2,000 won. A used coupon is a second row, in a table of its own. */
const coupons = transfer('coupons', {
  from: club.coupon,
  to: app.coupon,
  write: 'replace',
  into: [app.redemption],
  columns: { customer_id: ref('persons', 'owner') },
  row(old, ctx) {
    const terms = /^([PW])(\d+)(?:;MIN(\d+))?$/.exec(old.terms)
    if (terms === null) return ctx.reject(`terms ${old.terms} are not understood`)
    const [, kind, value, minimum] = terms
    const coupon = {
      code: old.code,
      percent: kind === 'P' ? Number(value) : null,
      amount: kind === 'W' ? String(Number(value) / 100) : null,
      minimum: minimum === undefined ? null : String(Number(minimum) / 100),
      issued_on: old.issued_on,
    }
    if (old.used_at === null) return coupon
    return [coupon, ctx.into(app.redemption, { coupon: old.code, used_at: old.used_at })]
  },
})

/** In the order in which people think of them; naru finds the order in which they run. */
export const relaunch = [
  categories,
  goods,
  items,
  members,
  users,
  persons,
  shopOrders,
  shopLines,
  outletOrders,
  outletLines,
  coupons,
]
