import { expect, test } from 'vitest'
import { sideBySide } from './normal.ts'

function same(from: string, to: string, a: string | null, b: string | null): boolean {
  const table = (type: string, value: string | null) => ({ columns: [{ name: 'c', type }], rows: [[value]] })
  const sides = sideBySide(table(from, a), table(to, b))
  return sides.source[0] === sides.target[0]
}

test.each([
  ['tinyint(1)', 'boolean', '1', 'true'],
  ['boolean', 'tinyint(1)', 'false', '0'],
  ['bit(1)', 'boolean', '\\x01', 'true'],
  ['decimal(10,4)', 'numeric(10,4)', '12.5000', '12.5'],
  ['numeric', 'text', '-0.00', '0'],
  ['real', 'double', '0.1', '0.10000000149011612'],
  ['double precision', 'double', '1e+20', '1e20'],
  ['timestamp with time zone', 'timestamp(6)', '2024-01-02 03:04:05.5+00', '2024-01-02 03:04:05.500000'],
  ['date', 'text', '2024-01-02', '2024-01-02'],
  ['jsonb', 'longtext', '{"a": 1, "b": [1, 2]}', '{"b":[1,2],"a":1}'],
  ["set('a','b')", 'text[]', 'a,b', '["a","b"]'],
  ['integer[]', 'json', '[1,2]', '["1","2"]'],
  ['character(5)', 'char(5)', 'ab   ', 'ab'],
  ['bytea', 'longblob', '\\x00ff', '\\x00ff'],
])('%s and %s: %s is %s', (from, to, a, b) => {
  expect(same(from, to, a, b)).toBe(true)
})

test.each([
  ['text', 'text', 'a ', 'a'],
  ['text', 'text', '', null],
  ['text', 'varchar(9)', '1.50', '1.5'],
  ['integer', 'bigint', '1', '10'],
  ['numeric', 'numeric', '0.1', '0.10000000000000001'],
  ['timestamp', 'timestamp', '2024-01-02 03:04:05', '2024-01-02 04:04:05'],
  ['bytea', 'longblob', '\\x00', '\\x'],
  ['jsonb', 'json', '[1,2]', '[2,1]'],
  ['boolean', 'smallint', 'true', '5'],
  ['time', 'time', '10:00:00', '01:00:00'],
])('%s and %s: %s is not %s', (from, to, a, b) => {
  expect(same(from, to, a, b)).toBe(false)
})

test('rows are a multiset', () => {
  const table = (...values: string[]) => ({ columns: [{ name: 'c', type: 'text' }], rows: values.map((v) => [v]) })
  const sides = (a: string[], b: string[]) => sideBySide(table(...a), table(...b))
  const twice = sides(['a', 'b', 'a'], ['a', 'a', 'b'])
  expect(twice.source).toEqual(twice.target)
  const other = sides(['a', 'b', 'a'], ['a', 'b', 'b'])
  expect(other.source).not.toEqual(other.target)
})
