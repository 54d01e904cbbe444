/** What stands for SQL in a CSV folder; pure. */
import type { Dialect, Value } from '../../core/engine.ts'
import { ddl } from './ddl.ts'
import { canRead, parseType, typeFor, wire } from './types.ts'

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A value as a field. */
function literal(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string') return quote(value)
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  return String(value)
}

/** The dialect of CSV folders: no SQL, so values are judged one by one when they are read. */
export const dialect: Dialect = {
  engine: 'csv',
  quote,
  table: (name) => quote(name.name),
  literal,
  parseType,
  renderType: (logical, o) => ({ type: typeFor(logical, o.loose === true) }),
  wire,
  canRead,
  probe: () => null,
  remedy: () => null,
  fold: (expression) => expression,
  exactly: (expression) => expression,
  ddl,
}
