/** The schema model: plain readonly data, serialisable, no back pointers. Every engine's `inspect` yields it and every dialect renders it. */

/** A name inside one database; `schema` only where the engine has schemas (PostgreSQL). */
export interface ObjectName {
  readonly schema?: string
  readonly name: string
}

/** The meaning of a type: what crosses engines. */
export type LogicalType =
  | { readonly kind: 'bool' | 'date' | 'uuid' | 'interval' | 'inet' | 'geometry' }
  | { readonly kind: 'json'; readonly binary?: boolean }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 24 | 32 | 64; readonly unsigned?: boolean }
  | { readonly kind: 'decimal'; readonly precision?: number; readonly scale?: number; readonly unsigned?: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64; readonly unsigned?: boolean }
  | { readonly kind: 'bits'; readonly length?: number; readonly varying?: boolean }
  | { readonly kind: 'text' | 'bytes'; readonly max?: number; readonly fixed?: boolean }
  | { readonly kind: 'time' | 'timestamp'; readonly fraction: number; readonly zone: boolean }
  | { readonly kind: 'enum' | 'set'; readonly values: readonly string[]; readonly name?: ObjectName }
  | { readonly kind: 'array'; readonly of: LogicalType }
  | { readonly kind: 'opaque'; readonly native: string }

/** `logical` crosses engines; `native` is the engine's own spelling and exact within that engine. `max` counts characters for text, bytes for bytes. */
export interface ColumnType {
  readonly logical: LogicalType
  readonly native: string
}

/** A column's default: a plain value (canonical text), the current moment, a fresh uuid, or an expression of the engine's own. */
export type DefaultValue =
  | { readonly kind: 'value'; readonly text: string }
  /** `sql`: the engine's own spelling, where that is not the one that naru writes; no difference of its own. */
  | { readonly kind: 'now'; readonly of: 'timestamp' | 'date' | 'time'; readonly sql?: string }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'expression'; readonly sql: string }

/** The constraint behind a column's NOT NULL, where there is more to say than that it is there (PostgreSQL 18). */
export interface NotNull {
  /** Where it is not the name that the engine gives by itself. */
  readonly name?: string
  /** Does not hold for tables that inherit. */
  readonly noInherit?: boolean
  /** Rows from before may hold NULL: the column is `nullable`. */
  readonly notValid?: boolean
  readonly comment?: string
}

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  readonly notNull?: NotNull
  readonly default?: DefaultValue
  /** Numbered by the engine: `auto` = AUTO_INCREMENT, serial, INTEGER PRIMARY KEY; `always` / `by default` = SQL identity. */
  readonly identity?: 'auto' | 'always' | 'by default'
  /** Name of the sequence behind an identity or serial column (PostgreSQL). */
  readonly sequence?: ObjectName
  readonly generated?: { readonly expression: string; readonly stored: boolean }
  /** ON UPDATE CURRENT_TIMESTAMP (MySQL), or the trigger that stands for it elsewhere. */
  readonly onUpdateNow?: boolean
  readonly comment?: string
  readonly charset?: string
  readonly collation?: string
  /** True when the column's collation makes 'a' and 'A' equal. */
  readonly caseInsensitive?: boolean
  /** Left out of SELECT * (MySQL, MariaDB). */
  readonly invisible?: boolean
  /** Further properties in the engine's words: storage, compression, statistics target … */
  readonly options?: Readonly<Record<string, string>>
  /** Privileges on the column, see `Table.grants`. */
  readonly grants?: readonly string[]
}

export interface IndexPart {
  readonly column?: string
  /** An expression of the engine's own, where the part is not a plain column. */
  readonly expression?: string
  readonly descending?: boolean
  readonly nulls?: 'first' | 'last'
  /** Indexed prefix in characters (bytes for binary columns), MySQL. */
  readonly prefix?: number
  readonly opclass?: string
  readonly collation?: string
}

export interface Index {
  readonly name: string
  readonly parts: readonly IndexPart[]
  readonly unique: boolean
  /** btree, hash, gin, gist, brin, spgist, fulltext, spatial … */
  readonly method: string
  /** Predicate of a partial index, in the engine's own SQL. */
  readonly where?: string
  readonly include?: readonly string[]
  readonly nullsNotDistinct?: boolean
  readonly comment?: string
  /** The engine's own CREATE INDEX statement (with its table's name as inspected), exact within that engine. */
  readonly definition?: string
  /** Kept up, but not used by queries (MySQL: INVISIBLE, MariaDB: IGNORED). */
  readonly invisible?: boolean
  /** Parser of a full-text index (MySQL: ngram …). */
  readonly parser?: string
  /** Further properties in the engine's words: storage parameters, tablespace, statistics … */
  readonly options?: Readonly<Record<string, string>>
}

