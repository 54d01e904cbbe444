import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { parseType } from '../types.ts'
import { parseDefault, sequenceOfDefault } from './defaults.ts'

describe('defaults', () => {
  const CASES: readonly (readonly [string, string, unknown])[] = [
    ['text', "'it''s'::text", { kind: 'value', text: "it's" }],
    ['character varying(10)', "'a\\b'::character varying", { kind: 'value', text: 'a\\b' }],
    ['text', "''::text", { kind: 'value', text: '' }],
    ['text', "('a'::text || 'b'::text)", { kind: 'expression', sql: "('a'::text || 'b'::text)" }],
    ['text', 'now()', { kind: 'expression', sql: 'now()' }],
    ['text', 'NULL::character varying', undefined],
    ['integer', '0', { kind: 'value', text: '0' }],
    ['integer', "'-1'::integer", { kind: 'value', text: '-1' }],
    ['integer', '(-1)', { kind: 'value', text: '-1' }],
    ['smallint', '(0)::smallint', { kind: 'value', text: '0' }],
    ['integer', '((1 + 2) * 3)', { kind: 'expression', sql: '((1 + 2) * 3)' }],
    ['numeric(8,3)', '0.250', { kind: 'value', text: '0.250' }],
    ['double precision', "'Infinity'::double precision", { kind: 'value', text: 'Infinity' }],
    ['boolean', 'true', { kind: 'value', text: '1' }],
    ['boolean', "'f'::boolean", { kind: 'value', text: '0' }],
    ['bytea', "'\\xdeadbeef'::bytea", { kind: 'value', text: 'deadbeef' }],
    ['text[]', "'{}'::text[]", { kind: 'value', text: '[]' }],
    ['integer[]', 'ARRAY[1, 2]', { kind: 'expression', sql: 'ARRAY[1, 2]' }],
    ['bit(3)', '\'101\'::"bit"', { kind: 'value', text: '101' }],
    ['date', "('now'::text)::date", { kind: 'now', of: 'date' }],
    ['date', 'CURRENT_DATE', { kind: 'now', of: 'date' }],
    ['date', "'2020-01-01'::date", { kind: 'value', text: '2020-01-01' }],
    ['timestamptz', 'now()', { kind: 'now', of: 'timestamp' }],
    ['timestamp(0)', 'CURRENT_TIMESTAMP(0)', { kind: 'now', of: 'timestamp' }],
    ['timestamp', "timezone('utc'::text, now())", { kind: 'expression', sql: "timezone('utc'::text, now())" }],
    ['time', 'LOCALTIME', { kind: 'now', of: 'time' }],
    ['timestamp', 'clock_timestamp()', { kind: 'expression', sql: 'clock_timestamp()' }],
    ['uuid', 'gen_random_uuid()', { kind: 'uuid' }],
    ['uuid', 'extensions.uuid_generate_v4()', { kind: 'uuid' }],
    ['uuid', 'uuid_generate_v1()', { kind: 'expression', sql: 'uuid_generate_v1()' }],
  ]
  for (const [type, sql, wanted] of CASES) {
    it(`${sql} of ${type}`, () => assert.deepEqual(parseDefault(sql, parseType(type).logical), wanted))
  }

  it('name their sequence', () => {
    assert.equal(sequenceOfDefault("nextval('a_seq'::regclass)"), 'a_seq')
    assert.equal(sequenceOfDefault(`nextval('"We""ird''s"'::regclass)`), `"We""ird's"`)
    assert.equal(sequenceOfDefault("nextval(('late_seq'::text)::regclass)"), 'late_seq')
    assert.equal(sequenceOfDefault("nextval('a'::regclass) + 1"), null)
  })
})
