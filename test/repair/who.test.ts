/** Who changed a row: what the target has missed is mended, what it changed itself is held back, both told in numbers. */
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { repair } from '../../src/app/repair.ts'
import { verify } from '../../src/app/verify.ts'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { mend, NONE } from './mending.ts'
import { contents } from './witness.ts'

const PAIRS: readonly (readonly [DatabaseKind, DatabaseKind])[] = [
  ['mysql', 'postgres'],
  ['sqlite', 'mysql'],
  ['postgres', 'sqlite'],
]

test.each(PAIRS)('%s → %s', async (source, target) => {
  await using old = await freshDatabase(source)
  await using place = await freshDatabase(target)
  const [from, to] = [await address(old.url), await address(place.url)]
  const ids = Array.from({ length: 40 }, (_, i) => `(${i + 1}, 'name ${i + 1}')`).join(', ')
  await runPlain(old.url, [
    'CREATE TABLE person (id int NOT NULL PRIMARY KEY, name varchar(60))',
    `INSERT INTO person VALUES ${ids}`,
  ])
  await copy(from, to, { jobs: 1 }, NONE)
  const remembered = await verify(from, to, { jobs: 1, remember: true }, { reporter: NONE })
  expect(remembered.notes).toContain('person: 40 rows remembered')
  await runPlain(old.url, [
    "UPDATE person SET name = 'moved on' WHERE id IN (1, 2, 3)",
    'DELETE FROM person WHERE id = 4',
    "INSERT INTO person VALUES (90, 'new')",
    "UPDATE person SET name = 'here' WHERE id = 20",
  ])
  await runPlain(place.url, [
    "UPDATE person SET name = 'mine' WHERE id IN (10, 11)",
    'DELETE FROM person WHERE id = 12',
    "INSERT INTO person VALUES (91, 'own')",
    "UPDATE person SET name = 'there' WHERE id = 20",
  ])
  const { plan, report } = await mend(from, to)
  expect(plan.tables[0]).toMatchObject({ insert: 1, update: 3, delete: 1, heldBack: 5 })
  expect(plan.tables[0].who).toEqual({ missed: 5, overwritten: 4, both: 1, unknown: 0 })
  expect(report).toMatchObject({ planned: 5, repaired: 5, exit: 1 })
  const kept = JSON.stringify((await contents(place.url, ['person'])).person)
  for (const own of ['mine', 'own', 'there']) expect(kept).toContain(own)

  const rest = await mend(from, to, { include: ['overwritten', 'both'] })
  expect(rest.plan.tables[0].who).toEqual({ missed: 0, overwritten: 4, both: 1, unknown: 0 })
  expect(rest.report).toMatchObject({ planned: 5, repaired: 5, exit: 0 })
  expect((await verify(from, to, { jobs: 1 }, { reporter: NONE })).same).toBe(true)
})

test('without a memory nobody knows, and all that was asked for is mended', async () => {
  await using old = await freshDatabase('sqlite')
  await using place = await freshDatabase('sqlite')
  const table = 'CREATE TABLE person (id integer PRIMARY KEY, name text)'
  await runPlain(old.url, [table, "INSERT INTO person VALUES (1, 'a'), (2, 'b')"])
  await runPlain(place.url, [table, "INSERT INTO person VALUES (1, 'x')"])
  const { plan, report } = await mend(await address(old.url), await address(place.url))
  expect(plan.tables[0].who).toEqual({ missed: 0, overwritten: 0, both: 0, unknown: 2 })
  expect(report.exit).toBe(0)
})

test('a database within this process remembers over its only connection', async () => {
  await using old = await freshDatabase('sqlite')
  await using place = await freshDatabase('pglite')
  const [from, to] = [await address(old.url), await address(place.url)]
  await runPlain(old.url, [
    'CREATE TABLE person (id int NOT NULL PRIMARY KEY, name varchar(60))',
    "INSERT INTO person VALUES (1, 'Kim'), (2, 'Lee')",
  ])
  await copy(from, to, { jobs: 1 }, NONE)
  const remembered = await verify(from, to, { remember: true }, { reporter: NONE })
  expect(remembered.notes).toContain('person: 2 rows remembered')
  await runPlain(old.url, ["UPDATE person SET name = 'Park' WHERE id = 1"])
  const { plan } = await repair(from, to, {}, { reporter: NONE, agree: async () => false })
  expect(plan.tables[0].who).toEqual({ missed: 1, overwritten: 0, both: 0, unknown: 0 })
})
