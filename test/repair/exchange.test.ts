/** Values that no two rows may have at a time, exchanged: over keys that are followed, under exclusion constraints, beside moments of change. */
import { expect, test } from 'vitest'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { mend, takeBack } from './mending.ts'
import { contents } from './witness.ts'

const KINDS: readonly DatabaseKind[] = ['postgres', 'mysql', 'sqlite']

async function both(kind: DatabaseKind, made: readonly string[], right: readonly string[], drifted: readonly string[]) {
  const stack = new AsyncDisposableStack()
  const old = stack.use(await freshDatabase(kind))
  const place = stack.use(await freshDatabase(kind))
  await runPlain(old.url, [...made, ...right])
  await runPlain(place.url, [...made, ...drifted])
  return { stack, old, place, from: await address(old.url), to: await address(place.url) }
}

/** Mends all of it, and takes it back to the byte. */
async function roundTrip(at: Awaited<ReturnType<typeof both>>, tables: readonly string[]) {
  const { old, place, from, to } = at
  const before = await contents(place.url, tables)
  const { report } = await mend(from, to)
  expect(report.left).toEqual([])
  expect(report).toMatchObject({ exit: 0, differing: 0, repaired: report.planned })
  expect(await contents(place.url, tables)).toEqual(await contents(old.url, tables))
  const back = await takeBack(to, report.id)
  expect(back.left).toEqual([])
  expect(await contents(place.url, tables)).toEqual(before)
}

const CLUBS = (fan: string, action: string) => [
  'CREATE TABLE club (id int PRIMARY KEY, code varchar(20) NOT NULL UNIQUE)',
  `CREATE TABLE fan (id int PRIMARY KEY, code varchar(20) ${fan}, FOREIGN KEY (code) REFERENCES club (code) ${action})`,
]
const RIGHT = [
  "INSERT INTO club VALUES (1, 'a'), (2, 'b'), (3, 'c')",
  "INSERT INTO fan VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'c')",
]

test.each(
  KINDS.flatMap((kind): [DatabaseKind, string, string][] => [
    [kind, 'NOT NULL', 'ON UPDATE CASCADE'],
    [kind, 'NULL', ''],
    [kind, 'NULL', 'ON UPDATE SET NULL'],
  ]),
)('%s: codes that rows refer to are others (%s %s)', async (kind, fan, action) => {
  const at = await both(kind, CLUBS(fan, action), RIGHT, [
    "INSERT INTO club VALUES (1, 'x'), (2, 'y'), (3, 'c')",
    "INSERT INTO fan VALUES (1, 'x'), (2, 'x'), (3, 'y'), (4, 'c')",
  ])
  await using _ = at.stack
  await roundTrip(at, ['club', 'fan'])
})

test.each(KINDS)('%s: rows that stay with a code are not moved with its owner', async (kind) => {
  const at = await both(kind, CLUBS('NOT NULL', 'ON UPDATE CASCADE'), RIGHT, [
    "INSERT INTO club VALUES (1, 'b'), (2, 'a'), (3, 'c')",
    ...RIGHT.slice(1),
  ])
  await using _ = at.stack
  const before = await contents(at.place.url, ['club', 'fan'])
  const { report } = await mend(at.from, at.to)
  expect(report).toMatchObject({ planned: 2, repaired: 0, refused: 2, exit: 1 })
  for (const { why } of report.left) expect(why).toBe('rows of fan that are not mended refer to it (ON UPDATE CASCADE)')
  expect(await contents(at.place.url, ['club', 'fan'])).toEqual(before)
})

test.each(['NOT NULL', 'NULL'])('postgres: ranges exchanged under an exclusion constraint (%s)', async (nulls) => {
  const made = [
    `CREATE TABLE booking (id int PRIMARY KEY, during int4range ${nulls}, EXCLUDE USING gist (during WITH &&))`,
  ]
  const at = await both(
    'postgres',
    made,
    ['INSERT INTO booking (id, during) SELECT i, int4range(i * 10, i * 10 + 10) FROM generate_series(1, 6) i'],
    [
      'INSERT INTO booking (id, during) SELECT i, int4range(i % 6 * 10 + 10, i % 6 * 10 + 20) FROM generate_series(1, 6) i',
    ],
  )
  await using _ = at.stack
  await roundTrip(at, ['booking'])
})

test('mysql: a moment of change stays while values are exchanged', async () => {
  const made = [
    'CREATE TABLE seat (id int PRIMARY KEY, place int NOT NULL UNIQUE, changed timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)',
  ]
  const rows = (a: number, b: number) => [
    `INSERT INTO seat VALUES (1, ${a}, '2001-02-03 04:05:06'), (2, ${b}, '2002-02-03 04:05:06')`,
  ]
  const at = await both('mysql', made, rows(1, 2), rows(2, 1))
  await using _ = at.stack
  await roundTrip(at, ['seat'])
})
