/** Findings in a SQLite source, whose columns hold whatever was put in. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finding, found, type Pair, pair, types } from './planning.ts'

const LOOSE = `
CREATE TABLE loose (id INTEGER PRIMARY KEY, n INTEGER, price DECIMAL(8,2), ratio REAL, flag BOOLEAN, short VARCHAR(5), born DATE, at DATETIME, bin BLOB, any);
INSERT INTO loose VALUES (1, 1, 1.25, 0.5, 1, 'abcde', '2020-01-01', '2020-01-01 10:00:00', x'00ff', 'x');
INSERT INTO loose VALUES (2, 'twelve', 'dear', 'NaN?', 0, 'abcdef', 'yesterday', 'noon', 'text', 'y');
INSERT INTO loose VALUES (3, 3.5, 1.255, 9e999, 7, 'abc', '0000-00-00', '2020-02-30 10:00:00', NULL, NULL);
INSERT INTO loose VALUES (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO loose VALUES (5, 5, 123456789.5, 1, 1, '한국어한국어', '2020-01-01', '2020-01-01T10:00:00Z', x'01', 'z');
CREATE TABLE texts (id INTEGER PRIMARY KEY, t TEXT, digits NUMERIC);
INSERT INTO texts VALUES (1, 'nul' || char(0) || 'byte', 1), (2, CAST(x'6162ff' AS TEXT), 2.5), (3, 'Ã©tÃ©', NULL), (4, x'616263', 4), (5, 'ok 한국어', 5);
CREATE TABLE flags (id INTEGER PRIMARY KEY, yes BOOLEAN DEFAULT 1, no BOOLEAN);
INSERT INTO flags VALUES (1, 1, 1), (2, 0, 2), (3, NULL, 3);
CREATE TABLE keyed (k TEXT PRIMARY KEY, v INTEGER);
INSERT INTO keyed VALUES ('a', 1), (NULL, 2), (NULL, 3);
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent (id), self INTEGER REFERENCES child (id));
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (1, 1, NULL), (2, 3, 1), (3, 4, 9), (4, NULL, NULL);
CREATE TABLE folded (name TEXT COLLATE NOCASE UNIQUE);
INSERT INTO folded VALUES ('a'), ('B');
`

describe('SQLite to PostgreSQL', () => {
  let loose: Pair
  beforeAll(async () => {
    loose = await pair('sqlite', 'postgres', LOOSE)
  })
  afterAll(() => loose?.[Symbol.asyncDispose]())

  test('what is not of its type, or does not fit, is counted', async () => {
    expect(found(await loose.plan())).toEqual({
      'WRONG_TYPE:loose.n': [2, 'blocks'],
      'WRONG_TYPE:loose.price': [1, 'blocks'],
      'NUMBER_RANGE:loose.price': [1, 'blocks'],
      'SCALE:loose.price': [1, 'blocks'],
      'WRONG_TYPE:loose.ratio': [1, 'blocks'],
      'TEXT_LENGTH:loose.short': [2, 'blocks'],
      'WRONG_TYPE:loose.born': [1, 'blocks'],
      'ZERO_DATE:loose.born': [1, 'blocks'],
      'WRONG_TYPE:loose.at': [2, 'blocks'],
      'NUL_BYTE:texts.t': [1, 'blocks'],
      'INVALID_UTF8:texts.t': [1, 'blocks'],
      'DOUBLE_UTF8:texts.t': [1, 'note'],
      'TEXT_AS_NUMBER:texts.t': [1, 'note'],
      'NULL_KEY:keyed.k': [2, 'blocks'],
      'ORPHANS:child.p': [2, 'blocks'],
      'ORPHANS:child.self': [1, 'blocks'],
    })
  })

  test('samples are keys; of a table without one the values', async () => {
    const plan = await loose.plan()
    expect(finding(plan, 'TEXT_LENGTH:loose.short')).toMatchObject({
      samples: ['2', '5'],
      ways: [
        `--cast 'loose.short=text'`,
        `policies: { 'TEXT_LENGTH:loose.short': 'null' }`,
        `policies: { 'TEXT_LENGTH:loose.short': 'clip' }`,
        `policies: { 'TEXT_LENGTH:loose.short': 'reject' }`,
        '--accept TEXT_LENGTH:loose.short',
      ],
    })
    expect(finding(plan, 'NULL_KEY:keyed.k').samples).toEqual(['k = NULL', 'k = NULL'])
  })

  test('flags: boolean when they are, else integers', async () => {
    const plan = await loose.plan()
    expect(types(plan, 'flags')).toEqual({ id: 'bigint', yes: 'boolean', no: 'bigint' })
    expect(plan.tables.find((t) => t.source.name.name === 'flags')?.columns[2].loss).toBe(
      'not boolean: 2 values are neither 0 nor 1',
    )
  })

  test('numbers go on after the highest where the source keeps no counter', async () => {
    const plan = await loose.plan()
    const next = Object.fromEntries(plan.tables.map((t) => [t.source.name.name, t.target.counter?.next]))
    expect(next).toEqual({
      loose: 6n,
      texts: 6n,
      flags: 4n,
      parent: 3n,
      child: 5n,
      keyed: undefined,
      folded: undefined,
    })
  })

  test('a key that holds NULL is not paged by', async () => {
    const plan = await loose.plan()
    expect(plan.tables.find((t) => t.source.name.name === 'keyed')).toMatchObject({ key: null, ordered: false })
  })

  test('policies clip and replace', async () => {
    const plan = await loose.plan({
      policies: {
        'TEXT_LENGTH:loose.short': 'clip',
        'NUL_BYTE:texts.t': 'replace',
        'INVALID_UTF8:texts.t': 'replace',
        'NUMBER_RANGE:loose.price': 'clip',
        SCALE: 'clip',
      },
    })
    expect(found(plan)).toMatchObject({
      'TEXT_LENGTH:loose.short': [2, 'settled'],
      'NUL_BYTE:texts.t': [1, 'settled'],
      'SCALE:loose.price': [1, 'settled'],
    })
    const column = (table: string, name: string) =>
      plan.tables.find((t) => t.source.name.name === table)?.columns.find((c) => c.source.name === name)
    expect(column('loose', 'short')?.expression).toContain('substr("short", 1, 5)')
    expect(column('texts', 't')?.expression?.match(/CASE WHEN/g)?.length).toBeGreaterThan(1)
    expect(column('loose', 'n')?.expression).toBeUndefined()
  })
})

test('between two SQLite nothing needs to fit', async () => {
  await using loose = await pair('sqlite', 'sqlite', LOOSE)
  expect(Object.keys(found(await loose.plan()))).toEqual(['ORPHANS:child.p', 'ORPHANS:child.self'])
})

test('MySQL takes for one what SQLite holds apart', async () => {
  await using names = await pair(
    'sqlite',
    'mysql',
    `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT, c TEXT COLLATE NOCASE UNIQUE, UNIQUE (b, id));
     INSERT INTO n VALUES (1, 'a', 'x', 'p'), (2, 'A', 'X', 'q'), (3, 'b ', 'x', 'r'), (4, 'b', 'y', 's'), (5, 'B', 'y', 't'), (6, NULL, NULL, NULL), (7, NULL, NULL, NULL);`,
  )
  const plan = await names.plan()
  expect(found(plan)).toEqual({ 'DUPLICATE_KEY:n.a': [3, 'blocks'] })
  expect(finding(plan, 'DUPLICATE_KEY:n.a')).toMatchObject({
    ways: [`--cast 'n.a=varchar(255) collate utf8mb4_bin'`, '--accept DUPLICATE_KEY:n.a'],
  })
  const binary = await names.plan({ casts: ['n.a=varchar(255) collate utf8mb4_nopad_bin'] })
  expect(found(binary)).toEqual({})
  expect(binary.tables[0].target.columns[1]).toMatchObject({ collation: 'utf8mb4_nopad_bin' })
})
