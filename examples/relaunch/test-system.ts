/** The new database once more, for the test system: everything as it is, but nobody can be recognised. */
import { mask, transfer } from 'naru'
import { app } from './naru/app.ts'
import { testing } from './naru/testing.ts'

const salt = process.env.MASK_SALT ?? 'relaunch'

const customers = transfer('test_customers', {
  from: app.customer,
  to: testing.customer,
  write: 'replace',
  columns: {
    id: 'id',
    email: mask.email('email', salt),
    name: mask.name('name', salt),
    phone: mask.phone('phone', salt),
    points: 'points',
    born: mask.null('born'),
    joined_at: 'joined_at',
    origin: 'origin',
  },
})

const categories = transfer('test_categories', {
  from: app.category,
  to: testing.category,
  write: 'replace',
  columns: { id: 'id', code: 'code', name: 'name', parent_id: 'parent_id' },
})

const products = transfer('test_products', {
  from: app.product,
  to: testing.product,
  write: 'replace',
  columns: {
    id: 'id',
    code: 'code',
    name: 'name',
    price: 'price',
    status: 'status',
    category_id: 'category_id',
    origin: 'origin',
    created_at: 'created_at',
  },
})

const orders = transfer('test_orders', {
  from: app.order,
  to: testing.order,
  write: 'replace',
  columns: {
    id: 'id',
    number: 'number',
    customer_id: 'customer_id',
    status: 'status',
    total: 'total',
    ordered_at: 'ordered_at',
  },
})

const lines = transfer('test_lines', {
  from: app.order_line,
  to: testing.order_line,
  write: 'replace',
  columns: { order_id: 'order_id', position: 'position', product_id: 'product_id', quantity: 'quantity' },
})

/** What the test system gets. Coupons stay where they are: they are money. */
export const testSystem = [customers, categories, products, orders, lines]
