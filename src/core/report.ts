/** What a finished run says of itself: plain data behind the HTML page, the Markdown and the JSON. */
import type { CopyPlan } from './plan.ts'
import type { UnreadSchema } from './schema.ts'

export type Verdict = 'done' | 'rejects' | 'differs' | 'incomplete' | 'stopped' | 'failed'

export type DriftKind = 'missing on target' | 'extra on target' | 'differs'

/** A column of a row that differs: canonical texts (core/decode.ts) of both sides, null for NULL or where the side has no such row. */
export interface DriftColumn {
  readonly name: string
  readonly source: string | null
  readonly target: string | null
}

/** A row that differs, by key, as reports name it: long values are cut. */
export interface DriftRow {
  readonly key: string
  readonly kind: DriftKind
  /** Columns that differ, with both texts; of a row on one side alone, all of them where there is no key. */
  readonly columns?: readonly DriftColumn[]
}

/** A row that differs, whole, as complete lists hold it. */
export interface DriftEntry {
  readonly kind: DriftKind
  /** Key columns with their canonical texts; null for a table without a key. */
  readonly key: readonly { readonly name: string; readonly value: string | null }[] | null
  /** Columns that differ; of a row on one side alone, all of them. */
  readonly columns: readonly DriftColumn[]
  /** One side could not read the row: its text is of the one value at fault. */
  readonly unreadable?: true
}

/** What rows that differ have in common. Holds for exactly `rows` of the `of` rows that were looked at. */
export interface DriftPattern {
  readonly kind:
    | 'null'
    | 'blanks'
    | 'case'
    | 'truncated'
    | 'encoded twice'
    | 'replaced'
    | 'normalization'
    | 'flag'
    | 'time shift'
    | 'factor'
    | 'shift'
    | 'rounded'
    | 'constant'
    | 'exchanged'
    | 'swapped'
    | 'range missing'
    | 'empty'
  readonly column: string | null
  readonly rows: number
  readonly of: number
  /** A sentence for people: `price: all 1,204 differ by a factor of 100`. */
  readonly text: string
}

/** What of a table a sample looked at. `sourceRows` and `targetRows` of its verification are the rows that were compared. */
export interface SampleReport {
  /** `1%` or a number of rows. */
  readonly asked: string
  readonly seed: number
  /** Key ranges that were compared, and into how many the table was cut. */
  readonly ranges: number
  readonly ofRanges: number
  /** Rows of the whole table, counted. */
  readonly ofSourceRows: number
  readonly ofTargetRows: number
  /** Had so many ranges held a difference, this is the greatest chance of having missed them all. */
  readonly missed: { readonly ranges: number; readonly chance: number }
  /** Had so many ranges held a difference, one would have been met with at least this certainty. */
  readonly bound: { readonly ranges: number; readonly certainty: number }
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
  /** The first rows that differ (at most 100 unless another limit was asked for) and how many in all. */
  readonly drift: readonly DriftRow[]
  readonly driftCount: number
  /** `driftCount` by kind, and what the rows have in common; where rows were compared and differ. */
  readonly kinds?: { readonly missing: number; readonly extra: number; readonly different: number }
  readonly patterns?: readonly DriftPattern[]
  readonly ms: number
  /** Where only a sample of the rows was compared. */
  readonly sample?: SampleReport
  readonly note?: string
}

export interface TableOutcome {
  readonly table: string
  readonly target: string
  /** Rows of the source that were not filtered. */
  readonly read: number
  readonly written: number
  readonly rejected: number
  /** Rows that --where or a mapping left out. */
  readonly filtered: number
  /** Rows that became part of a row that another one had made. */
  readonly merged: number
  /** With --incremental: rows that the target held already as the source has them, and how many units of all those are. */
  readonly kept?: number
  readonly units?: { readonly kept: number; readonly of: number }
  /** With --sample: rows that there are, and those of `read` that are taken only because others cannot be without them. */
  readonly sample?: { readonly of: number; readonly needed: number }
  /** read + filtered = written + rejected + filtered + merged + kept. */
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
  /** It is there, and does not hold: rows were written while it was off. */
  readonly broken?: true
  readonly sql: string
  readonly reason: string
  /** Orphan keys for a foreign key. */
  readonly samples: readonly string[]
}

/** What a run was given for a table whose rows are merged of several, and what it came to: sums of the rows' hashes. */
export interface MergeDigest {
  readonly table: string
  /** Of the rules by which rows are merged. */
  readonly rules: string
  readonly input: string
  /** Of all that the table held at the end. */
  readonly output: string
  readonly parts: readonly { readonly label: string; readonly written: number; readonly merged: number }[]
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
  /** Of tables whose rows are merged: by them the next run knows whether anything has changed. */
  readonly merges?: readonly MergeDigest[]
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

/** How often and how long reading waited for databases, and for what at first each time. */
export interface PauseSummary {
  readonly count: number
  readonly ms: number
  readonly reasons: readonly string[]
}

/** One side of a verification. */
export interface VerifySide {
  readonly label: string
  /** postgres, mariadb … */
  readonly engine: string
  readonly version: string
  /** Where the snapshot was taken: LSN, GTID or position in the binary log; null where the engine says none. */
  readonly position: string | null
}

/** How a verification compares with the certificate of an earlier one. */
export interface CertificateCheck {
  readonly file: string
  /** When the verification ended that it certifies. */
  readonly made: string
  readonly sha256: string
  /** What is not as it was then, a sentence each; empty for a certificate that holds, or has just been made. */
  readonly changes: readonly string[]
}

/** A process that worked on a comparison before this one, and the moments of its snapshots. */
export interface EarlierSession {
  readonly started: string
  readonly source: string | null
  readonly target: string | null
}

export interface VerifyReport {
  readonly from: string
  readonly to: string
  readonly started: string
  readonly finished: string
  readonly tables: readonly TableVerification[]
  readonly same: boolean
  /** Schemas of the source that have tables and were not compared. */
  readonly unread?: readonly UnreadSchema[]
  readonly notes: readonly string[]
  /** Processes that this one went on from. Tables that they finished are as their snapshots had them. */
  readonly earlier?: readonly EarlierSession[]
  /** Where reading was to wait for something. */
  readonly pauses?: PauseSummary
  /** Where a certificate was asked for. */
  readonly certificate?: CertificateCheck
}
