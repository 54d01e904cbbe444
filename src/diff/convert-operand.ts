/** Operands of an expression: literals, names, parentheses, calls, CASE and casts. */
import type { Cursor } from './convert-cursor.ts'
import { Untranslatable } from './convert-lex.ts'
import type { Expression } from './convert-tree.ts'

const UNARY_POWER = 8
const NOT_POWER = 3
/** Tighter than IN, so that POSITION(a IN b) ends its first argument there. */
const COMPARE_POWER = 4

/** One operand at the cursor. */
export function prefix(c: Cursor): Expression {
  const t = c.next()
  if (t === undefined) throw new Untranslatable('it ends too early')
  if (t.kind === 'string' || t.kind === 'number') return { kind: t.kind, text: t.text }
  if (t.kind === 'symbol') return signed(c, t.text)
  if (t.kind === 'name') return named(c, t.text, t.quote)
  return worded(c, t.word, t.text)
}

function signed(c: Cursor, symbol: string): Expression {
  if (symbol === '(') {
    const inner = c.expression(0)
    if (c.isSymbol(',')) throw new Untranslatable('it compares rows of values')
    c.expect(')')
    return inner
  }
  if (symbol === '-') return { kind: 'minus', of: c.expression(UNARY_POWER) }
  if (symbol === '+') return c.expression(UNARY_POWER)
  if (symbol === '!') return { kind: 'not', of: c.expression(UNARY_POWER) }
  throw new Untranslatable(`it holds \`${symbol}\``)
}

function worded(c: Cursor, word: string, text: string): Expression {
  if (word === 'not') return { kind: 'not', of: c.expression(NOT_POWER) }
  if (word === 'null') return { kind: 'null' }
  if (word === 'true' || word === 'false') return { kind: 'bool', value: word === 'true' }
  if (word === 'case') return caseOf(c)
  if (word === 'cast' && c.isSymbol('(')) return castOf(c)
  if (word === 'array' && c.isSymbol('[')) return { kind: 'list', items: itemsIn(c, '[', ']') }
  if (word === 'select' || word === 'exists') throw new Untranslatable('it holds a query')
  if (word === 'interval') throw new Untranslatable('it uses an INTERVAL')
  return named(c, text, '')
}

/** A column, or a call when a parenthesis follows. Of a qualified name the last part counts. */
function named(c: Cursor, text: string, quote: string): Expression {
  if (c.takeSymbol('.')) {
    const next = c.next()
    if (next?.kind !== 'name' && next?.kind !== 'word') throw new Untranslatable('it holds a name with a dot')
    return named(c, next.text, next.kind === 'name' ? next.quote : '')
  }
  if (c.isSymbol('(')) return call(c, text.toLowerCase())
  if (quote === '"' && c.grammar !== 'postgres' && !c.isColumn(text)) return { kind: 'string', text }
  return { kind: 'column', name: text }
}

function call(c: Cursor, name: string): Expression {
  if (name === 'extract') return extract(c)
  if (name === 'trim') return trim(c)
  if (name === 'position') return position(c)
  if (name === 'substring') return substring(c)
  return { kind: 'call', name, args: itemsIn(c, '(', ')') }
}

/** EXTRACT(year FROM x) as year(x). */
function extract(c: Cursor): Expression {
  c.expect('(')
  const field = c.word()
  c.expectWord('from')
  return closed(c, { kind: 'call', name: field, args: [c.expression(0)] })
}

/** TRIM(x), TRIM(LEADING FROM x). */
function trim(c: Cursor): Expression {
  c.expect('(')
  const side = (['both', 'leading', 'trailing'] as const).find((w) => c.takeWord(w))
  if (side !== undefined) c.expectWord('from')
  const name = side === 'leading' ? 'ltrim' : side === 'trailing' ? 'rtrim' : 'trim'
  return closed(c, { kind: 'call', name, args: [c.expression(0)] })
}

/** POSITION(a IN b) as strpos(b, a). */
function position(c: Cursor): Expression {
  c.expect('(')
  const part = c.expression(COMPARE_POWER)
  c.expectWord('in')
  return closed(c, { kind: 'call', name: 'strpos', args: [c.expression(0), part] })
}

/** SUBSTRING(x, 1, 2), SUBSTRING(x FROM 1 FOR 2). */
function substring(c: Cursor): Expression {
  c.expect('(')
  const args = [c.expression(0)]
  while (c.takeSymbol(',') || c.takeWord('from') || c.takeWord('for')) args.push(c.expression(0))
  return closed(c, { kind: 'call', name: 'substr', args })
}

function closed(c: Cursor, e: Expression): Expression {
  c.expect(')')
  return e
}

/** CASE x WHEN y is read as CASE WHEN x = y. */
function caseOf(c: Cursor): Expression {
  const of = c.isWord('when') ? null : c.expression(0)
  const whens: { when: Expression; value: Expression }[] = []
  while (c.takeWord('when')) {
    const test = c.expression(0)
    c.expectWord('then')
    const when: Expression = of === null ? test : { kind: 'binary', op: '=', left: of, right: test }
    whens.push({ when, value: c.expression(0) })
  }
  const otherwise = c.takeWord('else') ? c.expression(0) : null
  c.expectWord('end')
  return { kind: 'case', whens, otherwise }
}

function castOf(c: Cursor): Expression {
  c.expect('(')
  const of = c.expression(0)
  c.expectWord('as')
  const type = typeName(c)
  return closed(c, { kind: 'cast', of, type })
}

const TYPE_WORDS = new Set([
  'varying',
  'precision',
  'without',
  'with',
  'time',
  'zone',
  'unsigned',
  'integer',
  'charset',
])

/** `character varying(10)`, `timestamp without time zone`, `text[]`; MySQL's `char charset utf8mb4` without the charset. */
export function typeName(c: Cursor): string {
  const t = c.next()
  if (t?.kind !== 'word' && t?.kind !== 'name') throw new Untranslatable('it casts to something without a name')
  let name = t.text
  while (c.takeSymbol('.')) name = c.next()?.text ?? name
  name += typeWords(c)
  if (c.isSymbol('(')) name += `(${itemsIn(c, '(', ')').map(argument).join(',')})`
  name += typeWords(c)
  if (c.isSymbol('[')) {
    itemsIn(c, '[', ']')
    name += '[]'
  }
  return name
}

function typeWords(c: Cursor): string {
  let words = ''
  for (let t = c.peek(); t?.kind === 'word' && TYPE_WORDS.has(t.word); t = c.peek()) {
    c.next()
    if (t.word === 'charset') c.next()
    else words += ` ${t.text}`
  }
  return words
}

function argument(e: Expression): string {
  return e.kind === 'number' || e.kind === 'string' ? e.text : ''
}

/** Expressions between two brackets, by comma; none is allowed. */
export function itemsIn(c: Cursor, open: string, close: string): Expression[] {
  c.expect(open)
  const items: Expression[] = []
  if (!c.isSymbol(close)) {
    do items.push(c.expression(0))
    while (c.takeSymbol(','))
  }
  c.expect(close)
  return items
}
