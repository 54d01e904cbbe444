/** Rules about how columns are defined: types that end, lose, or mean something else than they seem to. */

import type { Found, LintScript } from '../rule.ts'
import type { ColumnText } from '../text/column.ts'
import { definedColumns, definedKeys, definedTable } from '../text/defined.ts'
import { edited, shown } from '../text/edit.ts'
import { isMade, type Statement } from '../text/known.ts'
import { mysqlText } from '../text/token.ts'
import { typeWord } from './column-change.ts'
import { rule } from './mysql-rule.ts'
import { type Server, serverOf } from './server.ts'

type ColumnCheck = (column: ColumnText, statement: Statement, server: Server) => Omit<Found, 'table'> | null

/** A check of every column that a statement defines; it is told at the type, or at the name where there is none. */
function ofColumns(check: ColumnCheck): (statement: Statement, script: LintScript<Statement>) => readonly Found[] {
  return (statement, { context }) => {
    const table = definedTable(statement)
    if (table === null) return []
    const server = serverOf(context)
    return definedColumns(statement).flatMap((column) => {
      const found = check(column, statement, server)
      const { from, to } = column.type ?? column.nameAt
      return found === null ? [] : [{ from, to, table, ...found }]
    })
  }
}

const nameOf = (column: ColumnText, statement: Statement): string =>
  `${shown(definedTable(statement) ?? { name: '' })}.${column.name}`

export const implicitTimestamp = rule({
  code: 'implicit-timestamp-default',
  severity: 'warning',
  title: 'A TIMESTAMP column gets a default and ON UPDATE unasked',
  why: 'With explicit_defaults_for_timestamp=OFF (the default before MySQL 8.0.2 and MariaDB 10.10) the first TIMESTAMP column of a table that says neither NULL nor DEFAULT nor ON UPDATE becomes NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP: the moment of creation moves with every UPDATE. Later ones get 0000-00-00 00:00:00. Newer servers make the same script into something else.',
  safe: 'Say all of it:\n\n```sql\nmade TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP\n```',
  check(statement, { context }) {
    const { act } = statement
    if (act.kind !== 'create-table' || !serverOf(context).implicitTimestamps) return []
    const first = act.columns.find((c) => c.type?.word === 'TIMESTAMP')
    if (first === undefined || first.nullable === true || first.default || first.onUpdate || first.generated) return []
    const message = `${nameOf(first, statement)} may get DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP unasked`
    return [{ message, table: act.table.name, from: first.from, to: first.to }]
  },
})

export const zeroDate = rule({
  code: 'zero-date-default',
  severity: 'error',
  title: 'A date that does not exist is a default',
  why: "0000-00-00 and dates without month or day are refused by the strict mode with NO_ZERO_DATE, the default of MySQL since 5.7 (not of MariaDB): the CREATE or ALTER fails, or works on one server and fails on the next, where a dump cannot be loaded. No other database and no client's date type has such a value.",
  safe: 'Leave the column nullable without a default, or take CURRENT_TIMESTAMP.\n\n```sql\nCREATE TABLE orders (id BIGINT PRIMARY KEY, sent DATETIME NULL, made DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);\n```',
  check: ofColumns((column, statement, server) => {
    const [value] = column.default?.tokens ?? []
    if (value?.kind !== 'string' || !/^(DATE|DATETIME|TIMESTAMP)$/.test(column.type?.word ?? '')) return null
    if (!/^(0000-\d\d-\d\d|\d{4}-00-\d\d|\d{4}-\d\d-00)/.test(mysqlText(value))) return null
    return {
      message: `${nameOf(column, statement)} has a default that is no date: ${mysqlText(value)}`,
      from: column.default?.from,
      to: column.default?.to,
      ...(server.mariadb === true && { severity: 'warning' as const }),
    }
  }),
})

