/** Rows that refer to each other in a circle, over tables and within one: written together where something opens the circle, told where not. */
import { expect, test } from 'vitest'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { mend, takeBack } from './mending.ts'
import { contents } from './witness.ts'

const KINDS: readonly DatabaseKind[] = ['postgres', 'mysql', 'sqlite']

/** Foreign keys that are added later on servers, and stand in the table on SQLite, which looks for the other one when rows come. */
function schema(
  kind: DatabaseKind,
  tables: Readonly<Record<string, readonly [columns: string, keys: readonly string[]]>>,
): string[] {
  const all = Object.entries(tables)
  if (kind === 'sqlite')
    return all.map(([t, [columns, keys]]) => `CREATE TABLE ${t} (${[columns, ...keys].join(', ')})`)
  return [
    ...all.map(([t, [columns]]) => `CREATE TABLE ${t} (${columns})`),
    ...all.flatMap(([t, [, keys]]) => keys.map((key) => `ALTER TABLE ${t} ADD ${key}`)),
  ]
}

const fk = (column: string, table: string, more = '') =>
  `FOREIGN KEY (${column}) REFERENCES ${table} (id)${more === '' ? '' : ` ${more}`}`

/** As no program writes rows: whoever fills a test does not care for keys. */
const UNCHECKED: Partial<Record<DatabaseKind, string>> = {
  postgres: 'SET session_replication_role = replica',
  mysql: 'SET foreign_key_checks = 0',
  sqlite: 'PRAGMA foreign_keys = OFF',
}

async function both(kind: DatabaseKind, made: readonly string[], right: readonly string[], drifted: readonly string[]) {
  const stack = new AsyncDisposableStack()
  const old = stack.use(await freshDatabase(kind))
  const place = stack.use(await freshDatabase(kind))
  const unchecked = UNCHECKED[kind] as string
  await runPlain(old.url, [...made, unchecked, ...right])
  await runPlain(place.url, [...made, unchecked, ...drifted])
  return { stack, old, place, from: await address(old.url), to: await address(place.url) }
}

/** Mends, looks, takes back, looks. */
async function roundTrip(at: Awaited<ReturnType<typeof both>>, tables: readonly string[], options = {}) {
  const { old, place, from, to } = at
  const before = await contents(place.url, tables)
  const { report } = await mend(from, to, options)
  expect(report.left).toEqual([])
  expect(report).toMatchObject({ exit: 0, differing: 0, repaired: report.planned })
  expect(await contents(place.url, tables)).toEqual(await contents(old.url, tables))
  const back = await takeBack(to, report.id)
  expect(back.left).toEqual([])
  expect(back).toMatchObject({ exit: 0, repaired: report.repaired })
  expect(await contents(place.url, tables)).toEqual(before)
  return report
}

const STAFF = {
  dept: ['id int PRIMARY KEY, name varchar(20) UNIQUE, head int', [fk('head', 'person', 'ON DELETE CASCADE')]],
  person: ['id int PRIMARY KEY, dept int NOT NULL, boss int', [fk('dept', 'dept'), fk('boss', 'person')]],
} as const

test.each(KINDS)('%s: two tables, one of whose columns takes NULL', async (kind) => {
  const people = (dept: number, first: number) =>
    Array.from({ length: 30 }, (_, i) => `(${first + i}, ${dept}, ${first + ((i + 7) % 30)})`).join(', ')
  const at = await both(
    kind,
    schema(kind, STAFF),
    [
      "INSERT INTO dept VALUES (1, 'one', 100), (2, 'two', 200), (3, 'three', 300), (9, 'moved', 300)",
      `INSERT INTO person VALUES ${people(1, 100)}, ${people(2, 200)}, ${people(3, 300)}`,
    ],
    [
      // The third is there; the fifth is too much; the fourth was renamed and has the name of a missing one.
      "INSERT INTO dept VALUES (3, 'three', 300), (5, 'five', 500), (9, 'one', 500)",
      `INSERT INTO person VALUES ${people(3, 300)}, ${people(5, 500)}`,
    ],
  )
  await using _ = at.stack
  const report = await roundTrip(at, ['dept', 'person'], { chunkBytes: 300 })
  expect(report.written).toEqual({ insert: 62, update: 1, delete: 31 })
})

const RING = (nullable: string) =>
  ({
    a: ['id int PRIMARY KEY, b int NOT NULL, v varchar(9)', [fk('b', 'b')]],
    b: ['id int PRIMARY KEY, c int NOT NULL, v varchar(9)', [fk('c', 'c', 'ON DELETE CASCADE')]],
    c: [`id int PRIMARY KEY, a int ${nullable}, v varchar(9)`, [fk('a', 'a')]],
  }) as const

