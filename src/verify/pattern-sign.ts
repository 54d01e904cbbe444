/** Signs: what a pair of different values may be an example of. Pure. */
import { type Decimal, decimalText, parseDecimal, plainDifference, ratio, reduced, sameDecimal } from './decimal.ts'
import { type Sign, textSigns } from './pattern-text.ts'

/** Longest text that is kept as a value of a sign. */
const LONGEST = 200

/** All signs that a difference of values gives. */
export function signsOf(source: string | null, target: string | null): Sign[] {
  if (source === null || target === null) return nullSigns(source, target)
  const constant: Sign[] = target.length <= LONGEST ? [{ kind: 'constant', value: target }] : []
  return [...textSigns(source, target), ...timeSigns(source, target), ...numberSigns(source, target), ...constant]
}

function nullSigns(source: string | null, target: string | null): Sign[] {
  if (target === null) return [{ kind: 'null', value: source === '' ? 'empty to null' : 'to null' }]
  if (target === '') return [{ kind: 'null', value: 'null to empty' }]
  const constant: Sign[] = target.length <= LONGEST ? [{ kind: 'constant', value: target }] : []
  return [{ kind: 'null', value: 'from null' }, ...constant]
}

const MOMENT = /^(\d{4}-\d\d-\d\d)?(?:^|[ T]|$)(?:(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:[+]00|Z)?$/

/** Microseconds of a date, a time or both; null for every other text. */
function microseconds(text: string): bigint | null {
  const match = text.length < 8 || text.length > 40 ? null : MOMENT.exec(text)
  if (match === null) return null
  const [, day, h = '0', m = '0', s = '0', fraction = ''] = match
  const days = day === undefined ? 0 : Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(days)) return null
  const clock = (Number(h) * 60 + Number(m)) * 60 + Number(s)
  return BigInt(days) * 1000n + BigInt(clock) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}

function timeSigns(source: string, target: string): Sign[] {
  const [from, to] = [microseconds(source), microseconds(target)]
  return from === null || to === null ? [] : [{ kind: 'time shift', value: String(to - from) }]
}

function numberSigns(source: string, target: string): Sign[] {
  const [from, to] = [parseDecimal(source), parseDecimal(target)]
  if (from === null || to === null) return []
  const signs: Sign[] = []
  if ((source === '0' && target === '1') || (source === '1' && target === '0')) signs.push({ kind: 'flag', value: '' })
  const factor = ratio(to, from)
  if (factor !== null) signs.push({ kind: 'factor', value: factor })
  signs.push({ kind: 'shift', value: decimalText(plainDifference(to, from)) })
  return [...signs, ...roundSigns(from, to), ...precisionSigns(Number(source), Number(target))]
}

function roundSigns(from: Decimal, to: Decimal): Sign[] {
  const signs: Sign[] = []
  for (let digits = 0; digits <= 6 && digits < from.scale; digits++) {
    for (const how of ['round', 'cut'] as const) {
      if (sameDecimal(reduced(from, digits, how), to)) signs.push({ kind: 'rounded', value: `${how} ${digits}` })
    }
  }
  return signs
}

/** Digits of a double that survive a way over text. */
const DIGITS = 13

function precisionSigns(from: number, to: number): Sign[] {
  if (Number.isInteger(from) && Number.isInteger(to)) return []
  if (to === Math.fround(from)) return [{ kind: 'rounded', value: 'float' }]
  const near = Math.abs(from - to) <= Math.max(Math.abs(from), Math.abs(to)) * 10 ** -DIGITS
  return near ? [{ kind: 'rounded', value: `beyond ${DIGITS}` }] : []
}
