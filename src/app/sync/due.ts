/** Which rows of a job are due: those that differ, unless the job's own `due` leaves them. */
import type { Sync } from '../../transfer/sync.ts'
import type { LookOptions } from '../../verify/sync/table.ts'

/** Rows that are due, by why. */
export interface Kinds {
  missing: number
  different: number
  extra: number
}

/** How a job looks at rows; `kinds` counts what is due. */
export function lookOptions(job: Sync): { readonly options: LookOptions; readonly kinds: Kinds } {
  const kinds: Kinds = { missing: 0, different: 0, extra: 0 }
  const options: LookOptions = {
    repair: new Set(job.repair ?? (['missing', 'different'] as const)),
    objects: job.due !== undefined || job.onDrift !== undefined,
    due(drift) {
      const whole = { ...drift, job: job.name }
      if (job.due !== undefined && !job.due(drift.old, drift.now, whole)) return false
      kinds[drift.kind]++
      job.onDrift?.(whole)
      return true
    },
  }
  return { options, kinds }
}
