import { describe, expect, test } from 'vitest'
import type { ColumnType, LogicalType } from '../core/schema.ts'
import { translateCondition, translateKey, translateValue } from './convert-expression.ts'
import type { Grammar } from './convert-lex.ts'
import type { ExpressionColumn, ExpressionContext } from './convert-value.ts'

const int: LogicalType = { kind: 'int', bits: 32 }
const text: LogicalType = { kind: 'text' }
const SOURCE: Record<string, LogicalType> = {
  a: int,
  b: { kind: 'text', max: 10 },
  c: { kind: 'int', bits: 8 },
  d: { kind: 'date' },
  e: { kind: 'enum', values: ['new', 'old'] },
  f: { kind: 'float', bits: 64 },
  n: { kind: 'decimal', precision: 10, scale: 2 },
  s: text,
  tx: text,
  ts: { kind: 'timestamp', fraction: 0, zone: true },
  j: { kind: 'json', binary: true },
  ok: { kind: 'bool' },
}

function context(from: Grammar, to: Grammar, folds: readonly string[] = []): Omit<ExpressionContext, 'notes'> {
  const quote = (n: string) => (to === 'mysql' ? `\`${n}\`` : `"${n}"`)
  const column = (name: string): ExpressionColumn | null => {
    const source = SOURCE[name]
    if (!source) return null
    const target = name === 'c' ? { kind: 'bool' as const } : source
    return {
      name: name === 's' ? 'S 2' : name,
      source,
      target: { logical: target, native: target.kind },
      sourceFolds: folds.includes(name),
      targetFolds: false,
    }
  }
  const literal = (t: string) => `'${t.replaceAll("'", "''")}'`
  return { from, to, parseType, quote, literal, column, immutable: false }
}

function parseType(native: string): ColumnType {
  const n = native.toLowerCase()
  const logical: LogicalType =
    /^(text|char|character varying)/.test(n) && !n.endsWith(']')
      ? text
      : /^(numeric|decimal)/.test(n)
        ? { kind: 'decimal' }
        : /^(int|bigint|signed)/.test(n)
          ? int
          : n === 'date'
            ? { kind: 'date' }
            : n.startsWith('timestamp')
              ? { kind: 'timestamp', fraction: 6, zone: n.includes('with time') }
              : n === 'double precision'
                ? { kind: 'float', bits: 64 }
                : { kind: 'opaque', native }
  return { logical, native }
}

const toPostgres = (sql: string, folds: readonly string[] = []) => {
  const t = translateCondition(sql, context('mysql', 'postgres', folds))
  return t.ok ? t.sql : `left: ${t.why}`
}
const fromPostgres = (sql: string, to: Grammar = 'mysql') => {
  const t = translateCondition(sql, context('postgres', to))
  return t.ok ? t.sql : `left: ${t.why}`
}

