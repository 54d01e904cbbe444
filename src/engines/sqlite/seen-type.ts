/** Columns without a declared type mean what they hold. */
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import type { Catalog, ColumnInfo } from './catalog.ts'
import { quote } from './literal.ts'
import { parseType } from './types.ts'

const BY_CLASS: Readonly<Record<string, LogicalType>> = {
  integer: { kind: 'int', bits: 64 },
  real: { kind: 'float', bits: 64 },
  blob: { kind: 'bytes' },
}

/** The declared type; for none (and ANY) the storage class of its values where all are of one, else text. */
export function seenType(catalog: Catalog, table: string, column: ColumnInfo): ColumnType {
  const type = parseType(column.type)
  if (column.type !== '' && column.type.toUpperCase() !== 'ANY') return type
  const name = quote(column.name)
  const classes = catalog
    .all(`SELECT DISTINCT typeof(${name}) AS t FROM ${quote(table)} WHERE ${name} IS NOT NULL`)
    .map((r) => String(r.t))
  const numbers = classes.length === 2 && classes.includes('integer') && classes.includes('real')
  const logical = numbers ? BY_CLASS.real : classes.length === 1 ? BY_CLASS[classes[0]] : undefined
  return logical === undefined ? type : { logical, native: column.type }
}
