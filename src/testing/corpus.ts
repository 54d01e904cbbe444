/**
 * Values that databases are known to bend. Each is written and read again: `must` values arrive exactly; the others arrive exactly
 * or are refused. Changed silently is never allowed.
 */
import type { Capabilities } from '../core/capabilities.ts'
import type { LogicalType } from '../core/schema.ts'

/** Values of one type, as canonical texts. */
export interface CorpusType {
  readonly name: string
  readonly type: LogicalType
  readonly must: readonly string[]
  /** Equal or refused. */
  readonly may?: readonly string[]
  /** Must where the capability is on, must be refused where it is off. */
  readonly gated?: { readonly by: (can: Capabilities) => boolean; readonly values: readonly string[] }
}

const int = (bits: 8 | 16 | 24 | 32 | 64, unsigned = false): CorpusType => {
  const low = unsigned ? 0n : -(2n ** BigInt(bits - 1))
  const high = unsigned ? 2n ** BigInt(bits) - 1n : 2n ** BigInt(bits - 1) - 1n
  const must = [low, low + 1n, 0n, 1n, high - 1n, high].map(String)
  return { name: `int${bits}${unsigned ? ' unsigned' : ''}`, type: { kind: 'int', bits, unsigned }, must }
}

const NUMBERS: readonly CorpusType[] = [
  ...([8, 16, 24, 32, 64] as const).flatMap((bits) => [int(bits), int(bits, true)]),
  { name: 'bool', type: { kind: 'bool' }, must: ['0', '1'] },
  {
    name: 'decimal(20,0)',
    type: { kind: 'decimal', precision: 20, scale: 0 },
    must: ['0', '-1', '18446744073709551615', '99999999999999999999', '-99999999999999999999'],
    may: ['NaN'],
  },
  {
    name: 'decimal(30,10)',
    type: { kind: 'decimal', precision: 30, scale: 10 },
    must: ['0.0000000000', '-0.0000000001', '99999999999999999999.9999999999', '10000.0001000000'],
    may: ['NaN', 'Infinity'],
  },
  {
    name: 'decimal',
    type: { kind: 'decimal' },
    must: ['0', '12.5', '-12345678901234567890.5'],
    may: ['NaN', 'Infinity', '-Infinity', '0.00000000000000000000000000000000000001', '1.10', '1.1'],
  },
  {
    name: 'float32',
    type: { kind: 'float', bits: 32 },
    must: ['0', '1', '-1.5', '0.10000000149011612', '3.4028234663852886e+38', '1.1754943508222875e-38'],
    may: ['-0', 'NaN', 'Infinity', '-Infinity', '1.401298464324817e-45'],
  },
  {
    name: 'float64',
    type: { kind: 'float', bits: 64 },
    must: ['0', '0.1', '1.7976931348623157e+308', '2.2250738585072014e-308', '123456789.12345679', '1e+21'],
    may: ['-0', 'NaN', 'Infinity', '-Infinity', '5e-324'],
  },
]

const TEXTS = [
  '',
  'a',
  'A',
  ' leading and trailing  ',
  '\t',
  'line\nfeed\r\nreturn\r',
  'tab\tand \\ backslash \\N \\. \\n',
  'NULL',
  "it's \"quoted\" `here`, twice''",
  'comma,semicolon;',
  '한국어와 日本語',
  '😀👩‍👩‍👧‍👦🇰🇷',
  'é and e\u0301 are two',
  '\u{10ffff}\ufeff\u200d\u202e',
  '\u0001\u001a\u007f\u0080\u2028',
]