describe('conditions as MariaDB keeps them, for PostgreSQL', () => {
  test.each([
    ["`a` > 0 and `b` in ('x','it\\'s','a\\\\b')", `("a" > 0) AND ("b" IN ('x', 'it''s', 'a\\b'))`],
    ['`c` in (0,1)', '"c" IN (false, true)'],
    ['`c` = 1', '"c" = true'],
    ['`c` > 0', '"c" > false'],
    ['`c` + 1 = 2', '(("c")::int + 1) = 2'],
    ['`c`', '"c"'],
    ['`c` = 0', '"c" = false'],
    ['`a`', '"a" <> 0'],
    ['char_length(`b`) between 1 and 10', 'char_length("b") BETWEEN 1 AND 10'],
    ["`b` like 'a%' or `a` is not null", `("b" LIKE 'a%') OR ("a" IS NOT NULL)`],
    ["case when `a` = 1 then `b` else 'z' end <> ''", `(CASE WHEN ("a" = 1) THEN "b" ELSE 'z' END) <> ''`],
    ['case when `a` = 1 then `b` is null else 1 end', 'CASE WHEN ("a" = 1) THEN ("b" IS NULL) ELSE true END'],
    ['coalesce(`c`,0) = 1', 'coalesce("c", false) = true'],
    ["trim(`b`) <> ''", `trim("b") <> ''`],
    ['`s` <=> `b`', '"S 2" IS NOT DISTINCT FROM "b"'],
    ['`a` MOD 2 = 0', '("a"::bigint % 2) = 0'],
    ['`a` = -1', '"a" = -1'],
    ["`d` > '2020-01-01'", `"d" > '2020-01-01'`],
    [
      "coalesce(`b`,'x') = 'x' and octet_length(`b`) < 5 and substr(`b`,1,2) = 'ab'",
      `((coalesce("b", 'x') = 'x') AND (octet_length("b") < 5)) AND (substr("b", 1, 2) = 'ab')`,
    ],
    ['not `a` > 1', 'NOT ("a" > 1)'],
    ["`e` = 'NEW'", `"e" = 'new'`],
    ["(_utf8mb4\\'x\\' = `b`)", `'x' = "b"`],
    ['(`a` > 1) || (`a` < 0)', '("a" > 1) OR ("a" < 0)'],
    ['`n` * 2 <= 10.5', '("n" * 2) <= 10.5'],
    ['json_valid(`j`)', 'true'],
    ['if(`a` > 3,1,0) = 1', '(CASE WHEN ("a" > 3) THEN 1 ELSE 0 END) = 1'],
  ])('%s', (from, to) => {
    expect(toPostgres(from)).toBe(to)
  })

  test.each([
    ["`b` regexp '^a'", 'it holds `regexp`'],
    ['`a` / 2 > 1', 'engines divide whole numbers differently'],
    ['convert(cast(`a` as char charset utf8mb3) using utf8mb4) = `b`', 'it holds `using`'],
    ['`a` MOD 2 = 0 xor `c`', 'it holds `xor`'],
    ['`b` > 5', 'it compares text with int'],
    ["`a` = '5'", 'it compares a number with a text'],
    ["`e` = 'gone'", "it compares an enum with 'gone', which is none of its labels"],
    ['`b`', 'it takes something that is neither a condition nor a number for a condition'],
    ['`nope` > 1', 'it uses nope'],
    ["json_extract(`j`, '$.a') = 1", 'it calls json_extract()'],
    ["concat(`f`) = '1'", 'it makes a text of a value that engines print differently'],
    ["`b` collate utf8mb4_bin = 'a'", 'it names a collation'],
    ['exists (select 1)', 'it holds a query'],
    ["`ts` > '2020-01-01'", "it compares a moment with a text, which depends on the session's time zone"],
    ['`a` > 1; drop table x', 'it holds the sign ;'],
    ['`a` > 1 -- x', 'it holds a comment'],
  ])('left: %s', (from, why) => {
    expect(toPostgres(from)).toBe(`left: ${why}`)
  })

  test('a case-insensitive column keeps ignoring case', () => {
    expect(toPostgres("`b` in ('X','Y')", ['b'])).toBe(`lower("b") IN ('x', 'y')`)
    expect(toPostgres("`b` like 'A%'", ['b'])).toBe(`"b" ILIKE 'A%'`)
    const t = translateCondition("`b` = 'X'", context('mysql', 'postgres', ['b']))
    expect(t.ok && t.notes).toEqual(['texts are compared through lower(), because the source ignores case'])
  })
})

