/**
 * Canonical JSON, for comparing documents that engines store in forms of their own (jsonb, MySQL's JSON, MariaDB's text): no blanks,
 * keys by length and then by UTF-16 unit (nearly the order in which jsonb and MySQL keep them, so that there is little to sort), of
 * equal keys the last one counts (as in jsonb), strings escaped in one way, numbers by value: an integer of up to 21 digits as it is,
 * anything else as significant digits and an exponent, exact at any length (1.0 = 1 = 10e-1, never through a double).
 */

/** Thrown at anything that is no JSON, inside of this module only. */
const INVALID = Symbol('invalid')

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const COLON = 58
const BACKSLASH = 92
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPED = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const LITERALS = ['true', 'false', 'null']
/** Integers of so many digits are their own canonical form when they are met. */
const SHORT = 15
/** The most digits of an integer that is written out. */
const WRITTEN_OUT = 21

/** A JSON number in its canonical form; `0` for every zero. */
export function canonicalNumber(text: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  if (power < 0n || power + BigInt(significant.length) > WRITTEN_OUT) return `${sign}${significant}e${power}`
  return sign + significant + '0'.repeat(Number(power))
}

/** An open object or array: its values, and for an object their keys. */
interface Level {
  readonly keys: string[] | null
  readonly values: string[]
  /** Whether the keys came in order, each once. */
  ordered: boolean
}

const before = (a: string, b: string): number => a.length - b.length || (a === b ? 0 : a < b ? -1 : 1)

/** Objects of more keys than this are sorted by the runtime, smaller ones by insertion, which is far quicker there. */
const FEW = 24

/** Sorts few keys with their values in place; of equal keys the last value stays. The number of keys that are left. */
function insertionSort(keys: string[], values: string[]): number {
  let count = 0
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]
    const value = values[i]
    let at = count
    while (at > 0 && before(keys[at - 1], key) > 0) at--
    if (at > 0 && keys[at - 1] === key) {
      values[at - 1] = value
      continue
    }
    for (let move = count++; move > at; move--) {
      keys[move] = keys[move - 1]
      values[move] = values[move - 1]
    }
    keys[at] = key
    values[at] = value
  }
  return count
}

/** The text of an object whose keys came in any order, perhaps twice. */
function sortedObject(keys: string[], values: string[]): string {
  if (keys.length <= FEW) return joined(keys, values, insertionSort(keys, values))
  const last = new Map(keys.map((key, i) => [key, values[i]]))
  const sorted = [...last.keys()].sort(before)
  return joined(
    sorted,
    sorted.map((key) => last.get(key)!),
    sorted.length,
  )
}

function joined(keys: readonly string[], values: readonly string[], count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) text += `${i === 0 ? '{' : ','}${keys[i]}:${values[i]}`
  return `${text}}`
}

/** The text of a level that is complete. */
function closed({ keys, values, ordered }: Level): string {
  if (keys === null) return `[${values.join(',')}]`
  return ordered ? joined(keys, values, keys.length) : sortedObject(keys, values)
}

/** A reader of one document: a loop with a stack of its own, so that no depth of nesting can exhaust the call stack. */
class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  /** The code of the next character that is no blank; NaN at the end. */
  peek(): number {
    for (;;) {
      const c = this.text.charCodeAt(this.at)
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return c
      this.at++
    }
  }

  /** Skips the next character when it is the wanted one. */
  take(code: number): boolean {
    if (this.peek() !== code) return false
    this.at++
    return true
  }

  match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) throw INVALID
    this.at = pattern.lastIndex
    return found[0]
  }

  /** A string without escapes is its own canonical form: nothing else is escaped in valid UTF-8. */
  string(): string {
    if (this.peek() !== QUOTE) throw INVALID
    const start = this.at
    for (let i = start + 1; ; i++) {
      const c = this.text.charCodeAt(i)
      if (c === BACKSLASH) return JSON.stringify(JSON.parse(this.match(ESCAPED)))
      if (!(c >= 32)) throw INVALID
      if (c === QUOTE) {
        this.at = i + 1
        return this.text.slice(start, i + 1)
      }
    }
  }

  number(): string {
    const first = this.text.charCodeAt(this.at)
    let i = this.at + (first === MINUS ? 1 : 0)
    const start = i
    let c = this.text.charCodeAt(i)
    if (c > ZERO) {
      while (c >= ZERO && c <= 57) c = this.text.charCodeAt(++i)
      const continues = c === 46 || c === 69 || c === 101
      if (i > start && i - start <= SHORT && !continues) {
        const text = this.text.slice(this.at, i)
        this.at = i
        return text
      }
    }
    return canonicalNumber(this.match(NUMBER))
  }

  scalar(): string {
    const c = this.peek()
    if (c === QUOTE) return this.string()
    if (c === MINUS || (c >= ZERO && c <= 57)) return this.number()
    const literal = LITERALS.find((word) => this.text.startsWith(word, this.at))
    if (literal === undefined) throw INVALID
    this.at += literal.length
    return literal
  }

  key(level: Level): void {
    const keys = level.keys!
    const key = this.string()
    if (!this.take(COLON)) throw INVALID
    if (keys.length > 0 && before(keys[keys.length - 1], key) >= 0) level.ordered = false
    keys.push(key)
  }
}

/** Opens an object or array: the new level, its whole text when it is empty, null when neither begins here. */
function opened(r: Reader): Level | string | null {
  if (r.take(123)) {
    if (r.take(125)) return '{}'
    const level: Level = { keys: [], values: [], ordered: true }
    r.key(level)
    return level
  }
  if (!r.take(91)) return null
  return r.take(93) ? '[]' : { keys: null, values: [], ordered: true }
}

/** Puts a value into the open level; true when another value follows, false when the level is complete. */
function follows(r: Reader, level: Level, value: string): boolean {
  level.values.push(value)
  if (r.take(COMMA)) {
    if (level.keys !== null) r.key(level)
    return true
  }
  if (!r.take(level.keys === null ? 93 : 125)) throw INVALID
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
