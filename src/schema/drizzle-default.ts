/** A column's default, generation and numbering → the calls behind its builder. */
import type { Column, DefaultValue } from '../core/schema.ts'
import { call, sqlTag, str } from './codegen-text.ts'
import type { DrizzleType } from './drizzle-type.ts'

/** Which dialect of drizzle-orm. */
export type DrizzleDialect = 'pg' | 'mysql' | 'sqlite'

const NOW: Readonly<Record<'timestamp' | 'date' | 'time', string>> = {
  timestamp: 'CURRENT_TIMESTAMP',
  date: 'CURRENT_DATE',
  time: 'CURRENT_TIME',
}

/** The value in TypeScript where it means the same to the database; null where only SQL says it. */
function literal(text: string, type: DrizzleType): string | null {
  switch (type.form) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? text : null
    case 'bigint':
      return /^-?(0|[1-9]\d*)$/.test(text) ? `${text}n` : null
    case 'boolean':
      return { true: 'true', '1': 'true', t: 'true', false: 'false', '0': 'false', f: 'false' }[text] ?? null
    case 'string':
      return str(text)
    case 'other':
      return arrayLiteral(text, type)
  }
}

/** `["a","b"]` → `['a', 'b']`; null for what is no plain list. */
function arrayLiteral(text: string, type: DrizzleType): string | null {
  if (type.dimensions !== 1 || type.element === undefined || !text.startsWith('[')) return null
  const element: DrizzleType = { ...type, form: type.element, dimensions: undefined }
  const items = (JSON.parse(text) as unknown[]).map((item) => (item === null ? null : literal(String(item), element)))
  return items.includes(null) ? null : `[${items.join(', ')}]`
}

/** A plain value as SQL. Backslashes and unseen characters are the engine's business: E'' and the like are not needed for plain text. */
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

function defaultCall(value: DefaultValue, type: DrizzleType, dialect: DrizzleDialect): string {
  const plainPg = dialect === 'pg' && type.builder !== null && type.dimensions === undefined
  switch (value.kind) {
    case 'value': {
      const text = literal(value.text, type)
      return call('.default', text ?? sqlTag(quoted(value.text)))
    }
    case 'now':
      if (plainPg && ['timestamp', 'date', 'time'].includes(type.builder ?? '')) return '.defaultNow()'
      return call('.default', sqlTag(dialect === 'sqlite' ? `(${NOW[value.of]})` : NOW[value.of]))
    case 'uuid':
      if (plainPg && type.builder === 'uuid') return '.defaultRandom()'
      return call('.default', sqlTag(dialect === 'pg' ? 'gen_random_uuid()' : '(uuid())'))
    case 'expression':
      return call('.default', sqlTag(dialect === 'sqlite' ? `(${value.sql})` : value.sql))
  }
}

const IDENTITY = { always: '.generatedAlwaysAsIdentity()', 'by default': '.generatedByDefaultAsIdentity()' } as const

function identityCall(column: Column, dialect: DrizzleDialect): string {
  if (dialect === 'mysql') return column.identity === undefined ? '' : '.autoincrement()'
  if (dialect === 'sqlite' || column.identity === undefined || column.identity === 'auto') return ''
  return IDENTITY[column.identity]
}

function generatedCall(column: Column, dialect: DrizzleDialect): string {
  if (column.generated === undefined) return ''
  const mode = dialect === 'pg' ? '' : `{ mode: '${column.generated.stored ? 'stored' : 'virtual'}' }`
  return call('.generatedAlwaysAs', sqlTag(column.generated.expression), mode)
}

/** `.default(…)`, `.generatedAlwaysAs(…)`, `.autoincrement()` … of a column; empty texts where there is nothing to say. */
export function valueCalls(column: Column, type: DrizzleType, dialect: DrizzleDialect): string[] {
  const given = column.default === undefined ? '' : defaultCall(column.default, type, dialect)
  // Drizzle says ON UPDATE for timestamps alone; others have it in the sidecar.
  const update = column.onUpdateNow && dialect === 'mysql' && type.builder === 'timestamp' ? '.onUpdateNow()' : ''
  return [given, update, identityCall(column, dialect), generatedCall(column, dialect)]
}
