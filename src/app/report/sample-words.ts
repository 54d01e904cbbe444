/** What a sample has looked at and what follows from it, in sentences that claim no more. */
import type { SampleReport, TableVerification } from '../../core/report.ts'
import { count, plural } from '../format.ts'

/** In the note of a table that no sample was taken of. */
export const WHOLE = 'no sample: '

/** Rows that were compared and rows that there are, of all tables together. */
export function coverage(tables: readonly TableVerification[]): { readonly seen: number; readonly all: number } {
  return {
    seen: tables.reduce((n, t) => n + t.sourceRows, 0),
    all: tables.reduce((n, t) => n + (t.sample?.ofSourceRows ?? t.sourceRows), 0),
  }
}

/** Whether only a part of some table was compared. */
export function isSample(tables: readonly TableVerification[]): boolean {
  return tables.some((t) => t.sample !== undefined)
}

/** `orders: 20 of 2,000 key ranges, 20,131 of 2,000,000 rows (1.0 %), seed 1`. */
export function sampleLine(t: TableVerification, s: SampleReport): string {
  const rows = `${count(t.sourceRows)} of ${plural(s.ofSourceRows, 'row')} (${share(t.sourceRows / Math.max(1, s.ofSourceRows))})`
  return `${t.table}: ${count(s.ranges)} of ${plural(s.ofRanges, 'key range')}, ${rows}, seed ${s.seed}`
}

/** What equal ranges let hope for; of a table that differs, that others may differ too. */
export function confidenceLines(t: TableVerification, s: SampleReport): string[] {
  if (s.ofSourceRows !== s.ofTargetRows) {
    return [
      `${t.table}: the source has ${plural(s.ofSourceRows, 'row')} and the target ${count(s.ofTargetRows)}; a sample does not tell which are missing`,
    ]
  }
  if (!t.same) return [`${t.table}: the other ${plural(s.ofRanges - s.ranges, 'range')} may hold more rows that differ`]
  const { missed, bound } = s
  return [
    `${t.table}: if ${count(missed.ranges)} of the ${count(s.ofRanges)} ranges (${share(missed.ranges / s.ofRanges)}) held rows that differ, the chance of missing ${missed.ranges === 1 ? 'it' : 'all of them'} is up to ${share(missed.chance)}`,
    `${t.table}: ${plural(bound.ranges, 'range')} with rows that differ (${share(bound.ranges / s.ofRanges)}) would have been noticed with ${share(bound.certainty)} certainty; rows that differ may lie side by side in a few ranges`,
  ]
}

/** A share as `1.0 %`; small ones with two digits that tell something. */
export function share(part: number): string {
  const percent = part * 100
  if (percent === 0 || percent >= 99.95) return `${percent >= 100 ? '100' : percent === 0 ? '0' : 'over 99.9'} %`
  return `${percent >= 0.1 ? percent.toFixed(1) : Number(percent.toPrecision(2))} %`
}
