/** Columns of values that a database is to digest by itself: how they are stored, how they travel. */
import type { WireType } from '../../src/core/wire.ts'
import { CORPUS } from '../core/codec-corpus.ts'
import { DATES, MOMENTS, TIMES } from '../core/corpus-moments.ts'
import { FLOAT4, FLOAT8, INTEGERS } from '../core/corpus-numbers.ts'

/** A column: its type, texts that the server reads as values, and the wire form where it is not the type's own. */
export interface ValueColumn {
  readonly sql: string
  readonly texts: readonly string[]
  readonly wire?: WireType
  /** The column is left to this process. */
  readonly not?: true
}

const HERE = new Set(['json', 'jsonb', 'timetz'])
const TEXTS = [
  '',
  ' ',
  'a ',
  'A',
  '\u001e',
  '\u001f',
  '3:a\u001f',
  '한글',
  '😀👩‍👩‍👧',
  'é e\u0301',
  '\' " \\ \t\r\n',
  'x'.repeat(300),
]
const CHARS = ['', 'a', 'a  ', '한 ', 'abcde']
const BEYOND: WireType = { kind: 'time', beyond: true }
const UUID = '0190B6E8-7d3a-7cc1-8f2e-3a1b5c7d9e01'

/** Finite numbers up to a size. */
const finite = (texts: readonly string[], most: number) =>
  texts.filter((t) => /^[-+.\de]+$/.test(t) && Math.abs(Number(t)) <= most)

/** Every type of PostgreSQL that travels. */
export const POSTGRES_VALUES: readonly ValueColumn[] = [
  ...CORPUS.map(({ sql, texts, wire }): ValueColumn => ({ sql, texts, ...(HERE.has(wire.kind) && { not: true }) })),
  { sql: 'numeric(20,4)', texts: ['0', '-0.0001', '1234567890.5', '9999999999999999.9999', 'NaN'] },
  { sql: 'numeric(20,4)', texts: ['0', '-0.0001', 'NaN'], wire: { kind: 'numeric', scale: 10 } },
  { sql: 'integer', texts: INTEGERS.int4, wire: { kind: 'numeric', scale: 2 } },
  { sql: 'integer', texts: ['0', '1'], wire: { kind: 'bool' } },
  // Beyond 1e15 PostgreSQL prints some doubles with more digits than they need: those rows differ at first sight only.
  { sql: 'double precision', texts: finite(FLOAT4, 9e14) },
  { sql: 'text', texts: TEXTS },
  { sql: 'varchar(400)', texts: TEXTS },
  { sql: 'char(5)', texts: CHARS },
  { sql: '"char"', texts: ['a', 'b'], not: true },
  { sql: 'bit(12)', texts: ['000000000000', '100000000001'] },
  { sql: 'text[]', texts: ['{}', '{a,NULL,"b,c"}'], not: true },
  { sql: 'timestamptz', texts: ['2000-01-01 00:00:00+09'], wire: { kind: 'text' } },
  { sql: 'uuid', texts: [UUID], wire: { kind: 'text' } },
  { sql: 'bytea', texts: ['\\x00ff'], wire: { kind: 'text' } },
  { sql: 'inet', texts: ['10.0.0.1', '10.0.0.1/8'], wire: { kind: 'text' } },
]

const WITHIN = /^\d{4}-/
const days = DATES.filter((t) => WITHIN.test(t) && !t.includes('BC') && t >= '0001')
const moments = MOMENTS.filter((t) => WITHIN.test(t) && /^[-\d: .]+$/.test(t) && t >= '0001')
const times = TIMES.filter((t) => /^[\d:.]+$/.test(t))

