/** The rows of the legacy shop, table by table, in an order in which every reference finds its row. */
import { createHash } from 'node:crypto'
import { type Random, seeded } from './random.ts'
import { CITIES, GIVEN, GROUPS, KINDS, NOTES, PATHS, REMARKS, STREETS, SURNAMES, THINGS } from './words.ts'

type Cell = string | number | bigint | null | Uint8Array
type Rows = Generator<readonly Cell[]>

const CUSTOMERS = 22_000
const PRODUCTS = 3_000
const ORDERS = 36_000
const DAY_MS = 86_400_000
const BEGIN = Date.UTC(2016, 0, 1)

const two = (value: number) => String(value).padStart(2, '0')
const date = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const moment = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
const person = (random: Random) => random.pick(SURNAMES) + random.pick(GIVEN)
const sku = (n: number) => `${'ABKN나'[n % 5]}-${String(n).padStart(5, '0')}`
const label = (n: number) => ['집', '회사', '부모님 댁'][n]
/** How many addresses a customer has, from the number alone, so that orders can refer to them. */
const addressesOf = (customer: number) => 1 + ((customer * 7) % 10 < 2 ? 1 : 0)

function* settings(): Rows {
  yield ['shop.name', '나루 상점 ⛴️', '2016-01-01 00:00:00']
  yield ['shop.vat', 10, '2019-07-01 09:30:00']
  yield ['shop.rate', 0.1, '2019-07-01 09:30:00']
  yield ['mail.footer', '', '2020-02-29 12:00:00']
  yield ['legacy.flag', null, '2016-01-01 00:00:00']
}

function* categories(random: Random): Rows {
  for (let id = 1; id <= 120; id++) {
    const root = id <= GROUPS.length
    const parent = root ? null : random.between(1, Math.ceil(id / 2))
    yield [id, parent, root ? GROUPS[id - 1] : `${random.pick(KINDS)} ${random.pick(THINGS)} ${id}`, id % 7]
  }
}

function* products(random: Random): Rows {
  for (let n = 1; n <= PRODUCTS; n++) {
    const name = `${random.pick(KINDS)} ${random.pick(THINGS)} ${n}`
    const attributes = {
      color: random.pick(['빨강', 'blue', null]),
      size: random.below(40) / 4,
      tags: [random.pick(KINDS)],
    }
    yield [
      sku(n),
      random.between(1, 120),
      name,
      random.between(500, 900_000) / 100,
      random.once(8) ? null : random.between(1, 40_000) / 1000,
      random.once(6) ? 0 : random.below(500),
      random.once(10) ? null : JSON.stringify(attributes),
      random.once(4) ? random.bytes(random.between(0, 600)) : null,
      date(BEGIN + random.below(3_000) * DAY_MS),
    ]
  }
}

function* customers(random: Random): Rows {
  for (let id = 1; id <= CUSTOMERS; id++) {
    const born = BEGIN - random.between(16 * 365, 80 * 365) * DAY_MS
    const phone = `010-${random.between(1000, 9999)}-${random.between(1000, 9999)}`
    yield [
      id,
      random.once(20) ? null : `Guest.${id}@example.${random.pick(['com', 'kr'])}`,
      person(random),
      // 국가 번호까지 적은 손님: longer than the column's thirteen characters.
      id % 6_000 === 17 ? `+82 ${phone}` : random.once(9) ? '' : phone,
      // MySQL once wrote its zero date here.
      id % 8_000 === 4_242 ? '0000-00-00' : random.once(6) ? null : date(born),
      random.below(2),
      random.once(3) ? random.pick(NOTES) : null,
      random.once(3) ? null : label(0),
      moment(BEGIN + random.below(3_200 * 86_400) * 1000),
    ]
  }
}

function* addresses(random: Random): Rows {
  for (let customer = 1; customer <= CUSTOMERS; customer++) {
    for (let n = 0; n < addressesOf(customer); n++) {
      const line = `${random.pick(CITIES)} ${random.pick(STREETS)} ${random.between(1, 400)}, ${random.between(1, 30)}층`
      yield [customer, label(n), String(random.between(1, 63_999)).padStart(5, '0'), line]
    }
  }
}

function* orders(random: Random): Rows {
  for (let id = 1; id <= ORDERS; id++) {
    const customer = random.between(1, CUSTOMERS)
    const coupon =
      id % 12_000 === 77 ? '감사쿠폰-2019-WELCOME' : random.once(6) ? `C${random.between(1000, 9999)}` : null
    const note = id % 16_000 === 123 ? 'cut\u0000here' : random.once(4) ? random.pick(NOTES) : null
    const status = random.pick(['new', 'paid', 'shipped', 'shipped', 'shipped', 'returned'])
    const at = moment(BEGIN + Math.floor((id / ORDERS) * 3_200 * 86_400) * 1000)
    yield [id, customer, label(random.below(addressesOf(customer))), status, coupon, note, at]
  }
}

function* orderLines(random: Random): Rows {
  for (let order = 1; order <= ORDERS; order++) {
    const lines = random.between(1, 4)
    for (let line = 1; line <= lines; line++) {
      const quantity = order % 17_000 === 5 && line === 1 ? '두 개' : random.between(1, 6)
      yield [order, line, sku(random.between(1, PRODUCTS)), quantity, random.between(500, 900_000) / 100]
    }
  }
}

function* reviews(random: Random): Rows {
  for (let id = 1; id <= 12_000; id++) {
    const body = `${random.pick(REMARKS)}${random.once(30) ? `\r\n${'길게 씁니다. '.repeat(random.between(1, 80))}` : ''}`
    const at = moment(BEGIN + random.below(3_200 * 86_400) * 1000)
    yield [
      id * 3 - 20_000,
      sku(random.between(1, PRODUCTS)),
      random.between(1, CUSTOMERS),
      random.between(1, 5),
      body,
      at,
    ]
  }
}

function* visits(random: Random): Rows {
  for (let n = 0; n < 15_000; n++) {
    const at = `${moment(BEGIN + n * 61_000)}.${two(random.below(100))}${random.between(1, 9)}`
    const referrer = random.once(3) ? 'https://search.example/?q=나루' : random.once(9) ? '' : null
    yield [at, random.pick(PATHS) + random.below(50), referrer, random.once(50) ? null : random.below(4_000)]
  }
}

/** Tables in the order in which they are filled. */
export const TABLES = {
  alembic_version: function* (): Rows {
    yield ['3f1c2a9d8e70']
  },
  settings,
  categories,
  products,
  customers,
  addresses,
  orders,
  order_lines: orderLines,
  reviews,
  visits,
} as const satisfies Record<string, (random: Random) => Rows>

/** The rows of a table; each table has its own seed, so that one may change without the others. */
export function rowsOf(table: keyof typeof TABLES): Rows {
  const seed = createHash('sha256').update(table).digest().readUInt32LE(0)
  return TABLES[table](seeded(seed))
}
