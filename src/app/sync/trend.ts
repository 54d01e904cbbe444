/** Whether drift grows or shrinks, as the runs of a job tell it. */
import type { SyncRecord } from '../../core/sync-ledger.ts'

/** `unknown`: there is nothing to compare with yet. */
export type Trend = 'grows' | 'shrinks' | 'steady' | 'unknown'

/** From runs that came to their end, newest first: the last one against the mean of up to five of the same kind before it. */
export function trendOf(records: readonly SyncRecord[]): Trend {
  const done = records.filter((r) => r.state === 'done')
  const [last, ...rest] = done
  const before = last === undefined ? [] : rest.filter((r) => (r.since === null) === (last.since === null)).slice(0, 5)
  if (before.length === 0) return 'unknown'
  const mean = before.reduce((n, r) => n + r.due, 0) / before.length
  if (last.due > mean * 1.1) return 'grows'
  return last.due < mean * 0.9 ? 'shrinks' : 'steady'
}