/** Every type of MySQL and MariaDB; types that a server does not know are passed over. */
export const MYSQL_VALUES: readonly ValueColumn[] = [
  { sql: 'tinyint', texts: ['-128', '0', '127'] },
  { sql: 'tinyint(1)', texts: ['0', '1'], wire: { kind: 'bool' } },
  { sql: 'smallint unsigned', texts: ['0', '65535'] },
  { sql: 'mediumint', texts: ['-8388608', '8388607'] },
  { sql: 'int(10) unsigned zerofill', texts: ['0', '42', '4294967295'] },
  { sql: 'bigint', texts: INTEGERS.int8 },
  { sql: 'bigint unsigned', texts: ['0', '9223372036854775808', '18446744073709551615'] },
  { sql: 'bigint(20) unsigned zerofill', texts: ['0', '9223372036854775808'] },
  { sql: 'year', texts: ['1901', '2155', '0'] },
  { sql: 'decimal(20,4)', texts: ['0', '-0.0001', '1234567890.5', '9999999999999999.9999', '-0'] },
  { sql: 'decimal(20,4)', texts: ['0', '-9999999999999999.9999'], wire: { kind: 'numeric', scale: 10 } },
  { sql: 'decimal(65,30)', texts: ['99999999999999999999999999999999999.999999999999999999999999999999', '-1e-30'] },
  { sql: 'decimal(10,2) unsigned zerofill', texts: ['0', '1.5'] },
  { sql: 'float', texts: finite(FLOAT4, 3.4e38) },
  { sql: 'float', texts: finite(FLOAT4, 3.4e38), wire: { kind: 'float8' } },
  { sql: 'float(10,2)', texts: ['0.1', '1234567.89', '-1.5'] },
  { sql: 'double', texts: [...finite(FLOAT8, 1.7e308), ...finite(FLOAT4, 3.4e38)] },
  { sql: 'double(12,3)', texts: ['0.1', '123456789.123', '-1.5'] },
  { sql: 'double', texts: ['1'], wire: { kind: 'float4' }, not: true },
  { sql: 'bit(1)', texts: ["b'0'", "b'1'"] },
  { sql: 'bit(1)', texts: ["b'0'", "b'1'"], wire: { kind: 'bool' } },
  { sql: 'bit(12)', texts: ["b'0'", "b'100000000001'"] },
  { sql: 'bit(64)', texts: [`b'${'1'.repeat(64)}'`, "b'101'"] },
  { sql: 'date', texts: days },
  { sql: 'datetime', texts: ['1000-01-01 00:00:00', '9999-12-31 23:59:59', '2000-10-10 10:00:00'] },
  { sql: 'datetime(6)', texts: moments },
  { sql: 'datetime(6)', texts: moments, wire: { kind: 'timestamptz' } },
  { sql: 'datetime(3)', texts: ['2000-10-10 10:10:10.100', '2000-10-10 10:10:10.010', '2000-10-10 10:10:10'] },
  { sql: 'timestamp(6) NULL', texts: ['1970-01-01 00:00:01', '2038-01-19 03:14:07.999990', '2000-10-10 10:10:10'] },
  { sql: 'time', texts: ['00:00:00', '838:59:59', '-838:59:59', '10:10:10'], wire: BEYOND },
  { sql: 'time(6)', texts: times },
  { sql: 'time(6)', texts: ['-00:00:01.500000', '838:59:58.999999'], wire: BEYOND },
  { sql: 'char(5)', texts: CHARS },
  { sql: 'varchar(400)', texts: [...TEXTS, 'nul\0'] },
  { sql: 'varchar(400) CHARACTER SET latin1', texts: ['', 'é', 'A ', 'ÿ'] },
  { sql: 'varchar(40) CHARACTER SET utf16', texts: ['', '한글', '😀 '] },
  { sql: 'longtext', texts: [...TEXTS, 'x'.repeat(70_000)] },
  { sql: "enum('a','B ','한','')", texts: ['a', 'B', '한', ''] },
  { sql: "set('a','b','한')", texts: ['', 'a', 'a,b', 'a,한'] },
  { sql: "set('a','b')", texts: ['a,b'], wire: { kind: 'array', of: { kind: 'text' } }, not: true },
  { sql: 'varbinary(300)', texts: ['', '\0', 'ab', '\u001e\u001f'] },
  { sql: 'binary(5)', texts: ['', 'ab '] },
  { sql: 'longblob', texts: ['', 'x'.repeat(70_000)] },
  { sql: 'varchar(36)', texts: [UUID], wire: { kind: 'uuid' } },
  { sql: 'binary(16)', texts: ['0123456789abcdef', ''], wire: { kind: 'uuid' } },
  { sql: 'json', texts: ['{"b": 1, "a": 2.0}'], not: true },
  { sql: 'point', texts: [], not: true },
  { sql: 'uuid', texts: [UUID, '00000000-0000-0000-0000-000000000000'] },
  { sql: 'inet6', texts: ['::1', '2001:db8::ff00:42:8329', '::ffff:1.2.3.4'] },
]
