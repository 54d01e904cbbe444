/** Dates, times and intervals, as PostgreSQL's input functions read them: edges by hand, the rest random. */
import { fraction, random, sign, times, two } from './corpus-random.ts'

function day(): string {
  const year = [1 + random(9999), 1900 + random(200), 1 + random(294275)][random(3)]
  return `${String(year).padStart(4, '0')}-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`
}
const clock = (): string => `${two(24)}:${two(60)}:${two(60)}${fraction(6)}`
const era = (text: string): string => (random(6) === 0 && /^[0-3]\d{3}-/.test(text) ? `${text} BC` : text)

/** Texts of values. */
export const DATES = [
  ...['2000-01-01', '1999-12-31', '2000-02-29', '1900-03-01', '1900-02-28', '0001-01-01', '9999-12-31', '10000-01-01'],
  ...['5874897-12-31', '4714-11-24 BC', '0044-03-15 BC', '0001-12-31 BC', '0001-02-29 BC', 'infinity', '-infinity'],
  ...['1970-01-01', '2024-02-29', '1582-10-04', '1582-10-15'],
  ...times(300, () => era(day())),
]
/** Texts of values. */
export const MOMENTS = [
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
/** Texts of values. */
export const TIMES = ['00:00:00', '24:00:00', '23:59:59.999999', '00:00:00.000001', '12:00:00.5', ...times(200, clock)]
/** Texts of values. */
export const ZONES = ['+00', '-00:30', '+05:30', '+15:59:59', '-15:59', '+05:45', '-03', '+00:00:01', '-12:00:30']

function interval(): string {
  const parts = [
    `${sign()}${random(400)} months`,
    `${sign()}${random(1000)} days`,
    `${sign()}${two(99)}:${two(60)}:${two(60)}${fraction(6)}`,
  ]
  return parts.filter(() => random(3) > 0).join(' ') || '0'
}
/** Texts of values. */
export const INTERVALS = [
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
