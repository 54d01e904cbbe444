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
      ranges: new Set(queries.flatMap((q) => / WHERE (\S+ (?:>=?|<=) .*)$/.exec(q)?.[1] ?? [])).size,
    }
  } finally {
    await source.close()
    await target.close()
  }
}

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
  }, 60_000)
})
