/** What stands around rows: foreign keys, unique values, triggers, generated columns, counters. Asked of the target by its own driver. */
import { expect, test } from 'vitest'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { mend, takeBack } from './mending.ts'
import { contents } from './witness.ts'

const KINDS: readonly DatabaseKind[] = ['postgres', 'mysql', 'sqlite']

interface Words {
  readonly identity: string
  readonly generated: string
  /** Notes every update of `item` in `log`. */
  readonly trigger: readonly string[]
}

const WORDS: Partial<Record<DatabaseKind, Words>> = {
  postgres: {
    identity: 'int GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    generated: 'int GENERATED ALWAYS AS (a * 2) STORED',
    trigger: [
      "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES ('item ' || NEW.id); RETURN NEW; END $$",
      'CREATE TRIGGER noted AFTER UPDATE ON item FOR EACH ROW EXECUTE FUNCTION noted()',
    ],
  },
  mysql: {
    identity: 'int AUTO_INCREMENT PRIMARY KEY',
    generated: 'int AS (a * 2) STORED',
    trigger: [
      "CREATE TRIGGER noted AFTER UPDATE ON item FOR EACH ROW INSERT INTO log (what) VALUES (concat('item ', NEW.id))",
    ],
  },
  sqlite: {
    identity: 'integer PRIMARY KEY AUTOINCREMENT',
    generated: 'int GENERATED ALWAYS AS (a * 2) STORED',
    trigger: ["CREATE TRIGGER noted AFTER UPDATE ON item BEGIN INSERT INTO log (what) VALUES ('item ' || NEW.id); END"],
  },
}

/** A tree of tables in which nearly everything hangs on something. */
function schema(kind: DatabaseKind): string[] {
  const w = WORDS[kind] as Words
  return [
    'CREATE TABLE owner (id int NOT NULL PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, parent int REFERENCES owner (id))',
    `CREATE TABLE item (id ${w.identity}, owner int NOT NULL, a int, twice ${w.generated}, slot int NOT NULL UNIQUE, tag varchar(20) UNIQUE, FOREIGN KEY (owner) REFERENCES owner (id) ON DELETE CASCADE)`,
    'CREATE TABLE part (id int NOT NULL PRIMARY KEY, item int, n int, FOREIGN KEY (item) REFERENCES item (id) ON DELETE SET NULL)',
  ]
}

const OVERRIDING = (kind: DatabaseKind) => (kind === 'postgres' ? ' OVERRIDING SYSTEM VALUE' : '')

function rows(kind: DatabaseKind): string[] {
  return [
    "INSERT INTO owner VALUES (1, '김', NULL), (2, 'Lee', 1), (3, 'Park', 2)",
    `INSERT INTO item (id, owner, a, slot, tag)${OVERRIDING(kind)} VALUES (1, 1, 10, 1, 'one'), (2, 1, 20, 2, 'two'), (3, 2, 30, 3, 'three'), (4, 3, 40, 4, NULL)`,
    'INSERT INTO part VALUES (1, 1, 5), (2, 1, 6), (3, 4, 7), (4, NULL, 8)',
  ]
}

const TABLES = ['owner', 'item', 'part']

async function both(kind: DatabaseKind, drift: readonly string[]) {
  const stack = new AsyncDisposableStack()
  const old = stack.use(await freshDatabase(kind))
  const place = stack.use(await freshDatabase(kind))
  await runPlain(old.url, [...schema(kind), ...rows(kind)])
  await runPlain(place.url, [...schema(kind), ...rows(kind), ...drift])
  return { stack, place, old, from: await address(old.url), to: await address(place.url) }
}

