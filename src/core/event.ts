/** What a run tells while it works. Events are plain data; a reporter turns them into progress, log lines or NDJSON (`--json`). */
export type NaruEvent =
  | {
      readonly type: 'run'
      readonly run: string
      readonly resumed: boolean
      readonly tables: number
      readonly rows: number
    }
  | { readonly type: 'note'; readonly message: string }
  | { readonly type: 'warning'; readonly message: string }
  /** phase: schema, data, indexes, constraints, foreign keys, counters, verify … */
  | { readonly type: 'phase'; readonly phase: string; readonly state: 'begin' | 'end'; readonly ms?: number }
  | { readonly type: 'table'; readonly table: string; readonly rows: number; readonly state: 'begin' | 'end' }
  | {
      readonly type: 'chunk'
      readonly table: string
      readonly read: number
      readonly written: number
      readonly rejected: number
      /** Rows that a mapping left out or merged; absent: none. */
      readonly filtered?: number
      readonly merged?: number
      /** Rows that the target held already as they are. */
      readonly kept?: number
      readonly bytes: number
    }
  | { readonly type: 'reject'; readonly table: string; readonly key: string; readonly reason: string }
  | { readonly type: 'step'; readonly object: string; readonly ms: number }
  /** A statement of a change, of so many. skipped: an earlier run did it. */
  | {
      readonly type: 'statement'
      readonly number: number
      readonly of: number
      readonly object: string
      readonly state: 'begin' | 'end' | 'skipped'
      readonly ms: number
    }
  /** A revision that is applied or taken back. */
  | {
      readonly type: 'revision'
      readonly id: string
      readonly message: string
      readonly direction: 'up' | 'down'
      readonly state: 'begin' | 'end'
      readonly ms: number
    }
  /** A comparison begins: tables, and rows as far as the source's statistics tell. */
  | { readonly type: 'comparison'; readonly tables: number; readonly rows: number; readonly resumed: boolean }
  /** Rows of the source that have been compared, or whose comparison an earlier process has written down. */
  | { readonly type: 'compared'; readonly table: string; readonly rows: number; readonly earlier: boolean }
  /** Reading waits for something; `ms`: since it began to. still: for another reason, or another value of it. */
  | {
      readonly type: 'pause'
      readonly state: 'begin' | 'still' | 'end'
      readonly reason: string
      readonly ms: number
    }
  /** Files of a store: how many of the addresses are settled, of so many (null: nobody knows yet), and bytes read in this run. */
  | {
      readonly type: 'files'
      readonly store: string
      readonly settled: number
      readonly of: number | null
      readonly fetched: number
      readonly bytes: number
      /** Addresses whose file could not be moved, and that no policy settles. */
      readonly refused: number
    }
  | { readonly type: 'verified'; readonly table: string; readonly rows: number; readonly same: boolean }
  | { readonly type: 'end'; readonly run: string; readonly verdict: string; readonly exit: number }

/** Synchronous, never throws. */
export interface Reporter {
  report(event: NaruEvent): void
}
