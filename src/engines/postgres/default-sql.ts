/** Defaults → SQL. */
import type { Column, LogicalType } from '../../core/schema.ts'
import { textLiteral } from './values.ts'

function arrayElement(value: unknown): string {
  if (value === null) return 'NULL'
  if (Array.isArray(value)) return arrayText(value)
  return `"${String(value).replace(/[\\"]/g, '\\$&')}"`
}

/** PostgreSQL's array text from a JSON array of texts. */
export function arrayText(values: readonly unknown[]): string {
  return `{${values.map(arrayElement).join(',')}}`
}

/** MySQL writes a set's default as `a,b`; naru's canonical text of an array is JSON. */
function listOf(text: string): readonly unknown[] {
  if (text.startsWith('[')) return JSON.parse(text) as unknown[]
  return text === '' ? [] : text.split(',')
}

function valueSql(text: string, logical: LogicalType): string {
  switch (logical.kind) {
    case 'bool':
      return text === '1' ? 'true' : text === '0' ? 'false' : textLiteral(text)
    case 'int':
    case 'decimal':
    case 'float':
      return /^-?\d+(\.\d+)?$/.test(text) ? text : textLiteral(text)
    case 'bytes':
      return textLiteral(`\\x${text}`)
    case 'array':
    case 'set':
      return textLiteral(arrayText(listOf(text)))
    default:
      return textLiteral(text)
  }
}

function nowSql(logical: LogicalType): string {
  if (logical.kind === 'date') return 'CURRENT_DATE'
  if (logical.kind === 'time') return logical.zone ? 'CURRENT_TIME' : 'LOCALTIME'
  return 'CURRENT_TIMESTAMP'
}

/** What follows DEFAULT, or null where the column has none. */
export function defaultSql(column: Column): string | null {
  const given = column.default
  const { logical } = column.type
  switch (given?.kind) {
    case undefined:
      return null
    case 'value':
      return valueSql(given.text, logical)
    case 'now':
      return given.sql ?? nowSql(logical)
    case 'uuid':
      return logical.kind === 'uuid' ? 'gen_random_uuid()' : 'gen_random_uuid()::text'
    case 'expression':
      return given.sql
  }
}
