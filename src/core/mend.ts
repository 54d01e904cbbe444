/** SQL by which rows of a table in use are changed one by one: written by the engines, put together by whoever mends or synchronizes. */
import type { NaruError } from './error.ts'
import type { Key } from './key.ts'
import type { Column, ForeignKey, ObjectName, ReferentialAction, Table } from './schema.ts'

/** A temporary table of the session with some columns of another one, for rows on their way into it. */
export interface Stage {
  /** Named so that a sink finds it; columns as in the table that it stands for. */
  readonly table: Table
  readonly create: string
  readonly empty: string
  readonly drop: string
}

/** Which rule a row broke: a value that another row has; a row that is referred to or refers to none; any other of the table's own. */
export type Refusal = 'unique' | 'reference' | 'row'

/** What is set by an update that takes its values from a stage. */
interface StagedUpdate {
  readonly key: readonly string[]
  /** Columns that take the stage's value. */
  readonly set: readonly string[]
  /** Columns that would change by themselves and are to stay. */
  readonly keep: readonly string[]
  /** SQL for a column's new value from its old one and the stage's; default: the stage's. */
  value?(column: string, old: string, fresh: string): string
}

/** How an engine changes rows. Pure. */
export interface MendSql {
  /** Statements for a connection that is to change rows. */
  readonly session: readonly string[]
  /** Begins a transaction in which a statement sees what others have committed before it. */
  readonly begin: string
  /** How foreign keys wait for the end of a transaction; absent: they are checked with every statement. */
  readonly deferral?: Deferral
  /** Equality under which NULL equals NULL, for people who read statements. */
  same(left: string, right: string): string
  /** Predicate for the rows of these keys; equal by the columns' own rules, so twins under a collation are among them. */
  keys(table: Table, columns: readonly Column[], keys: readonly Key[]): string
  /** Predicate for a column of texts that is spelled as one of these, to the letter: whatever its collation takes for the same is not. */
  spelled(column: Column, texts: readonly string[]): string
  /** Whether values of a column may be spelled in several ways that mean the same: `keys` finds the usual one. Absent: of none. */
  loose?(column: Column): boolean
  /** A stage for these columns; `n` tells stages of one session apart. */
  stage(table: Table, columns: readonly Column[], n: number): Stage
  update(table: Table, stage: Stage, what: StagedUpdate): string
  /** The head of an INSERT … SELECT into these columns, counters' own among them. */
  insert(table: Table, columns: readonly string[]): string
  /** `most`: no more rows than these, whichever; only where places are shared. */
  remove(table: Table, predicate: string, most?: number): string
  /** Sets columns (already SQL) of the rows that a predicate names. */
  set(table: Table, assignments: string, predicate: string): string
  /** The rule that a failed statement broke; null: no row is to blame. */
  refusal(error: NaruError): Refusal | null
  /** How rows without a key are told apart; null: they are not. */
  place(table: Table): RowPlace | null
}

/** Foreign keys that are checked later than with every statement. */
interface Deferral {
  /** Lets them wait, within a transaction. */
  readonly begin: string
  /** Checks them, and those that come after at once; absent: the commit does. */
  readonly end?: string
  /** Whether a key can wait. What it does by itself (ON DELETE CASCADE, RESTRICT …) it does at once. */
  waits(key: ForeignKey): boolean
}

/** Where a row lies, as text. */
export interface RowPlace {
  /** SQL for a row's place. */
  readonly expression: string
  /** Rows that are the same to the byte share a place: any of them stands for the others. */
  readonly shared: boolean
  /** Predicate for the rows at these places. */
  among(places: readonly string[]): string
}

/** A foreign key as seen from the table that it refers to. */
export interface Referrer {
  /** The referring table as its schema names it, for people, and as SQL. */
  readonly name: ObjectName
  readonly label: string
  readonly table: string
  readonly columns: readonly string[]
  readonly referencedColumns: readonly string[]
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
}

/** Scripts that set a table's own triggers aside, and bring them back as they were, within one transaction. */
export interface TriggersAside {
  readonly triggers: readonly string[]
  readonly drop: string
  readonly restore: string
}

/** A rule by which no two rows overlap, however it says so. */
export interface Exclusion {
  /** Its plain columns. */
  readonly columns: readonly string[]
  /** Of these the ones that hold ranges: empty ones overlap with nothing. */
  readonly ranges: readonly string[]
}

/** What a table in use has around it. */
export interface Surroundings {
  readonly referrers: readonly Referrer[]
  readonly triggers: readonly string[]
  /** Absent: this engine has none. */
  readonly exclusions?: readonly Exclusion[]
  /** Absent: this engine fires triggers whatever is asked. */
  readonly aside?: TriggersAside
  /** False: rows and marks cannot go together. */
  readonly transactional: boolean
}
