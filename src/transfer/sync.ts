/** `sync(…)`: a transfer that is looked at again and again, its rows mended where they drifted. */

import type { AnyCol, ColumnRef, Columns, RowOf } from './columns.ts'

/** Why a row is written. */
export type SyncKind = 'missing' | 'different' | 'extra'

/** A row as `due` and `onDrift` see it: columns of the target by name. */
export type SyncRow = Readonly<Record<string, unknown>>

/** A row that is not as its mapping makes it. `Old`: the columns of the source's table, as its generated types have them. */
export interface SyncDrift<Old extends Columns = Record<string, AnyCol>> {
  readonly job: string
  /** The table of the target. */
  readonly table: string
  readonly kind: SyncKind
  /** The row as the mapping makes it now; null for one that it does not make. */
  readonly old: SyncRow | null
  /** The row that the target has; null where it has none. */
  readonly now: SyncRow | null
  /** The row of the source that `old` was made of, as a row function sees it; null for a row that the mapping does not make. */
  readonly source: RowOf<Old> | null
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
  /**
   * Rows are looked at parent by parent: the key of the parents' table on either side (`app.post.id`), found by its foreign key, or the column
   * of the source's own table. Rows that the target has of the same parents come along, so that `repair: ['extra']` sees them.
   */
  readonly scope?: ColumnRef
  /** Rows of the source that are looked at together, and written in one transaction; default 1000. */
  readonly chunk?: number
  /** A column of the source that rises with each change: later runs read only rows from where the last one ended. `--full` reads all. */
  readonly watermark?: string
  /**
   * Whether a row that differs is to be written: asked for each of a table that the transfer fills. `old`: the row as the mapping makes it of
   * the source, `now`: the row that the target has, null where it has none; both with the target's column names. `drift.source`: the row of
   * the source itself. Default: all are.
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

/** A job as it is declared. `Old`: the columns of the source's table, by which `drift.source` is typed. */
export type SyncJob<Old extends Columns = Record<string, AnyCol>> = Omit<Sync, 'kind' | 'due' | 'onDrift'> & {
  readonly due?: (old: SyncRow | null, now: SyncRow | null, drift: SyncDrift<Old>) => boolean
  readonly onDrift?: (drift: SyncDrift<Old>) => void
}

/**
 * A job that keeps the rows of a transfer as its mapping makes them: `naru sync NAME`, or by its schedule under `naru sync --watch`.
 * @example
 * const nightly = sync({ name: 'comments', transfer: 'comments', schedule: '0 3 * * *', timezone: 'Asia/Seoul', limits: { rows: 10_000 } })
 */
export function sync<Old extends Columns = Record<string, AnyCol>>(job: SyncJob<Old>): Sync {
  return { ...(job as SyncJob), kind: 'sync' }
}