export const timestamp2038 = rule({
  code: 'timestamp-2038',
  severity: 'note',
  title: 'TIMESTAMP ends on 19 January 2038',
  why: 'TIMESTAMP holds 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC (to 2106 since MariaDB 11.5 on 64 bits). Later moments, contracts and subscriptions for example, are refused. What it shows depends on the time zone of the session.',
  safe: 'DATETIME(6), by convention in UTC:\n\n```sql\nmade DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)\n```',
  check: ofColumns((column, statement, server) => {
    if (column.type?.word !== 'TIMESTAMP' || server.longTimestamps || column.generated) return null
    return { message: `${nameOf(column, statement)} holds no moment after 19 January 2038` }
  }),
})

const SMALL_KEYS: Readonly<Record<string, readonly [string, string]>> = {
  TINYINT: ['127', '255'],
  SMALLINT: ['32767', '65535'],
  MEDIUMINT: ['8388607', '16777215'],
  INT: ['2147483647', '4294967295'],
}

export const smallKey = rule({
  code: 'integer-key',
  severity: 'note',
  title: 'An AUTO_INCREMENT key ends early',
  why: 'INT ends at 2147483647 (unsigned at 4294967295). Failed inserts, rollbacks and INSERT IGNORE use numbers up too. When the last one is taken, every INSERT fails, and widening the key then copies the table and every table that refers to it.',
  safe: 'Make it BIGINT from the beginning, and the columns that refer to it as well:\n\n```sql\nid BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY\n```',
  check: ofColumns((column, statement) => {
    const ends = SMALL_KEYS[column.type === null ? '' : typeWord(column.type)]
    if (!column.autoIncrement || ends === undefined) return null
    return { message: `${nameOf(column, statement)} ends at ${ends[column.type?.unsigned ? 1 : 0]}` }
  }),
})

const INTEGER = /^(TINYINT|SMALLINT|MEDIUMINT|INT|BIGINT)$/

const USUAL_WIDTHS: Readonly<Record<string, number>> = { TINYINT: 4, SMALLINT: 6, MEDIUMINT: 9, INT: 11, BIGINT: 20 }

/** What is printed where no width was said: the sign takes a place, of all but BIGINT. */
const usualWidth = (word: string, unsigned: boolean): number =>
  USUAL_WIDTHS[word] - (unsigned && word !== 'BIGINT' ? 1 : 0)

export const displayWidth = rule({
  code: 'display-width',
  severity: 'note',
  fixable: true,
  title: 'The width of an integer limits nothing',
  why: 'INT(5) holds the same numbers as INT: the width was for padding output, is deprecated since MySQL 8.0.17 and no longer printed by SHOW CREATE TABLE, so that comparisons find differences that are none. TINYINT(1) is left alone: drivers take it for a boolean.',
  safe: 'Leave it out; to limit values take a smaller type or a CHECK.\n\n```sql\nCREATE TABLE counts (id BIGINT PRIMARY KEY, n INT NOT NULL CHECK (n BETWEEN 0 AND 99999));\n```',
  check: ofColumns((column, { sql, ...statement }, server) => {
    const { type } = column
    if (type === null || server.mariadb === true || !INTEGER.test(typeWord(type)) || type.args.length !== 1) return null
    // As servers print it that keep a width for each: nobody meant a limit by it.
    if (Number(type.args[0]) === usualWidth(typeWord(type), type.unsigned)) return null
    if (type.zerofill || (typeWord(type) === 'TINYINT' && type.args[0] === '1')) return null
    const text = sql.slice(type.from, type.to)
    const open = text.indexOf('(')
    const close = text.indexOf(')', open)
    // A comment may stand between.
    const plain = /^\w+\s*\(\s*\d+\s*\)/.test(text)
    const cut = { from: type.from + open, to: type.from + close + 1, text: '' }
    return {
      message: `${nameOf(column, { sql, ...statement })}: ${typeWord(type)}(${type.args[0]}) holds no fewer numbers than ${typeWord(type)}`,
      ...(plain && { fix: edited(sql, [cut]) }),
    }
  }),
})

