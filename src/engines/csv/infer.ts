/** What the values of a column are, from all of them: a type is taken only if every value is of it. */
import type { LogicalType } from '../../core/schema.ts'
import type { Spelling } from './form.ts'

/** A type that values may be of: asked value by value, forgotten at the first one that is not. */
interface Candidate {
  readonly name: string
  readonly test: (text: string) => boolean
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'bool', test: (t) => /^(true|false|TRUE|FALSE|True|False)$/.test(t) },
  { name: 'int', test: isInt64 },
  { name: 'decimal', test: (t) => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(t) },
  {
    name: 'float',
    test: (t) =>
      /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/.test(t) &&
      (t.length < 18 || String(Number(t)) === t || !Number.isFinite(Number(t))),
  },
  { name: 'date', test: isDate },
  {
    name: 'timestamp',
    test: (t) =>
      /^\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/.test(t) && isDate(t.slice(0, 10)),
  },
  {
    name: 'timestamptz',
    test: (t) =>
      /^\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)$/.test(t) &&
      isDate(t.slice(0, 10)),
  },
  { name: 'time', test: (t) => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?$/.test(t) },
  { name: 'uuid', test: (t) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(t) },
  { name: 'bytes', test: (t) => /^\\x([\da-f]{2})*$/.test(t) },
  { name: 'json', test: isJson },
]

/** No leading zeros and no plus: `007` is a code, not a number. */
function isInt64(text: string): boolean {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return false
  return text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text)
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function isJson(text: string): boolean {
  if (text[0] !== '{' && text[0] !== '[') return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Where a value stands: in a field, or as a string or something else of JSON, which says itself what is a number. */
type Standing = 'field' | 'string' | 'literal'

/** What a string of JSON may mean beside text. */
const IN_STRINGS: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz', 'time', 'uuid', 'bytes'])
/** What COPY of PostgreSQL writes for a boolean. */
const LETTER: Candidate = { name: 'bool', test: (t) => t === 't' || t === 'f' }

export interface Guess {
  /** Takes a value into account; null for NULL. */
  see(text: string | null, standing?: Standing): void
  /** The type of all values seen; text where there was none. */
  type(): LogicalType
  readonly nullable: boolean
}

/** A guess about one column. */
export function newGuess(spelling: Spelling = 'plain'): Guess {
  let left = spelling === 'postgres' ? [LETTER, ...CANDIDATES] : CANDIDATES
  let seen = 0
  let nullable = false
  let whole = 1
  let fraction = 0
  return {
    see(text, standing = 'field') {
      if (text === null) {
        nullable = true
        return
      }
      seen++
      if (left.length === 0) return
      if (standing !== 'field') left = left.filter((c) => (standing === 'string') === IN_STRINGS.has(c.name))
      if (!left.every((c) => c.test(text))) left = left.filter((c) => c.test(text))
      if (left.some((c) => c.name === 'decimal')) {
        const point = text.indexOf('.')
        const sign = text[0] === '-' ? 1 : 0
        whole = Math.max(whole, (point < 0 ? text.length : point) - sign)
        fraction = Math.max(fraction, point < 0 ? 0 : text.length - point - 1)
      }
    },
    type: () => typeOf(seen === 0 ? undefined : left[0]?.name, whole, fraction),
    get nullable() {
      return nullable
    },
  }
}

function typeOf(name: string | undefined, whole: number, fraction: number): LogicalType {
  switch (name) {
    case 'bool':
    case 'date':
    case 'uuid':
      return { kind: name }
    case 'int':
      return { kind: 'int', bits: 64 }
    case 'decimal':
      return { kind: 'decimal', precision: whole + fraction, scale: fraction }
    case 'float':
      return { kind: 'float', bits: 64 }
    case 'timestamp':
    case 'timestamptz':
      return { kind: 'timestamp', fraction: 6, zone: name === 'timestamptz' }
    case 'time':
      return { kind: 'time', fraction: 6, zone: false }
    case 'bytes':
      return { kind: 'bytes' }
    case 'json':
      return { kind: 'json' }
    default:
      return { kind: 'text' }
  }
}
