/** PostgreSQL's types (as format_type prints them) → builders of drizzle-orm/pg-core. */
import type { Column, LogicalType } from '../core/schema.ts'
import { built, custom, type DrizzleType, sizes } from './drizzle-type.ts'

const STRING = "'string'"
const PLAIN: Readonly<Record<string, Omit<DrizzleType, 'native'>>> = {
  smallint: built('smallint', 'number'),
  integer: built('integer', 'number'),
  // Numbers beyond 2^53 stay exact.
  bigint: built('bigint', 'bigint', [['mode', "'bigint'"]]),
  real: built('real', 'number'),
  'double precision': built('doublePrecision', 'number'),
  boolean: built('boolean', 'boolean'),
  text: built('text', 'string'),
  uuid: built('uuid', 'string'),
  json: built('json', 'other'),
  jsonb: built('jsonb', 'other'),
  date: built('date', 'string'),
  inet: built('inet', 'string'),
  cidr: built('cidr', 'string'),
  macaddr: built('macaddr', 'string'),
  macaddr8: built('macaddr8', 'string'),
  numeric: built('numeric', 'string'),
  interval: built('interval', 'string'),
  'character varying': built('varchar', 'string'),
}

const SERIAL: Readonly<Record<string, Omit<DrizzleType, 'native'>>> = {
  smallint: built('smallserial', 'number'),
  integer: built('serial', 'number'),
  bigint: built('bigserial', 'bigint', [['mode', "'bigint'"]]),
}

function sized(native: string): Omit<DrizzleType, 'native'> | undefined {
  const [first, second] = sizes(native)
  const zone = / with time zone$/.test(native) ? 'true' : undefined
  if (/^character varying\(/.test(native)) return built('varchar', 'string', [['length', first]])
  if (/^character\(/.test(native)) return built('char', 'string', [['length', first]])
  if (/^numeric\(/.test(native)) {
    // Drizzle has no negative scale, and does not write a scale of 0 away from the precision alone.
    if (second !== undefined && Number(second) < 0) return undefined
    return built('numeric', 'string', [
      ['precision', first],
      ['scale', second === '0' ? undefined : second],
    ])
  }
  if (/^timestamp(\(\d\))? with/.test(native)) {
    return built('timestamp', 'string', [
      ['precision', first],
      ['withTimezone', zone],
      // Dates of JavaScript would cut microseconds off.
      ['mode', STRING],
    ])
  }
  if (/^time(\(\d\))? with/.test(native)) {
    return built('time', 'string', [
      ['precision', first],
      ['withTimezone', zone],
    ])
  }
  return undefined
}

function enumOf(logical: LogicalType, native: string): DrizzleType | undefined {
  if (logical.kind !== 'enum' || logical.name === undefined) return undefined
  return { builder: null, args: '', form: 'string', native, enumName: logical.name }
}

function scalar(native: string, logical: LogicalType): DrizzleType {
  const known = enumOf(logical, native)
  if (known !== undefined) return known
  const found = PLAIN[native] ?? sized(native)
  return found === undefined ? custom(native) : { ...found, native }
}

/** Whether the column is what `serial` makes. */
function isSerial(column: Column): boolean {
  return column.identity === 'auto' && !column.nullable && column.type.native in SERIAL
}

/** The builder for a column of PostgreSQL. */
export function pgType(column: Column): DrizzleType {
  const { native, logical } = column.type
  if (isSerial(column)) return { ...SERIAL[native], native }
  if (logical.kind !== 'array' || !native.endsWith('[]')) return scalar(native, logical)
  let element = native
  let inner: LogicalType = logical
  let dimensions = 0
  while (element.endsWith('[]')) {
    element = element.slice(0, -2)
    if (inner.kind === 'array') inner = inner.of
    dimensions++
  }
  const of = scalar(element, inner)
  return { ...of, form: 'other', dimensions, element: of.form }
}
