/** What a target remembers of the runs of its jobs: what was looked at, and where the next one goes on. */

/** One run of a job. */
export interface SyncRecord {
  readonly id: string
  readonly job: string
  readonly started: string
  readonly finished: string | null
  /** `running` without anybody who holds the job's lock: it was killed, and the next run goes on from `cursor`. */
  readonly state: 'running' | 'done' | 'stopped'
  /** Key of the last source row that was dealt with, as core/key writes it. */
  readonly cursor: string
  /** The watermark that rows were read from; null: all were. */
  readonly since: string | null
  /** The greatest watermark when the run began. */
  readonly watermark: string | null
  /** Rows of the source that were read, rows of the target that were due, were written, could not be written. */
  readonly looked: number
  readonly due: number
  readonly written: number
  readonly failed: number
  readonly seconds: number
}

/** All calls on one connection; `update` within the transaction that changes the rows. */
export interface SyncLedger {
  /** Makes the table where it is missing. */
  prepare(): Promise<void>
  /** Runs of a job, or of all, newest first; empty where nothing is remembered. */
  list(job?: string): Promise<SyncRecord[]>
  begin(record: SyncRecord): Promise<void>
  update(record: SyncRecord): Promise<void>
}
