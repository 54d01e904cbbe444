/** What every step of a conversion knows, and where it reports what does not come along as it is. */
import type { Capabilities } from '../core/capabilities.ts'
import type { Dialect } from '../core/engine.ts'
import { type Leftover, tableLabel } from '../core/plan.ts'
import { type Column, type ColumnType, displayName, type ObjectName, type Schema, type Table } from '../core/schema.ts'
import type { WireType } from '../core/wire.ts'
import type { Traits } from './convert-traits.ts'

/** A column type of the target that the user chose. */
export interface ChosenType {
  readonly type: ColumnType
  readonly collation?: string
}

/** What was chosen by people or found in the data. Columns are named by `columnKey`. */
export interface Choices {
  tableName(table: Table): string | undefined
  columnName(table: Table, column: Column): string | undefined
  cast(table: Table, column: Column): ChosenType | undefined
  /** Flags that hold more than 0 and 1. */
  readonly notBoolean: ReadonlySet<string>
  /** Flags that are spelled in other ways than 0 and 1. */
  readonly spelledFlags: ReadonlySet<string>
  /** Columns that must take NULL, because a policy writes it. */
  readonly nullable: ReadonlySet<string>
  readonly caseInsensitive: 'lower' | 'citext' | 'report'
}

export interface ConvertInput {
  /** The whole source as inspected. */
  readonly source: Schema
  readonly sourceDialect: Dialect
  /** The tables that come along. */
  readonly tables: readonly Table[]
  /** The target as it is now. */
  readonly target: Schema
  readonly targetDialect: Dialect
  readonly can: Capabilities
  readonly choices: Choices
}

/** How a column's values go over. */
export interface TypeDecision {
  readonly type: ColumnType
  readonly wire: WireType
  readonly rule: 'same' | 'default' | 'cast'
  readonly loss?: string
  readonly collation?: string
}

/** Something about the structure that must be settled before a copy: a name that cannot be kept, an index that is too wide. */
export interface Issue {
  readonly code: 'NAME_LENGTH' | 'NAME_COLLISION' | 'NAME_CHARACTERS' | 'INDEX_ENTRY'
  /** Label of the source table. */
  readonly table: string
  readonly column: string | null
  readonly message: string
  /** What to type instead. */
  readonly ways: readonly string[]
}

export interface TableNames {
  readonly table: ObjectName
  /** Source column → target column. */
  readonly columns: ReadonlyMap<string, string>
}

export interface ConvertContext extends ConvertInput {
  readonly from: Traits
  readonly to: Traits
  readonly sameEngine: boolean
  /** By displayName of the source table. */
  readonly names: ReadonlyMap<string, TableNames>
  /** By columnKey. */
  readonly types: ReadonlyMap<string, TypeDecision>
  /** Names of indexes, keys, foreign keys and checks, handed out once each. */
  readonly objectNames: ObjectNames
  report(leftover: Leftover): void
  raise(issue: Issue): void
}

/** What hands out names of what hangs on tables. `table` is the source table. */
export interface ObjectNames {
  index(table: Table, wanted: string): string
  constraint(table: Table, wanted: string): string
}

/** The key of a column in maps and sets. */
export function columnKey(table: ObjectName, column: string): string {
  return `${displayName(table)}.${column}`
}

/** The source table's name for people. */
export function labelOf(c: Pick<ConvertInput, 'source'>, table: ObjectName): string {
  return tableLabel(table, c.source.name)
}

/** The target's name of a source column. */
export function targetColumn(c: Pick<ConvertContext, 'names'>, table: ObjectName, column: string): string {
  return c.names.get(displayName(table))?.columns.get(column) ?? column
}

/** The target's name of a source table of this conversion, else undefined. */
export function targetTable(c: Pick<ConvertContext, 'names'>, table: ObjectName): ObjectName | undefined {
  return c.names.get(displayName(table))?.table
}

/** The type decision of a column of this conversion. */
export function typeOf(c: Pick<ConvertContext, 'types'>, table: ObjectName, column: string): TypeDecision {
  const found = c.types.get(columnKey(table, column))
  if (found === undefined) throw new Error(`no type was decided for ${columnKey(table, column)}`)
  return found
}

/** SQL as a comment, line by line. */
export function commented(sql: string): string {
  return sql
    .trim()
    .split('\n')
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n')
}
