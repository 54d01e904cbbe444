/**
 * Reads the scalar expressions that CHECKs, generated columns, partial indexes and defaults are made of: comparisons, arithmetic,
 * AND/OR/NOT, IS, IN, BETWEEN, LIKE, CASE, casts and calls. Whatever is not on this list is Untranslatable: the caller leaves the
 * object to people instead of guessing.
 */
import { Cursor } from './convert-cursor.ts'
import { type Grammar, tokenize, Untranslatable } from './convert-lex.ts'
import { itemsIn, prefix, typeName } from './convert-operand.ts'
import type { BinaryOperator, Expression } from './convert-tree.ts'

const COMPARE_POWER = 4
/** How tightly operators bind; `||or` is MySQL's ||, which is an OR. */
const POWER: Readonly<Record<string, number>> = {
  or: 1,
  '||or': 1,
  and: 2,
  '&&': 2,
  compare: COMPARE_POWER,
  '||': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
  mod: 7,
  '::': 9,
}
const COMPARE: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '==': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '<=>': 'same',
}
const LIKES: Readonly<Record<string, { readonly not: boolean; readonly anyCase: boolean }>> = {
  '~~': { not: false, anyCase: false },
  '!~~': { not: true, anyCase: false },
  '~~*': { not: false, anyCase: true },
  '!~~*': { not: true, anyCase: true },
}
const TESTS = new Set(['is', 'in', 'between', 'like', 'ilike', 'not', 'isnull', 'notnull'])

/** The expression as a tree. Throws Untranslatable. */
export function parseExpression(sql: string, grammar: Grammar, isColumn: (name: string) => boolean): Expression {
  const cursor = new Cursor(tokenize(sql, grammar), grammar, isColumn, expressionAt)
  const parsed = expressionAt(cursor, 0)
  cursor.end()
  return parsed
}

/** The longest expression here whose operators bind tighter than `power`. */
function expressionAt(c: Cursor, power: number): Expression {
  let left = prefix(c)
  for (;;) {
    const operator = nextOperator(c)
    if (operator === null || POWER[operator] <= power) return left
    left = infix(c, left, operator)
  }
}

function nextOperator(c: Cursor): string | null {
  const t = c.peek()
  if (t === undefined) return null
  if (t.kind === 'word') {
    if (t.word === 'or' || t.word === 'and' || t.word === 'mod') return t.word
    if (t.word === 'collate') throw new Untranslatable('it names a collation')
    return TESTS.has(t.word) ? 'compare' : null
  }
  if (t.kind !== 'symbol') return null
  if (t.text === '||' && c.grammar === 'mysql') return '||or'
  if (t.text in COMPARE || t.text in LIKES) return 'compare'
  return t.text in POWER ? t.text : null
}

function infix(c: Cursor, left: Expression, operator: string): Expression {
  if (operator === 'compare') return comparison(c, left)
  c.next()
  if (operator === '::') return { kind: 'cast', of: left, type: typeName(c) }
  const op = operator === '||or' ? 'or' : operator === '&&' ? 'and' : operator === 'mod' ? '%' : operator
  return { kind: 'binary', op: op as BinaryOperator, left, right: expressionAt(c, POWER[operator]) }
}

function comparison(c: Cursor, left: Expression): Expression {
  const t = c.next()
  if (t?.kind === 'symbol') {
    const like = LIKES[t.text]
    if (like) return { kind: 'like', of: left, pattern: expressionAt(c, COMPARE_POWER), ...like }
    return compared(c, left, COMPARE[t.text])
  }
  const word = t?.kind === 'word' ? t.word : ''
  if (word === 'isnull' || word === 'notnull') return { kind: 'is', of: left, what: 'null', not: word === 'notnull' }
  if (word === 'is') return isTest(c, left)
  const not = word === 'not'
  const test = not ? c.word() : word
  return worded(c, left, test, not)
}

function worded(c: Cursor, of: Expression, test: string, not: boolean): Expression {
  if (test === 'null' && not) return { kind: 'is', of, what: 'null', not: true }
  if (test === 'in') {
    const list = itemsIn(c, '(', ')')
    if (list.length === 0) throw new Untranslatable('it has an empty IN list')
    return { kind: 'in', of, list, not }
  }
  if (test === 'between') {
    const low = expressionAt(c, COMPARE_POWER)
    c.expectWord('and')
    return { kind: 'between', of, low, high: expressionAt(c, COMPARE_POWER), not }
  }
  if (test === 'like' || test === 'ilike') {
    const pattern = expressionAt(c, COMPARE_POWER)
    if (c.isWord('escape')) throw new Untranslatable('it uses LIKE … ESCAPE')
    return { kind: 'like', of, pattern, not, anyCase: test === 'ilike' || c.grammar === 'sqlite' }
  }
  throw new Untranslatable(`it uses ${test.toUpperCase()}`)
}

/** `= x`, and PostgreSQL's way to keep IN: `= ANY (ARRAY[…])`, `<> ALL (ARRAY[…])`. */
function compared(c: Cursor, left: Expression, op: BinaryOperator): Expression {
  const any = c.isWord('any') && op === '='
  const all = c.isWord('all') && op === '<>'
  if (!any && !all) return { kind: 'binary', op, left, right: expressionAt(c, COMPARE_POWER) }
  c.next()
  c.expect('(')
  let list = expressionAt(c, 0)
  c.expect(')')
  while (list.kind === 'cast') list = list.of
  if (list.kind !== 'list') throw new Untranslatable('it compares with an array')
  return { kind: 'in', of: left, list: list.items, not: all }
}

function isTest(c: Cursor, of: Expression): Expression {
  const not = c.takeWord('not')
  for (const what of ['null', 'true', 'false'] as const) {
    if (c.takeWord(what)) return { kind: 'is', of, what, not }
  }
  const distinct = c.takeWord('distinct')
  if (distinct) c.expectWord('from')
  else if (c.grammar !== 'sqlite') throw new Untranslatable('it uses IS with something other than NULL, TRUE or FALSE')
  const same: Expression = { kind: 'binary', op: 'same', left: of, right: expressionAt(c, COMPARE_POWER) }
  return not === distinct ? same : { kind: 'not', of: same }
}
