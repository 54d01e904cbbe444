/** When two spellings of two engines mean the same. */
import type { Column, DefaultValue, LogicalType } from '../core/schema.ts'
import { canonical } from './canonical.ts'

/** A type's meaning: two columns with equal ones hold the same values. Names of enums do not count. */
export function typeMeaning(type: LogicalType): string {
  if (type.kind === 'enum' || type.kind === 'set') return canonical({ kind: type.kind, values: type.values })
  return type.kind === 'array' ? `array of ${typeMeaning(type.of)}` : canonical(type)
}

const STRING = /'(?:[^']|'')*'/g

/**
 * An expression without what engines add when they print it: casts, parentheses, quotes of names, blanks, case outside of string literals.
 * Equal results most likely mean the same; only good for asking.
 */
export function looseExpression(sql: string): string {
  const strings: string[] = []
  const bare = sql.replace(STRING, (text) => `\u0001${strings.push(text) - 1}\u0001`)
  const loose = bare
    .replace(/(_utf8mb[34]|_latin1|\bN)(?=\u0001)/gi, '')
    .replace(/::("[^"]+"|[a-z_]+( varying| precision| with(out)? time zone)?)(\(\d+(,\d+)?\))?(\[\])?/gi, '')
    .replace(/["`()[\]\s]/g, '')
    .toLowerCase()
    .replaceAll('!=', '<>')
    .replace(/currenttimestamp|current_timestamp\d*|now(?=$|\W)/g, 'now')
  return loose.replace(/\u0001(\d+)\u0001/g, (_, n) => strings[Number(n)])
}

const TRUE = new Set(['1', 't', 'true', "b'1'"])
const FALSE = new Set(['0', 'f', 'false', "b'0'"])

function valueMeaning(text: string, type: LogicalType): string {
  const lower = text.toLowerCase()
  if (type.kind === 'bool') return TRUE.has(lower) ? 'true' : FALSE.has(lower) ? 'false' : text
  const isNumber = type.kind === 'int' || type.kind === 'decimal' || type.kind === 'float'
  return isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text
}

/** A default's meaning for a column of that type; none for no default and for NULL. */
export function defaultMeaning(column: Pick<Column, 'default' | 'type'>): string {
  const value: DefaultValue | undefined = column.default
  if (value === undefined) return ''
  if (value.kind === 'value') return `value ${valueMeaning(value.text, column.type.logical)}`
  if (value.kind === 'expression') {
    const loose = looseExpression(value.sql)
    return loose === 'null' ? '' : `expression ${loose}`
  }
  return value.kind
}
