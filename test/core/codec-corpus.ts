/** Values for each wire type, as PostgreSQL's input functions read them: edges by hand, the rest from a seeded generator. */
import type { WireType } from '../../src/core/wire.ts'
import { DATES, INTERVALS, MOMENTS, TIMES, ZONES } from './corpus-moments.ts'
import { FLOAT4, FLOAT8, INTEGERS, NUMERIC } from './corpus-numbers.ts'
import { random, times } from './corpus-random.ts'

/** A type of PostgreSQL, how it travels, and texts of values. */
export interface CorpusType {
  readonly sql: string
  readonly wire: WireType
  readonly texts: readonly string[]
}

const hex = (count: number): string => times(count, () => random(16).toString(16)).join('')
const UUIDS = [
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-ffff-FFFF-ffff-ffffffffffff',
  ...times(100, () => hex(32)),
]

const v4 = (): string => times(4, () => random(256)).join('.')
const v6 = (): string => times(8, () => (random(3) === 0 ? hex(1 + random(4)) : '0')).join(':')
const INETS = [
  ...[
    '0.0.0.0',
    '255.255.255.255',
    '192.168.1.5/24',
    '10.0.0.1/32',
    '0.0.0.0/0',
    '::',
    '::1',
    '::/0',
    '::ffff:1.2.3.4',
    '::1.2.3.4',
  ],
  ...[
    '::ffff:0:1.2.3.4',
    '2001:db8::1',
    '2001:db8::1/64',
    'fe80::1:0:0:1',
    '1:0:0:2:0:0:0:3',
    '0:1:0:0:0:0:0:0',
    '1:2:3:4:5:6:7:8',
  ],
  ...[
    '1:2:3:4:5:6:0:0',
    '0:0:3:4:5:6:7:8',
    '0:2:3:4:5:6:7:8',
    '::7:8',
    '::2',
    '::1:0',
    '::ffff',
    '::1:2:3',
    'ffff::',
    '::0.0.0.1/100',
  ],
  ...times(100, v4),
  ...times(100, () => `${v4()}/${random(33)}`),
  ...times(200, v6),
  ...times(100, () => `${v6()}/${random(129)}`),
]
const CIDRS = [
  ...[
    '0.0.0.0/0',
    '10.0.0.0/8',
    '192.168.1.0/24',
    '10.1.2.3/32',
    '192.168.1.128/25',
    '::/0',
    '::/128',
    '2001:db8::/32',
    '::ffff:0:0/96',
  ],
  ...times(60, () => `${random(256)}.${random(256)}.0.0/${16 + random(17)}`),
  ...times(60, () => `${hex(4)}:${hex(4)}::/${32 + random(97)}`),
]

const TEXTS = [
  '',
  ' ',
  'a',
  'trailing  ',
  '한글 테스트',
  '😀👩‍👩‍👧',
  'é e\u0301',
  'quote \' " \\ \t \n \r',
  '\u0001\u007f\u0080',
  '\uffff',
  'x'.repeat(70000),
]
const JSONS = [
  '{}',
  '[]',
  'null',
  '1',
  '-0',
  '1.50',
  '"a"',
  '{"b": 1, "a": [1, 2.0, "x\\u00e9\\n"], "a": 2}',
  '[{"😀": "한글"}, 1e400, true]',
]
const BITS = [
  '',
  '0',
  '1',
  '10',
  '11111111',
  '000000001',
  '0101010101010101',
  ...times(100, () => times(random(80), () => random(2)).join('')),
]
const BYTES = ['', '00', 'ff', '00ff7f80', ...times(50, () => hex(2 * random(60)))].map((t) => `\\x${t}`)

const kinds = (): CorpusType[] => [
  { sql: 'boolean', wire: { kind: 'bool' }, texts: ['t', 'f'] },
  { sql: 'smallint', wire: { kind: 'int2' }, texts: INTEGERS.int2 },
  { sql: 'integer', wire: { kind: 'int4' }, texts: INTEGERS.int4 },
  { sql: 'bigint', wire: { kind: 'int8' }, texts: INTEGERS.int8 },
  { sql: 'real', wire: { kind: 'float4' }, texts: FLOAT4 },
  { sql: 'double precision', wire: { kind: 'float8' }, texts: FLOAT8 },
  { sql: 'numeric', wire: { kind: 'numeric' }, texts: NUMERIC },
  { sql: 'date', wire: { kind: 'date' }, texts: DATES },
  { sql: 'time', wire: { kind: 'time' }, texts: TIMES },
  { sql: 'timetz', wire: { kind: 'timetz' }, texts: TIMES.map((t, i) => t + ZONES[i % ZONES.length]) },
  { sql: 'timestamp', wire: { kind: 'timestamp' }, texts: MOMENTS },
  { sql: 'timestamptz', wire: { kind: 'timestamptz' }, texts: MOMENTS },
  { sql: 'interval', wire: { kind: 'interval' }, texts: INTERVALS },
  { sql: 'uuid', wire: { kind: 'uuid' }, texts: UUIDS },
  { sql: 'inet', wire: { kind: 'inet' }, texts: INETS },
  { sql: 'cidr', wire: { kind: 'cidr' }, texts: CIDRS },
  { sql: 'bytea', wire: { kind: 'bytea' }, texts: BYTES },
  { sql: 'text', wire: { kind: 'text' }, texts: TEXTS },
  { sql: 'json', wire: { kind: 'json' }, texts: JSONS },
  { sql: 'jsonb', wire: { kind: 'jsonb' }, texts: JSONS },
  { sql: 'bit varying', wire: { kind: 'bit' }, texts: BITS },
]

/** Every type of the wire form but arrays and raw. */
export const CORPUS: readonly CorpusType[] = kinds()
