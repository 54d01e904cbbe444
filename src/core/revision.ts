/** Revisions: what a folder of them says, what a database remembers, and what became of an upgrade. Plain readonly data. */
import type { Row, Value } from './engine.ts'
import type { Side } from './plan.ts'

/** A statement of a revision; `line` is the line of the file, from 1. */
export interface RevisionStatement {
  readonly sql: string
  readonly line: number
  /** False: must not run inside a transaction: known by its kind, or by `-- naru:no-transaction` before it. */
  readonly inTransaction: boolean
}

/** What a file says of itself in its header; statements are read later. */
export interface Revision {
  /** 12 hexadecimal digits where naru chose it; any word of letters, digits, `_`, `.` and `-` otherwise. */
  readonly id: string
  /** Revisions that it follows, in the order written: none (a root), one, or several (a merge). */
  readonly down: readonly string[]
  /** Revisions that must be there first, of whatever branch. */
  readonly dependsOn: readonly string[]
  /** Names of the branch that begins here. */
  readonly labels: readonly string[]
  /** Revisions that this one stands for since they were squashed, oldest first. */
  readonly replaces: readonly string[]
  readonly message: string
  /** ISO 8601; null: not said. */
  readonly date: string | null
  /** Absolute. */
  readonly path: string
  readonly kind: 'sql' | 'ts'
}

/** A way through a revision, ready to run. */
export type RevisionWay =
  | { readonly kind: 'sql'; readonly statements: readonly RevisionStatement[] }
  | { readonly kind: 'ts'; readonly run: (tools: RevisionTools) => void | Promise<void>; readonly transaction: boolean }
  /** There is no way, and why (`-- naru:irreversible REASON`, or no down section). */
  | { readonly kind: 'none'; readonly why: string }

/** What a revision does, read from its file. */
export interface RevisionBody {
  readonly up: RevisionWay
  readonly down: RevisionWay
  /** SHA-256 over the statements of `up` without comments and blanks between words; of a module over its function `up`. */
  readonly checksum: string
}

/** A piece of SQL that is put into a statement as it is: a quoted name, a text of one's own. */
export interface SqlFragment {
  readonly fragment: string
}

/** What a revision in TypeScript works with; it runs in one transaction unless it says `transaction: false`. */
export interface RevisionTools {
  readonly engine: 'postgres' | 'mysql' | 'sqlite'
  readonly flavor: string
  readonly version: string
  /** Runs a statement; values are bound, fragments stand as they are. Gives its rows. */
  sql(text: TemplateStringsArray, ...values: readonly (Value | SqlFragment)[]): Promise<readonly Row[]>
  /** A quoted name: `name('shop', 'order')`. */
  name(...parts: readonly string[]): SqlFragment
  /** Text of your own, unquoted. */
  raw(sql: string): SqlFragment
  /** Rows of a table in the order of its primary key, by keyset, some at a time. Rows may be changed on the way, keys may not. */
  rows(table: string | SqlFragment, o?: RowsOptions): AsyncIterable<readonly Row[]>
  /** A line for whoever runs the upgrade. */
  log(message: string): void
}

export interface RowsOptions {
  /** Default: all. The key is always among them. */
  readonly columns?: readonly string[]
  readonly where?: SqlFragment
  /** Rows at a time, default 1000. */
  readonly batch?: number
}

/** What a module of a revision exports by default. */
export interface RevisionModule {
  readonly revision: string
  /** null or []: the first one. Several: a merge. */
  readonly downRevision: string | readonly string[] | null
  readonly message: string
  readonly date?: string
  readonly branchLabels?: readonly string[]
  readonly dependsOn?: readonly string[]
  readonly replaces?: readonly string[]
  /** False: not one transaction around it; it must then be able to run again from its beginning. */
  readonly transaction?: boolean
  readonly up: (tools: RevisionTools) => void | Promise<void>
  /** Absent: there is no way back. */
  readonly down?: (tools: RevisionTools) => void | Promise<void>
}

/** A row of the version table: a revision that is applied, in part or whole. */
export interface AppliedRevision {
  readonly id: string
  /** 1, 2, 3 … in the order in which they were applied. */
  readonly position: number
  /** Nothing that is applied follows it. */
  readonly head: boolean
  /** stamped: said to be applied, without running it. upgrading, downgrading: begun and not finished. */
  readonly state: 'applied' | 'stamped' | 'upgrading' | 'downgrading'
  /** Statements of the way that is being gone: how many are done, of how many; null where finished. */
  readonly progress: { readonly done: number; readonly of: number } | null
  readonly checksum: string
  readonly message: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** User of the operating system and its machine: `kim@build-7`. */
  readonly by: string
  readonly ms: number
}

export interface UpgradeOptions {
  /** head, heads, REV, +N, -N, base, branch@head … */
  readonly target: string
  /** Plan only. */
  readonly dryRun?: boolean
  /** Goes on although files were changed after they had been applied. */
  readonly allowChanged?: boolean
  /** Seconds that locks of others are waited for, each statement; default 10. */
  readonly lockTimeout?: number
  /** How often a statement that met a lock is tried again; default 5. */
  readonly retries?: number
  /** Seconds that another migrator is waited for; default: without end, told every few seconds. */
  readonly wait?: number
  /** Folder into which the affected tables are copied first. */
  readonly backup?: string
}

/** One revision on its way, planned or done. */
export interface RevisionRun {
  readonly id: string
  readonly message: string
  readonly direction: 'up' | 'down'
  /** Statements; null: a module in TypeScript, which nobody can count. */
  readonly statements: number | null
  /** Statements that an earlier run had done. */
  readonly resumedAt: number
  readonly ms: number
}

/** Rows that were taken away before statements that may change or delete them ran. */
export interface Backup {
  /** Where they are, for people and as an address; null: no table that is touched has rows. */
  readonly place: string | null
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
  /** Commands that bring them back, in order. */
  readonly restore: readonly string[]
  readonly notes: readonly string[]
}

export interface UpgradeReport {
  readonly database: Side
  readonly outcome: 'unchanged' | 'planned' | 'done'
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly runs: readonly RevisionRun[]
  /** Null: none was asked for. */
  readonly backup: Backup | null
  readonly notes: readonly string[]
}

/** Where a database stands. */
export interface CurrentReport {
  readonly database: Side
  /** Heads, with progress where one is half applied. */
  readonly heads: readonly AppliedRevision[]
  readonly applied: readonly AppliedRevision[]
  /** Those of `heads` that are heads of the folder as well. */
  readonly folderHeads: readonly string[]
  /** Heads of the folder of which nothing is applied. */
  readonly missing: readonly Pick<Revision, 'id' | 'message'>[]
  /** All heads of the folder are there, and nothing is half applied. */
  readonly atHead: boolean
  /** What does not fit: files changed after they were applied, revisions that no file knows. One line each. */
  readonly troubles: readonly string[]
}
