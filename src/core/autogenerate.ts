/** What comes of comparing a desired state with what revisions lead to. Plain readonly data. */
import type { HazardKind } from './apply.ts'
import type { Unplanned } from './change.ts'
import type { RevisionProof } from './proof.ts'
import type { RenameCandidate } from './schema-diff.ts'

/** What the desired state has beside, or has not, of what the revisions made. */
interface Missing {
  /** The desired state and the side that it was compared with, for people. */
  readonly models: string
  readonly present: string
  /** What `present` is: the folder of the revisions, or a live database (`fromDb`). */
  readonly against: 'revisions' | 'database'
  /** One line each: `table users: column nick is missing`. */
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  /** What is dropped and made anew, and may be one and the same. Of these nobody was asked. */
  readonly candidates: readonly RenameCandidate[]
}

export interface AutogenerateReport extends Missing {
  /** unchanged: nothing differs, and nothing was written. unplanned: nothing could be written for what differs. */
  readonly outcome: 'unchanged' | 'unplanned' | 'written'
  readonly id: string | null
  /** The file, absolute. */
  readonly path: string | null
  readonly message: string
  /** Statements up and down. */
  readonly statements: { readonly up: number; readonly down: number }
  readonly hazards: readonly { readonly kind: HazardKind; readonly what: string }[]
  /** What goes for good on the way down, and on the way up. */
  readonly losses: { readonly up: readonly string[]; readonly down: readonly string[] }
  /** What is not in the file. */
  readonly unplanned: { readonly up: readonly Unplanned[]; readonly down: readonly Unplanned[] }
  /** Null: not wanted, or nothing was written. */
  readonly proof: RevisionProof | null
  /** 0: all is in the file, and proved where that was wanted. */
  readonly exit: 0 | 1
}

export interface CheckReport extends Missing {
  /** Nothing is missing. */
  readonly same: boolean
  readonly exit: 0 | 1
}

/** How a live database deviates from what its applied revisions made. */
export interface DatabaseDrift {
  /** For people. */
  readonly database: string
  /** How many revisions it has applied. */
  readonly applied: number
  /** One line each: `table users: column nick should not be there`. */
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  readonly same: boolean
}

export interface DriftReport {
  readonly databases: readonly DatabaseDrift[]
  readonly exit: 0 | 1
}