describe('conditions as PostgreSQL keeps them', () => {
  test.each([
    ['(a <> ALL (ARRAY[1, 2]))', '`a` NOT IN (1, 2)'],
    [
      '((char_length((b)::text) >= 1) AND (char_length((b)::text) <= 10))',
      '(char_length(`b`) >= 1) AND (char_length(`b`) <= 10)',
    ],
    ["((COALESCE(b, 'x'::character varying))::text = 'x'::text)", "coalesce(`b`, 'x') = 'x'"],
    [
      "((a > 0) AND ((b)::text = ANY ((ARRAY['x'::character varying, 'it''s'::character varying, 'a\\b'::character varying])::text[])))",
      "(`a` > 0) AND (`b` IN ('x', 'it''s', 'a\\b'))",
    ],
    ['(a IS DISTINCT FROM 3)', 'NOT (`a` <=> 3)'],
    ["(d > '2020-01-01'::date)", "`d` > '2020-01-01'"],
    ["(e = ANY (ARRAY['new'::mood, 'old'::mood]))", "`e` IN ('new', 'old')"],
    ['((n >= (0)::numeric) AND (n <= 1.5))', '(`n` >= 0) AND (`n` <= 1.5)'],
    ["(tx ~~ 'a%'::text)", "`tx` LIKE 'a%'"],
    ["(TRIM(BOTH FROM tx) <> ''::text)", "trim(`tx`) <> ''"],
    ['("substring"(tx, 1, 2) = \'ab\'::text)', "substr(`tx`, 1, 2) = 'ab'"],
    ["(SUBSTRING(tx FROM 1 FOR 2) = 'ab'::text)", "substr(`tx`, 1, 2) = 'ab'"],
    ["(POSITION(('@'::text) IN (tx)) > 1)", "instr(`tx`, '@') > 1"],
    ['((a IS NULL) <> (n IS NULL))', '(`a` IS NULL) <> (`n` IS NULL)'],
    ['(ok = true)', '`ok` = true'],
    ['(EXTRACT(year FROM d) > (3)::numeric)', 'year(`d`) > 3'],
  ])('%s', (from, to) => {
    expect(fromPostgres(from)).toBe(to)
  })

  test.each([
    ["(tx ~ '^a'::text)", 'it holds `~`'],
    ['(num_nonnulls(a, n) = 1)', 'it calls num_nonnulls()'],
    ["(ts > '2020-01-01 00:00:00+00'::timestamp with time zone)", 'it casts a text to timestamp with time zone'],
    ["(j @> '{}'::jsonb)", 'it holds `@>`'],
    ["(date_part('year'::text, d) > (3)::double precision)", 'it calls date_part()'],
    ["concat(b, 'x') = 'x'", 'it calls concat()'],
  ])('left: %s', (from, why) => {
    expect(fromPostgres(from)).toBe(`left: ${why}`)
  })

  test('for SQLite', () => {
    expect(fromPostgres("((b)::text || '-'::text) = 'x-'::text", 'sqlite')).toBe(`("b" || '-') = 'x-'`)
    expect(fromPostgres('(EXTRACT(month FROM d) = 1)', 'sqlite')).toBe(`CAST(strftime('%m', "d") AS INTEGER) = 1`)
  })
})

describe('conditions as SQLite keeps them', () => {
  const from = (sql: string, to: Grammar = 'postgres') => {
    const t = translateCondition(sql, context('sqlite', to))
    return t.ok ? t.sql : `left: ${t.why}`
  }
  test.each([
    ['[a]>=(0)', '"a" >= 0'],
    ['"b" IN ("x", \'y\')', `"b" IN ('x', 'y')`],
    ['length(b) == 3', 'char_length("b") = 3'],
    ['a IS 3', '"a" IS NOT DISTINCT FROM 3'],
    ["b LIKE 'x%'", `"b" ILIKE 'x%'`],
    ['(c = 1)', '"c" = true'],
  ])('%s', (sql, to) => {
    expect(from(sql)).toBe(to)
  })
  test('left', () => {
    expect(from("b GLOB 'x*'")).toBe('left: it holds `GLOB`')
    expect(from("typeof(a) = 'integer'")).toBe('left: it calls typeof()')
  })
})

describe('values and keys', () => {
  const value = (sql: string, type: LogicalType) => {
    const t = translateValue(
      sql,
      { ...context('mysql', 'postgres'), immutable: true },
      { logical: type, native: type.kind },
    )
    return t.ok ? t.sql : `left: ${t.why}`
  }
  test('generated columns', () => {
    expect(value('`a` * 2 + 1', int)).toBe('("a"::bigint * 2) + 1')
    expect(value("concat(`b`,'-',`a`)", text)).toBe(`"b" || '-' || ("a")::text`)
    expect(value('year(`d`)', int)).toBe('EXTRACT(year FROM "d")::int')
    expect(value('if(`a` > 3,1,0)', { kind: 'bool' })).toBe('(CASE WHEN ("a" > 3) THEN 1 ELSE 0 END) <> 0')
    expect(value('`a` > 3', int)).toBe('(("a" > 3))::int')
    expect(value("concat(`b`,'-')", int)).toBe('left: it calculates with something that is not a number')
    expect(value('`a`', text)).toBe('left: it yields int, the column is text')
  })
  test('index keys', () => {
    const key = (sql: string, folds: string[] = []) => {
      const t = translateKey(sql, context('mysql', 'postgres', folds))
      return t.ok ? t.sql : `left: ${t.why}`
    }
    expect(key('lower(`b`)')).toBe('lower("b")')
    expect(key('upper(`b`)', ['b'])).toBe('lower(upper("b"))')
    expect(key("'x'")).toBe('left: it is a constant')
  })
})
