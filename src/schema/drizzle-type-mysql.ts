/** Types of MySQL and MariaDB → builders of drizzle-orm/mysql-core. */
import type { Column } from '../core/schema.ts'
import { built, custom, type DrizzleType, sizes } from './drizzle-type.ts'

type Built = Omit<DrizzleType, 'native'>

const STRING = "'string'"
const INTEGERS = new Set(['tinyint', 'smallint', 'mediumint', 'int'])
const TEXTS = new Set(['tinytext', 'text', 'mediumtext', 'longtext', 'json', 'year', 'date', 'double'])
/** Widths that MariaDB prints where none was given, by type, signed and unsigned. */
const WIDTHS: Readonly<Record<string, readonly [string, string]>> = {
  tinyint: ['4', '3'],
  smallint: ['6', '5'],
  mediumint: ['9', '8'],
  int: ['11', '10'],
  bigint: ['20', '20'],
}

function integer(base: string, width: string | undefined, unsigned: boolean): Built | undefined {
  if (base === 'tinyint' && width === '1' && !unsigned) return built('boolean', 'boolean')
  const usual = WIDTHS[base]?.[unsigned ? 1 : 0]
  if (width !== undefined && width !== usual) return undefined
  const sign = ['unsigned', unsigned ? 'true' : undefined] as const
  if (base === 'bigint') return built('bigint', 'bigint', [['mode', "'bigint'"], sign])
  return INTEGERS.has(base) ? built(base, 'number', [sign]) : undefined
}

function plain(base: string): Built | undefined {
  if (!TEXTS.has(base)) return undefined
  if (base === 'json') return built('json', 'other')
  if (base === 'double') return built('double', 'number')
  if (base === 'year') return built('year', 'number')
  return base === 'date' ? built('date', 'string', [['mode', STRING]]) : built(base, 'string')
}

function withSizes(base: string, args: readonly (string | undefined)[], unsigned: boolean): Built | undefined {
  const [first, second] = args
  const sign = ['unsigned', unsigned ? 'true' : undefined] as const
  switch (base) {
    case 'varchar':
    case 'char':
    case 'binary':
    case 'varbinary':
      return unsigned ? undefined : built(base, 'string', [['length', first]])
    case 'decimal':
      return built('decimal', 'string', [['precision', first], ['scale', second === '0' ? undefined : second], sign])
    case 'float':
    case 'double':
      return built(base, 'number', [['precision', first], ['scale', second], sign])
    case 'datetime':
    case 'timestamp':
      return built(base, 'string', [
        ['mode', STRING],
        ['fsp', first],
      ])
    case 'time':
      return built('time', 'string', [['fsp', first]])
    default:
      return undefined
  }
}

/** The builder for a column of MySQL or MariaDB. */
export function mysqlType(column: Column): DrizzleType {
  const { native, logical } = column.type
  if (logical.kind === 'enum' && /^enum\(/i.test(native)) {
    return { builder: 'mysqlEnum', args: '', form: 'string', native, values: logical.values }
  }
  const match = /^([a-z]+)(\([\d,]+\))?( unsigned)?$/i.exec(native)
  if (match === null) return custom(native)
  const base = match[1].toLowerCase()
  const unsigned = match[3] !== undefined
  const args = sizes(native)
  const found =
    integer(base, args[0], unsigned) ??
    (match[2] === undefined && !unsigned ? plain(base) : undefined) ??
    withSizes(base, args, unsigned)
  return found === undefined ? custom(native) : { ...found, native }
}