const ring = (ids: readonly number[], v = 'x') =>
  ['a', 'b', 'c'].map((t) => `INSERT INTO ${t} VALUES ${ids.map((i) => `(${i}, ${i}, '${v}')`).join(', ')}`)

test.each(KINDS)('%s: three tables; rows outside are not touched', async (kind) => {
  const made = [
    ...schema(kind, RING('NULL')),
    `CREATE TABLE leaf (id int PRIMARY KEY, c int, ${fk('c', 'c', 'ON DELETE CASCADE')})`,
  ]
  const at = await both(kind, made, ring([1, 2, 3]), [...ring([3, 4, 5, 6]), 'INSERT INTO leaf VALUES (1, 4)'])
  await using _ = at.stack
  const before = await contents(at.place.url, ['a', 'b', 'c', 'leaf'])
  const { report } = await mend(at.from, at.to, { tables: ['a', 'b', 'c'] })
  // The fourth would take a leaf with it.
  expect(report).toMatchObject({ planned: 15, repaired: 12, refused: 3, exit: 1 })
  expect(report.left.map((l) => `${l.table} ${l.key}`).sort()).toEqual(['a 4', 'b 4', 'c 4'])
  for (const { why } of report.left)
    expect(why).toMatch(/rows of leaf that are not mended refer to it \(ON DELETE CASCADE\)/)
  const now = await contents(at.place.url, ['a', 'b', 'c', 'leaf'])
  expect(now.leaf).toEqual(before.leaf)
  for (const t of ['a', 'b', 'c']) expect(now[t]).toHaveLength(4)
  expect(await takeBack(at.to, report.id)).toMatchObject({ exit: 0, repaired: 12 })
  expect(await contents(at.place.url, ['a', 'b', 'c', 'leaf'])).toEqual(before)
})

test.each(KINDS)('%s: a row of a circle that changed meanwhile leaves the others', async (kind) => {
  const at = await both(kind, schema(kind, RING('NULL')), ring([1, 2]), ring([3, 4]))
  await using _ = at.stack
  const { report } = await mend(
    at.from,
    at.to,
    {},
    { before: () => runPlain(at.place.url, ["UPDATE b SET v = 'new' WHERE id = 4"]) },
  )
  expect(report).toMatchObject({ planned: 12, repaired: 9, changed: 1, refused: 2, exit: 1 })
  const now = await contents(at.place.url, ['a', 'b', 'c'])
  expect(now.b).toHaveLength(3)
  expect(now.b.some((r) => r.includes('new'))).toBe(true)
  expect((await mend(at.from, at.to)).report).toMatchObject({ repaired: 3, exit: 0 })
})

/** Nobody takes NULL: SQLite lets all keys wait, PostgreSQL those that were declared so. */
test.each([...KINDS, 'deferrable'] as const)('%s: no column takes NULL', async (words) => {
  const kind = words === 'deferrable' ? 'postgres' : words
  const more = words === 'deferrable' ? ' DEFERRABLE' : ''
  const made = schema(kind, RING('NOT NULL')).map((sql) => (sql.startsWith('ALTER') ? sql + more : sql))
  const at = await both(kind, made, ring([1, 2, 3], 'right'), ring([3, 4], 'wrong'))
  await using _ = at.stack
  if (words === 'sqlite' || words === 'deferrable') {
    await roundTrip(at, ['a', 'b', 'c'])
    return
  }
  const { report } = await mend(at.from, at.to)
  expect(report).toMatchObject({ planned: 12, repaired: 3, refused: 9, exit: 1 })
  for (const { why } of report.left) expect(why).toMatch(/circle of foreign keys that nothing opens/)
  expect((await takeBack(at.to, report.id)).repaired).toBe(3)
})

test.each(KINDS)('%s: circles within a table, over chunks', async (kind) => {
  const made = [
    'CREATE TABLE node (id int PRIMARY KEY, next int, code varchar(9) NOT NULL UNIQUE, FOREIGN KEY (next) REFERENCES node (id))',
  ]
  // Two long circles and one of a single row; on the target others, and the codes of both exchanged.
  const rows = (from: number, n: number, code = 0) =>
    `INSERT INTO node VALUES ${Array.from({ length: n }, (_, i) => `(${from + i}, ${from + ((i * 7 + 31) % n)}, 'c${from + i + code}')`).join(', ')}`
  const right = [rows(1, 60), rows(1000, 40), "INSERT INTO node VALUES (5000, 5000, 'alone')"]
  const wrong = [rows(3000, 60, -2999), rows(6000, 30), "INSERT INTO node VALUES (7000, 7000, 'alone')"]
  const at = await both(kind, made, right, wrong)
  await using _ = at.stack
  const report = await roundTrip(at, ['node'], { chunkBytes: 400 })
  expect(report.written).toEqual({ insert: 101, update: 0, delete: 91 })
})