/** A primary key or unique constraint. */
export interface KeyConstraint {
  readonly name: string
  readonly columns: readonly string[]
  readonly deferrable?: boolean
  readonly initiallyDeferred?: boolean
  readonly nullsNotDistinct?: boolean
  /** Prefix lengths and directions where a part is not the plain column (MySQL). */
  readonly parts?: readonly IndexPart[]
  /** Columns that the backing index carries beside the key (PostgreSQL). */
  readonly include?: readonly string[]
  /** What becomes of a row that breaks it, where it is not simply refused (SQLite: ignore, replace, fail, rollback). */
  readonly onConflict?: string
  readonly comment?: string
  /** Further properties of the backing index in the engine's words. */
  readonly options?: Readonly<Record<string, string>>
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: ObjectName
  readonly referencedColumns: readonly string[]
  readonly onUpdate: ReferentialAction
  readonly onDelete: ReferentialAction
  readonly deferrable?: boolean
  readonly initiallyDeferred?: boolean
  readonly notValid?: boolean
  readonly match?: 'simple' | 'full'
  /** The columns that ON DELETE SET NULL / SET DEFAULT touches, where not all (PostgreSQL). */
  readonly setColumns?: readonly string[]
  /** Written down, but not enforced (PostgreSQL 18). */
  readonly notEnforced?: boolean
  readonly comment?: string
}

export interface Check {
  readonly name: string
  /** The boolean expression in the engine's own SQL, without CHECK ( ). */
  readonly expression: string
  readonly notValid?: boolean
  /** The column that it is written with, where that makes a difference (MariaDB). */
  readonly column?: string
  /** Does not hold for tables that inherit (PostgreSQL). */
  readonly noInherit?: boolean
  /** Comes from a parent table alone (PostgreSQL). */
  readonly inherited?: boolean
  /** Written down, but not enforced (PostgreSQL 18). */
  readonly notEnforced?: boolean
  readonly comment?: string
}