test.each(KINDS)('%s: whole families missing and one too many, values exchanged, counters behind', async (kind) => {
  const { stack, place, old, from, to } = await both(kind, [
    'DELETE FROM part',
    'DELETE FROM item WHERE id IN (3, 4)',
    'DELETE FROM owner WHERE id = 3',
    'DELETE FROM owner WHERE id = 2',
    'UPDATE item SET slot = 99 WHERE id = 1',
    'UPDATE item SET slot = 1 WHERE id = 2',
    'UPDATE item SET slot = 2 WHERE id = 1',
    "UPDATE item SET tag = 'x' WHERE id = 1",
    "UPDATE item SET tag = 'one' WHERE id = 2",
    "UPDATE item SET tag = 'two' WHERE id = 1",
    // A family that the source does not have, under names that it has.
    "INSERT INTO owner VALUES (7, 'Park', NULL), (8, 'Choi', 7)",
    `INSERT INTO item (id, owner, a, slot, tag)${OVERRIDING(kind)} VALUES (50, 7, 1, 3, 'three')`,
    'INSERT INTO part VALUES (9, 50, 1)',
  ])
  await using _ = stack
  const drifted = await contents(place.url, TABLES)
  await runPlain(old.url, [
    `INSERT INTO item (id, owner, a, slot, tag)${OVERRIDING(kind)} VALUES (70, 1, 7, 70, 'seventy')`,
  ])
  const { report } = await mend(from, to)
  expect(report.left).toEqual([])
  expect(report).toMatchObject({ exit: 0, differing: 0, repaired: report.planned })
  expect(await contents(place.url, TABLES)).toEqual(await contents(old.url, TABLES))
  await runPlain(place.url, ['INSERT INTO item (owner, a, slot) VALUES (1, 1, 1000)'])
  expect((await contents(place.url, ['item'])).item.some((r) => /\b71n?\b/.test(r))).toBe(true)
  await runPlain(place.url, ['DELETE FROM item WHERE slot = 1000'])

  const back = await takeBack(to, report.id)
  expect(back.left).toEqual([])
  expect(back).toMatchObject({ exit: 0, repaired: report.repaired })
  expect(await contents(place.url, TABLES)).toEqual(drifted)
})

test.each(KINDS)('%s: a row that nothing helps does not keep others from exchanging values', async (kind) => {
  const { stack, place, from, to } = await both(kind, [
    'UPDATE item SET slot = 99 WHERE id = 1',
    'UPDATE item SET slot = 1 WHERE id = 2',
    'UPDATE item SET slot = 2 WHERE id = 1',
    'UPDATE item SET slot = 33 WHERE id = 3',
    `INSERT INTO item (id, owner, a, slot)${OVERRIDING(kind)} VALUES (50, 1, 1, 3)`,
  ])
  await using _ = stack
  const { report } = await mend(from, to, { only: ['different'] })
  expect(report).toMatchObject({ planned: 3, repaired: 2, refused: 1, exit: 1 })
  expect(report.left).toMatchObject([{ key: '3', result: 'refused' }])
  await runPlain(place.url, ['DELETE FROM item WHERE id = 50'])
  expect((await mend(from, to)).report).toMatchObject({ planned: 1, repaired: 1, exit: 0 })
})

test.each(KINDS)('%s: a delete that would reach rows outside of the plan is refused', async (kind) => {
  const { stack, place, from, to } = await both(kind, [
    "INSERT INTO owner VALUES (7, 'Choi', NULL)",
    `INSERT INTO item (id, owner, a, slot)${OVERRIDING(kind)} VALUES (50, 7, 1, 50)`,
  ])
  await using _ = stack
  const before = await contents(place.url, TABLES)
  const { report } = await mend(from, to, { tables: ['owner'] })
  expect(report).toMatchObject({ planned: 1, repaired: 0, refused: 1, exit: 1 })
  expect(report.left[0].why).toMatch(/rows of item that are not mended refer to it \(ON DELETE CASCADE\)/)
  expect(await contents(place.url, TABLES)).toEqual(before)
})

