/** Findings in a MySQL source: each counted exactly, with keys, ways out and what settles it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unsettled } from '../../src/copy/plan.ts'
import { finding, found, type Pair, pair, types } from './planning.ts'

const SHOP = `
SET sql_mode = '', foreign_key_checks = 0;
CREATE TABLE dates (id int PRIMARY KEY, d date NOT NULL, dt datetime, ts timestamp NULL, t time);
INSERT INTO dates VALUES (1, '0000-00-00', '2024-02-00 10:00:00', NULL, '10:00:00'), (2, '2024-00-00', '2024-01-01', '2024-01-01', '-01:00:00'),
  (3, '2024-01-01', '0000-00-00', '2024-01-01', '838:59:59'), (4, '2024-01-01', '2024-01-01', '0000-00-00', '23:59:59');
CREATE TABLE flags (id int PRIMARY KEY, yes tinyint(1), five tinyint(1), small tinyint(4));
INSERT INTO flags VALUES (1, 0, 5, 1), (2, 1, 1, 1), (3, NULL, -1, 1);
CREATE TABLE numbers (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, big bigint unsigned, price decimal(10,4));
INSERT INTO numbers VALUES (1, 18446744073709551615, 1.2345), (18446744073709551614, 1, 1.5);
CREATE TABLE words (k varchar(20) PRIMARY KEY, e enum('a','b'), txt text, doc json, maybe text) CHARACTER SET utf8mb4;
INSERT INTO words VALUES ('x', 'a', 'plain', '{"a":1}', '{"ok":true}'), ('y', 'nope', concat('nul', char(0)), '{"a":"\\\\u0000"}', 'no json'),
  ('z', '', 'Ã©tÃ©', '[]', '1'), ('한', 'b', '한국어 é', '[]', '2');
CREATE TABLE parents (id int PRIMARY KEY, code varchar(10) COLLATE utf8mb4_general_ci UNIQUE);
CREATE TABLE children (id int PRIMARY KEY, parent int, code varchar(10) COLLATE utf8mb4_general_ci,
  CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES parents (id), CONSTRAINT to_code FOREIGN KEY (code) REFERENCES parents (code));
INSERT INTO parents VALUES (1, 'abc'), (2, 'def');
INSERT INTO children VALUES (1, 1, 'abc'), (2, 99, 'ABC'), (3, 98, 'def'), (4, NULL, NULL);
CREATE TABLE wide (id int PRIMARY KEY, t varchar(700) CHARACTER SET utf8mb4, KEY by_t (t));
INSERT INTO wide VALUES (1, repeat('😀', 700)), (2, repeat('한', 700)), (3, repeat('😀', 600));
CREATE TABLE a123456789012345678901234567890123456789012345678901234567890123 (id int PRIMARY KEY, b123456789012345678901234567890123456789012345678901234567890123 int);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('9f2c');
`

const LONG = 'a123456789012345678901234567890123456789012345678901234567890123'

describe('MySQL to PostgreSQL', () => {
  let shop: Pair
  beforeAll(async () => {
    shop = await pair('mysql', 'postgres', SHOP)
  })
  afterAll(() => shop?.[Symbol.asyncDispose]())

  test('everything that PostgreSQL would refuse or change is counted', async () => {
    const plan = await shop.plan()
    expect(found(plan)).toEqual({
      'ZERO_DATE:dates.d': [2, 'blocks'],
      'ZERO_DATE:dates.dt': [2, 'blocks'],
      'ZERO_DATE:dates.ts': [1, 'blocks'],
      'TIME_RANGE:dates.t': [2, 'blocks'],
      'NUMBER_RANGE:numbers.id': [1, 'blocks'],
      'EMPTY_ENUM:words.e': [2, 'blocks'],
      'NUL_BYTE:words.txt': [1, 'blocks'],
      'DOUBLE_UTF8:words.txt': [1, 'note'],
      'JSON_NUL:words.doc': [1, 'blocks'],
      'ORPHANS:children.parent': [2, 'blocks'],
      'ORPHANS:children.code': [1, 'blocks'],
      'INDEX_ENTRY:wide.t': [1, 'blocks'],
      [`NAME_LENGTH:${LONG}`]: [1, 'blocks'],
      [`NAME_LENGTH:${LONG}.${LONG.replace('a', 'b')}`]: [1, 'blocks'],
    })
    expect(unsettled(plan)).toHaveLength(13)
  })

  test('samples are keys, ways out can be typed', async () => {
    const plan = await shop.plan()
    expect(finding(plan, 'ZERO_DATE:dates.d')).toMatchObject({
      samples: ['1', '2'],
      message: '2 values in dates.d are no day of the calendar (0000-00-00 and the like), which date cannot hold',
      ways: [
        `--cast 'dates.d=text'`,
        `policies: { 'ZERO_DATE:dates.d': 'null' }`,
        `policies: { 'ZERO_DATE:dates.d': 'reject' }`,
        '--accept ZERO_DATE:dates.d',
      ],
    })
    expect(finding(plan, 'NUL_BYTE:words.txt')).toMatchObject({ samples: [`'y'`] })
    expect(finding(plan, 'TIME_RANGE:dates.t').ways).toContain(`--cast 'dates.t=interval'`)
    expect(finding(plan, 'NUL_BYTE:words.txt').ways).toContain(`policies: { 'NUL_BYTE:words.txt': 'replace' }`)
    expect(finding(plan, 'ORPHANS:children.parent').samples.toSorted()).toEqual(['parent = 98', 'parent = 99'])
    expect(finding(plan, `NAME_LENGTH:${LONG}`).ways[0]).toBe(`--rename '${LONG}=NEW_NAME'`)
  })

  test('a flag is boolean when every value is 0, 1 or NULL, else smallint; big numbers that number nothing are numeric', async () => {
    const plan = await shop.plan()
    expect(types(plan, 'flags')).toEqual({ id: 'integer', yes: 'boolean', five: 'smallint', small: 'smallint' })
    expect(plan.tables.find((t) => t.source.name.name === 'flags')?.columns[2].loss).toBe(
      'not boolean: 2 values are neither 0 nor 1',
    )
    expect(types(plan, 'numbers')).toEqual({ id: 'bigint', big: 'numeric(20,0)', price: 'numeric(10,4)' })
  })

  test('casts settle some findings and raise others', async () => {
    const plan = await shop.plan({
      casts: [
        'dates.t=interval',
        'dates.d=text',
        'flags.five=boolean',
        'numbers.price=numeric(10,1)',
        'words.maybe=jsonb',
        'words.e=text',
        'numbers.id=numeric(20,0)',
      ],
    })
    const all = found(plan)
    expect(all).not.toHaveProperty(['TIME_RANGE:dates.t'])
    expect(all).not.toHaveProperty(['ZERO_DATE:dates.d'])
    expect(all).not.toHaveProperty(['EMPTY_ENUM:words.e'])
    expect(all).not.toHaveProperty(['NUMBER_RANGE:numbers.id'])
    expect(all).toMatchObject({
      'NOT_BOOLEAN:flags.five': [2, 'blocks'],
      'SCALE:numbers.price': [1, 'blocks'],
      'NOT_JSON:words.maybe': [1, 'blocks'],
    })
    expect(plan.leftovers.find((l) => l.kind === 'identity')?.why).toContain('numeric(20,0)')
  })

  test('--accept settles by code, by table and by column', async () => {
    const plan = await shop.plan({
      accept: ['ZERO_DATE:dates.d', 'ORPHANS:children', 'NAME_LENGTH', 'nul_byte:words.txt'],
    })
    expect(found(plan)).toMatchObject({
      'ZERO_DATE:dates.d': [2, 'accepted'],
      'ZERO_DATE:dates.dt': [2, 'blocks'],
      'ORPHANS:children.parent': [2, 'accepted'],
      [`NAME_LENGTH:${LONG}`]: [1, 'accepted'],
    })
    const children = plan.tables.find((t) => t.source.name.name === 'children')
    expect(children?.target.foreignKeys.map((f) => [f.name, f.notValid])).toEqual([
      ['to_code', true],
      ['to_parent', true],
    ])
    expect(plan.leftovers.filter((l) => l.kind === 'foreign key').map((l) => l.outcome)).toEqual([
      'approximated',
      'approximated',
    ])
    const long = plan.tables.find((t) => t.source.name.name === LONG)
    expect(Buffer.byteLength(long?.target.name.name ?? LONG)).toBe(63)
  })

  test('policies settle, and write the expression that is read', async () => {
    const plan = await shop.plan({
      policies: { ZERO_DATE: 'null', 'NUL_BYTE:words.txt': 'replace', TIME_RANGE: 'reject', NUMBER_RANGE: 'fail' },
    })
    expect(found(plan)).toMatchObject({
      'ZERO_DATE:dates.d': [2, 'settled'],
      'NUL_BYTE:words.txt': [1, 'settled'],
      'TIME_RANGE:dates.t': [2, 'settled'],
      'NUMBER_RANGE:numbers.id': [1, 'blocks'],
    })
    const dates = plan.tables.find((t) => t.source.name.name === 'dates')
    expect(dates?.columns[1]).toMatchObject({ target: { nullable: true }, expression: expect.stringContaining('NULL') })
    expect(dates?.columns[4].expression).toBeUndefined()
    expect(plan.leftovers).toContainEqual(
      expect.objectContaining({ kind: 'NOT NULL', table: 'dates', name: 'd', outcome: 'approximated' }),
    )
  })

  test('a policy that makes no sense, and a code that there is not, are refused', async () => {
    await expect(shop.plan({ policies: { TIME_RANGE: 'replace' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(shop.plan({ policies: { NUMBER_RANGE: 'null' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      why: 'the column must not be NULL on the target',
    })
    await expect(shop.plan({ accept: ['ZERO_DATES'] })).rejects.toMatchObject({ code: 'USAGE' })
  })

  test('rows that --where leaves out are not asked, and are missed by those that refer to them', async () => {
    const plan = await shop.plan({
      where: { dates: 'id > 2', parents: 'id = 1' },
      tables: ['dates', 'parents', 'children'],
    })
    expect(found(plan)).toEqual({
      'ZERO_DATE:dates.dt': [1, 'blocks'],
      'ZERO_DATE:dates.ts': [1, 'blocks'],
      'TIME_RANGE:dates.t': [1, 'blocks'],
      'ORPHANS:children.parent': [2, 'blocks'],
      'ORPHANS:children.code': [2, 'blocks'],
    })
    expect(plan.tables.find((t) => t.source.name.name === 'dates')).toMatchObject({ rows: 4, filtered: 2 })
  })

  test('a copy of the schema alone asks only what decides types', async () => {
    const plan = await shop.plan({ schemaOnly: true, accept: ['NAME_LENGTH'] })
    expect(unsettled(plan)).toEqual([])
    expect(types(plan, 'flags').five).toBe('smallint')
  })

  test('version tables are recognised; the hash does not hang on counting', async () => {
    const plan = await shop.plan()
    expect(plan.versionTables).toEqual([{ framework: 'Alembic', table: 'alembic_version', version: '9f2c' }])
    const quick = await shop.plan({}, false)
    expect(quick.hash).toBe(plan.hash)
    expect((await shop.plan({ casts: ['dates.d=text'] })).hash).not.toBe(plan.hash)
  })
})

test('bytes of NUL are told from the zeros in wide character sets, zero moments from the first one', async () => {
  const charsets = ['utf8mb4', 'utf8mb3', 'latin1', 'ucs2', 'utf16', 'binary']
  const words = ['plain', 'é', `a${'b'.repeat(300)}`, 'Āā']
  const columns = charsets.map((c) => `${c}_ text CHARACTER SET ${c}`).join(', ')
  const rows = [...words, ...words.map((w) => `${w}\0z`), '\0'].map((text, i) => {
    const value = `CONVERT(x'${Buffer.from(text).toString('hex')}' USING utf8mb4)`
    return `(${i}, ${i === 3 ? "'0000-00-00'" : i === 4 ? "'1970-01-01 00:00:01'" : 'NULL'}, ${charsets.map(() => value).join(', ')})`
  })
  const sql = `SET sql_mode = '', time_zone = '+00:00'; CREATE TABLE t (id int PRIMARY KEY, ts timestamp(3) NULL, ${columns}); INSERT INTO t VALUES ${rows.join(', ')}`
  await using shop = await pair('mysql', 'postgres', sql)
  const texts = charsets.filter((c) => c !== 'binary')
  expect(found(await shop.plan())).toEqual({
    'ZERO_DATE:t.ts': [1, 'blocks'],
    ...Object.fromEntries(texts.map((c) => [`NUL_BYTE:t.${c}_`, [5, 'blocks']])),
  })
})

test('zero dates and long times stay what they are between two MySQL', async () => {
  await using shop = await pair('mysql', 'mysql', SHOP)
  const plan = await shop.plan()
  expect(Object.keys(found(plan))).toEqual(['ORPHANS:children.parent'])
})

test('SQLite takes long times and NUL bytes, not zero dates nor numbers beyond 64 bits', async () => {
  await using shop = await pair('mysql', 'sqlite', SHOP)
  expect(found(await shop.plan())).toEqual({
    'ZERO_DATE:dates.d': [2, 'blocks'],
    'ZERO_DATE:dates.dt': [2, 'blocks'],
    'ZERO_DATE:dates.ts': [1, 'blocks'],
    'NUMBER_RANGE:numbers.id': [1, 'blocks'],
    'NUMBER_RANGE:numbers.big': [1, 'blocks'],
    'EMPTY_ENUM:words.e': [2, 'blocks'],
    'DOUBLE_UTF8:words.txt': [1, 'note'],
    'ORPHANS:children.parent': [2, 'blocks'],
  })
})
