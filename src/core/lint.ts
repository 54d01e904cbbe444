/** Lint of SQL: what a statement may do to a database that is in use. Plain readonly data. */
import type { ObjectName } from './schema.ts'

export type LintEngine = 'postgres' | 'mysql' | 'sqlite'

/** error: breaks readers, writers or rows. warning: may do so under load or on large tables. note: better said otherwise. */
export type LintSeverity = 'error' | 'warning' | 'note'

/** What a rule says of itself: docs/lint.md is generated from it. */
export interface LintRuleInfo {
  /** Words in kebab case, one code for one meaning on all engines: `index-not-concurrent`. */
  readonly code: string
  readonly engines: readonly LintEngine[]
  readonly severity: LintSeverity
  /** One line. */
  readonly title: string
  /** What happens and why that is dangerous, some sentences. */
  readonly why: string
  /** The safe way to write it: prose and SQL. */
  readonly safe: string
  readonly fixable: boolean
  /** Dangerous by the size of the table alone: on a small one the finding is a note. */
  readonly bySize?: boolean
}

/** A place in a file; lines and columns count from 1, the end is exclusive. */
export interface LintPlace {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface LintFinding {
  readonly code: string
  readonly severity: LintSeverity
  /** One sentence with names: `users.email becomes NOT NULL: every row is read under a lock that keeps readers out`. */
  readonly message: string
  readonly place: LintPlace
  /** What the finding is about, where it is a table: for the weight of its size. */
  readonly table?: ObjectName
  /** Rows and bytes by the statistics of the database, where it was asked and has any. */
  readonly rows?: number
  readonly bytes?: number
  /** The statement rewritten, where that is mechanical: one or more statements with their terminators. */
  readonly fix?: string
}

/** A finding that a comment `-- naru:ignore CODE reason` keeps quiet. */
export interface LintIgnored {
  readonly finding: LintFinding
  /** Empty: none was given. */
  readonly reason: string
}

export interface LintFile {
  /** As the user wrote it. */
  readonly path: string
  readonly engine: LintEngine
  readonly findings: readonly LintFinding[]
  readonly ignored: readonly LintIgnored[]
  readonly statements: number
  /** Findings whose statements were rewritten in the file, with their places before that. */
  readonly rewritten: readonly LintFinding[]
}

export interface LintReport {
  readonly files: readonly LintFile[]
  /** 1 where a finding is as severe as asked for (`--fail-on`, default warning). */
  readonly exit: 0 | 1
}

/** What `lint` may be asked for. */
export interface LintOptions {
  /** postgres, pglite, mysql, mariadb or sqlite; absent: that of the database. */
  readonly engine?: string
  /** Version of the server that the scripts are for, `15.4`; absent: that of the database, else the oldest that naru supports. */
  readonly targetVersion?: string
  /** Whoever runs the scripts puts a transaction around each (`psql --single-transaction`). Revisions need no word. */
  readonly inTransaction?: boolean
  /** The way down of revisions too. */
  readonly down?: boolean
  /** Only these codes; `syntax` is told always. */
  readonly only?: readonly string[]
  /** All codes but these. */
  readonly ignore?: readonly string[]
  /** Rewrite the files where a finding has a rewriting. */
  readonly fix?: boolean
  /** The least severity that makes `exit` 1; default warning. */
  readonly failOn?: LintSeverity | 'never'
}
