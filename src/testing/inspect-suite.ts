/** inspect and plan: what a model says is made, and inspecting what was made gives the model again. */
import assert from 'node:assert/strict'
import type { Database } from '../core/engine.ts'
import type { Column, LogicalType, Schema, Table } from '../core/schema.ts'
import { CORPUS } from './corpus.ts'
import { stage } from './place.ts'
import { build, buildSteps, type ColumnWish, fill, named, table } from './stage.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite. */
export function inspectSuite({ describe, it }: Runner, subject: Subject): void {
  describe('inspect', () => {
    it('finds nothing in an empty database', async () => {
      await using place = await stage(subject)
      assert.deepEqual((await place.db.inspect()).tables, [])
    })
    it('finds columns of every type as they were made', () => checkTypes(subject))
    if (subject.sql === false) return
    it('finds keys, indexes, checks, foreign keys and defaults', () => checkObjects(subject))
    it('makes the same database from what it found', () => checkFixPoint(subject))
    it('tells of each step whether it has been done', () => checkExists(subject))
    it('sets the counter, so that the next number is free', () => checkCounter(subject))
    it('drops and truncates', () => checkDrop(subject))
    it("does not take its own ledger for the user's tables", () => checkLedgerHidden(subject))
  })
}

async function tableNamed(db: Database, name: string): Promise<Table> {
  const found = (await db.inspect()).tables.find((t) => t.name.name === name)
  assert.ok(found, `inspect finds ${name}`)
  return found
}

async function checkTypes(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const wishes = CORPUS.map((c, i): ColumnWish => ({ name: `c${i}`, type: c.type, nullable: i % 2 === 0 }))
  const made = table(db, 'types', [{ name: 'id', type: INT }, ...wishes], { key: ['id'] })
  await build(db, made)
  const found = await tableNamed(db, 'types')
  assert.deepEqual(
    found.columns.map((c) => c.name),
    made.columns.map((c) => c.name),
  )
  if (subject.sql === false) return
  made.columns.forEach((c, i) => {
    const seen = found.columns[i]
    const what = `${CORPUS[i - 1]?.name ?? 'id'}: made ${c.type.native}`
    // What an engine cannot tell apart (SQLite's INTEGER) is what its type says.
    const meanings = [c.type, db.engine.dialect.parseType(c.type.native)].map((t) => JSON.stringify(plain(t.logical)))
    assert.ok(
      meanings.includes(JSON.stringify(plain(seen.type.logical))),
      `${what}, found ${JSON.stringify(seen.type)}`,
    )
    assert.equal(seen.type.native, c.type.native, what)
    assert.equal(seen.nullable, c.nullable, what)
    assert.ok(db.engine.dialect.canRead(seen.type, db.engine.dialect.wire(c.type)), `${what}: what was written is read`)
  })
}

const INT: LogicalType = { kind: 'int', bits: 32 }

/** Without fields that are undefined or false: absent means the same. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, v) => {
      if (v === false) return undefined
      if (typeof v === 'bigint') return String(v)
      if (v === null || typeof v !== 'object' || Array.isArray(v)) return v
      return Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
    }),
  )
}

/** Two tables with everything that every SQL engine has. */
function shop(db: Database): Table[] {
  const q = db.engine.dialect.quote
  const index = (name: string, columns: string[], unique: boolean) => ({
    name,
    parts: columns.map((column) => ({ column })),
    unique,
    method: 'btree',
  })
  const customers = table(
    db,
    'customers',
    [
      { name: 'id', type: INT, more: { identity: 'auto' } },
      { name: 'email', type: { kind: 'text', max: 100 }, nullable: false, indexed: true },
      {
        name: 'city',
        type: { kind: 'text', max: 50 },
        indexed: true,
        more: { default: { kind: 'value', text: "it's" } },
      },
      { name: 'level', type: INT, nullable: false, more: { default: { kind: 'value', text: '7' } } },
    ],
    {
      key: ['id'],
      uniques: [{ name: 'customers_email_key', columns: ['email'] }],
      indexes: [index('customers_city_level', ['city', 'level'], false)],
      counter: { column: 'id', next: 1n },
      checks: [{ name: 'customers_level_check', expression: `${q('level')} > 0` }],
    },
  )
  const orders = table(
    db,
    'orders',
    [
      { name: 'customer', type: INT },
      { name: 'number', type: INT },
      { name: 'parent', type: INT, nullable: true },
    ],
    {
      key: ['customer', 'number'],
      indexes: [index('orders_parent_number', ['parent', 'number'], true)],
      foreignKeys: [
        reference(db, 'orders_customer_fkey', 'customer', 'cascade'),
        reference(db, 'orders_parent_fkey', 'parent', 'set null'),
      ],
    },
  )
  return [customers, orders]
}

function reference(db: Database, name: string, column: string, onDelete: 'cascade' | 'set null') {
  const references = named(db, 'customers')
  return { name, columns: [column], references, referencedColumns: ['id'], onUpdate: 'no action', onDelete } as const
}

