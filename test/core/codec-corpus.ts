/** Values for each wire type, as PostgreSQL's input functions read them: edges by hand, the rest from a seeded generator. */
import type { WireType } from '../../src/core/wire.ts'

/** A type of PostgreSQL, how it travels, and texts of values. */
export interface CorpusType {
  readonly sql: string
  readonly wire: WireType
  readonly texts: readonly string[]
}

/** mulberry32: the same values in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below)
  }
}

const random = generator(20240229)
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))
const digits = (count: number): string => times(count, () => random(10)).join('')
const two = (below: number): string => String(random(below)).padStart(2, '0')
const sign = (): string => (random(2) === 0 ? '' : '-')
const fraction = (most: number): string => (random(3) === 0 ? '' : `.${digits(1 + random(most))}`)

const INTEGERS = {
  int2: ['0', '1', '-1', '9', '10', '99', '100', '32767', '-32768', ...times(100, () => String(random(65536) - 32768))],
  int4: ['0', '-1', '2147483647', '-2147483648', ...times(200, () => `${sign()}${1 + random(2 ** random(31))}`)],
  int8: [
    ...['0', '-1', '9223372036854775807', '-9223372036854775808', '-9223372036854775807', '4294967295', '4294967296'],
    ...['-4294967296', '-4294967297', '9007199254740991', '9007199254740992', '-9007199254740993', '1000000000000000'],
    ...['999999999999999', '1000000000', '999999999999999999', '1000000000000000000', '-4611686018427387904'],
    ...times(400, () => `${sign()}${1 + random(8)}${digits(random(19))}`),
  ],
}

const FLOATS = [
  '0',
  '-0',
  'NaN',
  'Infinity',
  '-Infinity',
  '0.1',
  '-0.1',
  '1e-5',
  '123456.789',
  '1e21',
  '1e20',
  '1.5e-7',
]
const FLOAT4 = [
  ...FLOATS,
  ...[
    '3.4028235e38',
    '-3.4028235e38',
    '1.17549435e-38',
    '1e-45',
    '1.4e-44',
    '16777216',
    '16777217',
    '8388607.5',
    '1e-40',
  ],
  ...times(253, (i) => String(2 ** (i - 126))),
  ...times(300, () => String((1 + random(1 << 24)) / 2 ** random(24))),
  ...times(300, () => `${sign()}${digits(1)}.${digits(9)}e${random(76) - 38}`),
  ...times(100, () => `${sign()}${random(100000)}${fraction(3)}`),
]
const FLOAT8 = [
  ...FLOATS,
  ...['1.7976931348623157e308', '5e-324', '2.2250738585072014e-308', '9007199254740993', '0.30000000000000004'],
  ...times(300, () => `${sign()}${digits(1)}.${digits(17)}e${random(600) - 300}`),
]

const NUMERIC = [
  ...['0', '0.00', '-0.0', '1', '-1', '10', '100', '1000', '10000', '100000000', '12345678', '0.1', '0.01', '0.001'],
  ...[
    '0.0001',
    '0.00001',
    '0.00000001',
    '1.10',
    '-12.50',
    '1e-20',
    '1e20',
    '1.5e3',
    '1.50e1',
    '12345e-2',
    '-1e-5',
    '0e5',
  ],
  ...[
    'NaN',
    'Infinity',
    '-Infinity',
    '9999.9999',
    '99999999.00009999',
    '10000.0001',
    '0.00010000',
    '007.70',
    '.5',
    '5.',
  ],
  ...[
    '18446744073709551615',
    `1${'0'.repeat(1000)}`,
    `0.${'0'.repeat(16382)}1`,
    '9'.repeat(131072),
    `-0.${'9'.repeat(5000)}`,
  ],
  ...times(500, () => `${sign()}${digits(1 + random(30))}${fraction(30)}`),
  ...times(100, () => `${sign()}${digits(1 + random(9))}${fraction(6)}e${random(60) - 30}`),
  ...times(100, () => `${sign()}${random(9) + 1}${'0'.repeat(random(20))}.${'0'.repeat(1 + random(20))}${digits(1)}`),
]

function day(): string {
  const year = [1 + random(9999), 1900 + random(200), 1 + random(294275)][random(3)]
  return `${String(year).padStart(4, '0')}-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`
}
const clock = (): string => `${two(24)}:${two(60)}:${two(60)}${fraction(6)}`
const era = (text: string): string => (random(6) === 0 && /^[0-3]\d{3}-/.test(text) ? `${text} BC` : text)

const DATES = [
  ...['2000-01-01', '1999-12-31', '2000-02-29', '1900-03-01', '1900-02-28', '0001-01-01', '9999-12-31', '10000-01-01'],
  ...['5874897-12-31', '4714-11-24 BC', '0044-03-15 BC', '0001-12-31 BC', '0001-02-29 BC', 'infinity', '-infinity'],
  ...['1970-01-01', '2024-02-29', '1582-10-04', '1582-10-15'],
  ...times(300, () => era(day())),
]
const MOMENTS = [
  ...['2000-01-01 00:00:00', '1999-12-31 23:59:59.999999', '2000-01-01 00:00:00.000001', '0001-01-01 00:00:00'],
  ...['294276-12-31 23:59:59.999999', '4714-11-24 00:00:00 BC', '0044-03-15 12:34:56.789 BC', 'infinity', '-infinity'],
  ...[
    '9999-12-31 23:59:59.999999',
    '2285-06-05 23:47:34.740993',
    '1714-07-27 00:12:25.259007',
    '1969-12-31 23:59:59.5',
  ],
  ...['2024-02-29 10:00:00.1', '2024-02-29 10:00:00.10', '2024-02-29 10:00:00.000010'],
  ...times(500, () => era(`${day()} ${clock()}`)),
]
const TIMES = ['00:00:00', '24:00:00', '23:59:59.999999', '00:00:00.000001', '12:00:00.5', ...times(200, clock)]
const ZONES = ['+00', '-00:30', '+05:30', '+15:59:59', '-15:59', '+05:45', '-03', '+00:00:01', '-12:00:30']

function interval(): string {
  const parts = [
    `${sign()}${random(400)} months`,
    `${sign()}${random(1000)} days`,
    `${sign()}${two(99)}:${two(60)}:${two(60)}${fraction(6)}`,
  ]
  return parts.filter(() => random(3) > 0).join(' ') || '0'
}
const INTERVALS = [
  ...[
    '0',
    '1 year',
    '-1 year',
    '1 mon',
    '13 mons',
    '-13 mons',
    '1 day',
    '-1 day',
    '1 week',
    '00:00:00.5',
    '-00:00:00.5',
  ],
  ...[
    '-00:00:01',
    '-1 year +2 days -03:04:05.678901',
    '1 year 2 mons 3 days 04:05:06.5',
    '178000000 years',
    '-178000000 years',
  ],
  ...[
    '2147483647 days',
    '-2147483648 days',
    '2562047788:00:54.775807',
    '-2562047788:00:54.775807',
    '838:59:59',
    '00:01:00',
    '01:00:00',
  ],
  ...times(300, interval),
]

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
