/** Defaults: MariaDB prints expressions and quoted literals, MySQL plain values and, marked in `extra`, expressions. */
import type { DefaultValue, LogicalType } from '../../core/schema.ts'
import { unescapeText } from './native.ts'

export interface RawDefault {
  readonly flavor: 'mysql' | 'mariadb'
  /** `column_default`. */
  readonly text: string | null
  readonly extra: string
  readonly logical: LogicalType
}

/** MySQL's information_schema holds the expressions of checks, defaults and generated columns with escaped quotes. */
export function plainExpression(sql: string, flavor: 'mysql' | 'mariadb'): string {
  return flavor === 'mysql' ? sql.replace(/\\'/g, "'").replace(/\\\\/g, '\\') : sql
}

/** The default of a column; undefined for none and for NULL. */
export function readDefault(raw: RawDefault): DefaultValue | undefined {
  const { text, logical } = raw
  if (text === null) return undefined
  if (raw.flavor === 'mysql') {
    if (/default_generated/i.test(raw.extra)) {
      const sql = plainExpression(text, 'mysql')
      // A text or a document can have a literal only as an expression.
      const literal = /^_utf8\w*'((?:[^'\\]|''|\\[\s\S])*)'$/.exec(sql)
      return literal === null ? expression(sql, logical) : literalDefault(unescapeText(literal[1]), logical)
    }
    return moment(text, logical) ?? literalDefault(text, logical)
  }
  if (/^null$/i.test(text)) return undefined
  const quoted = /^'([\s\S]*)'$/.exec(text)
  if (quoted !== null && /^(?:[^'\\]|''|\\[\s\S])*$/.test(quoted[1])) {
    return { kind: 'value', text: canonical(unescapeText(quoted[1]), logical) }
  }
  if (/^(b|x)'[0-9a-f]*'$/i.test(text) || /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text))
    return literalDefault(text, logical)
  return expression(text, logical)
}

function literalDefault(text: string, logical: LogicalType): DefaultValue {
  const bits = /^b'([01]*)'$/i.exec(text)
  return { kind: 'value', text: canonical(bits === null ? text : bits[1], logical) }
}

/** The canonical text of a value that the catalogue prints. */
function canonical(text: string, logical: LogicalType): string {
  if (logical.kind === 'bits') return text.padStart(logical.length ?? 1, '0')
  const moment =
    logical.kind === 'timestamp' && logical.zone && /^(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(text)
  return moment ? `${text.replace(/\.?0*$/, (zeros) => (text.includes('.') ? '' : zeros))}+00` : text
}

function moment(sql: string, logical: LogicalType): DefaultValue | null {
  if (/^(current_timestamp|now|localtime|localtimestamp)(\(\d*\))?$/i.test(sql)) {
    return logical.kind === 'timestamp' ? { kind: 'now', of: 'timestamp' } : null
  }
  return null
}

function expression(sql: string, logical: LogicalType): DefaultValue {
  const bare = withoutParentheses(sql.trim())
  const now = moment(bare, logical)
  if (now !== null) return now
  if (/^(curdate|current_date)(\(\))?$/i.test(bare) && logical.kind === 'date') return { kind: 'now', of: 'date' }
  if (/^(curtime|current_time)(\(\d*\))?$/i.test(bare) && logical.kind === 'time') return { kind: 'now', of: 'time' }
  if (/^uuid\(\)$/i.test(bare)) return { kind: 'uuid' }
  return { kind: 'expression', sql: bare }
}

/** Takes away one pair of parentheses that encloses the whole expression. */
export function withoutParentheses(sql: string): string {
  if (!sql.startsWith('(') || !sql.endsWith(')')) return sql
  let depth = 0
  const tokens = sql.matchAll(/'(?:[^'\\]|''|\\[\s\S])*'|`[^`]*`|[()]/g)
  for (const { 0: token, index } of tokens) {
    if (token === '(') depth++
    if (token === ')' && --depth === 0 && index < sql.length - 1) return sql
  }
  return sql.slice(1, -1)
}
