/** A column of a Drizzle table → the model. */
import type { Dialect } from '../core/engine.ts'
import type { Column, ColumnType, DefaultValue, LogicalType, ObjectName } from '../core/schema.ts'
import type { DrizzleDialect } from './drizzle-default.ts'
import { type DrizzleColumn, type DrizzleCore, type DrizzleEnum, isSql } from './drizzle-shape.ts'

export interface ReadContext {
  readonly dialect: DrizzleDialect
  readonly core: DrizzleCore
  readonly engine: Dialect
  /** Schema of names that say none (PostgreSQL). */
  readonly home: string | undefined
}

const SERIAL: Readonly<Record<string, string>> = { smallserial: 'smallint', serial: 'integer', bigserial: 'bigint' }

/** The name of an enum type, in the model's terms. */
export function enumName(e: DrizzleEnum, c: ReadContext): ObjectName {
  const schema = e.schema ?? c.home
  return schema === undefined ? { name: e.enumName } : { schema, name: e.enumName }
}

function enumType(e: DrizzleEnum, c: ReadContext): ColumnType {
  const name = enumName(e, c)
  const plain = /^[a-z_][a-z0-9_]*$/.test(e.enumName) ? e.enumName : c.engine.quote(e.enumName)
  const native = e.schema === undefined ? plain : c.engine.table(name)
  return { logical: { kind: 'enum', values: e.enumValues, name }, native }
}

function typeOf(column: DrizzleColumn, c: ReadContext): ColumnType {
  if (column.enum !== undefined) return enumType(column.enum, c)
  if (column.baseColumn !== undefined) {
    const of = typeOf(column.baseColumn, c)
    return { logical: { kind: 'array', of: of.logical }, native: `${of.native}[]` }
  }
  const native = column.getSQLType()
  if (c.dialect === 'mysql' && /^serial\b/i.test(native)) return c.engine.parseType('bigint unsigned')
  if (c.dialect === 'mysql' && /^boolean$/i.test(native)) return c.engine.parseType('tinyint(1)')
  return c.engine.parseType(SERIAL[native] ?? native)
}

const NOW =
  /^\(*\s*(?:now\(\)|(?:pg_catalog\.)?(?:current_timestamp|localtimestamp|current_date|current_time)(?:\(\))?)\s*\)*$/i

function ofMoment(logical: LogicalType): 'timestamp' | 'date' | 'time' {
  return logical.kind === 'date' || logical.kind === 'time' ? logical.kind : 'timestamp'
}

function sqlDefault(sql: string, type: ColumnType, c: ReadContext): DefaultValue {
  const text = sql.trim()
  if (c.dialect !== 'sqlite' && NOW.test(text) && !/\(\d\)/.test(type.native))
    return { kind: 'now', of: ofMoment(type.logical) }
  if (/^gen_random_uuid\(\)$/i.test(text)) return { kind: 'uuid' }
  const literal = /^'((?:[^'\\]|'')*)'$/.exec(text)
  if (literal !== null) return { kind: 'value', text: literal[1].replaceAll("''", "'") }
  if (c.dialect === 'sqlite') return { kind: 'expression', sql: text.replace(/^\(([\s\S]*)\)$/, '$1') }
  return { kind: 'expression', sql: text }
}

function valueText(value: unknown, c: ReadContext): string {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'boolean') return c.dialect === 'pg' ? String(value) : value ? '1' : '0'
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function defaultOf(column: DrizzleColumn, type: ColumnType, c: ReadContext): DefaultValue | undefined {
  const given = column.default
  if (given === undefined || given === null) return undefined
  return isSql(given) ? sqlDefault(c.core.sqlText(given), type, c) : { kind: 'value', text: valueText(given, c) }
}

function identityOf(column: DrizzleColumn, c: ReadContext): Column['identity'] {
  if (column.generatedIdentity !== undefined)
    return column.generatedIdentity.type === 'always' ? 'always' : 'by default'
  if (c.dialect === 'pg') return column.getSQLType() in SERIAL && column.enum === undefined ? 'auto' : undefined
  const numbered = column.autoIncrement === true || (c.dialect === 'mysql' && /^serial\b/i.test(column.getSQLType()))
  // An INTEGER PRIMARY KEY of SQLite numbers itself.
  const alias = c.dialect === 'sqlite' && column.primary && /^integer$/i.test(column.getSQLType())
  return numbered || alias ? 'auto' : undefined
}

function generatedOf(column: DrizzleColumn, c: ReadContext): Column['generated'] {
  if (column.generated === undefined) return undefined
  const made =
    typeof column.generated.as === 'function' ? (column.generated.as as () => unknown)() : column.generated.as
  const expression = isSql(made) ? c.core.sqlText(made) : c.engine.literal(valueText(made, c))
  return { expression, stored: c.dialect === 'pg' || column.generated.mode === 'stored' }
}

/** The column in the model's terms. `table`: name of its table, for the sequence behind a serial. */
export function readColumn(column: DrizzleColumn, table: ObjectName, c: ReadContext): Column {
  const type = typeOf(column, c)
  const identity = identityOf(column, c)
  const given = identity === 'auto' ? undefined : defaultOf(column, type, c)
  const generated = generatedOf(column, c)
  const sequence =
    c.dialect === 'pg' && identity !== undefined ? { ...table, name: `${table.name}_${column.name}_seq` } : undefined
  return {
    name: column.name,
    type,
    nullable: !column.notNull && !column.primary,
    ...(given !== undefined && { default: given }),
    ...(identity !== undefined && { identity }),
    ...(sequence !== undefined && { sequence }),
    ...(generated !== undefined && { generated }),
    ...(column.hasOnUpdateNow === true && { onUpdateNow: true }),
  }
}
