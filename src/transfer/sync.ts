/** `sync(…)`: a transfer that is looked at again and again, its rows mended where they drifted. */

/** Why a row is written. */
export type SyncKind = 'missing' | 'different' | 'extra'

/** A row as `due` and `onDrift` see it: columns of the target by name. */
export type SyncRow = Readonly<Record<string, unknown>>

/** A row that is not as its mapping makes it. */
export interface SyncDrift {
  readonly job: string
  /** The table of the target. */
  readonly table: string
  readonly kind: SyncKind
  /** The row as the mapping makes it now; null for one that it does not make. */
  readonly old: SyncRow | null
  /** The row that the target has; null where it has none. */
  readonly now: SyncRow | null
  /** The row of the source that `old` was made of, as a row function sees it; null for a row that the mapping does not make. */
  readonly source: SyncRow | null
}

/** How runs are met that no process was there for. */
export type MissedRuns = 'skip' | 'once' | 'all'

/** A job without its types. */
export interface Sync {
  readonly kind: 'sync'
  /** What the command line and the history call it. */
  readonly name: string
  /** Name of the transfer whose rows are kept. */
  readonly transfer: string
  /** When it runs under `naru sync --watch`: five fields of cron, or six with seconds. */
  readonly schedule?: string
  /** The zone of the schedule, such as `Asia/Seoul`; default: that of the machine. */
  readonly timezone?: string
  /** Runs that were missed while nobody watched: not made up for (default), made up for once, or each of them. */
  readonly missed?: MissedRuns
  /** Rows of the source that are looked at together, and written in one transaction; default 1000. */
  readonly chunk?: number
  /** A column of the source that rises with each change: later runs read only rows from where the last one ended. `--full` reads all. */
  readonly watermark?: string
  /**
   * Whether a row that differs is to be written. `old`: what the mapping makes of the source; `now`: what the target has, null where nothing.
   * Default: all are.
   */
  readonly due?: (old: SyncRow | null, now: SyncRow | null, drift: SyncDrift) => boolean
  /** Which kinds are written; default missing and different. */
  readonly repair?: readonly SyncKind[]
  readonly limits?: {
    /** Rows written by one run at most; it stops before the chunk that would go beyond. */
    readonly rows?: number
  }
  /** Told of each row that is due. */
  readonly onDrift?: (drift: SyncDrift) => void
}

/**
 * A job that keeps the rows of a transfer as its mapping makes them: `naru sync NAME`, or by its schedule under `naru sync --watch`.
 * @example
 * const nightly = sync({ name: 'comments', transfer: 'comments', schedule: '0 3 * * *', timezone: 'Asia/Seoul', limits: { rows: 10_000 } })
 */
export function sync(job: Omit<Sync, 'kind'>): Sync {
  return { ...job, kind: 'sync' }
}
