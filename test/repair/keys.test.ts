/** Keys of every kind, across engines and their collations: each row is found by its key, and written once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { repair } from '../../src/app/repair.ts'
import { verify } from '../../src/app/verify.ts'
import { address } from '../harness/address.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { mend, NONE, takeBack } from './mending.ts'
import { contents } from './witness.ts'

/** Table → its columns, and rows whose v is 1, 2, 3: the first is changed, the second missing, the third one too many. */
const KEYS: Readonly<Record<string, readonly [columns: string, rows: string]>> = {
  k_text: [
    'id varchar(60) COLLATE utf8mb4_unicode_ci PRIMARY KEY, v int',
    "('Ä', 1), ('b''\\\\x', 2), ('한글 🚢', 3), ('', 4)",
  ],
  k_pair: [
    'a varchar(20) COLLATE utf8mb4_bin, b int unsigned, v int, PRIMARY KEY (a, b)',
    "('a', 1, 1), ('a', 4294967295, 2), ('A', 1, 3), ('b', 1, 4)",
  ],
  k_bytes: ['id varbinary(20) PRIMARY KEY, v int', "(x'00ff', 1), (x'', 2), (x'27275c', 3)"],
  k_date: [
    'id date, t datetime(6), v int, PRIMARY KEY (id, t)',
    "('2024-02-29', '2024-01-01 00:00:00.000001', 1), ('1999-12-31', '2024-06-01 12:00:00', 2), ('2024-02-29', '2024-01-01 00:00:00', 3)",
  ],
  k_dec: ['id decimal(14,4) PRIMARY KEY, v int', '(12345678.5678, 1), (-0.5, 2), (7, 3)'],
  k_enum: ["id enum('b','a','c d') PRIMARY KEY, v int", "('b', 1), ('a', 2), ('c d', 3)"],
  k_big: ['id bigint PRIMARY KEY, v int', '(9223372036854775807, 1), (-9223372036854775808, 2), (9007199254740993, 3)'],
  k_char: ['id char(36) PRIMARY KEY, v int', "('6f9619ff-8b86-d011-b42d-00c04fc964ff', 1), ('0', 2), ('z', 3)"],
}
const TABLES = Object.keys(KEYS)

let old: FreshDatabase
beforeAll(async () => {
  old = await freshDatabase('mysql')
  const made = Object.entries(KEYS).flatMap(([name, [columns, rows]]) => [
    `CREATE TABLE ${name} (${columns}) DEFAULT CHARSET utf8mb4`,
    `INSERT INTO ${name} VALUES ${rows}`,
  ])
  await runPlain(old.url, made)
})
afterAll(() => old[Symbol.asyncDispose]())

test.each(['postgres', 'mysql', 'sqlite'] as const)('MySQL → %s', async (target) => {
  await using place = await freshDatabase(target)
  const [from, to] = [await address(old.url), await address(place.url)]
  await copy(from, to, { jobs: 1 }, NONE)
  const where = Object.fromEntries(TABLES.map((t) => [t, 'v <> 3']))
  await runPlain(
    place.url,
    TABLES.flatMap((t) => [`UPDATE ${t} SET v = 10 WHERE v = 1`, `DELETE FROM ${t} WHERE v = 2`]),
  )
  const drifted = await contents(place.url, TABLES)
  const { report } = await mend(from, to, { where })
  const planned = TABLES.length * 3
  expect(report.left).toEqual([])
  expect(report).toMatchObject({
    planned,
    repaired: planned,
    written: { insert: TABLES.length, update: TABLES.length, delete: TABLES.length },
    verified: planned,
    exit: 0,
  })
  const again = await repair(from, to, { jobs: 1, where }, { reporter: NONE, agree: async () => false })
  expect(again.plan.planned).toBe(0)
  expect(await takeBack(to, report.id)).toMatchObject({ repaired: planned, exit: 0 })
  expect(await contents(place.url, TABLES)).toEqual(drifted)
})

test('keys that SQLite spells in ways of its own: found in the source, told on the target', async () => {
  await using old = await freshDatabase('sqlite')
  await using place = await freshDatabase('postgres')
  const rows = "('2024-01-01 10:00:00.50', 1), ('2024-01-02T10:00:00', 2), ('2024-01-03 10:00:00', 3)"
  await runPlain(old.url, ['CREATE TABLE k (at timestamp NOT NULL PRIMARY KEY, v int)', `INSERT INTO k VALUES ${rows}`])
  await runPlain(place.url, ['CREATE TABLE k (at timestamp PRIMARY KEY, v int)', `INSERT INTO k VALUES ${rows}`])
  const [from, to] = [await address(old.url), await address(place.url)]
  const clean = await verify(to, from, { jobs: 1 }, { reporter: NONE })
  expect(clean.tables[0].drift).toEqual([])
  await runPlain(place.url, ['UPDATE k SET v = 9 WHERE v = 1', 'DELETE FROM k WHERE v = 2'])
  const found = await verify(to, from, { jobs: 1 }, { reporter: NONE })
  expect(found.tables[0].kinds).toEqual({ missing: 0, extra: 1, different: 1 })
  const { report } = await mend(from, to)
  expect(report).toMatchObject({ planned: 2, repaired: 2, exit: 0 })
  await runPlain(place.url, ['UPDATE k SET v = 9 WHERE v < 4'])
  const other = await mend(to, from)
  expect(other.report).toMatchObject({ planned: 3, repaired: 1, refused: 2, exit: 1 })
  expect(other.report.left.map((l) => l.why)).toEqual(
    Array(2).fill('the table spells the key of this row in a way of its own, by which it is not found'),
  )
})

test('char(n) keys from PostgreSQL to SQLite', async () => {
  await using old = await freshDatabase('postgres')
  await using place = await freshDatabase('sqlite')
  await runPlain(old.url, [
    'CREATE TABLE c (id char(8) PRIMARY KEY, v int)',
    "INSERT INTO c VALUES ('a', 1), ('b ', 2)",
  ])
  await runPlain(place.url, [
    'CREATE TABLE c (id char(8) NOT NULL PRIMARY KEY, v int)',
    "INSERT INTO c VALUES ('a', 5)",
  ])
  const { report } = await mend(await address(old.url), await address(place.url))
  expect(report).toMatchObject({ planned: 2, repaired: 2, refused: 0, exit: 0 })
})
