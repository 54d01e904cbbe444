/** A table that is read in parts by several connections gives the same answers as one that is read as a whole. */
import { describe, expect, test } from 'vitest'
import { questionsFor } from '../../src/copy/questions.ts'
import { scanTables } from '../../src/copy/scan.ts'
import { shapeInput, shapeTables, UNDECIDED } from '../../src/copy/shape.ts'
import type { Database } from '../../src/core/engine.ts'
import { traitsOf } from '../../src/diff/convert-traits.ts'
import { open, pair } from './planning.ts'

const SQL = {
  mysql: `CREATE TABLE t (id bigint PRIMARY KEY, d date, e enum('a'), u varchar(10)); SET sql_mode = '';
    INSERT INTO t VALUES (-9223372036854775808, '0000-00-00', 'x', 'a'), (-5, '2020-01-01', 'a', 'b'), (0, '0000-00-00', 'x', 'c'), (7, '0000-00-00', 'a', 'd'), (9223372036854775807, NULL, 'x', 'e');
    CREATE TABLE one (id int PRIMARY KEY, d date); INSERT INTO one VALUES (3, '0000-00-00'); CREATE TABLE none (id int PRIMARY KEY, d date); ANALYZE TABLE t, one, none`,
  sqlite: `CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE, e INTEGER, u VARCHAR(10));
    INSERT INTO t VALUES (-9223372036854775808, '0000-00-00', 'x', 'a'), (-5, '2020-01-01', 1, 'b'), (0, '0000-00-00', 'x', 'c'), (7, '0000-00-00', 2, 'd'), (9223372036854775807, NULL, 'x', 'e');
    CREATE TABLE one (id INTEGER PRIMARY KEY, d DATE); INSERT INTO one VALUES (3, '0000-00-00'); CREATE TABLE none (id INTEGER PRIMARY KEY, d DATE);`,
} as const

/** Answers with `lanes` connections, and how many ranges were read. */
async function scan(from: string, to: string, lanes: number, splitRows: number) {
  const [source, target] = [await open(from, 'source'), await open(to, 'target')]
  const queries: string[] = []
  const watched = (db: Database): Database => ({
    ...db,
    query: (sql, params) => {
      queries.push(sql)
      return db.query(sql, params)
    },
  })
  try {
    const schemas = { source: await source.inspect(), target: await target.inspect(), options: {} }
    const { drafts } = shapeTables(shapeInput(source, target, schemas), UNDECIDED)
    const [a, b] = [traitsOf(schemas.source), traitsOf(schemas.target)]
    const ask = { from: a, to: b, dialect: source.engine.dialect, nulInText: false, indexBytes: null }
    const tasks = drafts.map((draft) => ({ draft, questions: questionsFor(ask, draft), highest: 'id' }))
    const parallel = async () => watched(await open(from, 'source'))
    const found = await scanTables({ source: watched(source), traits: a, parallel, lanes, splitRows }, tasks)
    const joint = queries.some((q) => / OR .* AS some_trouble/.test(q))
    return {
      found,
      joint,
      queries,
      ranges: new Set(queries.flatMap((q) => / WHERE (\S+ (?:BETWEEN|>=?|<=) .*)$/.exec(q)?.[1] ?? [])).size,
    }
  } finally {
    await source.close()
    await target.close()
  }
}

test('bounds of parts tell where no number is outside, and the end of an index the highest', async () => {
  const sql = `CREATE TABLE t (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, v INT);
    INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4);
    CREATE TABLE high (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY);
    INSERT INTO high VALUES (9223372036854775806), (9223372036854775807), (9223372036854775808), (9223372036854775809)`
  await using p = await pair('mysql', 'postgres', sql)
  const { found, queries } = await scan(p.from.url, p.to.url, 2, 1)
  expect(found.get('t')).toMatchObject({ rows: 4, highest: 4n, answers: [] })
  expect(found.get('high')).toMatchObject({ rows: 4, highest: 9223372036854775809n })
  expect(found.get('high')?.answers.map((a) => [a.question.code, a.count])).toEqual([['NUMBER_RANGE', 2]])
  const parts = queries.filter((q) => /WHERE `id` (?:BETWEEN|>=)/.test(q))
  expect(parts.filter((q) => /FROM `t`/.test(q)).length).toBeGreaterThan(1)
  expect(parts.filter((q) => /FROM `t`/.test(q)).filter((q) => /9223372036854775807|max\(/.test(q))).toEqual([])
  expect(parts.some((q) => /FROM `high`/.test(q) && / > 9223372036854775807/.test(q))).toBe(true)
})

describe.each(['mysql', 'sqlite'] as const)('%s', (kind) => {
  test('in parts and as a whole', async () => {
    await using p = await pair(kind, 'postgres', SQL[kind])
    const whole = await scan(p.from.url, p.to.url, 1, Number.POSITIVE_INFINITY)
    const parts = await scan(p.from.url, p.to.url, 3, 1)
    expect(whole.ranges).toBe(0)
    expect(parts.ranges).toBeGreaterThanOrEqual(3)
    expect(parts.found).toEqual(whole.found)
    expect(parts.found.get('t')).toMatchObject({ rows: 5, highest: 9223372036854775807n })
    expect(parts.found.get('t')?.answers.map((a) => [a.question.code, a.count])).toEqual([
      ['ZERO_DATE', 3],
      [kind === 'mysql' ? 'EMPTY_ENUM' : 'WRONG_TYPE', 3],
    ])
    // Most parts ask one question for all, and again only where a row is in trouble.
    expect(parts.joint).toBe(true)
    expect(parts.found.get('none')).toMatchObject({ rows: 0, highest: null, answers: [] })
  })
})
