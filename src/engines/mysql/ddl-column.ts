/** The definition of one column inside CREATE TABLE. */
import type { Check, Column } from '../../core/schema.ts'
import { quote, textLiteral } from './literal.ts'
import { nativeName } from './native.ts'

/** Types whose default must be an expression on MySQL; MariaDB takes either. */
const LONG = /^(tiny|medium|long)?(text|blob)$|^json$|^(geometry|point|linestring|polygon|multi\w+|geom\w+)$/

const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i

function valueSql(column: Column, text: string): string {
  const { kind } = column.type.logical
  if (kind === 'bits') return `b'${text}'`
  if (kind === 'bytes' && /^([0-9a-f]{2})*$/i.test(text)) return `x'${text}'`
  if ((kind === 'int' || kind === 'decimal' || kind === 'float' || kind === 'bool') && NUMBER.test(text)) return text
  if (kind === 'timestamp') return textLiteral(text.replace(/\+00$/, ''))
  return textLiteral(text)
}

function fraction(column: Column): string {
  const { logical } = column.type
  return logical.kind === 'timestamp' && logical.fraction > 0 ? `(${logical.fraction})` : ''
}

function nowSql(column: Column, of: 'timestamp' | 'date' | 'time'): string {
  if (of === 'date') return '(curdate())'
  if (of === 'time') return '(curtime())'
  return column.type.logical.kind === 'timestamp' ? `CURRENT_TIMESTAMP${fraction(column)}` : '(current_timestamp())'
}

function defaultSql(column: Column): string {
  const value = column.default
  if (value === undefined || column.identity !== undefined || column.generated !== undefined) return ''
  switch (value.kind) {
    case 'now':
      return ` DEFAULT ${nowSql(column, value.of)}`
    case 'uuid':
      return ' DEFAULT (uuid())'
    case 'expression':
      return ` DEFAULT (${value.sql})`
    case 'value': {
      const sql = valueSql(column, value.text)
      return ` DEFAULT ${LONG.test(nativeName(column.type.native)) ? `(${sql})` : sql}`
    }
  }
}

/** ROW START and ROW END of a table with system versioning stand without parentheses. */
function generatedSql(column: Column): string {
  const { generated } = column
  if (generated === undefined) return ''
  if (isRowPeriod(column)) return ` GENERATED ALWAYS AS ${generated.expression}`
  return ` GENERATED ALWAYS AS (${generated.expression}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`
}

/** Whether a column is one end of MariaDB's system time. */
export function isRowPeriod(column: Column): boolean {
  return /^row (start|end)$/i.test(column.generated?.expression ?? '')
}

/** Virtual columns cannot say NULL or (on MariaDB) NOT NULL. */
function nullability(column: Column): string {
  if (column.generated !== undefined) return column.nullable || isRowPeriod(column) ? '' : ' NOT NULL'
  return column.nullable ? ' NULL' : ' NOT NULL'
}

/** `checks`: those that are written with the column. */
export function columnSql(column: Column, checks: readonly Check[]): string {
  const onUpdate = column.onUpdateNow && column.type.logical.kind === 'timestamp'
  return [
    `${quote(column.name)} ${column.type.native}`,
    column.charset === undefined ? '' : ` CHARACTER SET ${column.charset}`,
    column.collation === undefined ? '' : ` COLLATE ${column.collation}`,
    generatedSql(column),
    nullability(column),
    defaultSql(column),
    onUpdate ? ` ON UPDATE CURRENT_TIMESTAMP${fraction(column)}` : '',
    column.identity === undefined ? '' : ' AUTO_INCREMENT',
    column.invisible ? ' INVISIBLE' : '',
    column.options?.system_versioning === undefined ? '' : ' WITHOUT SYSTEM VERSIONING',
    column.options?.srid === undefined ? '' : ` /*!80003 SRID ${column.options.srid} */`,
    column.comment ? ` COMMENT ${textLiteral(column.comment)}` : '',
    ...checks.map((c) => ` CHECK (${c.expression})`),
  ].join('')
}
