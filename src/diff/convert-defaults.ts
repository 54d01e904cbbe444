/** Defaults: plain values in the target type's canonical text, the current moment, expressions that can be carried. */
import type { Column, DefaultValue, LogicalType, Table } from '../core/schema.ts'
import { type ConvertContext, commented, labelOf, targetColumn, targetTable, typeOf } from './convert-context.ts'
import { translator } from './convert-translate.ts'

/** The column's default on the target; what cannot be kept is reported as left. */
export function convertDefault(c: ConvertContext, table: Table, column: Column): DefaultValue | undefined {
  const value = column.default
  if (value === undefined || column.identity !== undefined) return undefined
  const decision = typeOf(c, table.name, column.name)
  if (decision.rule === 'same' && (value.kind !== 'expression' || c.sameEngine)) return value
  const target = decision.type.logical
  if (value.kind === 'value') return plainDefault(c, table, column, value.text, target)
  if (value.kind === 'now') return nowDefault(c, table, column, value, target)
  if (value.kind === 'uuid') return uuidDefault(c, table, column, target)
  const list = column.type.logical.kind === 'array' ? arrayConstant(value.sql) : null
  if (list !== null) return { kind: 'value', text: JSON.stringify(list) }
  const constant = /^\(*'((?:[^']|'')*)'\)*$/.exec(value.sql)
  if (constant !== null) return plainDefault(c, table, column, constant[1].replaceAll("''", "'"), target)
  const translated = translator(c, { ...table, columns: [] }, { immutable: false }).value(value.sql, column)
  if (translated.ok) return { kind: 'expression', sql: translated.sql }
  const drawn = /^\(*nextval\(/i.test(value.sql)
  return left(c, table, column, value.sql, drawn ? 'it draws from a sequence that is not its own' : translated.why)
}

/** The texts of PostgreSQL's `'{a,b}'::text[]` or `ARRAY[]::text[]`; null for whatever is more than that. */
function arrayConstant(sql: string): (string | null)[] | null {
  if (/^\(*ARRAY\[\]\)*::/i.test(sql)) return []
  const inside = /^'\{(.*)\}'::[^']*\[\]$/s.exec(sql)?.[1].replaceAll("''", "'")
  if (inside === undefined || inside.includes('{')) return null
  const items = inside.match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? []
  return items.map((item) => {
    if (item.startsWith('"')) return item.slice(1, -1).replace(/\\(.)/gs, '$1')
    return /^null$/i.test(item) ? null : item
  })
}

function plainDefault(
  c: ConvertContext,
  table: Table,
  column: Column,
  text: string,
  target: LogicalType,
): DefaultValue | undefined {
  const source = column.type.logical
  if (source.kind === 'set' && target.kind === 'array') {
    return { kind: 'value', text: JSON.stringify(text === '' ? [] : text.split(',')) }
  }
  if (!fits(text, target)) return left(c, table, column, `'${text}'`, `it is no ${target.kind}`)
  if (target.kind === 'bool') return { kind: 'value', text: /^(1|t|true|yes|on)$/i.test(text) ? '1' : '0' }
  return { kind: 'value', text }
}

const PATTERNS: Partial<Record<LogicalType['kind'], RegExp>> = {
  bool: /^(0|1|t|f|true|false|yes|no|on|off)$/i,
  int: /^[-+]?\d+$/,
  decimal: /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/,
  float: /^([-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?|NaN|-?Infinity)$/,
  date: /^(?!0000|\d+-00|\d+-\d+-00)\d{4,}-\d\d-\d\d/,
  timestamp: /^(?!0000|\d+-00|\d+-\d+-00)\d{4,}-\d\d-\d\d/,
  time: /^-?\d+:\d\d/,
  uuid: /^[0-9a-f-]{32,36}$/i,
}

/** Whether a default's text is a value of the type. Zero dates are not. */
function fits(text: string, target: LogicalType): boolean {
  if (target.kind === 'enum') return target.values.includes(text)
  return PATTERNS[target.kind]?.test(text) ?? true
}

/** CURRENT_TIMESTAMP in a text column (SQLite) stays the text that it makes there: UTC, to the second. */
function nowDefault(
  c: ConvertContext,
  table: Table,
  column: Column,
  value: Extract<DefaultValue, { kind: 'now' }>,
  target: LogicalType,
): DefaultValue | undefined {
  if (target.kind === 'timestamp' || target.kind === 'date' || target.kind === 'time')
    return { kind: 'now', of: target.kind }
  if (target.kind !== 'text') return left(c, table, column, 'CURRENT_TIMESTAMP', `the column is ${target.kind} there`)
  if (c.to.grammar === 'sqlite') return value
  const format = NOW_TEXT[value.of]
  const sql =
    c.to.grammar === 'postgres'
      ? `to_char(now() AT TIME ZONE 'UTC', '${format.postgres}')`
      : `date_format(utc_timestamp(), '${format.mysql}')`
  return { kind: 'expression', sql }
}

const NOW_TEXT = {
  timestamp: { postgres: 'YYYY-MM-DD HH24:MI:SS', mysql: '%Y-%m-%d %H:%i:%s' },
  date: { postgres: 'YYYY-MM-DD', mysql: '%Y-%m-%d' },
  time: { postgres: 'HH24:MI:SS', mysql: '%H:%i:%s' },
} as const

function uuidDefault(c: ConvertContext, table: Table, column: Column, target: LogicalType): DefaultValue | undefined {
  if (target.kind === 'uuid' || target.kind === 'text') return { kind: 'uuid' }
  return left(c, table, column, 'a fresh uuid', `the column is ${target.kind} there`)
}

function left(c: ConvertContext, table: Table, column: Column, sql: string, why: string): undefined {
  const name = targetTable(c, table.name) ?? table.name
  const at = `${c.targetDialect.table(name)} ALTER COLUMN ${c.targetDialect.quote(targetColumn(c, table.name, column.name))}`
  c.report({
    kind: 'default',
    name: column.name,
    table: labelOf(c, table.name),
    outcome: 'left',
    why: `default ${sql} is not carried: ${why}`,
    stub: `${commented(`in the source: DEFAULT ${sql}`)}\nALTER TABLE ${at} SET DEFAULT NULL;`,
  })
  return undefined
}
