/** The types of a query's columns, as results describe them, in the words of column definitions. */
import type { Connection } from 'mysql2'
import type { ColumnType } from '../../core/schema.ts'
import { type Field, runText } from './driver.ts'
import { queryError } from './errors.ts'
import { parseType } from './native.ts'
import { fieldKind, TYPE, UNSIGNED } from './protocol.ts'

/** Types of the columns of a SELECT, in order; no row is read. Throws QUERY_FAILED. */
export async function describeQuery(connection: Connection, sql: string): Promise<ColumnType[]> {
  try {
    const { fields } = await runText(connection, `${sql} LIMIT 0`)
    return (fields ?? []).map((field) => parseType(nativeOf(field)))
  } catch (error) {
    throw queryError(error)
  }
}

const INTEGERS: Readonly<Record<number, string>> = {
  [TYPE.tiny]: 'tinyint',
  [TYPE.short]: 'smallint',
  [TYPE.int24]: 'mediumint',
  [TYPE.long]: 'int',
  [TYPE.longlong]: 'bigint',
  [TYPE.year]: 'year',
}

/** Digits after the point where the server does not know how many there will be. */
const UNKNOWN_DECIMALS = 31

function nativeOf(field: Field): string {
  const sign = (field.flags & UNSIGNED) !== 0 ? ' unsigned' : ''
  switch (fieldKind(field)) {
    case 'int':
      return `${INTEGERS[field.columnType] ?? 'bigint'}${field.columnType === TYPE.year ? '' : sign}`
    case 'float':
      return field.columnType === TYPE.float ? 'float' : 'double'
    case 'decimal': {
      // The length counts the sign and the point.
      const point = field.decimals > 0 ? 1 : 0
      const digits = field.columnLength - point - (sign === '' ? 1 : 0)
      return `decimal(${Math.min(65, Math.max(digits, field.decimals, 1))},${field.decimals})`
    }
    case 'moment':
      if (field.columnType === TYPE.date || field.columnType === TYPE.newdate) return 'date'
      return `${field.columnType === TYPE.timestamp ? 'timestamp' : 'datetime'}${fraction(field)}`
    case 'time':
      return `time${fraction(field)}`
    case 'bits':
      return `bit(${field.columnLength})`
    case 'geometry':
      return 'geometry'
    case 'bytes':
      return 'longblob'
    case 'text':
      return field.columnType === TYPE.json ? 'json' : 'longtext'
    case 'null':
      return 'longtext'
  }
}

function fraction(field: Field): string {
  return field.decimals > 0 && field.decimals < UNKNOWN_DECIMALS ? `(${field.decimals})` : ''
}
