/** A run of a job for people. */
import type { SyncReport } from '../../app/sync.ts'

const n = (count: number) => count.toLocaleString('en')
const rows = (count: number) => `${n(count)} ${count === 1 ? 'row' : 'rows'}`

/** What came of a run: a verdict, then the rows that could not be written. */
export function syncText(r: SyncReport): string {
  const { missing, different, extra } = r.kinds
  const kinds = [
    [missing, 'missing'],
    [different, 'different'],
    [extra, 'extra'],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${n(count as number)} ${word}`]))
  const due = r.due === 0 ? 'nothing was due' : `${rows(r.due)} due${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`
  const done = r.dryRun ? 'nothing was written' : `${n(r.written)} written, ${n(r.failed)} failed`
  const lines = [
    `${r.failed > 0 ? '✗' : '✓'} ${r.job}: ${rows(r.looked)} looked at, ${due}; ${done}; ${r.seconds.toFixed(1)} s`,
    ...(r.resumed ? ['  went on with a run that was broken off'] : []),
    ...(r.trend === 'unknown' ? [] : [`  drift: ${r.trend}`]),
    ...r.failures.map((f) => `  ${f.table} ${f.key}: ${f.reason}`),
  ]
  return `${lines.join('\n')}\n`
}