const CHARACTERS: readonly CorpusType[] = [
  {
    name: 'text',
    type: { kind: 'text' },
    must: TEXTS,
    gated: { by: (can) => can.nulInText, values: ['a\0b', '\0'] },
  },
  {
    name: 'varchar(40)',
    type: { kind: 'text', max: 40 },
    must: [...TEXTS, '😀'.repeat(40)],
    gated: { by: (can) => can.nulInText, values: ['nul\0'] },
  },
  { name: 'char(5)', type: { kind: 'text', max: 5, fixed: true }, must: ['abcde', 'a', '', '한국어'] },
  {
    name: 'bytes',
    type: { kind: 'bytes' },
    must: [
      '',
      '00',
      '0000',
      'ff',
      '5c27220a0d091a00',
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('hex'),
    ],
  },
  { name: 'varbinary(20)', type: { kind: 'bytes', max: 20 }, must: ['', '00', '2020', 'ff00'.repeat(10)] },
  {
    name: 'binary(16)',
    type: { kind: 'bytes', max: 16, fixed: true },
    must: ['00112233445566778899aabbccddee00', `${'ff'.repeat(15)}20`, '00'.repeat(16)],
  },
  {
    name: 'enum',
    type: { kind: 'enum', values: ['new', 'in transit', "it's", '완료'] },
    must: ['new', 'in transit', "it's", '완료'],
    may: ['NEW', 'unknown', ''],
  },
  {
    name: 'uuid',
    type: { kind: 'uuid' },
    must: [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '0190b6e8-7d3a-7cc1-8f2e-3a1b5c7d9e01',
      'c9a646d3-9c61-4cb7-bfcd-ee2522c8f633',
    ],
  },
  {
    name: 'json',
    type: { kind: 'json', binary: true },
    must: ['{}', '[]', 'null', '"text"', '{"b":[1,2.5,null,true],"a":{"한":"😀\\n"}}', '12345678901234567890', '-0.5'],
  },
  {
    name: 'inet',
    type: { kind: 'inet' },
    must: ['192.168.0.1', '::1', '2001:db8::ff00:42:8329', '10.1.0.0/16'],
  },
]

const TIMES: readonly CorpusType[] = [
  {
    name: 'date',
    type: { kind: 'date' },
    must: ['0001-01-01', '1000-01-01', '1582-10-10', '1970-01-01', '2000-02-29', '2024-02-29', '9999-12-31'],
    may: ['infinity', '-infinity', '0044-03-15 BC', '10000-01-01'],
  },
  {
    name: 'time',
    type: { kind: 'time', fraction: 6, zone: false },
    must: ['00:00:00', '00:00:00.000001', '12:34:56.5', '23:59:59.999999'],
    may: ['24:00:00'],
  },
  {
    name: 'timestamp',
    type: { kind: 'timestamp', fraction: 6, zone: false },
    must: [
      '0001-01-01 00:00:00',
      '1969-12-31 23:59:59.999999',
      '2000-02-29 12:00:00.000001',
      '2024-03-31 02:30:00',
      '9999-12-31 23:59:59.999999',
    ],
    may: ['infinity', '-infinity', '0044-03-15 00:00:00 BC', '294276-12-31 23:59:59'],
  },
  {
    name: 'timestamp with time zone',
    type: { kind: 'timestamp', fraction: 6, zone: true },
    must: [
      '1970-01-01 00:00:01+00',
      '2024-03-31 01:30:00.5+00',
      '2024-10-27 01:30:00+00',
      '2038-01-19 03:14:07.999999+00',
    ],
    may: ['0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00', 'infinity', '2038-01-19 03:14:08+00'],
  },
  {
    name: 'interval',
    type: { kind: 'interval' },
    must: ['PT0S', 'P1Y2M3DT4H5M6.5S', 'P-1D', 'PT-0.000001S'],
  },
]

const OTHERS: readonly CorpusType[] = [
  { name: 'bit(1)', type: { kind: 'bits', length: 1 }, must: ['0', '1'] },
  { name: 'bit(12)', type: { kind: 'bits', length: 12 }, must: ['000000000000', '100000000001', '111111111111'] },
  {
    name: 'int[]',
    type: { kind: 'array', of: { kind: 'int', bits: 32 } },
    must: ['[]', '["1","-2147483648",null]', '["2147483647"]'],
  },
  {
    name: 'text[]',
    type: { kind: 'array', of: { kind: 'text' } },
    must: ['[]', '["","NULL","a,b","{}","\\"","한 😀"]', '[null]'],
  },
]

/** The whole corpus. */
export const CORPUS: readonly CorpusType[] = [...NUMBERS, ...CHARACTERS, ...TIMES, ...OTHERS]
