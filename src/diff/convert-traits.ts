/**
 * What each engine's SQL has beside types: the one place where converting asks for an engine's name. What a connected server can do
 * is in its Capabilities; this is what its grammar can say.
 */
import type { Schema } from '../core/schema.ts'
import type { Grammar } from './convert-lex.ts'

export interface Traits {
  /** For people: PostgreSQL, MySQL, MariaDB, SQLite, CSV. */
  readonly title: string
  /** Null: no SQL, so no expressions (CSV). */
  readonly grammar: Grammar | null
  readonly partialIndexes: boolean
  readonly expressionIndexes: boolean
  /** INCLUDE (…), NULLS FIRST / LAST, NULLS NOT DISTINCT, DEFERRABLE. */
  readonly richKeys: boolean
  /** Where the name of an index must be unique. */
  readonly indexNames: 'schema' | 'table'
  /** Where the name of a foreign key or check must be unique. */
  readonly constraintNames: 'schema' | 'table'
  /** ON DELETE SET DEFAULT is honoured. */
  readonly setDefault: boolean
  /** Foreign keys may only point to a primary key or unique key. */
  readonly strictReferences: boolean
  /** Generated columns may be computed when read. */
  readonly virtualColumns: boolean
  readonly comments: boolean
  /** How ON UPDATE CURRENT_TIMESTAMP is kept. */
  readonly onUpdateNow: 'native' | 'trigger'
  /** Names of columns, indexes and constraints compare without case, whatever those of tables do. */
  readonly foldsColumns: boolean
  /** Names hold no characters beyond U+FFFF, and no blank at their end. */
  readonly plainNames: boolean
  /** Which columns may number themselves: any integer, the first column of a key, the single primary key. */
  readonly identity: 'integer' | 'key' | 'primary key' | null
  /** Values need not be of their column's type (SQLite). */
  readonly looseTypes: boolean
  /** Foreign keys and checks of the source hold for all rows, unless said otherwise. */
  readonly trustsForeignKeys: boolean
  /** One query uses one processor, so that a big table is better read in parts by its key. */
  readonly readsInParts: boolean
  /** Statistics tell nearly how many rows a table has, once there are any. */
  readonly knowsRows: boolean
  /** Text is checked when it is stored: it cannot be anything but valid in its character set. */
  readonly validText: boolean
  /** First and last date and timestamp; null = as far as naru goes. */
  readonly dates: { readonly min: string; readonly max: string } | null
  /** TIME goes beyond a day, and below zero. */
  readonly longTimes: boolean
}

const POSTGRES: Traits = {
  title: 'PostgreSQL',
  grammar: 'postgres',
  partialIndexes: true,
  expressionIndexes: true,
  richKeys: true,
  indexNames: 'schema',
  constraintNames: 'table',
  setDefault: true,
  strictReferences: true,
  virtualColumns: false,
  comments: true,
  onUpdateNow: 'trigger',
  foldsColumns: false,
  plainNames: false,
  identity: 'integer',
  looseTypes: false,
  trustsForeignKeys: true,
  readsInParts: false,
  knowsRows: true,
  validText: true,
  dates: null,
  longTimes: false,
}

const MYSQL: Traits = {
  title: 'MySQL',
  grammar: 'mysql',
  partialIndexes: false,
  expressionIndexes: true,
  richKeys: false,
  indexNames: 'table',
  constraintNames: 'schema',
  setDefault: false,
  strictReferences: false,
  virtualColumns: true,
  comments: true,
  onUpdateNow: 'native',
  foldsColumns: true,
  plainNames: true,
  identity: 'key',
  looseTypes: false,
  trustsForeignKeys: false,
  readsInParts: true,
  knowsRows: false,
  validText: true,
  dates: { min: '0001-01-01', max: '9999-12-31' },
  longTimes: true,
}

const SQLITE: Traits = {
  title: 'SQLite',
  grammar: 'sqlite',
  partialIndexes: true,
  expressionIndexes: true,
  richKeys: false,
  indexNames: 'schema',
  constraintNames: 'table',
  setDefault: true,
  strictReferences: true,
  virtualColumns: true,
  comments: false,
  onUpdateNow: 'trigger',
  foldsColumns: true,
  plainNames: false,
  identity: 'primary key',
  looseTypes: true,
  trustsForeignKeys: false,
  readsInParts: true,
  knowsRows: false,
  validText: false,
  dates: null,
  longTimes: true,
}

const CSV: Traits = {
  title: 'CSV',
  grammar: null,
  partialIndexes: false,
  expressionIndexes: false,
  richKeys: false,
  indexNames: 'table',
  constraintNames: 'table',
  setDefault: false,
  strictReferences: false,
  virtualColumns: false,
  comments: true,
  onUpdateNow: 'native',
  foldsColumns: false,
  plainNames: false,
  identity: null,
  looseTypes: false,
  trustsForeignKeys: true,
  readsInParts: false,
  knowsRows: false,
  validText: false,
  dates: null,
  longTimes: true,
}

/** The traits of the engine that a schema belongs to. An engine unknown here is taken for one with columns only. */
export function traitsOf(schema: Pick<Schema, 'engine' | 'flavor'>): Traits {
  switch (schema.engine) {
    case 'postgres':
      return POSTGRES
    case 'mysql':
      return schema.flavor === 'mariadb' ? { ...MYSQL, title: 'MariaDB', expressionIndexes: false } : MYSQL
    case 'sqlite':
      return SQLITE
    default:
      return CSV
  }
}
