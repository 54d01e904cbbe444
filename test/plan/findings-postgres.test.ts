/** Findings in a PostgreSQL source. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finding, found, type Pair, pair, types } from './planning.ts'

const WIDE = `
CREATE TABLE n (id int PRIMARY KEY, plain numeric, num numeric(10,2), f float8, r real, big numeric(80,0));
INSERT INTO n VALUES (1, 1.5, 'NaN', 'NaN', 0.1, 1), (2, '1e40', 1, 'Infinity', 0.5, ('1' || repeat('0', 70))::numeric),
  (3, ('0.' || repeat('1', 35))::numeric, 2, '-Infinity', 1, 2), (4, NULL, NULL, 1, NULL, NULL);
CREATE TABLE moments (id int PRIMARY KEY, d date, ts timestamp, tz timestamptz);
INSERT INTO moments VALUES (1, 'infinity', '0044-03-15 BC', '2050-01-01'), (2, '10000-01-01', '-infinity', '1969-12-31 23:59:59+00'),
  (3, '2020-01-01', '9999-12-31 23:59:59.999999', '2020-01-01'), (4, NULL, NULL, NULL);
CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE, nick varchar(20), code text, "Name" text, name text, UNIQUE (nick, code));
INSERT INTO people (id, email, nick, code) VALUES (1, 'kim@x', 'a', 'A'), (2, 'Kim@x', 'A', 'a'), (3, 'kim@x ', 'b', 'b'), (4, NULL, NULL, 'b'), (5, 'lee@x', 'b', 'c'), (6, repeat('x', 800), 'z', 'z');
CREATE TABLE orphaned (id int PRIMARY KEY, p int);
INSERT INTO orphaned VALUES (1, 99), (2, 1), (3, 98);
ALTER TABLE orphaned ADD CONSTRAINT to_n FOREIGN KEY (p) REFERENCES n (id) NOT VALID;
`

describe('PostgreSQL to MySQL', () => {
  let wide: Pair
  beforeAll(async () => {
    wide = await pair('postgres', 'mysql', WIDE)
  })
  afterAll(() => wide?.[Symbol.asyncDispose]())

  test('everything that MySQL would refuse or change is counted', async () => {
    expect(found(await wide.plan())).toEqual({
      'NAME_COLLISION:people.name': [1, 'blocks'],
      'NUMBER_RANGE:n.plain': [1, 'blocks'],
      'SCALE:n.plain': [1, 'blocks'],
      'NOT_FINITE:n.num': [1, 'blocks'],
      'NOT_FINITE:n.f': [3, 'blocks'],
      'NUMBER_RANGE:n.big': [1, 'blocks'],
      'DATE_RANGE:moments.d': [2, 'blocks'],
      'DATE_RANGE:moments.ts': [2, 'blocks'],
      'DATE_RANGE:moments.tz': [2, 'blocks'],
      'TEXT_LENGTH:people.email': [1, 'blocks'],
      'DUPLICATE_KEY:people.email': [2, 'blocks'],
      'DUPLICATE_KEY:people.nick': [1, 'blocks'],
      'ORPHANS:orphaned.p': [2, 'blocks'],
    })
  })

  test('ways out for MySQL', async () => {
    const plan = await wide.plan()
    expect(finding(plan, 'DATE_RANGE:moments.tz').ways[0]).toBe(`--cast 'moments.tz=datetime(6)'`)
    expect(finding(plan, 'DUPLICATE_KEY:people.email').samples[0]).toMatch(/'.*' and '.*'/)
    expect(finding(plan, 'NAME_COLLISION:people.name').ways[0]).toBe(`--rename 'people.name=NEW_NAME'`)
    const cast = await wide.plan({ casts: ['moments.tz=datetime(6)'], rename: { 'people.name': 'full_name' } })
    expect(found(cast)).not.toHaveProperty(['DATE_RANGE:moments.tz'])
    expect(found(cast)).not.toHaveProperty(['NAME_COLLISION:people.name'])
    expect(Object.keys(types(cast, 'people'))).toContain('Name')
  })
})

test('PostgreSQL to SQLite: digits and what is no number', async () => {
  await using wide = await pair('postgres', 'sqlite', WIDE)
  expect(found(await wide.plan())).toEqual({
    'NOT_FINITE:n.f': [3, 'blocks'],
    'FLOAT_DIGITS:n.r': [1, 'note'],
    'NAME_COLLISION:people.name': [1, 'blocks'],
    'ORPHANS:orphaned.p': [2, 'blocks'],
  })
})

test('PostgreSQL to PGlite: nothing but a key that was never valid', async () => {
  await using wide = await pair('postgres', 'pglite', WIDE)
  const plan = await wide.plan()
  expect(found(plan)).toEqual({})
  expect(plan.tables.find((t) => t.source.name.name === 'orphaned')?.target.foreignKeys[0].notValid).toBe(true)
})