export const deprecatedNumbers = rule({
  code: 'deprecated-number-syntax',
  severity: 'note',
  title: 'A way of writing numbers that goes away',
  why: 'ZEROFILL, UNSIGNED of FLOAT, DOUBLE and DECIMAL, and FLOAT(M,D) are deprecated since MySQL 8.0.17 and may be refused by a later version. FLOAT(M,D) also rounds what is stored.',
  safe: 'Pad with LPAD() when showing, keep numbers positive by a CHECK, take DECIMAL(M,D) for exact digits.\n\n```sql\nCREATE TABLE prices (id BIGINT PRIMARY KEY, price DECIMAL(12,2) NOT NULL CHECK (price >= 0));\n```',
  check: ofColumns((column, statement, server) => {
    const { type } = column
    if (type === null || server.mariadb === true) return null
    const word = typeWord(type)
    const real = /^(FLOAT|DOUBLE)$/.test(word)
    if (type.zerofill) return { message: `${nameOf(column, statement)}: ZEROFILL is deprecated` }
    if (type.unsigned && (real || word === 'DECIMAL'))
      return { message: `${nameOf(column, statement)}: UNSIGNED ${word} is deprecated` }
    if (real && type.args.length === 2)
      return { message: `${nameOf(column, statement)}: ${word}(${type.args.join()}) is deprecated` }
    return null
  }),
})

const INTS_ONLY = /^(TINYINT|SMALLINT|MEDIUMINT|INT|BIGINT)$/

export const foreignKeyTypes = rule({
  code: 'foreign-key-type-mismatch',
  severity: 'error',
  title: 'A foreign key joins columns of different types',
  why: 'Integers of a foreign key must have the same size and sign as the column that they refer to; the server refuses the key otherwise (errno 150), and where foreign_key_checks is off the table is later unusable.',
  safe: 'Define both alike:\n\n```sql\ncustomer BIGINT UNSIGNED NOT NULL, FOREIGN KEY (customer) REFERENCES customers (id)\n```',
  check(statement) {
    const table = definedTable(statement)
    if (table === null) return []
    const own = columnsAfter(statement, table)
    return definedKeys(statement).flatMap(({ key, from, to }) => {
      const { references } = key
      if (references === undefined || !isMade(statement, references.table)) return []
      const parent = columnsAfter(statement, references.table)
      return key.parts.flatMap((part, i) => {
        const a = own.get(part.column?.toLowerCase() ?? '')?.type
        const b = parent.get(references.columns[i]?.toLowerCase() ?? '')?.type
        if (!a || !b || !INTS_ONLY.test(typeWord(a)) || !INTS_ONLY.test(typeWord(b))) return []
        if (typeWord(a) === typeWord(b) && a.unsigned === b.unsigned) return []
        const message = `${shown(table)}.${part.column} is ${spelled(a)}, ${shown(references.table)}.${references.columns[i]} is ${spelled(b)}: the server refuses the foreign key`
        return [{ message, from, to, table }]
      })
    })
  },
})

const spelled = (type: NonNullable<ColumnText['type']>): string =>
  `${typeWord(type)}${type.unsigned ? ' UNSIGNED' : ''}`

/** Columns of a table with those that the statement itself defines. */
function columnsAfter(
  statement: Statement,
  table: { readonly schema?: string; readonly name: string },
): ReadonlyMap<string, ColumnText> {
  const key = `${table.schema ?? ''}.${table.name}`.toLowerCase()
  const known = statement.known.tables.get(key)?.columns ?? new Map<string, ColumnText>()
  const here = definedTable(statement)
  if (here === null || `${here.schema ?? ''}.${here.name}`.toLowerCase() !== key) return known
  return new Map([...known, ...definedColumns(statement).map((c) => [c.name.toLowerCase(), c] as const)])
}
