/** Statements that build what a Schema describes. Keys, checks and foreign keys are inline; only indexes and triggers come later. */
import type { Ddl, DdlStep } from '../../core/engine.ts'
import type { ForeignKey, Index, IndexPart, ObjectName, Table } from '../../core/schema.ts'
import { mentions, renameIndex } from './create-index.ts'
import { createStatement } from './create-statement.ts'
import { REFUSE } from './functions.ts'
import { literal, quote } from './literal.ts'
import { ownText } from './own-text.ts'
import { touchExists, touchName, touchTrigger } from './touch.ts'

const inSchema = (type: string, name: string): string =>
  `SELECT 1 AS one FROM sqlite_schema WHERE type = ${literal(type)} AND name = ${literal(name)}`

const tableName = (name: ObjectName): string => quote(name.name)

function indexStep(table: Table, index: Index): DdlStep {
  return {
    sql: indexText(table, index),
    why: index.unique ? 'unique index' : 'index',
    object: `index ${table.name.name}.${index.name}`,
    exists: inSchema('index', index.name),
  }
}

/** SQLite's own statement where it still fits; names of indexes are unique in the whole file. */
export function indexText(table: Table, index: Index): string {
  const columns = index.parts.flatMap((p) => p.column ?? [])
  const own = index.definition === undefined ? null : renameIndex(index.definition, index.name, table.name.name)
  if (own !== null && mentions(own, columns)) return own
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(index.name)} ON ${tableName(table.name)} (${index.parts.map(partText).join(', ')})${where}`
}

function partText(part: IndexPart): string {
  const what = part.column === undefined ? `(${part.expression ?? ''})` : quote(part.column)
  const collate =
    part.collation !== undefined && /^(NOCASE|RTRIM|BINARY)$/i.test(part.collation) ? ` COLLATE ${part.collation}` : ''
  return `${what}${collate}${part.descending ? ' DESC' : ''}`
}

/** The key itself is part of the table; this step looks for rows that it does not hold for. */
function validateStep(table: Table, foreignKey: ForeignKey): DdlStep {
  const set = foreignKey.columns.map((c) => `c.${quote(c)} IS NOT NULL`).join(' AND ')
  const on = foreignKey.columns
    .map((c, i) => `p.${quote(foreignKey.referencedColumns[i])} = c.${quote(c)}`)
    .join(' AND ')
  const orphans = `SELECT 1 FROM ${tableName(table.name)} c WHERE ${set} AND NOT EXISTS (SELECT 1 FROM ${tableName(foreignKey.references)} p WHERE ${on})`
  const reason = `rows of ${table.name.name} refer to rows of ${foreignKey.references.name} that are not there`
  return {
    sql: `SELECT CASE WHEN EXISTS (${orphans}) THEN ${REFUSE}(${literal(reason)}) END`,
    why: 'every row must have its counterpart',
    object: `foreign key ${table.name.name}.${foreignKey.name}`,
    validates: { table: table.name, foreignKey },
  }
}

function touchSteps(table: Table): DdlStep[] {
  return table.columns
    .filter((c) => c.onUpdateNow)
    .map((c) => ({
      sql: touchTrigger(table, c),
      why: 'ON UPDATE CURRENT_TIMESTAMP',
      object: `trigger ${touchName(table, c)}`,
      exists: touchExists(table, c),
    }))
}

/** sqlite_sequence holds the last number handed out; it is only there for AUTOINCREMENT, and never goes down. */
function counterStep(table: Table, next: bigint): DdlStep {
  const name = literal(table.name.name)
  const last = next - 1n
  return {
    sql: `UPDATE sqlite_sequence SET seq = max(seq, ${last}) WHERE name = ${name}; INSERT INTO sqlite_sequence (name, seq) SELECT ${name}, ${last} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ${name})`,
    why: 'the next number is the one that the source would hand out',
    object: `counter ${table.name.name}`,
  }
}

function countsItself(table: Table): boolean {
  const column = table.columns.find((c) => c.name === table.counter?.column)
  const alias =
    column?.identity !== undefined &&
    table.primaryKey?.columns.length === 1 &&
    table.primaryKey.columns[0] === column.name
  return alias && (table.options.sql === undefined || table.options.autoincrement === 'yes')
}

/** The DDL of SQLite. */
export const ddl: Ddl = {
  before: () => [],
  table: (table) => [
    {
      sql: ownText(table) ?? createStatement(table),
      why: 'table',
      object: `table ${table.name.name}`,
      exists: inSchema('table', table.name.name),
    },
  ],
  indexes: (table) => table.indexes.map((index) => indexStep(table, index)),
  constraints: touchSteps,
  foreignKeys: (table) => table.foreignKeys.map((f) => validateStep(table, f)),
  counter: (table, next) => (countsItself(table) ? [counterStep(table, next)] : []),
  after: (table) => [
    { sql: `ANALYZE ${tableName(table.name)}`, why: 'statistics', object: `statistics ${table.name.name}` },
  ],
  drop: (table) => `DROP TABLE IF EXISTS ${tableName(table)}`,
  truncate: (table) => `DELETE FROM ${tableName(table)}`,
}
