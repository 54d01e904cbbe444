/** CREATE TABLE: columns, the primary key that rows are stored by, checks, and the table's options. */
import type { Column, Index, Table } from '../../core/schema.ts'
import { columnSql, isRowPeriod } from './ddl-column.ts'
import { indexesOf, indexOfKey, indexSql, partsSql } from './ddl-index.ts'
import { quote, textLiteral } from './literal.ts'

/** Options that are written by hand below. */
const OWN = new Set(['engine', 'charset', 'collation', 'system_versioning', 'period', 'more', 'partitioning'])

const PLAIN_ENGINE = /^(myisam|aria)$/i

/** AUTO_INCREMENT counts within a group there: InnoDB cannot. */
function countsInGroups(table: Table): boolean {
  const counted = table.columns.find((c) => c.identity !== undefined)
  if (counted === undefined) return false
  const heads = [table.primaryKey && indexOfKey(table.primaryKey), ...indexesOf(table)].map((i) => i?.parts[0]?.column)
  return !heads.includes(counted.name)
}

/** MyISAM and Aria tables become InnoDB where they can: only there rows and marks land together. */
export function engineOf(table: Table): string {
  const own = table.options.engine ?? 'InnoDB'
  return PLAIN_ENGINE.test(own) && !countsInGroups(table) ? 'InnoDB' : own
}

/** What InnoDB does not take over from MyISAM's and Aria's options is dropped with their engine. */
function otherOptions(table: Table, engine: string): string[] {
  const all = Object.entries(table.options).filter(([name]) => !OWN.has(name))
  const moved = engine !== (table.options.engine ?? 'InnoDB')
  const kept = moved
    ? all.filter(([name, value]) => name === 'row_format' && /^(dynamic|compact|redundant|compressed)$/i.test(value))
    : all
  return kept.map(([name, value]) => `${name.toUpperCase()}=${value}`)
}

function optionsSql(table: Table, engine: string): string {
  const { charset, collation, system_versioning: versioned, more, partitioning } = table.options
  const characters = charset === undefined && collation === undefined ? 'utf8mb4' : charset
  return [
    ` ENGINE=${engine}`,
    characters === undefined ? '' : ` DEFAULT CHARACTER SET ${characters}`,
    collation === undefined ? '' : ` COLLATE ${collation}`,
    ...otherOptions(table, engine).map((o) => ` ${o}`),
    table.comment ? ` COMMENT=${textLiteral(table.comment)}` : '',
    versioned === undefined ? '' : ' WITH SYSTEM VERSIONING',
    more === undefined ? '' : ` ${more}`,
    partitioning === undefined ? '' : ` ${partitioning}`,
  ].join('')
}

/** The index that an AUTO_INCREMENT column cannot be without, where the primary key does not begin with it. */
export function counterIndex(table: Table): Index | undefined {
  const counted = table.columns.find((c) => c.identity !== undefined)
  if (counted === undefined || table.primaryKey?.columns[0] === counted.name) return undefined
  const all = indexesOf(table)
  if (table.primaryKey?.columns.includes(counted.name) && countsInGroups(table)) return undefined
  return (
    all.find((i) => i.parts[0]?.column === counted.name) ??
    all.find((i) => i.parts.some((p) => p.column === counted.name))
  )
}

/** MariaDB's system versioning with columns of the table's own, and a period of the application's own. */
function periodSql(table: Table): string[] {
  const { period } = table.options
  const ends = table.columns.filter(isRowPeriod)
  return [
    ...(ends.length === 2 ? [`PERIOD FOR SYSTEM_TIME (${ends.map((c) => quote(c.name)).join(', ')})`] : []),
    ...(period === undefined ? [] : [period]),
  ]
}

/** The statement before rows come: with the primary key and the index that the counter needs, and an engine that marks can live with. */
export function createTable(table: Table): string {
  const inline = counterIndex(table)
  return statement(table, inline === undefined ? [] : [inline], engineOf(table))
}

/** The table as it is, with all indexes; without foreign keys. */
export function createWhole(table: Table): string {
  return statement(table, indexesOf(table), table.options.engine ?? 'InnoDB')
}

/** A column leaves out what its table says: MySQL would show it with each column for ever, however it came to be. */
function inherited(column: Column, { options }: Table): Column {
  const same = column.charset === options.charset && column.collation === options.collation
  return same ? { ...column, charset: undefined, collation: undefined } : column
}

function statement(table: Table, indexes: readonly Index[], engine: string): string {
  const key = table.primaryKey
  const own = new Set(table.columns.map((c) => c.name))
  const lines = [
    ...table.columns.map((c) =>
      columnSql(
        inherited(c, table),
        table.checks.filter((k) => k.column === c.name),
      ),
    ),
    ...(key === undefined
      ? []
      : [
          `PRIMARY KEY ${partsSql(key.parts ?? key.columns.map((column) => ({ column })))}${key.comment ? ` COMMENT ${textLiteral(key.comment)}` : ''}`,
        ]),
    ...periodSql(table),
    ...indexes.map((i) => indexSql(i, table)),
    ...table.checks
      .filter((k) => k.column === undefined || !own.has(k.column))
      .map(
        (k) => `CONSTRAINT ${quote(k.name)} CHECK (${k.expression})${k.notValid ? ' /*!80016 NOT ENFORCED */' : ''}`,
      ),
  ]
  return `CREATE TABLE ${quote(table.name.name)} (\n  ${lines.join(',\n  ')}\n)${optionsSql(table, engine)}`
}
