/**
 * Canonical JSON, for comparing documents that engines store in forms of their own (jsonb, MySQL's JSON, MariaDB's text): no blanks,
 * keys sorted by their escaped text, of equal keys the last one counts (as in jsonb), strings escaped in one way, numbers by value:
 * significant digits and an exponent, exact at any length (1.0 = 1 = 10e-1, never through a double).
 */

/** Any text that is no JSON, inside of this module. */
const INVALID = Symbol('invalid')

/** One open object (`keys`) or array. */
interface Level {
  readonly fields: Map<string, string> | null
  readonly items: string[]
  key: string
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// A string without escapes is its own canonical form: neither JSON.stringify nor this escapes anything else in valid UTF-8.
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const LITERAL = /true|false|null/y

/** A JSON number as `<digits>[e<exponent>]`: no zeros at either end of the digits; `0` for every zero. */
export function canonicalNumber(text: string): string {
  const short = text.length < 16 && /^-?[1-9]\d*$/.test(text) && !text.endsWith('0')
  if (short) return text
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  return `${sign}${significant}${power === 0n ? '' : `e${power}`}`
}

/** A reader of one document: a loop with a stack of its own, so that no depth of nesting can exhaust the call stack. */
class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) return null
    this.at = pattern.lastIndex
    return found[0]
  }

  /** The next character that is no blank, as its code; NaN at the end. */
  peek(): number {
    for (;;) {
      const c = this.text.charCodeAt(this.at)
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return c
      this.at++
    }
  }

  /** Skips the character when it is the next one. */
  take(code: number): boolean {
    if (this.peek() !== code) return false
    this.at++
    return true
  }

  string(): string {
    this.peek()
    const plain = this.match(PLAIN_STRING)
    if (plain !== null) return plain
    const escaped = this.match(STRING)
    if (escaped === null) throw INVALID
    return JSON.stringify(JSON.parse(escaped))
  }

  scalar(): string {
    const c = this.peek()
    if (c === 34) return this.string()
    const number = this.match(NUMBER)
    if (number !== null) return canonicalNumber(number)
    const literal = this.match(LITERAL)
    if (literal === null) throw INVALID
    return literal
  }

  key(): string {
    const key = this.string()
    if (!this.take(58)) throw INVALID
    return key
  }
}

function closed(level: Level): string {
  if (level.fields === null) return `[${level.items.join(',')}]`
  const keys = [...level.fields.keys()].sort()
  return `{${keys.map((key) => `${key}:${level.fields!.get(key)}`).join(',')}}`
}

/** Opens an object or array at the reader: the new level, or its whole text when it is empty; null when neither begins here. */
function opened(r: Reader): Level | string | null {
  if (r.take(123)) return r.take(125) ? '{}' : { fields: new Map(), items: [], key: r.key() }
  if (r.take(91)) return r.take(93) ? '[]' : { fields: null, items: [], key: '' }
  return null
}

/** Puts a value into the open level; true when another value follows, false when the level is closed. */
function follows(r: Reader, level: Level, value: string): boolean {
  if (level.fields === null) level.items.push(value)
  else level.fields.set(level.key, value)
  if (r.take(44)) {
    if (level.fields !== null) level.key = r.key()
    return true
  }
  if (!r.take(level.fields === null ? 93 : 125)) throw INVALID
  return false
}

function read(r: Reader): string {
  const stack: Level[] = []
  for (;;) {
    const start = opened(r)
    if (start !== null && typeof start !== 'string') {
      stack.push(start)
      continue
    }
    let value = start ?? r.scalar()
    while (stack.length > 0 && !follows(r, stack[stack.length - 1], value)) value = closed(stack.pop()!)
    if (stack.length > 0) continue
    if (!Number.isNaN(r.peek())) throw INVALID
    return value
  }
}

/** The canonical form of a JSON text; null when it is no JSON. */
export function canonicalJson(text: string): string | null {
  try {
    return read(new Reader(text))
  } catch (error) {
    if (error === INVALID) return null
    throw error
  }
}