async function checkObjects(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  await build(db, ...shop(db))
  const customers = await tableNamed(db, 'customers')
  const orders = await tableNamed(db, 'orders')
  assert.deepEqual(customers.primaryKey?.columns, ['id'])
  assert.deepEqual(orders.primaryKey?.columns, ['customer', 'number'])
  const column = (name: string): Column | undefined => customers.columns.find((c) => c.name === name)
  assert.deepEqual(column('city')?.default, { kind: 'value', text: "it's" })
  assert.deepEqual(column('level')?.default, { kind: 'value', text: '7' })
  assert.ok(column('id')?.identity !== undefined, 'the id is numbered by the engine')
  assert.equal(column('email')?.nullable, false)
  assert.deepEqual(
    customers.uniques.map((u) => u.columns),
    [['email']],
  )
  assert.deepEqual(
    customers.indexes.map((i) => [i.parts.map((p) => p.column), i.unique]),
    [[['city', 'level'], false]],
  )
  assert.deepEqual(
    orders.indexes.filter((i) => i.unique).map((i) => i.parts.map((p) => p.column)),
    [['parent', 'number']],
  )
  assert.equal(customers.checks.length, 1)
  const keys = orders.foreignKeys.map((f) => [f.columns, f.references.name, f.referencedColumns, f.onDelete])
  const wanted = [
    [['customer'], 'customers', ['id'], 'cascade'],
    [['parent'], 'customers', ['id'], 'set null'],
  ]
  assert.deepEqual(keys.sort(), wanted)
}

/** Without what is no part of the shape: statistics, counters, the server. */
function shape(schema: Schema): unknown {
  const tables = schema.tables
    .map(({ rows: _, bytes: __, counter: ___, ...rest }) => plain(rest))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
  return { tables, others: schema.others.map((o) => [o.kind, o.name.name]).sort() }
}

async function checkFixPoint(subject: Subject): Promise<void> {
  await using first = await stage(subject)
  await using second = await stage(subject)
  const wishes = CORPUS.map((c, i): ColumnWish => ({ name: `c${i}`, type: c.type }))
  await build(
    first.db,
    table(first.db, 'types', [{ name: 'id', type: INT }, ...wishes], { key: ['id'] }),
    ...shop(first.db),
  )
  const one = await first.db.inspect()
  const { ddl } = first.db.engine.dialect
  for (const step of ddl.before(one)) await second.db.execute(step.sql)
  for (const phase of [ddl.table, ddl.indexes, ddl.constraints, ddl.foreignKeys]) {
    for (const t of one.tables) for (const step of phase.call(ddl, t)) await second.db.execute(step.sql)
  }
  assert.deepEqual(shape(await second.db.inspect()), shape(one))
}

async function checkExists(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const tables = shop(db)
  const steps = buildSteps(db, tables)
  assert.equal(new Set(steps.map((s) => s.object)).size, steps.length, 'each step names another object')
  for (const step of steps) {
    if (step.exists !== undefined)
      assert.deepEqual(await db.query(step.exists), [], `${step.object} is not there before`)
    await db.execute(step.sql)
    if (step.exists === undefined) continue
    assert.ok((await db.query(step.exists)).length > 0, `${step.object} is there after ${step.sql}`)
  }
  for (const t of tables) for (const step of db.engine.dialect.ddl.after(t)) await db.execute(step.sql)
}

async function checkCounter(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const { dialect } = db.engine
  const [customers] = shop(db)
  await build(db, customers)
  await fill(db, customers, [['3', 'a@example.org', null, '1']])
  const found = await tableNamed(db, 'customers')
  const steps = dialect.ddl.counter({ ...customers, columns: found.columns }, 5000n)
  assert.ok(steps.length > 0, 'there is a statement for it')
  for (const step of steps) await db.execute(step.sql)
  assert.deepEqual((await tableNamed(db, 'customers')).counter, { column: 'id', next: 5000n })
  const [email, target, id] = ['email', dialect.table(customers.name), 'id'].map((n, i) =>
    i === 1 ? n : dialect.quote(n),
  )
  await db.execute(`INSERT INTO ${target} (${email}) VALUES ('b@example.org')`)
  const rows = await db.query(`SELECT ${id} AS id FROM ${target} WHERE ${email} = 'b@example.org'`)
  assert.equal(String(rows[0].id), '5000')
}

async function checkDrop(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const [customers] = shop(db)
  await build(db, customers)
  await fill(db, customers, [['3', 'a@example.org', null, '1']])
  await db.execute(db.engine.dialect.ddl.truncate(customers.name))
  assert.equal(await db.source(customers, [], { key: null }).count(), 0n)
  await db.execute(db.engine.dialect.ddl.drop(customers.name))
  assert.deepEqual((await db.inspect()).tables, [])
}

async function checkLedgerHidden(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  await place.db.ledger().prepare()
  const { tables, others } = await place.db.inspect()
  assert.deepEqual({ tables, others }, { tables: [], others: [] })
}
