/** What a finished run says of itself: plain data behind the HTML page, the Markdown and the JSON. */
import type { CopyPlan } from './plan.ts'

export type Verdict = 'done' | 'rejects' | 'differs' | 'incomplete' | 'stopped' | 'failed'

/** A row that differs, by key. */
export interface DriftRow {
  readonly key: string
  readonly kind: 'missing on target' | 'extra on target' | 'differs'
  /** Columns that differ, with both texts. */
  readonly columns?: readonly {
    readonly name: string
    readonly source: string | null
    readonly target: string | null
  }[]
}

export interface TableVerification {
  readonly table: string
  readonly target: string
  readonly how: 'not verified' | 'count' | 'digest'
  readonly sourceRows: number
  readonly targetRows: number
  readonly sourceDigest: string | null
  readonly targetDigest: string | null
  readonly same: boolean
  /** The first rows that differ (at most 100) and how many in all. */
  readonly drift: readonly DriftRow[]
  readonly driftCount: number
  readonly ms: number
  readonly note?: string
}

export interface TableOutcome {
  readonly table: string
  readonly target: string
  readonly read: number
  readonly written: number
  readonly rejected: number
  readonly filtered: number
  readonly merged: number
  /** read + filtered of --where = written + rejected + filtered + merged. */
  readonly closes: boolean
  readonly bytes: number
  readonly ms: number
  readonly verification: TableVerification | null
}

export interface CounterOutcome {
  readonly table: string
  readonly column: string
  /** What the source would hand out next. */
  readonly source: string
  readonly before: string | null
  readonly after: string | null
}

export interface FailedStep {
  readonly object: string
  readonly sql: string
  readonly reason: string
  /** Orphan keys for a foreign key. */
  readonly samples: readonly string[]
}

export interface RunReport {
  readonly run: string
  readonly verdict: Verdict
  readonly exit: number
  readonly started: string
  readonly finished: string
  readonly resumed: boolean
  readonly plan: CopyPlan
  readonly tables: readonly TableOutcome[]
  readonly counters: readonly CounterOutcome[]
  readonly rejects: {
    readonly file: string | null
    readonly count: number
    readonly samples: readonly { readonly table: string; readonly key: string; readonly reason: string }[]
  }
  readonly failedSteps: readonly FailedStep[]
  readonly versionTables: readonly {
    readonly framework: string
    readonly table: string
    readonly source: string | null
    readonly target: string | null
  }[]
  readonly times: readonly { readonly phase: string; readonly ms: number }[]
  /** Snapshot consistency, resume, lanes: what a reader must know. */
  readonly notes: readonly string[]
  readonly jobs: number
}

export interface VerifyReport {
  readonly from: string
  readonly to: string
  readonly started: string
  readonly finished: string
  readonly tables: readonly TableVerification[]
  readonly same: boolean
  readonly notes: readonly string[]
}
