/** Writes an expression tree in the target's SQL, checking kinds on the way: what the target would refuse is refused here. */
import { renderCall } from './convert-call.ts'
import { Untranslatable } from './convert-lex.ts'
import type { BinaryOperator, Expression } from './convert-tree.ts'
import {
  agreed,
  asCondition,
  asNumber,
  commonKind,
  comparable,
  type ExpressionContext,
  isNumber,
  kindOf,
  type Value,
  type ValueKind,
} from './convert-value.ts'

/** The tree as SQL of `c.to`. Throws Untranslatable. */
export function renderExpression(c: ExpressionContext, e: Expression): Value {
  const render = (of: Expression) => renderExpression(c, of)
  switch (e.kind) {
    case 'number':
      return { sql: e.text, kind: /^\d+$/.test(e.text) ? 'int' : 'decimal', constant: e.text }
    case 'string':
      return { sql: c.literal(e.text), kind: 'literal', constant: e.text }
    case 'bool':
      return { sql: String(e.value), kind: 'bool' }
    case 'null':
      return { sql: 'NULL', kind: 'null' }
    case 'column':
      return column(c, e.name)
    case 'not':
      return { sql: `(NOT ${asCondition(c, render(e.of)).sql})`, kind: 'bool' }
    case 'minus':
      return minus(asNumber(c, render(e.of)))
    case 'binary':
      return binary(c, e.op, render(e.left), render(e.right))
    case 'is':
      return isTest(c, render(e.of), e.what, e.not)
    case 'in':
      return membership(c, render(e.of), e.list.map(render), e.not)
    case 'between':
      return between(c, [e.of, e.low, e.high].map(render), e.not)
    case 'like':
      return like(c, render(e.of), render(e.pattern), e)
    case 'call':
      return renderCall(c, e.name, e.args.map(render))
    case 'case':
      return caseOf(c, e, render)
    case 'cast':
      return cast(c, render(e.of), e.type)
    case 'list':
      throw new Untranslatable('it holds an array')
  }
}

function column(c: ExpressionContext, name: string): Value {
  const found = c.column(name)
  if (found === null) throw new Untranslatable(`it uses ${name}`)
  const target = kindOf(found.target.logical)
  const source = kindOf(found.source)
  const textual = c.to === 'sqlite' && isNumber(source) && /char|clob|text/i.test(found.target.native)
  const quoted = c.quote(found.name)
  if (textual) return { sql: `CAST(${quoted} AS NUMERIC)`, kind: source }
  const kind = sameMeaning(source, target) ? target : 'other'
  return {
    sql: quoted,
    kind,
    folds: found.sourceFolds && !found.targetFolds && kind === 'text',
    labels: found.target.logical.kind === 'enum' && c.to === 'postgres' ? found.target.logical.values : undefined,
  }
}

function sameMeaning(source: ValueKind, target: ValueKind): boolean {
  if (source === target || (isNumber(source) && isNumber(target))) return true
  const pair = `${source} ${target}`
  return ['int bool', 'bool int', 'enum text', 'uuid text', 'date text', 'timestamp text', 'time text'].includes(pair)
}

function minus(v: Value): Value {
  return { sql: `-${v.sql}`, kind: v.kind, constant: v.constant === undefined ? undefined : `-${v.constant}` }
}

function binary(c: ExpressionContext, op: BinaryOperator, left: Value, right: Value): Value {
  if (op === 'and' || op === 'or') {
    return { sql: `(${asCondition(c, left).sql} ${op.toUpperCase()} ${asCondition(c, right).sql})`, kind: 'bool' }
  }
  if (op === '||') return renderCall(c, 'concat_strict', [left, right])
  if (op === '+' || op === '-' || op === '*' || op === '%' || op === '/') return arithmetic(c, op, left, right)
  const [l, r] = comparable(c, [left, right])
  if (op === 'same') return { sql: same(c, l, r), kind: 'bool' }
  return { sql: `(${l.sql} ${op} ${r.sql})`, kind: 'bool' }
}

function same(c: ExpressionContext, l: Value, r: Value): string {
  if (c.to === 'mysql') return `(${l.sql} <=> ${r.sql})`
  return c.to === 'sqlite' ? `(${l.sql} IS ${r.sql})` : `(${l.sql} IS NOT DISTINCT FROM ${r.sql})`
}

