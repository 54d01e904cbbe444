/** What an alteration has done so far, where no transaction holds all of it (MySQL): kept on the database itself, gone when all is done. */

/** The alteration as a whole. */
export interface JournalHead {
  readonly started: string
  /** Hash of the schema that it began with and of the one that it leads to. */
  readonly from: string
  readonly to: string
  /** What was to be reached, for people. */
  readonly goal: string
}

export interface JournalStep {
  readonly number: number
  readonly object: string
  readonly sql: string
  /** started: whether it was done is not known to the journal. failed: the database refused it. */
  readonly state: 'planned' | 'started' | 'done' | 'failed'
}

export interface JournalRecord extends JournalHead {
  readonly steps: readonly JournalStep[]
}

export interface Journal {
  /** The alteration that was not finished; null where there is none. */
  read(): Promise<JournalRecord | null>
  /** Forgets what was there and notes down what is to be done now. Throws PERMISSION_DENIED where no table may be made. */
  begin(head: JournalHead, steps: readonly Omit<JournalStep, 'state'>[]): Promise<void>
  note(number: number, state: 'started' | 'done' | 'failed'): Promise<void>
  /** Everything is done. */
  clear(): Promise<void>
}
