/** What a plan says of the rows that are there: each count is asked of the server and compared with what was put in. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hazard, PlannedSteps } from '../../src/core/change.ts'
import { stateOf } from './law.ts'
import { mysqlStage, planBetween, refill, type Stage } from './mysql-stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await mysqlStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

async function planned(from: string, to: string, online = false): Promise<PlannedSteps> {
  await refill(stage.a, from)
  await refill(stage.b, to)
  return planBetween(stage.a, await stateOf(stage.a), await stateOf(stage.b), { online })
}

const T = (more: string) => `CREATE TABLE t (id int PRIMARY KEY, ${more})`

async function counted(hazards: readonly Hazard[]): Promise<(readonly [string, string | undefined, number | null])[]> {
  const found: (readonly [string, string | undefined, number | null])[] = []
  for (const h of hazards) {
    if (h.kind === 'rewrite' || h.kind === 'blocking') continue
    const n = h.count === undefined ? null : Number((await stage.a.query(h.count))[0].n)
    found.push([h.kind, h.counted, n])
  }
  return found
}

type Case = readonly [
  name: string,
  from: string,
  to: string,
  rows: string,
  ...expected: (readonly [string, number | null])[],
]

const CASES: readonly Case[] = [
  ['a column that goes', T('a int'), T('b int'), '(1, 2), (2, NULL), (3, 4)', ['drop-column', 2]],
  ['NOT NULL', T('a int'), T('a int NOT NULL'), '(1, 2), (2, NULL), (3, NULL)', ['may-fail', 2]],
  [
    'a unique key',
    T('a int, b varchar(9)'),
    T('a int, b varchar(9), UNIQUE KEY k (a, b)'),
    "(1, 2, 'x'), (2, 2, 'X'), (3, 2, 'x'), (4, 2, NULL), (5, 2, NULL)",
    ['may-fail', 2],
  ],
  [
    'a unique prefix',
    T('a text'),
    T('a text, UNIQUE KEY k (a(2))'),
    "(1, 'abc'), (2, 'abd'), (3, 'x')",
    ['may-fail', 1],
  ],
  [
    'another primary key',
    'CREATE TABLE t (id int NOT NULL, a int NOT NULL, PRIMARY KEY (id))',
    'CREATE TABLE t (id int NOT NULL, a int NOT NULL, PRIMARY KEY (a))',
    '(1, 5), (2, 5), (3, 6)',
    ['may-fail', 1],
  ],
  ['a check', T('a int'), T('a int, CONSTRAINT c CHECK (a > 0)'), '(1, 2), (2, -1), (3, NULL)', ['may-fail', 1]],
  ['a check of a column', T('a int'), T('a int CHECK (a > 0)'), '(1, 2), (2, -1), (3, NULL)', ['may-fail', 1]],
  [
    'a check over a new column',
    T('a int'),
    T('a int, b int, CONSTRAINT c CHECK (a > b)'),
    '(1, 2)',
    ['may-fail', null],
  ],
  ['a smaller int', T('a int'), T('a tinyint'), '(1, 127), (2, 128), (3, -129)', ['may-fail', 2]],
  ['an unsigned int', T('a int'), T('a int unsigned'), '(1, 5), (2, -1)', ['may-fail', 1]],
  ['a wider int', T('a int'), T('a bigint'), '(1, 5)'],
  [
    'fewer digits',
    T('a decimal(10,4)'),
    T('a decimal(6,2)'),
    '(1, 1234.5), (2, 12345.5), (3, 1.2345)',
    ['may-fail', 1],
    ['lossy', 1],
  ],
  ['more digits', T('a decimal(6,2)'), T('a decimal(10,4)'), '(1, 1234.5)'],
  ['double to int', T('a double'), T('a int'), '(1, 1.5), (2, 2), (3, 1e12)', ['may-fail', 1], ['lossy', 1]],
  [
    'a shorter text',
    T('a varchar(10)'),
    T('a varchar(3)'),
    "(1, '가나다'), (2, '가나다라'), (3, 'abcd')",
    ['may-fail', 2],
  ],
  ['a longer text', T('a varchar(10)'), T('a varchar(30)'), "(1, 'x')"],
  ['longtext to text', T('a longtext'), T('a text'), "(1, repeat('x', 65536)), (2, 'y')", ['may-fail', 1]],
  ['shorter bytes', T('a varbinary(10)'), T('a varbinary(3)'), "(1, '가나'), (2, 'x')", ['may-fail', 1]],
  [
    'a label that goes',
    T("a enum('x','y','z')"),
    T("a enum('x','z')"),
    "(1, 'x'), (2, 'y'), (3, 'y')",
    ['may-fail', 2],
  ],
  [
    'a member that goes',
    T("a set('x','y','z')"),
    T("a set('x','z')"),
    "(1, 'x'), (2, 'y,z'), (3, 'z')",
    ['may-fail', 1],
  ],
  ['text to enum', T('a varchar(9)'), T("a enum('x','y')"), "(1, 'x'), (2, 'q')", ['may-fail', 1]],
  [
    'coarser moments',
    T('a datetime(6)'),
    T('a datetime(3)'),
    "(1, '2020-01-01 00:00:00.123'), (2, '2020-01-01 00:00:00.123456')",
    ['lossy', 1],
  ],
  [
    'no time of day',
    T('a datetime'),
    T('a date'),
    "(1, '2020-01-01 00:00:00'), (2, '2020-01-01 10:00:00')",
    ['lossy', 1],
  ],
  [
    'datetime to timestamp',
    T('a datetime'),
    T('a timestamp NULL'),
    "(1, '2020-01-01 00:00:00'), (2, '2050-01-01 10:00:00')",
    ['may-fail', 1],
  ],
  [
    'a character set that lacks some',
    T('a varchar(9)'),
    T('a varchar(9) CHARACTER SET latin1'),
    "(1, 'é'), (2, '가'), (3, 'x')",
    ['may-fail', 1],
  ],
  ['a wider character set', T('a varchar(9) CHARACTER SET latin1'), T('a varchar(9)'), "(1, 'é')"],
  ['fewer bits', T('a bit(8)'), T('a bit(4)'), "(1, b'1111'), (2, b'11111')", ['may-fail', 1]],
  ['a computed column that goes', T('a int, v int AS (a + 1) VIRTUAL'), T('a int'), '(1, 2, DEFAULT)'],
]

describe('rows in the way of', () => {
  test.each(CASES.map((c) => [c[0], c] as const))('%s', async (_name, [, from, to, rows, ...expected]) => {
    const { steps } = await planned(`${from}; INSERT INTO t VALUES ${rows}`, to)
    const found = await counted(steps.flatMap((s) => s.hazards))
    expect(found.map(([kind, , n]) => [kind, n])).toEqual(expected)
    for (const [, what, n] of found) expect(n === null).toBe(what === undefined)
    // What is said to be in the way is in the way: the server refuses, and takes it where nothing is.
    const blocked = found.some(([kind, , n]) => kind === 'may-fail' && n !== null && n > 0)
    const outcome = await Promise.resolve(stage.a.execute(steps.map((s) => s.sql).join(';'))).then(
      () => false,
      () => true,
    )
    expect(outcome).toBe(blocked)
  })
})

test('tables, views, partitions and the past that go', async () => {
  const { steps } = await planned(
    `${T('a int')}; INSERT INTO t VALUES (1, 1), (2, 2); CREATE VIEW v AS SELECT 1 AS x; CREATE PROCEDURE p() SELECT 1;
     CREATE TABLE l (id int PRIMARY KEY) PARTITION BY LIST (id) (PARTITION a VALUES IN (1), PARTITION b VALUES IN (2)); INSERT INTO l VALUES (1), (2);
     CREATE TABLE past (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING; INSERT INTO past VALUES (1, 1); UPDATE past SET a = 2; UPDATE past SET a = 3`,
    `CREATE TABLE l (id int PRIMARY KEY) PARTITION BY LIST (id) (PARTITION a VALUES IN (1)); CREATE TABLE past (id int PRIMARY KEY, a int)`,
  )
  const found = await counted(steps.flatMap((s) => s.hazards))
  expect(found).toEqual([
    ['drop-object', undefined, null],
    ['drop-table', 'rows', 2],
    ['drop-object', 'rows', 1],
    ['drop-object', 'former versions', 2],
    ['drop-object', undefined, null],
  ])
})

test('orphans are counted before, and stop the statement', async () => {
  const tables = 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int'
  const { steps } = await planned(
    `${tables}); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, 7), (3, NULL), (4, 8)`,
    `${tables}, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))`,
  )
  expect(await counted(steps.flatMap((s) => s.hazards))).toEqual([['may-fail', 'rows that refer to none', 2]])
  const last = steps.at(-1)
  await stage.a.execute(steps[0].sql)
  await expect(stage.a.execute(last?.sql ?? '')).rejects.toMatchObject({ code: 'ORPHANS' })
})

test('a copy says that it writes the table anew and that others wait, with its size; what is INSTANT says nothing', async () => {
  const rows =
    'INSERT INTO t SELECT seq, seq FROM (WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 500) SELECT seq FROM n) x; ANALYZE TABLE t'
  const copy = await planned(`${T('a int')}; ${rows}`, T('a bigint'))
  expect(copy.steps[0]).toMatchObject({
    algorithm: 'COPY',
    hazards: [
      { kind: 'rewrite', rows: 500 },
      { kind: 'blocking', rows: 500 },
    ],
  })
  expect(copy.steps[0].hazards[0].bytes).toBeGreaterThan(0)
  const instant = await planned(T('a int'), T('a int, b int'))
  expect(instant.steps).toMatchObject([{ algorithm: 'INSTANT', hazards: [] }])
})

test('online says so to the server, where nobody has to wait', async () => {
  const { steps } = await planned(T('a int'), T('a int, KEY a (a)'), true)
  expect(steps[0].sql).toMatch(/ALGORITHM=NOCOPY,\s+LOCK=NONE$/)
  await stage.a.execute(steps[0].sql)
  const instant = await planned(T('a int'), T('a int, b int'), true)
  expect(instant.steps[0].sql).toMatch(/ALGORITHM=INSTANT$/)
  const copy = await planned(T('a int'), T('a bigint'), true)
  expect(copy.steps[0].sql).not.toContain('ALGORITHM')
})

test('what the server does not cast is told and left out', async () => {
  const { steps, unplanned } = await planned(T('a int, b int'), T('a uuid, b bigint'))
  expect(unplanned).toEqual([{ object: 'column t.a', why: expect.stringContaining('does not cast int to uuid') }])
  expect(steps.map((s) => s.sql).join()).not.toContain('uuid')
  await stage.a.execute(steps[0].sql)
})
