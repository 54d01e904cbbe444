/** Patterns in words. */
import type { Sign } from './pattern-text.ts'

/** Digits in groups of three. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `all 1,204`, or `1,180 of 1,204`. */
export function share(rows: number, of: number): string {
  return rows === of ? `all ${grouped(of)}` : `${grouped(rows)} of ${grouped(of)}`
}

const STEPS: readonly (readonly [string, bigint])[] = [
  ['h', 3_600_000_000n],
  ['min', 60_000_000n],
  ['s', 1_000_000n],
  ['ms', 1000n],
  ['µs', 1n],
]

/** Microseconds as `9 h 30 min`, with their sign in front. */
function span(micros: bigint): string {
  let left = micros < 0n ? -micros : micros
  const parts = STEPS.flatMap(([unit, size]) => {
    const n = left / size
    left %= size
    return n === 0n ? [] : [`${n} ${unit}`]
  })
  return `${micros < 0n ? '−' : '+'}${parts.join(' ')}`
}

const QUARTER = 15n * 60_000_000n
const WIDEST = 14n * 3_600_000_000n

/** Whether clocks of two places on earth may be so far apart. */
export function isZone(micros: bigint): boolean {
  return micros % QUARTER === 0n && micros <= WIDEST && micros >= -WIDEST
}

const NULLS: Readonly<Record<string, string>> = {
  'empty to null': "'' has become NULL",
  'null to empty': "NULL has become ''",
  'to null': 'NULL on the target',
  'from null': 'NULL in the source alone',
}

const TWICE: Readonly<Record<string, string>> = {
  target: 'encoded twice on the target: UTF-8 taken for latin1',
  source: 'encoded twice in the source: UTF-8 taken for latin1',
}

function roundedText(value: string): string {
  if (value === 'float') return 'rounded to a 32-bit float'
  const [how, digits] = value.split(' ')
  if (how === 'beyond') return `differ beyond the ${digits}th digit only`
  const places = `${digits} ${digits === '1' ? 'digit' : 'digits'} after the point`
  return how === 'round' ? `rounded to ${places}` : `cut off after ${places}`
}

/** What the sign says of `who` (`all 12`, `10 of 12`), to be put behind a column's name. */
export function signText({ kind, value }: Sign, who: string): string {
  switch (kind) {
    case 'null':
      return `${who}: ${NULLS[value]}`
    case 'blanks':
      return `${who} differ by trailing blanks, ${value} on the target`
    case 'case':
      return `${who} differ by upper and lower case`
    case 'truncated':
      return `${who} are cut off on the target${value === '' ? '' : ` at ${value}`}`
    case 'encoded twice':
      return `${who} are ${TWICE[value]}`
    case 'replaced':
      return `${who} have characters lost to ${value === '?' ? 'question marks' : 'U+FFFD'}`
    case 'normalization':
      return `${who} are the same text in another Unicode normalization${value === '' ? '' : ` (${value} on the target)`}`
    case 'flag':
      return `${who} are flipped`
    case 'time shift':
      return `${span(BigInt(value))} in ${who} rows${isZone(BigInt(value)) ? ': a time zone' : ''}`
    case 'factor':
      return `${who} differ by a factor of ${value}`
    case 'shift':
      return `${who} differ by ${value.startsWith('-') ? `−${value.slice(1)}` : `+${value}`}`
    case 'rounded':
      return `${who} are ${roundedText(value)}`.replace('are differ', 'differ')
    default:
      return `${who} are '${value}' on the target`
  }
}

/** Two offsets an hour apart: summer and winter of one place. */
export function summerText(a: bigint, b: bigint, who: string): string {
  const [first, second] = a < b ? [a, b] : [b, a]
  return `${span(first)} or ${span(second)} in ${who} rows: a time zone with summer time`
}