/** MySQL and SQLite calculate integers in 64 bits, PostgreSQL in the width of its operands. */
function arithmetic(c: ExpressionContext, op: string, left: Value, right: Value): Value {
  if (op === '/') throw new Untranslatable('engines divide whole numbers differently')
  const kind = commonKind([asNumber(c, left), asNumber(c, right)])
  if (op === '%' && kind !== 'int') throw new Untranslatable('it takes the remainder of a fraction')
  const side = (v: Value): string => {
    const n = asNumber(c, v)
    return c.to === 'postgres' && n.kind === 'int' && n.constant === undefined && /^"/.test(n.sql)
      ? `${n.sql}::bigint`
      : n.sql
  }
  return { sql: `(${side(left)} ${op} ${side(right)})`, kind }
}

function isTest(c: ExpressionContext, of: Value, what: 'null' | 'true' | 'false', not: boolean): Value {
  const value = what === 'null' ? of : asCondition(c, of)
  return { sql: `(${value.sql} IS ${not ? 'NOT ' : ''}${what.toUpperCase()})`, kind: 'bool' }
}

function membership(c: ExpressionContext, of: Value, list: readonly Value[], not: boolean): Value {
  const [left, ...items] = comparable(c, [of, ...list])
  return { sql: `(${left.sql} ${not ? 'NOT IN' : 'IN'} (${items.map((i) => i.sql).join(', ')}))`, kind: 'bool' }
}

function between(c: ExpressionContext, values: readonly Value[], not: boolean): Value {
  const [of, low, high] = comparable(c, values)
  return { sql: `(${of.sql} ${not ? 'NOT BETWEEN' : 'BETWEEN'} ${low.sql} AND ${high.sql})`, kind: 'bool' }
}

function like(c: ExpressionContext, of: Value, pattern: Value, o: { not: boolean; anyCase: boolean }): Value {
  const text = pattern.constant
  if (of.kind !== 'text' || pattern.kind !== 'literal' || text === undefined) {
    throw new Untranslatable('it uses LIKE on something other than a text and a constant')
  }
  if (text.includes('\\')) throw new Untranslatable('its LIKE pattern holds a backslash')
  const anyCase = o.anyCase || of.folds === true
  const letters = /\p{L}/u.test(text)
  if (c.to === 'sqlite' && !anyCase && letters) c.notes.add('SQLite compares LIKE patterns without case')
  if (c.to === 'mysql' && letters) c.notes.add("LIKE follows the column's collation on the target")
  const word = anyCase && c.to === 'postgres' ? 'ILIKE' : 'LIKE'
  return { sql: `(${of.sql} ${o.not ? 'NOT ' : ''}${word} ${pattern.sql})`, kind: 'bool' }
}

function caseOf(
  c: ExpressionContext,
  e: Extract<Expression, { kind: 'case' }>,
  render: (of: Expression) => Value,
): Value {
  const tests = e.whens.map((w) => asCondition(c, render(w.when)))
  const values = [...e.whens.map((w) => w.value), ...(e.otherwise === null ? [] : [e.otherwise])]
  const branches = agreed(c, values.map(render))
  const sql = tests.map((test, i) => `WHEN ${test.sql} THEN ${branches[i].sql}`).join(' ')
  const rest = e.otherwise === null ? '' : ` ELSE ${branches[tests.length].sql}`
  return { sql: `(CASE ${sql}${rest} END)`, kind: commonKind(branches), folds: branches.some((b) => b.folds) }
}

/** Casts that change nothing vanish; a constant takes its new type; the rest is left. */
function cast(c: ExpressionContext, v: Value, native: string): Value {
  const type = c.parseType(native).logical
  const to = kindOf(type)
  if (v.kind === 'null' || to === v.kind) return v
  if (v.kind === 'literal') return castConstant(v, to, native)
  if (to === 'text') {
    if (v.kind === 'enum' && c.to !== 'postgres') return { ...v, kind: 'text' }
    return renderCall(c, 'concat_strict', [v])
  }
  if (isNumber(v.kind) && isNumber(to) && (to !== 'int' || v.kind === 'int'))
    return v.kind === 'float' ? v : { ...v, kind: to }
  throw new Untranslatable(`it casts to ${native}`)
}

function castConstant(v: Value, to: ValueKind, native: string): Value {
  const text = v.constant ?? ''
  if (isNumber(to) && /^-?\d+(\.\d+)?$/.test(text)) return { sql: text, kind: to, constant: text }
  if (to === 'bool' && /^(t|true|f|false|0|1)$/.test(text)) return { sql: String(/^(t|1)/.test(text)), kind: 'bool' }
  if (to === 'timestamptz' || to === 'bytes' || isNumber(to) || to === 'bool')
    throw new Untranslatable(`it casts a text to ${native}`)
  if (to === 'other' && /\[\]|json|interval|range/i.test(native))
    throw new Untranslatable(`it casts a text to ${native}`)
  return v
}
