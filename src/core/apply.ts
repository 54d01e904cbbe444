/** A change of a live schema: what is planned, what it may do to the rows, and what became of it. Plain readonly data. */
import type { Hazard, Step, Unplanned } from './change.ts'
import type { Side } from './plan.ts'

export type HazardKind = Hazard['kind']

/** What a user may ask of apply: the command line and the library give the same shape. */
export interface ApplyOptions {
  /** Hazards that are let happen. */
  readonly allow?: readonly HazardKind[]
  /** Statements that let others read and write meanwhile; locks are waited for briefly and again. */
  readonly online?: boolean
  /** `old=new` for a table, `table.old=new` for a column. Never guessed. */
  readonly rename?: readonly string[]
  /** What does not count as a difference. */
  readonly ignore?: readonly string[]
  /** Globs on table names; absent: all. */
  readonly tables?: readonly string[]
  readonly exclude?: readonly string[]
  /** False: not tried on a scratch database first. */
  readonly rehearsal?: boolean
  /** Seconds that locks of others are waited for; default 10, with `online` 2 and again. */
  readonly lockTimeout?: number
  /** Plan, counts and rehearsal, and nothing is changed. */
  readonly dryRun?: boolean
}

/** A hazard after the database was asked about it. */
export interface WeighedHazard extends Hazard {
  /** Rows that `count` found; null: not asked, or no answer. */
  readonly found: number | null
  /** Why there is no answer, for people. */
  readonly unanswered?: string
  /** fine: rows were asked and none is in the way, or the table is small. */
  readonly verdict: 'fine' | 'allowed' | 'refused'
}

export interface WeighedStep extends Step {
  /** 1, 2, 3 … */
  readonly number: number
  readonly hazards: readonly WeighedHazard[]
}

/** What an earlier apply left unfinished, by the journal on the database. */
export interface Interrupted {
  readonly started: string
  readonly goal: string
  readonly done: number
  readonly of: number
  /** The statement that was running: whether it was done, the present schema says. */
  readonly running?: string
  /** The statement that the database refused. */
  readonly failed?: string
  /** It was to lead to the very schema that this plan leads to. */
  readonly sameGoal: boolean
}

export interface Rehearsal {
  /** skipped: not wanted, or no scratch database could be had; `why` says so. */
  readonly state: 'passed' | 'skipped'
  /** Where: PGlite 17.2 in memory, a temporary database on … */
  readonly where?: string
  readonly why?: string
}

/** A table or column that may have been renamed rather than dropped and made anew. */
export interface RenameHint {
  /** One sentence for people: the evidence. */
  readonly what: string
  /** `--rename old=new`. */
  readonly flag: string
}

export interface ApplyPlan {
  readonly database: Side
  /** What is to be reached, for people. */
  readonly goal: string
  /** Hashes of the normalized schemas. */
  readonly from: string
  readonly to: string
  readonly steps: readonly WeighedStep[]
  readonly unplanned: readonly Unplanned[]
  readonly online: boolean
  /** all: one transaction holds every step. parts: some steps run outside. none: each statement is final. */
  readonly transaction: 'all' | 'parts' | 'none'
  readonly renames: readonly RenameHint[]
  /** Accounts and roles that the plan names and the server does not have. */
  readonly strangers: readonly string[]
  readonly interrupted?: Interrupted
  readonly rehearsal?: Rehearsal
  readonly notes: readonly string[]
}

export interface ApplyReport {
  readonly plan: ApplyPlan
  /** unchanged: there was nothing to do. planned: a dry run. done: all statements ran and the difference is empty. differs: they ran, and something remains. */
  readonly outcome: 'unchanged' | 'planned' | 'done' | 'differs'
  readonly exit: 0 | 1
  /** What differs afterwards, one line each. */
  readonly remaining: readonly string[]
  readonly started: string
  readonly finished: string
  readonly steps: readonly { readonly number: number; readonly ms: number; readonly skipped: boolean }[]
}
