/** CREATE INDEX, from the model or from the server's own statement, and the indexes behind keys. */

import type { DdlStep } from '../../core/engine.ts'
import type { Index, IndexPart, KeyConstraint, LogicalType, ObjectName, Table } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { commentOn } from './ddl-comment.ts'
import { columnList, isPartitioned, relationExists, withinPath } from './ddl-text.ts'
import { qualified, quote } from './names.ts'

function partSql(part: IndexPart): string {
  const what = part.column === undefined ? `(${part.expression})` : quote(part.column)
  const collation = part.collation === undefined ? '' : ` COLLATE ${part.collation}`
  const opclass = part.opclass === undefined ? '' : ` ${part.opclass}`
  const nulls = part.nulls === undefined ? '' : ` NULLS ${part.nulls.toUpperCase()}`
  return `${what}${collation}${opclass}${part.descending ? ' DESC' : ''}${nulls}`
}

const METHODS = new Set(['btree', 'hash', 'gin', 'gist', 'spgist', 'brin', 'hnsw', 'ivfflat', 'bloom'])

/** `USING …` of the server's own statement; null where there is none of PostgreSQL. */
function definedTail(index: Index): string | null {
  const ident = '(?:"(?:[^"]|"")*"|[^\\s".]+)'
  const head = new RegExp(`^CREATE (?:UNIQUE )?INDEX ${ident} ON (?:ONLY )?${ident}(?:\\.${ident})? (USING .*)$`, 's')
  return index.definition === undefined ? null : (head.exec(index.definition)?.[1] ?? null)
}

/** What follows the table's name in CREATE INDEX, from the model. */
export function builtTail(index: Index): string {
  const method = METHODS.has(index.method) ? index.method : 'btree'
  const include = index.include === undefined ? '' : ` INCLUDE ${columnList(index.include)}`
  const together = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const settings = index.options?.with === undefined ? '' : ` WITH (${index.options.with})`
  const space = index.options?.tablespace === undefined ? '' : ` TABLESPACE ${quote(index.options.tablespace)}`
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`
  return `USING ${method} (${index.parts.map(partSql).join(', ')})${include}${together}${settings}${space}${where}`
}

/** Statements for what CREATE INDEX has no words for. */
export function indexExtras(name: ObjectName, index: Index): string[] {
  const targets = (index.options?.statistics ?? '').split(', ').filter((t) => t !== '')
  return [
    ...targets.map((t) => `ALTER INDEX ${qualified(name)} ALTER COLUMN ${t.replace(': ', ' SET STATISTICS ')}`),
    ...commentOn(`INDEX ${qualified(name)}`, index.comment),
  ]
}

/**
 * Tenths of a microsecond a row of one column, as measured on PostgreSQL 15: numbers, whatever their kind, are compared alike; moments mostly come in
 * their order, which leaves little to sort; what is compared by a function of its own takes longer, texts longest.
 */
const SORTING: Readonly<Partial<Record<LogicalType['kind'], number>>> = {
  bool: 4,
  int: 5,
  decimal: 5,
  float: 5,
  date: 3,
  time: 3,
  timestamp: 3,
  enum: 7,
}
const SLOW = 13
/** What each further column adds. */
const FURTHER = 1

function sortingWork(table: Table, parts: readonly (string | undefined)[]): number {
  const kind = table.columns.find((c) => c.name === parts[0])?.type.logical.kind
  return ((kind && SORTING[kind]) ?? SLOW) + FURTHER * (parts.length - 1)
}

function indexStep(table: Table, index: Index): DdlStep {
  const tail = definedTail(index) ?? builtTail(index)
  const name = { schema: table.name.schema, name: index.name }
  const make = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(index.name)} ON ${qualified(table.name)} ${tail}`
  const plain = index.where === undefined && index.parts.every((p) => p.column !== undefined && p.opclass === undefined)
  const sql = [make, ...indexExtras(name, index)].join(';\n')
  return {
    sql: plain ? sql : withinPath(table.name.schema, sql),
    why: 'built once all rows are there',
    object: `index ${stepName(table.name)}.${index.name}`,
    exists: relationExists(name, ['i', 'I']),
    parallel: true,
    work: sortingWork(
      table,
      index.parts.map((p) => p.column),
    ),
  }
}

/** Columns of a key, and those that its index carries besides. */
export function keyTail(key: KeyConstraint): string {
  const include = key.include === undefined ? '' : ` INCLUDE ${columnList(key.include)}`
  return `${columnList(key.columns)}${include}`
}

/** Storage of the index behind a key, as CREATE INDEX takes it. */
function keySettings(key: KeyConstraint): string {
  const { with: settings, tablespace } = key.options ?? {}
  return `${settings === undefined ? '' : ` WITH (${settings})`}${tablespace === undefined ? '' : ` TABLESPACE ${quote(tablespace)}`}`
}

function backingIndex(table: Table, key: KeyConstraint): DdlStep {
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  return {
    sql: `CREATE UNIQUE INDEX ${quote(key.name)} ON ${qualified(table.name)} ${keyTail(key)}${together}${keySettings(key)}`,
    why: 'becomes a constraint; built as an index, so that it need not wait for others',
    object: `index ${stepName(table.name)}.${key.name}`,
    exists: relationExists({ schema: table.name.schema, name: key.name }, ['i', 'I']),
    parallel: true,
    // Rows come in the order of the primary key.
    work: sortingWork(table, key.columns) / (key === table.primaryKey ? 2 : 1),
  }
}

/** The primary key, where there is one, and the unique constraints. */
export function keysOf(table: Table): KeyConstraint[] {
  return [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques]
}

/** Indexes, those that become constraints first. */
export function indexSteps(table: Table): DdlStep[] {
  const backing = isPartitioned(table) ? [] : keysOf(table).map((k) => backingIndex(table, k))
  return [...backing, ...table.indexes.map((i) => indexStep(table, i))]
}
