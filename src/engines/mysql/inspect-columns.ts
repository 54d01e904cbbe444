/** Columns from information_schema. */
import type { Row } from '../../core/engine.ts'
import type { Column, ColumnType } from '../../core/schema.ts'
import { plainExpression, readDefault } from './inspect-default.ts'
import { parseType } from './native.ts'
import { asText } from './query.ts'

/** What columns of one table need from elsewhere in the catalogue. */
export interface ColumnContext {
  readonly flavor: 'mysql' | 'mariadb'
  /** Columns with `CHECK (json_valid(column))` of their own: MariaDB's JSON. */
  readonly json: ReadonlySet<string>
}

/** One row of information_schema.columns with lower-case names. */
export function readColumn(row: Row, c: ColumnContext): Column {
  const name = String(asText(row.column_name))
  const extra = asText(row.extra) ?? ''
  const collation = asText(row.collation_name) ?? undefined
  const alias = c.json.has(name) && isJsonAlias(row)
  const type = alias ? parseType('json') : parseType(asText(row.column_type) ?? '')
  const generated = readGenerated(row, extra, c.flavor)
  const value =
    generated === undefined
      ? readDefault({ flavor: c.flavor, text: asText(row.column_default), extra, logical: type.logical })
      : undefined
  return {
    name,
    type,
    nullable: asText(row.is_nullable) === 'YES',
    ...(value && { default: value }),
    ...(/auto_increment/i.test(extra) && { identity: 'auto' as const }),
    ...(generated && { generated }),
    ...(/on update current_timestamp/i.test(extra) && { onUpdateNow: true }),
    ...(asText(row.column_comment) && { comment: asText(row.column_comment) ?? '' }),
    ...(alias ? {} : characters(type, asText(row.character_set_name) ?? undefined, collation)),
    ...(/invisible/i.test(extra) && { invisible: true }),
    ...options(row, extra),
  }
}

/** MariaDB: left out of the versions of its table; MySQL: the spatial reference system. */
function options(row: Row, extra: string): Pick<Column, 'options'> {
  const srid = asText(row.srs_id)
  const without = /without system versioning/i.test(extra)
  if (!without && srid === null) return {}
  return { options: { ...(without && { system_versioning: 'without' }), ...(srid !== null && { srid }) } }
}

/** What MariaDB makes of the word JSON. */
export function isJsonAlias(row: Row): boolean {
  return /^longtext$/i.test(asText(row.column_type) ?? '') && asText(row.collation_name) === 'utf8mb4_bin'
}

function characters(type: ColumnType, charset: string | undefined, collation: string | undefined): Partial<Column> {
  const texts = type.logical.kind === 'text' || type.logical.kind === 'enum' || type.logical.kind === 'set'
  if (!texts || charset === undefined || collation === undefined) return {}
  return { charset, collation, ...(/_ci$/i.test(collation) && { caseInsensitive: true }) }
}

function readGenerated(row: Row, extra: string, flavor: 'mysql' | 'mariadb'): Column['generated'] {
  const expression = asText(row.generation_expression)
  if (!expression || !/generated|virtual|stored|persistent/i.test(extra) || /default_generated/i.test(extra))
    return undefined
  return { expression: plainExpression(expression, flavor), stored: /stored|persistent/i.test(extra) }
}
