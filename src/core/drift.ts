/** What was done about a live database that is not what its revisions made. Plain readonly data. */
import type { RevisionProof } from './proof.ts'

/** A revision was made of what somebody did besides the revisions. */
export interface DriftAdoption {
  /** For people. */
  readonly database: string
  /** unchanged: nothing had drifted, and nothing was written. */
  readonly outcome: 'unchanged' | 'adopted'
  readonly id: string | null
  /** The file, absolute. */
  readonly path: string | null
  /** Statements up and down. */
  readonly statements: { readonly up: number; readonly down: number }
  /** What goes for good on the way down, and on the way up where the database has lost it already. */
  readonly losses: { readonly up: readonly string[]; readonly down: readonly string[] }
  readonly proof: RevisionProof | null
  /** What deviates still, one line each. */
  readonly remaining: readonly string[]
  /** 1: something deviates still. */
  readonly exit: 0 | 1
}

/** The statements that take back what somebody did besides the revisions. */
export interface DriftReversal {
  /** For people. */
  readonly database: string
  /** One line for each thing that has drifted, whether or not it is taken back. */
  readonly lines: readonly string[]
  readonly statements: number
  /** Null: nothing has drifted. */
  readonly sql: string | null
  /** 1: something has drifted. */
  readonly exit: 0 | 1
}