test.each(KINDS)('%s: triggers fire unless told otherwise, and stay as they were', async (kind) => {
  const w = WORDS[kind] as Words
  const logged = ['CREATE TABLE log (what varchar(40))', ...w.trigger]
  const { stack, place, from, to } = await both(kind, [
    ...logged,
    'UPDATE item SET a = a + 1 WHERE id < 3',
    'DELETE FROM log',
  ])
  await using _ = stack
  const log = async () => (await contents(place.url, ['log'])).log.length
  const tables = { tables: TABLES }
  expect((await mend(from, to, tables)).report.exit).toBe(0)
  expect(await log()).toBe(2)
  await runPlain(place.url, ['UPDATE item SET a = a + 1 WHERE id < 3', 'DELETE FROM log'])
  if (kind === 'mysql') {
    await expect(mend(from, to, { ...tables, triggers: 'off' })).rejects.toThrow(/triggers of item cannot be kept/)
    return
  }
  expect((await mend(from, to, { ...tables, triggers: 'off' })).report.exit).toBe(0)
  expect(await log()).toBe(0)
  await runPlain(place.url, ['UPDATE item SET a = a + 1 WHERE id = 1'])
  expect(await log()).toBe(1)
})

test.each(KINDS)('%s: rows without a key are mended as a multiset', async (kind) => {
  await using old = await freshDatabase(kind)
  await using place = await freshDatabase(kind)
  // Equal under a collation, in six digits, or with a blank more, and not the same.
  const table = 'CREATE TABLE loose (v int, t varchar(20), f float)'
  await runPlain(old.url, [
    table,
    "INSERT INTO loose VALUES (1, 'a', 1), (1, 'a', 1), (2, NULL, 0.1), (2, NULL, 0.1), (3, 'x', 1.0000001), (4, 'B', 2)",
  ])
  await runPlain(place.url, [
    table,
    "INSERT INTO loose VALUES (1, 'a', 1), (2, NULL, 0.1), (2, NULL, 0.1), (2, NULL, 0.1), (2, NULL, 0.1), (3, 'x', 1.0000001)",
    "INSERT INTO loose VALUES (3, 'x', 1), (3, 'X', 1.0000001), (3, 'x ', 1.0000001), (3, 'y', NULL), (4, '', 2), (4, 'b', 2), (4, 'b', 2)",
  ])
  const [from, to] = [await address(old.url), await address(place.url)]
  const drifted = await contents(place.url, ['loose'])
  const { report } = await mend(from, to)
  expect(report).toMatchObject({ exit: 0, differing: 0 })
  expect(await contents(place.url, ['loose'])).toEqual(await contents(old.url, ['loose']))
  expect(await takeBack(to, report.id)).toMatchObject({ exit: 0 })
  expect(await contents(place.url, ['loose'])).toEqual(drifted)
})

test.each(KINDS)('%s: nor does a row without a key take others with it', async (kind) => {
  await using old = await freshDatabase(kind)
  await using place = await freshDatabase(kind)
  const tables = [
    'CREATE TABLE club (code varchar(20) UNIQUE, city varchar(20))',
    'CREATE TABLE fan (id int PRIMARY KEY, code varchar(20), FOREIGN KEY (code) REFERENCES club (code) ON DELETE CASCADE ON UPDATE CASCADE)',
  ]
  await runPlain(old.url, [...tables, "INSERT INTO club VALUES ('a', 'Seoul'), ('b', 'Busan')"])
  const drift = [
    ...tables,
    "INSERT INTO club VALUES ('a', 'Seoul'), ('b', 'Jeju'), ('c', 'Daegu'), (NULL, 'Ulsan')",
    "INSERT INTO fan VALUES (1, 'b'), (2, 'c')",
  ]
  await runPlain(place.url, drift)
  const { report } = await mend(await address(old.url), await address(place.url), { tables: ['club'] })
  expect(report.exit).toBe(1)
  expect(report.left.filter((l) => l.op === 'delete').map((l) => l.why)).toEqual(
    Array(2).fill('rows of fan that are not mended refer to it (ON DELETE CASCADE)'),
  )
  const now = await contents(place.url, ['club', 'fan'])
  expect(now.fan).toHaveLength(2)
  expect(now.club).toHaveLength(3)
})
