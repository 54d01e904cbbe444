/** What a lint rule and the reader of an engine's statements are: pure, over one script. */
import type { LintEngine, LintFinding, LintRuleInfo, LintSeverity } from '../../core/lint.ts'
import type { ObjectName } from '../../core/schema.ts'

/** What the statistics of a database say of a table, as far as they do. */
export interface TableSize {
  readonly rows?: number
  readonly bytes?: number
}

/** Surroundings of the statements that rules look at. */
export interface LintContext {
  readonly engine: LintEngine
  /** mariadb, mysql … where it is known. */
  readonly flavor?: string
  /** Version of the server that the script is for, `15.4`, `10.11.6`, `8.0.36`; absent: the oldest that naru supports. */
  readonly version?: string
  /** One transaction holds all statements unless a statement says otherwise (a revision on PostgreSQL or SQLite). */
  readonly inTransaction: boolean
  /** The script is a revision: naru runs by itself what cannot run in a transaction. */
  readonly revision?: boolean
  /** Statistics of the database, where it was asked; null: the table is not there. */
  readonly size?: (table: ObjectName) => TableSize | null
  /** Type of a column as the database spells it, where it was asked; null: not there or not known. */
  readonly columnType?: (table: ObjectName, column: string) => string | null
}

/** What a rule finds: the frame adds code, severity, place and size. */
export interface Found extends Pick<LintFinding, 'message' | 'table' | 'fix'> {
  /** Offset in characters (UTF-16) within the statement where it begins, and its end; absent: the whole statement. */
  readonly from?: number
  readonly to?: number
  /** Where this case is more or less dangerous than the rule says. */
  readonly severity?: LintSeverity
}

/** All statements of one script that could be read, and which of them is looked at. */
export interface LintScript<S> {
  readonly statements: readonly S[]
  readonly index: number
  readonly context: LintContext
}

/** A rule over the statements of one script, in order; `S` is a statement as the engine's reader gives it. */
export interface LintRule<S> extends LintRuleInfo {
  /** Called for each statement. */
  check(statement: S, script: LintScript<S>): readonly Found[]
}

/** A statement that the grammar refuses; `at` is an offset in characters (UTF-16) within it. */
export interface Unreadable {
  readonly unreadable: string
  readonly at?: number
}

/** An engine's rules, and what makes statements of its text. */
export interface LintLanguage<S> {
  readonly rules: readonly LintRule<S>[]
  /**
   * A reader for one script, called for each statement in order (without terminator): what it knows of the earlier ones (tables that they made,
   * a transaction that is open) it puts into the later ones. Rules are asked after the last statement was read. `alone`: naru runs
   * the statement outside of the transaction of its revision, by its kind or because of `-- naru:no-transaction`.
   */
  reader(context: LintContext): (sql: string, alone: boolean) => S | Unreadable
}
