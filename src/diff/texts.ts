/** Values of the model as people read them. */
import {
  type ColumnType,
  type DefaultValue,
  displayName,
  type IndexPart,
  type NotNull,
  type ObjectName,
} from '../core/schema.ts'
import { canonical } from './canonical.ts'

/** Any value of the model as text, null where it says nothing. */
export function plainText(value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value) && value.every((v) => typeof v === 'string'))
    return value.length > 0 ? value.join(', ') : null
  return canonical(value)
}

/** A default as it would be written in a column of that type: `42`, `'new'`, `CURRENT_TIMESTAMP`, `lower(x)`. */
export function defaultText(value: DefaultValue, type?: ColumnType): string {
  if (value.kind === 'value') {
    if (type !== undefined && type.native === 'boolean' && /^[01]$/.test(value.text))
      return value.text === '1' ? 'true' : 'false'
    return /^-?\d+(\.\d+)?$/.test(value.text) ? value.text : `'${value.text.replaceAll("'", "''")}'`
  }
  if (value.kind === 'now') return `CURRENT_${value.of.toUpperCase()}`
  return value.kind === 'uuid' ? 'a new uuid' : value.sql
}

/** `CONSTRAINT filled NOT NULL NO INHERIT NOT VALID '…'` */
export function notNullText(n: NotNull): string {
  return [
    ...(n.name === undefined ? [] : [`CONSTRAINT ${n.name}`]),
    'NOT NULL',
    ...(n.noInherit ? ['NO INHERIT'] : []),
    ...(n.notValid ? ['NOT VALID'] : []),
    ...(n.comment === undefined ? [] : [`'${n.comment}'`]),
  ].join(' ')
}

/** `name, lower(title) DESC NULLS LAST, body(20)` */
export function partsText(parts: readonly IndexPart[]): string {
  return parts.map(partText).join(', ')
}

function partText(part: IndexPart): string {
  const { column, expression, descending, nulls, prefix, opclass, collation, ...rest } = part
  const more = Object.entries(rest).map(([name, value]) => `${name} ${plainText(value)}`)
  return [
    `${column ?? expression ?? ''}${prefix === undefined ? '' : `(${prefix})`}`,
    ...(collation === undefined ? [] : [`COLLATE ${collation}`]),
    ...(opclass === undefined ? [] : [opclass]),
    ...(descending ? ['DESC'] : []),
    ...(nulls === undefined ? [] : [`NULLS ${nulls.toUpperCase()}`]),
    ...more,
  ].join(' ')
}

/** `a, b` */
export const listText = (names: readonly string[]): string => names.join(', ')

/** A name for people. */
export const nameText = (name: ObjectName): string => displayName(name)

/** A type in the engine's words. */
export const typeText = (type: ColumnType): string => type.native
