/** What became of revisions that were tried on a scratch database: up, down, and up again. Plain readonly data. */

/** proved: the way down leads back, and the way up again. irreversible: it says that there is no way down. */
export type ProofVerdict = 'proved' | 'irreversible' | 'differs' | 'failed' | 'not reached'

export interface RevisionProof {
  readonly id: string
  readonly message: string
  readonly verdict: ProofVerdict
  /** Where it failed or what differs, one line each; why there is no way down. Empty where it is proved. */
  readonly lines: readonly string[]
  readonly ms: number
}

export interface ProofReport {
  /** Folder of the revisions, as people wrote it. */
  readonly folder: string
  /** Where it was tried: `PGlite 17.5 in memory`. */
  readonly where: string
  readonly proofs: readonly RevisionProof[]
  /** 0: all are proved or say that they are irreversible; 1 otherwise. */
  readonly exit: 0 | 1
}