export interface Table {
  readonly name: ObjectName
  readonly columns: readonly Column[]
  readonly primaryKey?: KeyConstraint
  readonly uniques: readonly KeyConstraint[]
  /** Indexes that do not merely back a primary key or unique constraint. */
  readonly indexes: readonly Index[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly checks: readonly Check[]
  readonly comment?: string
  /** Engine's own table options in the engine's words: engine, row_format, charset, collation, strict, without rowid, unlogged, … */
  readonly options: Readonly<Record<string, string>>
  readonly owner?: string
  /** Privileges, each as what stands between GRANT and the object's name and after it: `SELECT, INSERT TO reader WITH GRANT OPTION`; sorted. */
  readonly grants?: readonly string[]
  /** Estimated rows and bytes on disk, from the engine's statistics; exact counts come from `plan`. */
  readonly rows?: number
  readonly bytes?: number
  /** Next value of the table's counter (AUTO_INCREMENT, sqlite_sequence + 1, the identity's sequence), as the source would hand out next. */
  readonly counter?: { readonly column: string; readonly next: bigint }
  /** What its columns, defaults, constraints and indexes use, `by` saying which. Follows from them: no difference of its own. */
  readonly uses?: readonly ObjectUse[]
}

/** A table without keys, indexes and options but those in `more`. */
export function plainTable(name: ObjectName, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return { name, columns, uniques: [], indexes: [], foreignKeys: [], checks: [], options: {}, ...more }
}

/** Whatever is not a table: carried as text, reported when it does not come along. */
export interface OtherObject {
  readonly kind:
    | 'view'
    | 'materialized view'
    | 'trigger'
    | 'function'
    | 'procedure'
    | 'aggregate'
    | 'event'
    | 'sequence'
    | 'enum'
    | 'domain'
    | 'composite type'
    | 'range type'
    | 'collation'
    | 'statistics'
    | 'extension'
    | 'policy'
    | 'partition'
    | 'inheritance'
    | 'exclusion'
    | 'rule'
    | 'virtual table'
    | 'schema'
    | 'other'
  readonly name: ObjectName
  /** The table it hangs on, for triggers, policies, partitions. */
  readonly table?: ObjectName
  /** The engine's own statement that makes it, or its body. */
  readonly definition: string
  /** Enum labels in order; sequence state. */
  readonly values?: readonly string[]
  readonly next?: bigint
  readonly comment?: string
  readonly owner?: string
  /** Privileges, see `Table.grants`. */
  readonly grants?: readonly string[]
  /** What its statement does not say, in the engine's words: the modes that it was written under, what it runs after … */
  readonly options?: Readonly<Record<string, string>>
  /** Tables, types and other objects that its definition uses, with the column where it is one: they cannot be dropped or retyped under it. */
  readonly uses?: readonly ObjectUse[]
  /** What it uses of schemas that were not read; where it was asked for. */
  readonly crossing?: readonly ObjectUse[]
  /** Pieces that the definition is put together from, for whoever alters it: they repeat it, and are no difference of their own. */
  readonly details?: Readonly<Record<string, string>>
}

export interface ObjectUse {
  readonly name: ObjectName
  readonly column?: string
  /** relation, type, function, collation, extension: what bears the name. */
  readonly kind?: string
  /** The part of a table that uses it: `column price`, `default price`, `constraint positive`, `index by_price`. */
  readonly by?: string
}

/** A schema of the same database that lies beside what was read (PostgreSQL), and how much is in it. */
export interface UnreadSchema {
  readonly name: string
  readonly tables: number
  /** Views, routines, types, sequences that stand by themselves … */
  readonly others: number
  /** What tables that were read use of it, foreign keys aside; where it was asked for. */
  readonly usedBy?: readonly { readonly table: ObjectName; readonly use: ObjectUse }[]
}

/** One database (or the chosen schema of it). */
export interface Schema {
  readonly engine: string
  /** postgres, pglite, mysql, mariadb, sqlite, csv */
  readonly flavor: string
  readonly version: string
  /** Default schema (PostgreSQL) or database name. */
  readonly name: string
  readonly charset?: string
  readonly collation?: string
  /** As whom it was read, and (once compared) who owns all or most of it: what is that role's names no owner then. */
  readonly user?: string
  readonly usualOwner?: string
  /** Properties that the state behind it says nothing of: they are no difference to any other. */
  readonly silent?: readonly ('owner' | 'grants')[]
  /** Privileges on the database itself (MySQL, MariaDB), see `Table.grants`. */
  readonly grants?: readonly string[]
  /** What could not be read, or holds here without being the database's own: a sentence each, for people. No difference. */
  readonly remarks?: readonly string[]
  /** Where several schemas were read: their names. `name` is empty then, and no name stands without its schema. */
  readonly schemas?: readonly string[]
  /** The user's other schemas of this database. No difference. */
  readonly unread?: readonly UnreadSchema[]
  /** In the engine's words, for whoever alters the schema: no difference of its own. */
  readonly details?: Readonly<Record<string, string>>
  readonly tables: readonly Table[]
  readonly others: readonly OtherObject[]
  /** The rows lie in files that were written of this database: they come as they lie, and nothing can be asked by SQL. */
  readonly filed?: Filed
}

/** What the files tell of the values that they hold. */
interface Filed {
  /** Columns declared as flags that hold more than true and false, as `table.column` with the table's display name. */
  readonly notFlags: readonly string[]
  /** Such that hold flags as their database spelled them. */
  readonly spelledFlags: readonly string[]
}

/** `schema.name` or `name`, for people and for keys of maps; not SQL. */
export function displayName(name: ObjectName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`
}

const FOREIGN = /^foreign table /

/** A foreign table of PostgreSQL: among the other objects, under a name that says so. */
export function isForeignTable({ name }: Pick<OtherObject, 'name'>): boolean {
  return FOREIGN.test(name.name)
}

/** The name of an object in SQL. */
export function bareName(name: ObjectName): ObjectName {
  return { ...name, name: name.name.replace(FOREIGN, '') }
}

/** The name as steps and failures tell it: with its schema, unless that is `public` where most things lie. Of two objects never the same. */
export function stepName(name: ObjectName): string {
  return name.schema === 'public' ? name.name : displayName(name)
}

/** The columns that carry data: everything but generated ones. */
export function dataColumns(table: Table): readonly Column[] {
  return table.columns.filter((c) => c.generated === undefined)
}
