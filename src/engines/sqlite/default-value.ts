/** Defaults: SQLite's texts → the model and back. */

import { readMoment } from '../../core/moment.ts'
import type { Column, DefaultValue, LogicalType } from '../../core/schema.ts'
import { literal } from './literal.ts'
import { tokenize } from './tokens.ts'

const NOW: Readonly<Record<string, 'timestamp' | 'date' | 'time'>> = {
  CURRENT_TIMESTAMP: 'timestamp',
  "DATETIME('NOW')": 'timestamp',
  CURRENT_DATE: 'date',
  "DATE('NOW')": 'date',
  CURRENT_TIME: 'time',
  "TIME('NOW')": 'time',
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'decimal', 'float'])

/** Version 4 uuid in lower case, by SQLite's own functions. */
const UUID_V4 =
  "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"

/** The text of PRAGMA table_xinfo → default; undefined for none and for NULL. A value that is not of the column's type stays SQL. */
export function parseDefault(sql: string | null, type: LogicalType): DefaultValue | undefined {
  if (sql === null) return undefined
  const text = stripParens(sql.trim())
  const upper = text.toUpperCase()
  if (upper === 'NULL') return undefined
  const now = NOW[upper.replace(/\s+/g, '')] ?? NOW[upper]
  if (now !== undefined) return { kind: 'now', of: now }
  if (text === UUID_V4) return { kind: 'uuid' }
  const value = plainValue(text)
  const fitting = value === null ? null : canonicalOf(type, value)
  return fitting === null ? { kind: 'expression', sql: text } : { kind: 'value', text: fitting }
}

function stripParens(sql: string): string {
  let text = sql
  while (text.startsWith('(') && text.endsWith(')') && closesAtEnd(text)) text = text.slice(1, -1).trim()
  return text
}

function closesAtEnd(text: string): boolean {
  const tokens = tokenize(text)
  let depth = 0
  return tokens.every((t, i) => {
    if (t.kind === 'other' && t.text === '(') depth++
    if (t.kind === 'other' && t.text === ')') depth--
    return depth > 0 || i === tokens.length - 1
  })
}

/** The value of a literal, or null where the text is an expression. */
function plainValue(text: string): string | null {
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return text.replace(/^\+/, '')
  const tokens = tokenize(text)
  if (tokens.length !== 1) return null
  const [token] = tokens
  if (token.kind === 'string') return token.value
  if (token.kind === 'name' && token.text.startsWith('"')) return token.value // SQLite takes "x" for 'x' where no column fits
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? '1' : '0'
  return null
}

/** The canonical text of a default of this type, or null where it is none. */
function canonicalOf(type: LogicalType, text: string): string | null {
  if (NUMBERS.has(type.kind)) return /^-?\d+(\.\d+)?$/.test(text) ? text : null
  if (type.kind === 'bool') return { '1': '1', '0': '0', true: '1', false: '0' }[text.toLowerCase()] ?? null
  if (type.kind === 'date' || type.kind === 'timestamp') {
    const moment = readMoment(text)
    return moment === null ? null : text
  }
  if (type.kind === 'bytes') return null
  return text
}

/** DEFAULT … for a column, with a leading blank; empty for none. */
export function renderDefault(column: Column): string {
  const { default: value, type } = column
  if (value === undefined) return ''
  if (value.kind === 'now') return ` DEFAULT CURRENT_${value.of.toUpperCase()}`
  if (value.kind === 'uuid') return ` DEFAULT (${UUID_V4})`
  if (value.kind === 'expression') return ` DEFAULT (${value.sql})`
  return ` DEFAULT ${renderValue(value.text, type.logical)}`
}

function renderValue(text: string, type: LogicalType): string {
  if (NUMBERS.has(type.kind) && /^-?\d+(\.\d+)?$/.test(text)) return text
  if (type.kind === 'bool') return text === '1' || text === 'true' ? '1' : '0'
  if (type.kind === 'bytes') return `x'${text}'`
  return literal(text)
}
