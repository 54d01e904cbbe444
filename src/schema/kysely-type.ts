/** What a column's values are in TypeScript, as the drivers that Kysely uses give and take them (pg, mysql2, better-sqlite3). */
import type { Column, LogicalType } from '../core/schema.ts'
import { str } from './codegen-text.ts'

/** Types of a value that is selected, and of one that is inserted or updated. */
export interface ValueTypes {
  readonly select: string
  readonly write: string
}

const same = (type: string): ValueTypes => ({ select: type, write: type })

/** Where values come and go alike on all drivers. */
function plain(logical: LogicalType): ValueTypes | undefined {
  switch (logical.kind) {
    case 'float':
      return same('number')
    case 'bytes':
      return same('Buffer')
    case 'text':
    case 'uuid':
    case 'inet':
    case 'time':
    case 'set':
      return same('string')
    case 'enum':
      return same(logical.values.length === 0 ? 'string' : logical.values.map(str).join(' | '))
    case 'json':
      return { select: 'JsonValue', write: 'string' }
    default:
      return undefined
  }
}

function pg(logical: LogicalType): ValueTypes {
  switch (logical.kind) {
    case 'bool':
      return same('boolean')
    case 'int':
      return logical.bits === 64 ? { select: 'string', write: 'bigint | number | string' } : same('number')
    case 'decimal':
      return { select: 'string', write: 'number | string' }
    case 'date':
    case 'timestamp':
      return { select: 'Date', write: 'Date | string' }
    case 'array': {
      const of = valueTypes(logical.of, 'postgres')
      const list = (type: string) => (/[| ]/.test(type) ? `(${type})[]` : `${type}[]`)
      return { select: list(of.select), write: list(of.write) }
    }
    default:
      return same('string')
  }
}

function mysql(logical: LogicalType): ValueTypes {
  switch (logical.kind) {
    case 'bool':
      return { select: 'number', write: 'boolean | number' }
    case 'int':
      return same('number')
    case 'decimal':
      return { select: 'string', write: 'number | string' }
    case 'date':
    case 'timestamp':
      return { select: 'Date', write: 'Date | string' }
    case 'bits':
    case 'geometry':
      return same('Buffer')
    default:
      return same('string')
  }
}

function sqlite(logical: LogicalType): ValueTypes {
  switch (logical.kind) {
    case 'bool':
    case 'int':
    case 'decimal':
      return same('number')
    default:
      return same('string')
  }
}

const BY_ENGINE: Readonly<Record<string, (logical: LogicalType) => ValueTypes>> = { postgres: pg, mysql, sqlite }

/** The types for a meaning on an engine. */
function valueTypes(logical: LogicalType, engine: string): ValueTypes {
  return plain(logical) ?? (BY_ENGINE[engine] ?? sqlite)(logical)
}

/** Years of MySQL are numbers, and SQLite keeps what it is given. */
export function columnTypes(column: Column, engine: string): ValueTypes {
  if (engine === 'mysql' && /^year/i.test(column.type.native)) return same('number')
  if (engine === 'sqlite' && column.type.logical.kind === 'json') return same('string')
  return valueTypes(column.type.logical, engine)
}
