/** What a lint rule is: pure, over statements that were read already. */
import type { LintEngine, LintFinding, LintRuleInfo } from '../../core/lint.ts'
import type { ObjectName } from '../../core/schema.ts'

/** Surroundings of the statements that rules look at. */
export interface LintContext {
  readonly engine: LintEngine
  /** mariadb, mysql … where it is known. */
  readonly flavor?: string
  /** Version of the server that the script is for, `15.4`, `10.11.6`, `8.0.36`; absent: the oldest that naru supports. */
  readonly version?: string
  /** One transaction holds all statements unless a statement says otherwise (a revision on PostgreSQL or SQLite). */
  readonly inTransaction: boolean
  /** Statistics of the database, where it was asked; null: not there or not known. */
  readonly size?: (table: ObjectName) => { readonly rows: number; readonly bytes: number } | null
}

/** What a rule finds: the frame adds code, severity, place and size. */
export interface Found extends Pick<LintFinding, 'message' | 'table' | 'fix'> {
  /** Offset in characters (UTF-16) within the statement where it begins, and its end; absent: the whole statement. */
  readonly from?: number
  readonly to?: number
}

/** A rule over the statements of one file, in order; `S` is a statement as the engine's reader gives it. */
export interface LintRule<S> extends LintRuleInfo {
  /** Called for each statement; `before` are the statements that came before it in the same file. */
  check(statement: S, before: readonly S[], context: LintContext): readonly Found[]
}
